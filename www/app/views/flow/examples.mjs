// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { flowView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof flowView}[]} */
export const examples = [
  { name: "the demonstration", state: analysed(), view: flowView },
  { name: "the demonstration in French", state: analysed(() => {}, "fr"), view: flowView },
];
