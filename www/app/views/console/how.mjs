// The button beside a number, which opens the convention console (view.mjs).

import { h } from "../../ui/dom.mjs";
import { later } from "../../later/door.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/**
 * What is explained: curves with their medians and rates, a follow-up, the tests and ratio of groups, differences, a table of factors, the
 * test of proportional hazards, the influence of each patient, or the table of patients (which is of no endpoint).
 * @typedef {{kind: "curves" | "follow_up" | "comparison" | "difference" | "factors" | "hazards" | "influence" | "summary", plan: import('../../types').EndpointPlan | null, id: string, name: string, where?: string}} Subject
 */

/** @param {Subject} subject @param {State} state @param {Context} context */
export function howView(subject, state, context) {
  const { w, act } = context;
  return h("details", {
    // One analysis can be explained in two places.
    key: `how-${subject.where ?? ""}-${subject.kind}-${subject.id}`, id: `how-${subject.where ? `${subject.where}-` : ""}${subject.kind}-${subject.id}`, class: "how",
    ontoggle: (/** @type {any} */ event) => { if (event.target.open) act.compare(); },
  },
  h("summary", null, w.t("console.how"), h("span", { class: subject.where ? null : "unseen" }, `${w.t("console.colon")} ${subject.name}`)),
  h("div", { class: "how-body" }, later()?.howBody(subject, state, context) ?? h("p", { class: "hint" }, w.t("first.page"))));
}
