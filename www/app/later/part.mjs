// What of the page nobody sees before the first curves are on the screen: the steps beside them, dialogs, settings, files. Modules of the
// first curves never import it, they ask door.mjs; scripts/bundle.mjs makes a script of its own of what only this file leads to.

export { sheets } from "../styles/later.mjs";
export { startSupplement } from "../supplement/reader.mjs";
export * from "./views.mjs";
