// States that this view is shown in, for tests and for looking at.

import { opened } from "../../testing/states.mjs";
import { covariatesView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof covariatesView}[]} */
export const examples = [
  { name: "the demonstration", state: opened(), view: covariatesView },
];
