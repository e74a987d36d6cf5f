// The convention console: beside a number, on demand, the rules behind it, what five programs would print, and why they differ.

import { h } from "../../ui/dom.mjs";
import { cell, interval, notice, table } from "../../ui/parts.mjs";
import { factorRatios, factorTests, medians, quartiles, rates, ratios, tests } from "../../state/console.mjs";
import { PROGRAMS } from "../../state/conventions.mjs";
import { resultOf } from "../../state/selectors.mjs";
import { unitWord } from "../context.mjs";
import { valueWords } from "../method/view.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../i18n/words.mjs').Words} Words */
/** @typedef {import('../../state/console.mjs').Printed} Printed */
/** @typedef {import('./how.mjs').Subject} Subject */

/** Rules that each kind of number rests on. @type {Record<Subject["kind"], string[]>} */
const RULES = {
  curves: ["conf_type", "conf_level", "quantile_rule", "quantile_interval", "beyond", "at_risk_rule", "robust", "time_zero", "month_rule"],
  follow_up: ["reverse_ties", "conf_type", "conf_level", "quantile_rule", "quantile_interval", "time_zero", "month_rule"],
  comparison: ["weights", "variance", "strata", "trend", "pairwise", "ties", "conf", "robust", "penalty", "conf_level", "time_zero", "month_rule"],
  factors: ["ties", "factor_test", "conf", "conf_level", "strata", "robust", "penalty", "time_zero", "month_rule"],
  difference: ["conf_level", "beyond", "robust", "time_zero", "month_rule"],
  hazards: ["transform", "smooth", "ties", "strata", "time_zero", "month_rule"],
  influence: ["ties", "conf", "conf_level", "strata", "time_zero", "month_rule"],
  summary: ["quantile_type", "numeric_test", "categorical_test", "continuity", "t_variance"],
};

/** What no program prints as it stands here. */
const ALONE = ["difference", "hazards", "influence"];

/** Why programs differ in it. @type {Record<Subject["kind"], string[]>} */
const WHY = {
  curves: ["interval", "flat", "median_interval", "time_zero", "months"],
  follow_up: ["follow_up", "interval", "median_interval"],
  comparison: ["variance", "ties", "ratio_kinds", "peto"],
  factors: ["ties", "factor_test", "reference", "time_zero"],
  difference: ["difference"],
  hazards: ["ph_programs", "ph_transform"],
  influence: ["influence"],
  summary: ["quartiles", "rank_tests", "table_tests"],
};

/** What the button beside a number opens (how.mjs). @param {Subject} subject @param {State} state @param {Context} context */
export function howBody(subject, state, context) {
  return [rules(subject, state, context), programs(subject, state, context), why(subject, context.w)];
}

/** The analyses that a subject rests on. @param {Subject} subject */
function analysesOf({ kind, plan, id }) {
  return kind === "comparison" && plan ? [plan.logRank, plan.group].filter((item) => item !== null) : [id];
}

/** The rules in force, as the results name them. @param {Subject} subject @param {State} state @param {Context} context */
function rules(subject, state, { w }) {
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const found = Object.assign({}, ...analysesOf(subject).map((id) => resultOf(answer, id)?.rules ?? {}).reverse());
  const own = subject.kind === "difference" ? { ...found, conf_type: "plain" } : found;
  const named = [...(subject.kind === "difference" ? ["conf_type"] : []), ...RULES[subject.kind]].filter((option) => option in own && !empty(own[option]));
  return h("div", { key: "rules" },
    h("p", { class: "label" }, w.t("console.rules")),
    h("ul", { class: "how-rules" }, named.map((option) => h("li", { key: option }, `${w.or(`rules.${option}`, option)}${w.t("console.colon")} `, h("strong", null, valueWords(option, own[option], w))))));
}

/** @param {unknown} value */
const empty = (value) => value === false || (Array.isArray(value) && value.length === 0);

/** @param {Subject} subject @param {State} state @param {Context} context */
function programs(subject, state, context) {
  const { w } = context;
  if (ALONE.includes(subject.kind)) return null;
  const { compared, answer } = state;
  if (!compared || compared.computed !== answer?.plan.computed) return h("p", { key: "pending", class: "hint", role: "status" }, w.t("console.pending"));
  if ("problem" in compared) return notice("failed", w.t("console.failed", { why: w.code("error", compared.problem) }), "error");
  const lines = linesOf(subject, state, context, compared.results);
  const notes = [...new Set(lines.flatMap((line) => line.printed.map((item) => item.note)).filter((note) => note !== null))];
  return h("div", { key: "programs", class: "how-programs" },
    table({
      key: "programs", caption: w.t("console.caption", { name: subject.name }), class: "dense programs", hideCaption: true,
      head: [[w.t("console.number"), ...PROGRAMS.map((program) => cell({ class: "number" }, w.t(`console.programs.${program}`), h("span", { class: "below mark" }, w.t(program === "r" ? "console.tested" : "console.documented"))))]],
      rows: lines.map(({ name, printed, format }) => ({ head: name, cells: printed.map((item) => cell({ class: "number" }, words(item, format, w, notes))) })),
    }),
    notes.length ? h("ol", { key: "notes", class: "hint how-notes" }, notes.map((note) => h("li", { key: note }, w.t(`console.notes.${note}`)))) : null);
}

