// States that this view is shown in, for tests and for looking at.

import { analysed, badCell } from "../../testing/states.mjs";
import { outputView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof outputView}[]} */
export const examples = [
  { name: "the demonstration", state: analysed(), view: outputView },
  { name: "in French", state: analysed(() => {}, "fr"), view: outputView },
  { name: "a model that failed", state: badCell(), view: outputView },
];
