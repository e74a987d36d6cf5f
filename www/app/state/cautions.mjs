// What must be said beside curves and is told from the page's own figures; the engine's cautions stand beside these.

import { median } from "./selectors.mjs";
import { lastStep } from "./reading.mjs";

/** @typedef {import('../types').State} State */
/** @typedef {import('../types').Answer} Answer */
/** @typedef {import('../types').EndpointPlan} EndpointPlan */
/** A sentence of the page: the key of its words under `cautions`, and its parameters. @typedef {{key: string, params: Record<string, string | number>}} Said */

/** At risk in each group while a crossing is looked for, and how far apart curves must come on either side. */
const FEW = 5, APART = 0.05;

/** What was found of the curves of a result: the page is drawn more often than it is computed. @type {WeakMap<object, ReturnType<typeof crossing>>} */
const looked = new WeakMap();

/** @param {any} result */
function crossingOf(result) {
  if (!looked.has(result)) looked.set(result, crossing(result.curves ?? []));
  return looked.get(result) ?? null;
}

/**
 * The first two curves that cross: each is above the other by 0.05 at some time at which both have five at risk.
 * @param {any[]} curves @returns {{groups: [string, string], time: number} | null}
 */
export function crossing(curves) {
  for (let i = 0; i < curves.length; i++) {
    for (let j = i + 1; j < curves.length; j++) {
      const found = crosses(curves[i], curves[j]);
      if (found !== null) return { groups: [String(curves[i].group), String(curves[j].group)], time: found };
    }
  }
  return null;
}

/** @param {any} a @param {any} b */
function crosses(a, b) {
  const [left, right] = [a.steps, b.steps];
  if (!left?.time?.length || !right?.time?.length) return null;
  const end = Math.min(...[left, right].map((steps) => steps.time[steps.n_risk.findLastIndex((/** @type {number} */ n) => n >= FEW)] ?? 0));
  let side = 0;
  for (const time of [...new Set([...left.time, ...right.time])].filter((at) => at <= end).sort((x, y) => x - y)) {
    const at = (/** @type {any} */ steps) => { const i = lastStep(steps.time, time); return i < 0 ? 1 : steps.estimate[i]; };
    const difference = at(left) - at(right);
    if (Math.abs(difference) < APART) continue;
    if (side !== 0 && Math.sign(difference) !== side) return time;
    side = Math.sign(difference);
  }
  return null;
}

/** Medians of follow-up that differ so much between groups that late parts of the curves rest on one of them. @param {any[]} curves */
export function unevenFollowUp(curves) {
  const found = curves.map((curve) => ({ group: String(curve.group), value: median(curve)?.estimate ?? null })).filter((item) => item.value !== null);
  if (found.length < 2) return null;
  const [shortest] = [...found].sort((x, y) => x.value - y.value), [longest] = [...found].sort((x, y) => y.value - x.value);
  return shortest.value < 0.75 * longest.value ? { shortest, longest } : null;
}

/**
 * Cautions of one endpoint's curves.
 * @param {Answer} answer @param {EndpointPlan} plan @param {{result: any, followUpBy: any, ph?: any}} of
 * @returns {Said[]}
 */
export function curveCautions(answer, plan, { result, followUpBy, ph }) {
  const { choices } = answer;
  const endpoint = choices.endpoints.find((item) => item.key === plan.key);
  const curves = result?.curves ?? [];
  /** @type {Said[]} */
  const said = [];
  const cross = plan.by && result ? crossingOf(result) : null;
  if (cross) said.push({ key: "crossing", params: { a: cross.groups[0], b: cross.groups[1], time: Number(cross.time.toFixed(1)) } });
  const changes = ph?.global?.p_value;
  if (typeof changes === "number" && changes < 0.05) said.push({ key: "changing_ratio", params: { p: changes } });
  const thin = plan.by ? curves.filter((/** @type {any} */ curve) => curve.n > 0 && curve.n_event > 0 && curve.n_event < 10) : [];
  if (thin.length) said.push({ key: "few_events", params: { groups: thin.map((/** @type {any} */ curve) => `${curve.group} (${curve.n_event})`).join(", ") } });
  if (endpoint?.kind === "dates" && endpoint.events.length > 1) said.push({ key: "last_contact", params: { name: plan.name } });
  if (plan.followUp && plan.composite) said.push({ key: "composite_follow_up", params: { name: plan.name } });
  const uneven = followUpBy?.curves ? unevenFollowUp(followUpBy.curves) : null;
  if (uneven) said.push({ key: "uneven_follow_up", params: { short: uneven.shortest.group, long: uneven.longest.group, a: Number(uneven.shortest.value.toFixed(1)), b: Number(uneven.longest.value.toFixed(1)) } });
  if (plan.by && choices.tests.weights.length > 1) said.push({ key: "several_tests", params: { n: choices.tests.weights.length } });
  if (plan.by && choices.tests.pairwise === "none" && curves.length > 2) said.push({ key: "unadjusted_pairs", params: { n: curves.length * (curves.length - 1) / 2 } });
  return said;
}
