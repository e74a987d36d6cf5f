// The figure of an analysis of any study: what is asked of the engine, and what its files hold.

import { endpointWords, figureNames } from "../context.mjs";

/** @typedef {import('../../types').Results} Results */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../context.mjs').Context} Context */
/**
 * `name` are the parts of the files' names, `data` the parts of the data behind the figure; `patients`: each patient can be read off it.
 * @typedef {{request: Omit<import('../../types').FigureRequest, "width" | "theme">, name: string[], data: string[], patients: boolean}} Figure
 */

/** Of each type that has a figure: its kind, the section of its words, the beginning of its file's name, its data. @type {Record<string, {kind?: string, words: "figure" | "flow" | "swimmer" | "missing_map", file: string, data: string[], patients?: boolean}>} */
const FIGURES = {
  kaplan_meier: { words: "figure", file: "kaplan-meier", data: ["curve", "risk_table"] },
  cox: { kind: "forest", words: "figure", file: "forest-plot", data: ["forest"] },
  cox_table: { kind: "forest", words: "figure", file: "forest-plot", data: ["forest"] },
  ph_test: { kind: "schoenfeld", words: "figure", file: "proportional-hazards", data: ["residuals", "smooth"] },
  flow: { words: "flow", file: "flow-diagram", data: ["table"] },
  timeline: { words: "swimmer", file: "timeline", data: ["table"], patients: true },
  missing_map: { words: "missing_map", file: "missing-values", data: ["table"] },
};

/** Whether analyses of this type have a figure. @param {string} type */
export const hasFigure = (type) => Object.hasOwn(FIGURES, type);

/** The figure of a result; null where its type has none. @param {any} result @param {Results} results @param {State} state @param {Context} context @returns {Figure | null} */
export function figureOf(result, results, state, context) {
  if (!hasFigure(result.type)) return null;
  const { w, label } = context;
  const { kind, words, file, data, patients = false } = FIGURES[result.type];
  const curve = result.type === "kaplan_meier";
  const { x_max, ...how } = (state.fixed?.study ?? context.plan?.study ?? {}).figures ?? {};
  const end = x_max?.[result.endpoint];
  return {
    name: [file, result.endpoint ?? "", result.by ? label(result.by) : ""], data, patients,
    request: {
      analysis: result.id, ...(kind ? { kind } : {}), locale: w.language, title: "", words: w.drawn(words), ...(result.type === "ph_test" ? { reasons: w.reasons } : {}),
      names: namesOf(results, state, context), ...(curve ? { from: beside(result, results) } : {}),
      options: curve ? { ...how, ...(end === undefined ? {} : { x_max: end }) } : {},
    },
  };
}

/** What endpoints and columns are called. @param {Results} results @param {State} state @param {Context} context @returns {Record<string, string>} */
function namesOf(results, state, context) {
  const { w, label } = context;
  const endpoints = Object.keys(results.endpoints ?? {}).map((name) => [name, endpointName(name, results, w)]).filter(([name, words]) => name !== words);
  // Where the study labels a column the engine knows it.
  const columns = (state.inspection?.columns ?? []).map(({ name }) => name).filter((name) => label(name) !== name);
  return { ...figureNames(columns, state, context), ...Object.fromEntries(endpoints) };
}

/** An endpoint's name: the study's label, else in words where it is a common one. @param {string} name @param {Results} results @param {import('../../i18n/words.mjs').Words} w */
export function endpointName(name, results, w) {
  const own = results.study?.endpoints?.[name]?.label;
  return typeof own === "string" && own ? own : endpointWords(w, name);
}

/** The comparison that belongs to curves: the model of the same groups, and the log-rank test. @param {any} curves @param {Results} results @returns {{effect?: string, test?: string}} */
export function beside(curves, results) {
  const { endpoint, by } = curves;
  if (!by) return {};
  const asked = new Map((results.study?.analyses ?? []).map((/** @type {any} */ analysis) => [analysis.id, analysis]));
  // What makes another set of patients or another event of them.
  const rest = (/** @type {string} */ id) => JSON.stringify([asked.get(id)?.subset ?? null, asked.get(id)?.cause ?? null]);
  const fits = (/** @type {any} */ other) => other.endpoint === endpoint && !other.error && rest(other.id) === rest(curves.id);
  const model = results.results.find((other) => other.type === "cox" && fits(other) && other.factors?.length === 1 && other.factors[0].variable === by && (other.terms ?? []).length === 2);
  const test = results.results.find((other) => other.type === "log_rank" && fits(other) && other.by === by && other.rules?.weights === "log-rank");
  return { ...(model ? { effect: model.id } : {}), ...(test ? { test: test.id } : {}) };
}
