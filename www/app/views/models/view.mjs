// The prognostic table: each factor alone and in the common model, with its likelihood-ratio p.

import { h } from "../../ui/dom.mjs";
import { cell, interval, notice, table } from "../../ui/parts.mjs";
import { tableExport } from "../../ui/table_export.mjs";
import { tableModel } from "../../ui/table_text.mjs";
import { cautionsOf, modelRows, resultOf, shownEndpoints } from "../../state/selectors.mjs";
import { endpointWords } from "../context.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').EndpointPlan} EndpointPlan */
/** @typedef {import('../../i18n/words.mjs').Words} Words */

/** @param {State} state @param {Context} context */
export function modelsView(state, context) {
  const { answer } = state;
  if (!answer) return null;
  const { w } = context;
  const plans = shownEndpoints(state);
  return h("section", { key: "models", class: "card", "aria-labelledby": "models-title" },
    h("h2", { id: "models-title" }, w.t("models.title")),
    plans.some((plan) => plan.univariable.length)
      ? h("p", { class: "hint" }, w.t("models.how")) : h("p", null, w.t("models.none")),
    plans.filter((plan) => plan.univariable.length).map((plan) => one(plan, state, context)));
}

/** @param {EndpointPlan} plan @param {State} state @param {Context} context */
function one(plan, state, { w, label, client }) {
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const together = plan.multivariable ? resultOf(answer, plan.multivariable.id) : null;
  const title = endpointWords(w, plan.name);
  const rows = modelRows(answer, plan).flatMap((factor) => factorRows(factor, state, w, label));
  const cautions = cautionsOf(answer, [...plan.univariable.map((item) => item.id), plan.multivariable?.id]);
  const size = together && !together.error ? w.t("models.size", { n: together.n, events: w.count(together.n_event), missing: w.count(together.n_missing ?? 0) }) : null;
  const shown = {
    head: [
      [cell({ rowspan: 2 }, w.t("models.factor")), cell({ rowspan: 2, class: "number" }, w.t("curves.events_n")),
        cell({ colspan: 2, scope: "colgroup" }, w.t("models.univariable")), cell({ colspan: 2, scope: "colgroup" }, w.t("models.multivariable"))],
      [cell({ class: "number" }, w.t("models.hr")), cell({ class: "number" }, w.t("models.p")), cell({ class: "number" }, w.t("models.hr")), cell({ class: "number" }, w.t("models.p"))],
    ],
    rows,
  };
  const words = cautions.map((caution) => w.code("caution", { ...caution, params: named(caution, label) }));
  return h("div", { key: plan.key, class: "model" },
    h("h3", null, title === plan.name ? title : `${title} (${plan.name})`),
    table({
      key: "table", caption: w.t("models.caption", { title }), class: "models", hideCaption: true,
      ...shown,
    }),
    size ? h("p", { key: "size", class: "hint" }, size) : null,
    together?.error ? notice("error", [h("strong", null, w.t("models.multivariable")), " ", w.code("error", together.error)], "error") : null,
    words.length ? h("ul", { key: "cautions", class: "cautions" }, words.map((text) => h("li", null, text))) : null,
    tableExport({ key: `factors-${plan.key}`, client, w, name: ["prognostic-factors", plan.name], table: () => tableModel({ title: w.t("models.caption", { title }), ...shown, notes: [w.t("models.how"), size, ...words] }) }));
}

/** Names of columns in a caution, for the reader. @param {import('../../types').Caution} caution @param {(column: string | null) => string} label */
function named({ params = {} }, label) {
  const { variable, level, name } = params;
  if (!variable) return params;
  return { ...params, variable: label(variable), ...(name === `${variable} = ${level}` ? { name: `${label(variable)} = ${level}` } : {}) };
}

/** @param {ReturnType<typeof modelRows>[0]} factor @param {State} state @param {Words} w @param {(column: string | null) => string} label */
function factorRows(factor, state, w, label) {
  const { univariable, multivariable } = factor;
  const unit = w.or(`demo.units.${factor.variable}`, "");
  const numeric = factor.rows.length === 1 && factor.rows[0].level === null;
  const pUni = univariable.error ? cell({ class: "wrong" }, w.t("result.failed")) : pCell(univariable.p, w);
  const pMulti = multivariable === null || multivariable.error ? cell({ class: "number" }, "") : pCell(multivariable.p, w);
  const perUnit = numeric ? h("span", { class: "hint" }, ` ${unit && state.source === "demo" ? w.t("models.per", { unit }) : w.t("models.per_unit")}`) : null;
  const name = h("span", { class: "factor-name" }, label(factor.variable), perUnit);
  if (numeric) {
    const [row] = factor.rows;
    return [{
      class: "factor", head: name, cells: [counts(row.events ?? univariable.events, row.n ?? univariable.n, w), ratio(row.univariable, row.firth, w), pUni, ratio(row.multivariable, row.firthTogether, w), pMulti],
    }];
  }
  const blank = () => cell({ class: "number" }, "");
  return [
    { class: "factor", head: name, cells: [counts(univariable.events, univariable.n, w), blank(), pUni, blank(), pMulti] },
    ...factor.rows.map((row) => ({
      class: "level", head: row.level ?? "", cells: [counts(row.events, row.n, w), ratio(row.univariable, row.firth, w), blank(), ratio(row.multivariable, row.firthTogether, w), blank()],
    })),
  ];
}

/** @param {number | null} events @param {number | null} n @param {Words} w */
function counts(events, n, w) {
  return cell({ class: "number" }, events === null || n === null ? "" : `${w.count(events)} / ${w.count(n)}`);
}

/** @param {number | null} p @param {Words} w */
function pCell(p, w) {
  return cell({ class: p !== null && p < 0.05 ? "number significant" : "number" }, p === null ? "–" : w.p(p));
}

/** A hazard ratio with its interval; what cannot be estimated says why, and never stands as a bare number. @param {any} term @param {any} firth @param {Words} w */
function ratio(term, firth, w) {
  if (!term) return cell({ class: "number" }, "");
  if (term.reference) return cell({ class: "number reference" }, `${w.count(1)} (${w.t("models.reference")})`);
  if (term.hazard_ratio === null || term.hazard_ratio === undefined) {
    return cell({ class: "number" },
      h("span", null, term.reason === "separation" ? w.t("models.not_estimable") : term.reason ? w.code("reason", { code: term.reason }) : "–"),
      side(term, w), firth ? h("span", { class: "ci below" }, w.t("models.firth", { value: withLimits(firth, w) })) : null);
  }
  return cell({ class: "number" }, withLimits(term, w));
}

/** @param {any} term @param {Words} w */
function withLimits(term, w) {
  return `${w.ratio(term.hazard_ratio)} (${interval(w, w.ratio, { low: term.conf_low, high: term.conf_high }, "–")})`;
}

/** The one limit that separation leaves. @param {any} term @param {Words} w */
function side(term, w) {
  if (typeof term.conf_low === "number") return h("span", { class: "ci below" }, w.t("models.at_least", { value: w.ratio(term.conf_low) }));
  if (typeof term.conf_high === "number") return h("span", { class: "ci below" }, w.t("models.at_most", { value: w.ratio(term.conf_high) }));
  return null;
}
