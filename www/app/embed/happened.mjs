// What the host is told of a change of the state: pure, so that it can be tested without a browser.

import { currentStudy, lastResults } from "../state/current.mjs";

/** @typedef {import('../types').State} State */
/** @typedef {{type: "results", results: import('../types').Results} | {type: "error", problem: NonNullable<State["problem"]>} | {type: "change", study: Record<string, any>}} Happening */

/** @param {State} before @param {State} after @returns {Happening[]} */
export function happened(before, after) {
  /** @type {Happening[]} */
  const found = [];
  // Looked at only where it can have changed: a study is built anew each time.
  if (before.choices !== after.choices || before.fixed?.text !== after.fixed?.text || before.inspection !== after.inspection) {
    const study = currentStudy(after)?.study;
    if (study && JSON.stringify(study) !== JSON.stringify(currentStudy(before)?.study)) found.push({ type: "change", study });
  }
  const results = lastResults(after);
  if (results && results !== lastResults(before)) found.push({ type: "results", results });
  if (after.problem && after.problem !== before.problem) found.push({ type: "error", problem: after.problem });
  return found;
}
