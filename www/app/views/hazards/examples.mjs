// States that this view is shown in, for tests and for looking at.

import { analysed, varying } from "../../testing/states.mjs";
import { hazardsView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof hazardsView}[]} */
export const examples = [
  { name: "the demonstration", state: analysed(), view: hazardsView },
  { name: "an effect that changes, and one that cannot be tested", state: analysed(varying), view: hazardsView },
];
