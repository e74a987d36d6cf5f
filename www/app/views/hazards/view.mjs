// Proportional hazards: whether the effect of each factor of the multivariable model stays the same over time.

import { h } from "../../ui/dom.mjs";
import { cell, notice, table } from "../../ui/parts.mjs";
import { hazardsSign } from "../../state/models.mjs";
import { cautionsOf, resultOf, shownEndpoints } from "../../state/selectors.mjs";
import { figureView } from "../../ui/figure.mjs";
import { howView } from "../console/how.mjs";
import { endpointNames, endpointWords, figureNames, namedCaution, settable, unitWord } from "../context.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').EndpointPlan} EndpointPlan */

/** @param {State} state @param {Context} context */
export function hazardsView(state, context) {
  const { answer } = state;
  const plans = shownEndpoints(state).filter((plan) => plan.ph);
  if (!answer || plans.length === 0) return null;
  const { w } = context;
  return h("section", { key: "hazards", class: "card", "aria-labelledby": "hazards-title" },
    h("h2", { id: "hazards-title" }, w.t("hazards.title")),
    h("p", { class: "hint" }, w.t("hazards.what")),
    plans.map((plan) => one(plan, state, context)));
}

/** @param {EndpointPlan} plan @param {State} state @param {Context} context */
function one(plan, state, context) {
  const { w, label } = context;
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const result = resultOf(answer, plan.ph);
  const title = endpointWords(w, plan.name);
  const heading = h("h3", { id: `hazards-${plan.key}` }, title === plan.name ? title : `${title} (${plan.name})`);
  if (!result || result.error) return h("div", { key: plan.key, class: "model" }, heading, result ? notice("error", w.code("error", result.error), "error") : null);
  const number = { class: "number" };
  const line = (/** @type {any} */ head, /** @type {any} */ test, /** @type {string} */ sentence, /** @type {string} */ kind) => ({
    head, class: kind,
    cells: [cell(number, test.statistic === null ? "–" : w.fixed(test.statistic, 2)), cell(number, w.count(test.df)),
      cell({ class: test.p_value !== null && test.p_value < 0.05 ? "number significant" : "number" }, test.p_value === null ? "–" : w.p(test.p_value)), sentence],
  });
  const says = (/** @type {string} */ key, /** @type {any} */ test, /** @type {string} */ name) =>
    test.p_value === null && test.reason ? w.code("reason", { code: test.reason }) : w.t(`hazards.${key}.${hazardsSign(test.p_value)}`, { name });
  const cautions = cautionsOf(answer, [plan.ph]).filter((caution) => caution.code !== "few_events");
  return h("div", { key: plan.key, class: "model" }, heading,
    table({
      key: "table", caption: w.t("hazards.caption", { title }), hideCaption: true, class: "hazards",
      head: [[w.t("models.factor"), cell(number, w.t("hazards.statistic")), cell(number, w.t("hazards.df")), cell(number, w.t("models.p")), w.t("hazards.meaning")]],
      rows: [
        ...result.terms.map((/** @type {any} */ term) => line(label(term.variable), term, says("factor", term, label(term.variable)), "")),
        line(w.t("hazards.global"), result.global, says("all", result.global, ""), "total"),
      ],
    }),
    smooth(plan, title, state, context),
    h("p", { key: "how", class: "hint" }, w.t("hazards.how", { transform: w.t(`transform.${result.rules?.transform ?? "km"}`), n: result.n_event })),
    plan.ph ? howView({ kind: "hazards", plan, id: plan.ph, name: w.t("hazards.caption", { title }) }, state, context) : null,
    cautions.length ? h("ul", { key: "cautions", class: "cautions" }, cautions.map((caution) => h("li", null, w.code("caution", namedCaution(caution, label))))) : null);
}

/** The scaled residuals with their smooth: how each effect would go with time. @param {EndpointPlan} plan @param {string} title @param {State} state @param {Context} context */
function smooth(plan, title, state, context) {
  const { w, client, moment } = context;
  const unit = unitWord(w, plan.unit);
  const since = plan.origin ? ` ${(state.source === "demo" ? w.or(`demo.since.${plan.origin}`, "") : "") || w.t("since", { origin: moment(plan.origin) })}` : "";
  return figureView(`figure-hazards-${plan.key}`, {
    settable: settable({ endpoint: plan.key, figure: "schoenfeld", by: null }, state, context, { axes: ["x_label", "y_label"], options: [["points", true], ["band", true], ["described", true]] }),
    client, w, version: state.answer, name: ["proportional-hazards", plan.name], data: ["residuals", "smooth"], label: w.t("hazards.figure", { title }), table: w.t("hazards.numbers", { title }),
    failed: (problem) => w.t("curves.failed", { why: w.code("error", problem) }),
    request: {
      analysis: plan.ph ?? "", kind: "schoenfeld", locale: w.language, title: "", x_label: `${unit.charAt(0).toUpperCase()}${unit.slice(1)}${since}`,
      words: w.figure, reasons: w.reasons, names: { ...endpointNames([plan], state, context), ...figureNames(plan.multivariable, state, context) }, options: {},
    },
  });
}
