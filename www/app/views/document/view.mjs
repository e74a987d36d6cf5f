// A part of the program in a page of somebody else: a step with its controls, or figures and tables of a study that is run as it
// stands.

import { h } from "../../ui/dom.mjs";
import { notice } from "../../ui/parts.mjs";
import { figureView } from "../../ui/figure.mjs";
import { tableExport } from "../../ui/table_export.mjs";
import { tableView } from "../../ui/table_model.mjs";
import { lastResults } from "../../state/current.mjs";
import { problems } from "../../state/selectors.mjs";
import { namedCaution } from "../context.mjs";
import { figureOf, hasFigure } from "./figures.mjs";
import { hasTable, tableOf, titleOf } from "./tables.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').Results} Results */
/** @typedef {import('../../embed/part.mjs').Part} Part */
/** @typedef {import('../../ui/dom.mjs').Child} Child */

/** The types of analysis that belong to a step. @type {Record<string, string[]>} */
const TYPES = {
  cohort: ["flow", "missing_map", "timeline"], patients: ["summary"], curves: ["kaplan_meier", "follow_up", "log_rank"], models: ["cox_table", "cox", "ph_test"],
};

/** Figures and tables of the last results that belong to a part. @param {Part} part @param {State} state @param {Context} context */
export function documentView(part, state, context) {
  const results = lastResults(state);
  if (!results) return null;
  const { w } = context;
  if (part.kind === "figure" || part.kind === "table") return single(part, results, state, context);
  const found = results.results.filter(({ type }) => (part.kind === "all" ? hasFigure(type) || hasTable(type) || type === "audit" : TYPES[part.kind].includes(type)));
  const title = state.fixed?.study.title;
  return h("div", { key: "document", class: "card document" },
    typeof title === "string" && title ? h("h2", { key: "title" }, title) : null,
    found.length === 0 ? h("p", null, w.t("document.nothing")) : found.map((result) => one(result, results, state, context)));
}

/** One figure or one table. @param {Extract<Part, {id: string}>} part @param {Results} results @param {State} state @param {Context} context */
function single({ kind, id }, results, state, context) {
  const { w } = context;
  const result = results.results.find((item) => item.id === id);
  const usable = results.results.filter(({ type }) => (kind === "figure" ? hasFigure(type) : hasTable(type))).map((item) => item.id);
  if (!result || !usable.includes(id)) {
    return notice("unknown", w.t(`document.no_${kind}`, { id, ids: usable.join(", ") || "–" }), "error");
  }
  return h("div", { key: "document", class: "card document" }, one(result, results, state, context, kind));
}

/** An analysis: its figure, its table, what must be known to read them. @param {any} result @param {Results} results @param {State} state @param {Context} context @param {"figure" | "table" | null} [only] */
function one(result, results, state, context, only = null) {
  const { w, label } = context;
  const title = titleOf(result, results, context);
  const cautions = /** @type {import('../../types').Caution[]} */ (result.cautions ?? []);
  return h("article", { key: result.id },
    h(only ? "h2" : "h3", { key: "title" }, title),
    result.error ? notice("error", w.code("error", result.error), "error") : [
      result.type === "audit" ? audit(result, context) : null,
      only === "table" ? null : picture(result, title, results, state, context),
      only === "figure" ? null : rows(result, results, state, context),
    ],
    cautions.length ? h("ul", { key: "cautions", class: "cautions" }, cautions.map((caution) => h("li", null, w.code("caution", namedCaution(caution, label))))) : null);
}

/** @param {any} result @param {string} title @param {Results} results @param {State} state @param {Context} context @returns {Child} */
function picture(result, title, results, state, context) {
  const figure = figureOf(result, results, state, context);
  if (!figure) return null;
  const { w, client } = context;
  return figureView(`figure-${result.id}`, {
    client, w, version: results, ...figure, label: title, table: w.t("curves.numbers", { title }), failed: (problem) => w.t("curves.failed", { why: w.code("error", problem) }),
  });
}

/** @param {any} result @param {Results} results @param {State} state @param {Context} context @returns {Child} */
function rows(result, results, state, context) {
  const found = tableOf(result, results, state, context);
  if (!found) return null;
  const { w, client } = context;
  return [
    tableView(`table-${result.id}`, {
      client: { ...client, table: async () => found.model() }, version: results, class: result.type === "summary" ? "patients" : "models", failed: (error) => w.code("error", error),
      request: /** @type {any} */ ({ analysis: result.id, locale: w.language }),
    }),
    tableExport({ key: `document-${result.id}`, client, w, name: found.name, table: found.model }),
  ];
}

/** What the audit of the data found, as sentences. @param {any} result @param {Context} context */
function audit(result, { w }) {
  const found = /** @type {any[]} */ (result.findings ?? []);
  return found.length === 0 ? h("p", { key: "audit" }, w.t("document.audit_nothing"))
    : h("ul", { key: "audit" }, found.map((finding) => h("li", null, w.code("finding", finding))));
}

/** What went wrong, without taking the focus from the page around. @param {State} state @param {Context} context */
export function partProblems(state, { w }) {
  const found = problems(state).filter((problem) => problem.during !== "analysis");
  if (found.length === 0) return null;
  return h("div", { key: "problems", role: "alert" }, found.map((problem, i) => notice(`problem-${i}`, [w.code("error", problem), where(problem.position, w)], "error")));
}

/** @param {import('../../types').Position | undefined} position @param {import('../../i18n/words.mjs').Words} w */
function where(position, w) {
  const names = /** @type {const} */ (["file", "row", "line", "column", "cell", "path"]);
  const parts = names.filter((name) => position?.[name] !== undefined).map((name) => `${w.t(`place.${name}`)} ${position?.[name]}`);
  return parts.length ? ` (${parts.join(", ")})` : "";
}
