// What one patient changes: who alone moves a conclusion of the multivariable model, in plain words and with the numbers.

import { h } from "../../ui/dom.mjs";
import { button, cell, disclosure, notice, table } from "../../ui/parts.mjs";
import { influenceOf } from "../../state/models.mjs";
import { resultOf, shownEndpoints } from "../../state/selectors.mjs";
import { howView } from "../console/how.mjs";
import { endpointWords } from "../context.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').EndpointPlan} EndpointPlan */
/** @typedef {NonNullable<ReturnType<typeof influenceOf>>} Influence */

/** Sentences that are shown at once; the others open. */
const SHOWN = 8;

/** @param {State} state @param {Context} context */
export function influenceView(state, context) {
  const { answer, choices } = state;
  const plans = shownEndpoints(state).filter((plan) => plan.multivariable.length);
  if (!answer || !choices || plans.length === 0) return null;
  const { w, act } = context;
  return h("section", { key: "influence", class: "card", "aria-labelledby": "influence-title" },
    h("h2", { id: "influence-title" }, w.t("influence.title")),
    h("p", { class: "hint" }, w.t("influence.what")),
    plans.every((plan) => plan.influence) ? null : h("div", { key: "deep", class: "row" },
      h("p", null, w.t("influence.large")), button(w.t("influence.compute"), () => act.choose({ ...choices, deep: true }), { id: "influence-compute" })),
    plans.filter((plan) => plan.influence).map((plan) => one(plan, state, context)));
}

/** @param {EndpointPlan} plan @param {State} state @param {Context} context */
function one(plan, state, context) {
  const { w } = context, answer = /** @type {import('../../types').Answer} */ (state.answer);
  const title = endpointWords(w, plan.name);
  const found = influenceOf(answer, plan), error = resultOf(answer, plan.influence)?.error;
  const heading = h("h3", { id: `influence-${plan.key}` }, title === plan.name ? title : `${title} (${plan.name})`);
  if (!found) return h("div", { key: plan.key, class: "model" }, heading, error ? notice("error", w.code("error", error), "error") : null);
  const lines = found.changed.map((item) => h("li", null, sentence(item, context)));
  return h("div", { key: plan.key, class: "model" }, heading,
    lines.length ? [
      h("p", { key: "count" }, w.t("influence.some", { n: new Set(found.changed.map((item) => item.rows[0])).size })),
      h("ul", { key: "list", class: "influence-list" }, lines.slice(0, SHOWN)),
      lines.length > SHOWN ? disclosure("more", w.t("influence.more", { n: lines.length - SHOWN }), h("ul", { class: "influence-list" }, lines.slice(SHOWN))) : null,
    ] : h("p", { key: "none" }, w.t("influence.none", { n: found.n })),
    found.turned.length ? disclosure("turned", w.t("influence.turned", { n: new Set(found.turned.map((item) => item.rows[0])).size }),
      h("ul", { class: "influence-list" }, found.turned.map((item) => h("li", null, sentence(item, context))))) : null,
    found.reach.length ? disclosure("reach", w.t("influence.reach"), reachTable(found, title, context)) : null,
    h("p", { key: "how", class: "hint" }, w.t(`influence.${found.method === "exact" ? "exact" : "one_step"}`)),
    plan.influence ? howView({ kind: "influence", plan, id: plan.influence, name: `${w.t("influence.title")}, ${plan.name}` }, state, context) : null);
}

/** `patient SYN-03 (row 3)`, or the row alone. @param {{rows: number[], patient: string | null}} who @param {import('../../i18n/words.mjs').Words} w */
function whoWords({ rows, patient }, w) {
  const place = w.t("influence.rows", { n: rows.length, rows: rows.map((row) => String(row)).join(", ") });
  return patient === null ? place : w.t("influence.patient", { patient, place });
}

/** `CT against No CT (Perioperative chemotherapy)`. @param {{variable: string | null, level: string | null, reference: string | null}} item @param {Context} context */
function termWords({ variable, level, reference }, { w, label }) {
  if (level === null) return label(variable);
  return reference === null ? `${label(variable)}: ${level}` : w.t("influence.term", { name: label(variable), level, reference });
}

/** @param {Influence["changed"][0]} item @param {Context} context */
function sentence(item, context) {
  const { w } = context;
  const who = whoWords(item, w);
  if (item.kind === "fails") return w.t("influence.fails", { who, why: w.code("reason", { code: item.reason ?? "" }) });
  if (item.kind === "diverges") {
    return [h("strong", null, w.t("influence.diverges", { who, term: termWords(item, context) })), " ",
      w.t("influence.diverges_figures", { p: w.p(item.before.p_value), ratio: w.ratio(item.before.hazard_ratio) })];
  }
  const figures = { p: w.p(item.before.p_value), p_without: w.p(item.after.p_value), ratio: w.ratio(item.before.hazard_ratio), ratio_without: w.ratio(item.after.hazard_ratio) };
  const turns = (item.before.hazard_ratio > 1) !== (item.after.hazard_ratio > 1);
  return [h("strong", null, w.t(`influence.${item.kind}`, { who, term: termWords(item, context) })), " ",
    w.t("influence.figures", figures), item.kind !== "turns" && turns ? ` ${w.t("influence.turns_too")}` : null];
}

/** @param {Influence} found @param {string} title @param {Context} context */
function reachTable(found, title, { w, label }) {
  const number = { class: "number" };
  return table({
    key: "reach", caption: w.t("influence.reach_caption", { title }), hideCaption: true, class: "dense",
    head: [[w.t("models.factor"), cell(number, w.t("influence.everybody")), cell(number, w.t("influence.lowest")), w.t("influence.without"), cell(number, w.t("influence.highest")), w.t("influence.without")]],
    rows: found.reach.map((/** @type {any} */ item) => ({
      head: item.level === null ? label(item.variable) : `${label(item.variable)}: ${item.level}`,
      cells: [cell(number, w.ratio(item.ratio)), cell(number, w.ratio(item.low.ratio)), whoWords(item.low, w), cell(number, w.ratio(item.high.ratio)), whoWords(item.high, w)],
    })),
  });
}
