// Curves of the groups on show, adjusted for the other factors of the multivariable model, beside the observed ones.

import { h } from "../../ui/dom.mjs";
import { cell, notice, rate, table } from "../../ui/parts.mjs";
import { figureView } from "../../ui/figure.mjs";
import { adjustedRates } from "../../state/models.mjs";
import { cautionsOf, curves, resultOf, shownEndpoints } from "../../state/selectors.mjs";
import { endpointWords, figureNames, namedCaution, unitWord } from "../context.mjs";
import { curveSettings, figureRequest } from "../curves/view.mjs";
import { reason } from "../headline/view.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').EndpointPlan} EndpointPlan */

/** @param {State} state @param {Context} context */
export function adjustedView(state, context) {
  const { answer } = state;
  const plans = shownEndpoints(state).filter((plan) => plan.adjusted && resultOf(/** @type {import('../../types').Answer} */ (answer), plan.adjusted));
  if (!answer || plans.length === 0) return null;
  const { w, label } = context;
  return h("section", { key: "adjusted", class: "card", "aria-labelledby": "adjusted-title" },
    h("h2", { id: "adjusted-title" }, w.t("adjusted.title", { group: label(answer.plan.by) })),
    h("p", { class: "hint" }, w.t("adjusted.what")),
    plans.map((plan) => one(plan, state, context)));
}

/** @param {EndpointPlan} plan @param {State} state @param {Context} context */
function one(plan, state, context) {
  const { w, label } = context;
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const result = resultOf(answer, plan.adjusted), rates = adjustedRates(answer, plan);
  const title = endpointWords(w, plan.name);
  const heading = h("h3", { id: `adjusted-${plan.key}` }, title === plan.name ? title : `${title} (${plan.name})`);
  if (!rates) return h("div", { key: plan.key, class: "model" }, heading, result.error ? notice("error", w.code("error", result.error)) : null);
  const cautions = cautionsOf(answer, [plan.adjusted]).filter((caution) => caution.code !== "few_events");
  return h("div", { key: plan.key, class: "model" }, heading,
    h("p", { class: "hint" }, w.t("adjusted.for", { n: rates.n, names: rates.others.map(label).join(", ") }),
      rates.n === rates.crude ? null : ` ${w.t("adjusted.fewer", { n: rates.n, all: w.count(rates.crude) })}`),
    h("div", { class: "curves" },
      h("div", { key: "crude", class: "curve" }, h("h4", null, w.t("adjusted.crude")), crude(plan, state, context)),
      h("div", { key: "adjusted", class: "curve" }, h("h4", null, w.t("adjusted.adjusted")), adjusted(plan, title, rates.others, state, context))),
    milestones(rates.rows, plan, title, context),
    cautions.length ? h("ul", { key: "cautions", class: "cautions" }, cautions.map((caution) => h("li", null, w.code("caution", namedCaution(caution, label))))) : null);
}

/** The observed curves as the step of the curves has them, always of survival. @param {EndpointPlan} plan @param {State} state @param {Context} context */
function drawing(plan, state, context) {
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const item = /** @type {import('../curves/view.mjs').Item} */ (curves(state).find((other) => other.plan.key === plan.key));
  const choices = state.choices ?? answer.choices;
  const survival = { ...choices, figures: { ...choices.figures, kind: /** @type {const} */ ("survival") } };
  const shown = { ...state, choices: survival };
  return { request: figureRequest(item, shown, context), settable: curveSettings(item, state, context, "adjusted"), quotable: answer.plan.study.analyses.map((/** @type {any} */ analysis) => analysis.id) };
}

/** @param {EndpointPlan} plan @param {State} state @param {Context} context */
function crude(plan, state, context) {
  const { w, client, label } = context, { request, settable, quotable } = drawing(plan, state, context);
  const title = endpointWords(w, plan.name);
  return figureView(`figure-crude-${plan.key}`, {
    settable: { ...settable, ref: { ...settable.ref, figure: "curves" } }, quotable, request, client, w, version: state.answer,
    name: ["kaplan-meier", plan.name, label(settable.ref.by)], data: ["curve", "risk_table"],
    label: w.t("curves.figure", { title }), table: w.t("curves.numbers", { title }), failed: (problem) => w.t("curves.failed", { why: w.code("error", problem) }),
  });
}

/** @param {EndpointPlan} plan @param {string} title @param {string[]} others @param {State} state @param {Context} context */
function adjusted(plan, title, others, state, context) {
  const { w, client, label } = context, { request, settable, quotable } = drawing(plan, state, context);
  const by = /** @type {string} */ (settable.ref.by), { from, y_label: _, ...rest } = request;
  const name = w.t(request.options.upward ? "adjusted.upward" : "adjusted.survival", { name: title });
  return figureView(`figure-adjusted-${plan.key}`, {
    settable, quotable, client, w, version: state.answer, name: ["adjusted-curves", plan.name, label(by)], data: ["curve", "risk_table"],
    label: w.t("adjusted.figure", { title }), table: w.t("adjusted.numbers", { title }), failed: (problem) => w.t("curves.failed", { why: w.code("error", problem) }),
    request: {
      ...rest, analysis: plan.adjusted ?? "", kind: "adjusted_survival", y_label: `${name}${rest.options.percent === false ? "" : " (%)"}`,
      from: { effect: plan.adjusted ?? undefined, counts: plan.by ?? undefined, ...(from?.follow_up ? { follow_up: from.follow_up } : {}) },
      names: { ...request.names, ...figureNames([by, ...others], state, context) },
    },
  });
}

/** @param {NonNullable<ReturnType<typeof adjustedRates>>["rows"]} rows @param {EndpointPlan} plan @param {string} title @param {Context} context */
function milestones(rows, plan, title, { w }) {
  if (rows.length === 0) return null;
  const number = { class: "number" };
  const share = (/** @type {any} */ at) => (at && typeof at.estimate === "number" ? rate(w, at) : reason(w, at?.reason ?? "beyond_follow_up"));
  return table({
    key: "milestones", caption: w.t("adjusted.rates", { title }), hideCaption: true, class: "dense",
    head: [[w.t("curves.group"), cell(number, w.t("models.at", { unit: unitWord(w, plan.unit) })), cell(number, w.t("adjusted.crude")), cell(number, w.t("adjusted.adjusted"))]],
    rows: rows.map((/** @type {any} */ row) => ({ head: row.level, cells: [cell(number, w.plain(row.milestone)), cell(number, share(row.observed)), cell(number, share(row.adjusted))] })),
  });
}
