// States that this view is shown in, for tests and for looking at.

import { analysed, badCell, separated } from "../../testing/states.mjs";
import { modelsView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof modelsView}[]} */
export const examples = [
  { name: "the demonstration", state: analysed(), view: modelsView },
  { name: "a separated level", state: analysed(separated), view: modelsView },
  { name: "a bad cell", state: badCell(), view: modelsView },
];
