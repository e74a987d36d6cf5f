// The table of an analysis of any study, as rows of text: what is shown is what its files hold.

import { cell, interval } from "../../ui/parts.mjs";
import { tableModel } from "../../ui/table_text.mjs";
import { columnUnit, unitWord } from "../context.mjs";
import { groupRows } from "../curves/view.mjs";
import { reason } from "../headline/view.mjs";
import { withLimits } from "../models/view.mjs";
import { endpointName } from "./figures.mjs";

/** @typedef {import('../../types').Results} Results */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').TableModel} TableModel */
/** @typedef {import('../../i18n/words.mjs').Words} Words */
/** @typedef {import('../context.mjs').Context} Context */
/** `name` are the parts of the files' names. @typedef {{title: string, name: string[], model: () => Promise<TableModel> | TableModel}} Table */

/** The beginning of a file's name, by type of analysis. @type {Record<string, string>} */
const FILES = { kaplan_meier: "medians-and-rates", follow_up: "follow-up", log_rank: "tests", cox: "cox-model", cox_table: "prognostic-factors", ph_test: "proportional-hazards", summary: "patients" };

/** Whether analyses of this type have a table. @param {string} type */
export const hasTable = (type) => Object.hasOwn(FILES, type);

/** The words over an analysis: its type, its endpoint, its groups; and its id where another one has the same words. @param {any} result @param {Results} results @param {Context} context */
export function titleOf(result, results, { w, label }) {
  const words = (/** @type {any} */ { type, endpoint, by }) => [
    w.or(`document.types.${type}`, type), endpoint ? endpointName(endpoint, results, w) : "", by ? w.t("document.by", { group: label(by) }) : "",
  ].filter(Boolean).join(", ");
  const own = words(result);
  return results.results.some((other) => other.id !== result.id && words(other) === own) ? `${own} (${result.id})` : own;
}

/** The table of a result; null where its type has none. @param {any} result @param {Results} results @param {State} state @param {Context} context @returns {Table | null} */
export function tableOf(result, results, state, context) {
  if (!hasTable(result.type)) return null;
  const { w, label, client } = context;
  const title = titleOf(result, results, context);
  const name = [FILES[result.type], result.endpoint ?? "", result.by ? label(result.by) : ""];
  const of = (/** @type {Parameters<typeof tableModel>[0]} */ table) => ({ title, name, model: () => tableModel(table) });
  const unit = results.study?.endpoints?.[result.endpoint]?.unit ?? "months";
  switch (result.type) {
    case "kaplan_meier":
    case "follow_up":
      return of({ title, ...groupRows(result, unit, w), notes: [w.t("curves.band", { type: String(result.rules?.conf_type ?? "") })] });
    case "log_rank": return of({ title, ...tests(result, w) });
    case "cox": return of({ title, ...terms(result, state, context), notes: [w.t("models.used", { n: result.n, events: w.count(result.n_event ?? 0) })] });
    case "ph_test": return of({ title, ...hazards(result, context), notes: [w.t("hazards.how", { transform: w.t(`transform.${result.rules?.transform ?? "km"}`), n: result.n_event })] });
    case "summary": return { title, name, model: () => client.table({ ...request(result, title, state, context), words: w.drawn("table_one") }) };
    default: return { title, name, model: () => client.coxTable({ ...request(result, title, state, context), words: w.drawn("cox_table") }) };
  }
}

/** What is asked of the engine for a table that it sets. @param {any} result @param {string} title @param {State} state @param {Context} context */
function request(result, title, state, { w, label }) {
  const columns = (state.inspection?.columns ?? []).map((column) => column.name);
  const named = columns.filter((name) => label(name) !== name).map((name) => [name, label(name)]);
  const units = columns.map((name) => [name, columnUnit(state, w, name)]).filter(([, unit]) => unit);
  return { analysis: result.id, title, locale: w.language, labels: Object.fromEntries(named), units: Object.fromEntries(units), reasons: w.drawn("reason") };
}

/** @param {string} text */
const number = (text) => cell({ class: "number" }, text);

/** @param {any} test @param {Words} w */
const pOf = (test, w) => number(typeof test?.p_value === "number" ? w.p(test.p_value) : test?.reason ? reason(w, test.reason) : "–");

/** @param {any} test @param {Words} w */
const statistic = (test, w) => number(typeof test?.statistic === "number" ? w.fixed(test.statistic, 2) : "–");

/** The test, the trend and the pairs. @param {any} result @param {Words} w */
function tests(result, w) {
  const { weights } = result.rules ?? {};
  const name = typeof weights === "string" ? w.or(`curve_settings.test.${weights}`, weights) : w.t("curve_settings.test.fleming-harrington");
  const line = (/** @type {string} */ head, /** @type {any} */ test, /** @type {any} */ p) => ({ head, cells: [statistic(test, w), number(test?.df === undefined ? "1" : w.count(test.df)), p] });
  return {
    head: [[w.t("curves.test"), number("χ²"), number(w.t("curves.df")), number(w.t("models.p"))]],
    rows: [
      line(name, result, pOf(result, w)),
      ...(result.trend ? [line(w.t("curve_settings.trend"), result.trend, pOf(result.trend, w))] : []),
      ...(result.pairwise ?? []).map((/** @type {any} */ pair) => line(
        w.t("curves.versus", { group: pair.group, reference: pair.reference }), pair,
        typeof pair.p_adjusted === "number" ? number(`${w.p(pair.p_adjusted)} (${w.t("curves.p_adjusted")})`) : pOf(pair, w))),
    ],
  };
}

/** A row for each term; what has no ratio says why. @param {any} result @param {State} state @param {Context} context */
function terms(result, state, { w, label }) {
  const name = (/** @type {any} */ term) => {
    const unit = columnUnit(state, w, term.variable);
    return `${label(term.variable)}${term.level === null || term.level === undefined ? (unit ? ` (${unit})` : "") : ` = ${term.level}`}`;
  };
  const ratio = (/** @type {any} */ term) => {
    if (term.reference) return w.t("models.reference");
    if (typeof term.hazard_ratio === "number") return withLimits(term, w);
    const words = term.reason === "separation" ? w.t("models.not_estimable") : term.reason ? w.code("reason", { code: term.reason }) : "–";
    const limits = typeof term.conf_low === "number" || typeof term.conf_high === "number" ? `, ${interval(w, w.ratio, { low: term.conf_low, high: term.conf_high }, "–")}` : "";
    return `${words}${limits}${term.firth ? `; ${w.t("models.firth", { value: withLimits(term.firth, w) })}` : ""}`;
  };
  return {
    head: [[w.t("models.factor"), number(w.t("models.n")), number(w.t("models.events")), number(w.t("models.hr")), number(w.t("models.p"))]],
    rows: (result.terms ?? []).map((/** @type {any} */ term) => ({
      head: name(term), cells: [number(w.count(term.n)), number(w.count(term.n_event)), number(ratio(term)), term.reference ? number("–") : pOf(term, w)],
    })),
  };
}

/** @param {any} result @param {Context} context */
function hazards(result, { w, label }) {
  const line = (/** @type {string} */ head, /** @type {any} */ test) => ({ head, cells: [statistic(test, w), number(w.count(test.df)), pOf(test, w)] });
  return {
    head: [[w.t("models.factor"), number("χ²"), number(w.t("curves.df")), number(w.t("models.p"))]],
    rows: [...(result.terms ?? []).map((/** @type {any} */ term) => line(label(term.variable), term)), ...(result.global ? [line(w.t("hazards.global"), result.global)] : [])],
  };
}
