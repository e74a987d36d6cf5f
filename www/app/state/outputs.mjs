// The list of figures and tables, in the order of the steps.

import { resultOf } from "./selectors.mjs";

/**
 * A figure or table: `name` chooses its words, `at` is the id of its heading in `step`; `failed` says that nothing is there but a reason.
 * @typedef {{kind: "figure" | "table", name: string, step: import('../types').Step, at: string, endpoint: string | null, failed: boolean}} Output
 */

/** Everything that the last answer shows. @param {import('../types').State} state @returns {Output[]} */
export function outputs({ answer }) {
  if (!answer) return [];
  const { cohort, endpoints } = answer.plan;
  /** @type {Output[]} */
  const found = [];
  const add = (/** @type {Output["kind"]} */ kind, /** @type {string} */ name, /** @type {Output["step"]} */ step, /** @type {string} */ at, /** @type {(string | null)[]} */ ids, /** @type {string | null} */ endpoint = null) => {
    const results = ids.map((id) => resultOf(answer, id)).filter(Boolean);
    if (results.length) found.push({ kind, name, step, at, endpoint, failed: results.every((result) => result.error) });
  };
  add("figure", "flow", "cohort", "flow-title", [cohort.flow]);
  for (const plan of endpoints) add("figure", "timeline", "cohort", `timeline-${plan.key}`, [cohort.timelines[plan.key] ?? null], plan.name);
  add("figure", "missing_map", "cohort", "missing-map-title", [cohort.missing]);
  add("table", "patients", "patients", "patients-title", [cohort.table]);
  for (const plan of endpoints) {
    const curve = [plan.by ?? plan.all];
    add("figure", "curve", "curves", `curve-${plan.key}`, curve, plan.name);
    add("table", "groups", "curves", `curve-${plan.key}`, curve, plan.name);
    if (resultOf(answer, curve[0])?.differences?.length) add("table", "differences", "curves", `curve-${plan.key}`, curve, plan.name);
    if (plan.tests.length) add("table", "tests", "curves", `curve-${plan.key}`, [plan.logRank], plan.name);
    add("table", "follow_up", "curves", `curve-${plan.key}`, [plan.followUp], plan.name);
  }
  for (const plan of endpoints) {
    add("table", "factors", "models", `models-${plan.key}`, [plan.table], plan.name);
    add("figure", "forest", "models", `forest-${plan.key}`, [plan.table], plan.name);
    add("figure", "adjusted", "models", `adjusted-${plan.key}`, [plan.adjusted], plan.name);
    add("figure", "schoenfeld", "models", `hazards-${plan.key}`, [plan.ph], plan.name);
    add("table", "hazards", "models", `hazards-${plan.key}`, [plan.ph], plan.name);
    add("table", "influence", "models", `influence-${plan.key}`, [plan.influence], plan.name);
  }
  found.push({ kind: "table", name: "rules", step: "output", at: "rules-title", endpoint: null, failed: false });
  return found;
}
