// States that this view is shown in, for tests and for looking at.

import { analysed, refused } from "../../testing/states.mjs";
import { dataView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof dataView}[]} */
export const examples = [
  { name: "the demonstration", state: analysed(), view: dataView },
  { name: "an own file", state: { ...refused(), source: "file" }, view: dataView },
];
