// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { curvesView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof curvesView}[]} */
export const examples = [
  { name: "both endpoints", state: analysed(), view: curvesView },
];
