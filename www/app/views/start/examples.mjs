// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { startView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof startView}[]} */
export const examples = [
  { name: "the demonstration", state: analysed(), view: startView },
  { name: "an own file", state: { ...analysed(), source: "file" }, view: startView },
];