/** @param {Subject} subject @param {State} state @param {Context} context @param {Record<import('../../types').Program, import('../../types').Results>} all @returns {{name: string, printed: Printed[], format: (value: number) => string}[]} */
function linesOf({ kind, plan, id }, state, { w, label }, all) {
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  if (kind === "summary" || !plan) {
    const numbers = (resultOf(answer, id)?.variables ?? []).filter((/** @type {any} */ item) => typeof item.overall?.median === "number");
    return numbers.map((/** @type {any} */ { variable }) => ({ name: w.t("console.quartiles_of", { variable: label(variable) }), printed: quartiles(all, id, variable), format: w.quantity }));
  }
  const unit = unitWord(w, plan.unit);
  if (kind === "comparison") {
    const result = plan.group ? resultOf(answer, plan.group) : null;
    const levels = (result?.terms ?? []).filter((/** @type {any} */ term) => !term.reference && term.variable === answer.plan.by);
    const names = [...(plan.logRank ? [{ weights: answer.choices.tests.weights[0], id: plan.logRank }] : []), ...plan.tests];
    return [
      ...names.map((test) => ({ name: w.t("console.p_of", { test: w.t(`curve_settings.test.${test.weights}`) }), printed: tests(all, test.id, test.weights), format: w.p })),
      ...levels.map((/** @type {any} */ term) => ({ name: w.t("console.ratio_of", { level: term.level ?? "" }), printed: ratios(all, /** @type {string} */ (plan.group), term.level), format: w.ratio })),
    ];
  }
  if (kind === "factors") {
    const table = resultOf(answer, id);
    return (/** @type {const} */ (["univariable", "multivariable"])).flatMap((side) => (table?.factors ?? []).filter((/** @type {any} */ item) => item[side]).flatMap((/** @type {any} */ { variable }) => [
      { name: w.t("console.factor_p", { side: w.t(`models.${side}`), variable: label(variable) }), printed: factorTests(all, id, side, variable), format: w.p },
      ...table.rows.filter((/** @type {any} */ row) => row.variable === variable && !row.reference).map((/** @type {any} */ row) => ({
        name: w.t("console.factor_ratio", { side: w.t(`models.${side}`), name: row.level === null ? label(variable) : `${label(variable)}, ${row.level}` }),
        printed: factorRatios(all, id, side, variable, row.level ?? null), format: w.ratio,
      })),
    ]));
  }
  const curves = resultOf(answer, id)?.curves ?? [];
  return curves.flatMap((/** @type {any} */ curve, /** @type {number} */ group) => {
    const name = curve.group ?? w.t("result.all");
    return [
      { name: w.t("console.median_of", { group: name, unit }), printed: medians(all, id, group), format: w.time },
      ...(kind === "follow_up" ? [] : curve.at ?? []).map((/** @type {any} */ at) => ({
        name: w.t("console.rate_of", { group: name, time: w.count(at.time), unit }), printed: rates(all, id, group, at.time), format: w.percent,
      })),
    ];
  });
}

/** @param {Printed} item @param {(value: number) => string} format @param {Words} w @param {(string | null)[]} notes */
function words({ estimate, low, high, limits, note, reason }, format, w, notes) {
  const mark = note ? h("sup", null, w.count(notes.indexOf(note) + 1)) : null;
  if (estimate === null && note === "not_offered") return [w.t("console.not_offered"), mark];
  if (estimate === null && note === "prism_factor") return ["–", mark];
  const value = estimate === null ? (reason && reason !== "not_reached" ? w.code("reason", { code: reason }) : note === "sas_flat" ? "." : w.t("result.nr")) : format(estimate);
  const shown = limits && (low !== null || high !== null);
  return [value, mark, shown ? h("span", { class: "ci below" }, `(${interval(w, format, { low, high }, w.t("result.nr"))})`) : null];
}

/** @param {Subject} subject @param {Words} w */
function why({ kind }, w) {
  return h("div", { key: "why" }, h("p", { class: "label" }, w.t("console.why")), h("ul", { class: "hint" }, WHY[kind].map((reason) => h("li", { key: reason }, w.t(`console.reasons.${reason}`)))));
}
