// States that this view is shown in, for tests and for looking at.

import { analysed, large } from "../../testing/states.mjs";
import { influenceView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof influenceView}[]} */
export const examples = [
  { name: "the demonstration", state: analysed(), view: influenceView },
  { name: "a file too large for it at every click", state: large(), view: influenceView },
];
