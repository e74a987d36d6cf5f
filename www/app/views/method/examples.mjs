// States that this view is shown in, for tests and for looking at.

import { analysed, separated } from "../../testing/states.mjs";
import { methodView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof methodView}[]} */
export const examples = [
  { name: "the demonstration", state: analysed(), view: methodView },
  { name: "with cautions", state: analysed(separated), view: methodView },
];
