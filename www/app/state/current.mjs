// The study as it now is and the results that are there, whether the page built the study or it is run as it stands.

import { buildStudy } from "./study.mjs";

/** @typedef {import('../types').State} State */
/** @typedef {import('../types').Results} Results */
/** @typedef {import('../types').Problem} Problem */

/** The study in force: its document, and what of it is computed. Null before a file is open. @param {State} state @returns {{study: Record<string, any>, computed: string} | null} */
export function currentStudy({ fixed, choices, inspection }) {
  if (fixed) return { study: fixed.study, computed: fixed.text };
  return choices && inspection ? buildStudy(choices, inspection) : null;
}

/** The last results. @param {State} state @returns {Results | null} */
export function lastResults({ fixed, answer }) {
  return fixed ? fixed.results : answer?.results ?? null;
}

/**
 * What became of a study that was asked for; null while nobody knows.
 * @param {State} state @param {string} computed what of it is computed @param {Problem | null} before the problem that was there already
 * @returns {{results: Results} | {problem: Problem} | null}
 */
export function outcomeOf(state, computed, before) {
  if (currentStudy(state)?.computed !== computed) return { problem: { code: "superseded" } };
  const results = state.fixed ? state.fixed.results : state.answer?.plan.computed === computed ? state.answer.results : null;
  if (results) return { results };
  if (state.problem && state.problem !== before && state.problem.during === "run") return { problem: state.problem };
  return state.stopped ? { problem: { code: "cancelled" } } : null;
}
