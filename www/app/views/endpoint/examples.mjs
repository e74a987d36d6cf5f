// States that this view is shown in, for tests and for looking at.

import { analysed, opened } from "../../testing/states.mjs";
import { changeEndpoint } from "../../state/choices.mjs";
import { addPreset } from "../../state/presets.mjs";
import { endpointView } from "./view.mjs";

/** The demonstration with other choices, answered. @param {(state: any) => import('../../types').Choices} change @param {import('../../types').Language} language @param {any[]} [warnings] */
function chosen(change, language, warnings = []) {
  const state = analysed(() => {}, language);
  const choices = change(state);
  const answer = /** @type {any} */ (state.answer);
  return { ...state, choices, answer: { ...answer, choices, results: { ...answer.results, warnings } } };
}

const inverted = [{ code: "inverted_status", endpoint: "OS", analysis: null, params: { events: "30", censored: "11", sign: "longest" } }];

/** @type {{name: string, state: import('../../types').State, view: typeof endpointView}[]} */
export const examples = [
  { name: "by dates", state: opened(), view: endpointView },
  { name: "in French", state: opened("fr"), view: endpointView },
  { name: "death from the disease", state: chosen(({ choices, inspection }) => addPreset(choices, inspection.columns, "DSS", "death from the disease"), "en"), view: endpointView },
  { name: "several origins, one not chosen", state: chosen(({ choices }) => changeEndpoint(choices, "a", { origins: ["date_of_surgery", null] }), "fr"), view: endpointView },
  { name: "a coding that looks inverted", state: chosen(({ choices }) => changeEndpoint(choices, "a", { kind: "status", time: "bmi", status: "asa", event: ["ASA I"] }), "fr", inverted), view: endpointView },
];
