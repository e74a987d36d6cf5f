// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { glossaryView } from "./view.mjs";

const view = (/** @type {import('../../types').State} */ _, /** @type {import('../context.mjs').Context} */ context) => glossaryView(context);

/** @type {{name: string, state: import('../../types').State, view: typeof view}[]} */
export const examples = [
  { name: "in English", state: analysed(), view },
  { name: "in French", state: analysed(() => {}, "fr"), view },
];
