// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { headlineView } from "./view.mjs";

/** @type {{name: string, state: import('../../types').State, view: typeof headlineView}[]} */
export const examples = [
  { name: "both endpoints", state: analysed(), view: headlineView },
  { name: "one endpoint, in French", state: { ...analysed(undefined, "fr"), shown: "a" }, view: headlineView },
];
