// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { stepsView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof stepsView}[]} */
export const examples = [
  { name: "the curves on show", state: analysed(), view: stepsView },
  { name: "the data on show", state: { ...analysed(), step: "data" }, view: stepsView },
];
