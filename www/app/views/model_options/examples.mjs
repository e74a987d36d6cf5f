// States that this view is shown in, for tests and for looking at.

import { opened } from "../../testing/states.mjs";
import { stratify } from "../../state/choices.mjs";
import { modelOptionsView } from "./view.mjs";

const state = opened();

/** @type {{name: string, state: import('../../types').State, view: typeof modelOptionsView}[]} */
export const examples = [
  { name: "the demonstration", state, view: modelOptionsView },
  { name: "stratified by the centre", state: { ...state, choices: state.choices && stratify(state.choices, "centre", true) }, view: modelOptionsView },
];
