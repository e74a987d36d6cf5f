// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { supplementPanel, initial } from "./view.mjs";

const nothing = () => {};

/** @type {{name: string, state: import('../../types').State, view: (state: import('../../types').State, context: import('../context.mjs').Context) => import('../../ui/dom.mjs').Child}[]} */
export const examples = [
  { name: "before the engine has answered", state: analysed(), view: (state, context) => supplementPanel({ state, context }, initial(), { choose: nothing, set: nothing, save: nothing }) },
  { name: "data, in French", state: analysed(() => {}, "fr"), view: (state, context) => supplementPanel({ state, context }, { ...initial(), kind: "data" }, { choose: nothing, set: nothing, save: nothing }) },
];
