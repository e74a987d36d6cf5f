// States that this view is shown in, for tests and for looking at.

import { badCell, refused } from "../../testing/states.mjs";
import { problemsView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof problemsView}[]} */
export const examples = [
  { name: "a file that is no table", state: refused(), view: problemsView },
  { name: "a bad cell", state: badCell(), view: problemsView },
];
