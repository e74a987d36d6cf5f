// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { patientsView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof patientsView}[]} */
export const examples = [
  { name: "the demonstration", state: analysed(), view: patientsView },
  { name: "the demonstration in French", state: analysed(() => {}, "fr"), view: patientsView },
];
