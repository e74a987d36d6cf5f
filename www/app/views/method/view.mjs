// What was done: cautions, exclusions with their rows, and the rule behind every figure.

import { h } from "../../ui/dom.mjs";
import { cell, disclosure, table } from "../../ui/parts.mjs";
import { allCautions, exclusions, rules } from "../../state/selectors.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../i18n/words.mjs').Words} Words */

/** Rows that a list names at most. */
const ROWS = 200;

/** @param {State} state @param {Context} context */
export function methodView(state, { w, analysis }) {
  const { answer } = state;
  if (!answer) return null;
  const cautions = allCautions(answer);
  const engine = answer.results.engine;
  return h("section", { key: "method", class: "card method", "aria-labelledby": "method-title" },
    h("h2", { id: "method-title" }, w.t("method.title")),
    engine ? h("p", { class: "hint" }, w.t("method.engine", { name: engine.name, version: engine.version })) : null,
    h("h3", null, w.t("method.cautions")),
    cautions.length
      ? h("ul", { class: "cautions" }, cautions.map((caution) => h("li", null, w.code("caution", caution), rowsOf(caution.rows, w),
        caution.analyses.length ? h("span", { class: "hint" }, ` ${w.t("method.where", { ids: caution.analyses.map(analysis).join("; ") })}`) : null)))
      : h("p", null, w.t("method.no_cautions")),
    h("h3", null, w.t("method.exclusions")),
    exclusions(state).map((item) => excluded(item, w)),
    statuses(state, w),
    h("h3", { id: "rules-title" }, w.t("method.rules")),
    ruleTable(answer, w, analysis));
}

/** @param {number[] | undefined} rows @param {Words} w */
function rowsOf(rows, w) {
  if (!rows?.length) return null;
  const named = rows.slice(0, ROWS).join(", ");
  return ` ${w.t("method.rows", { n: rows.length, rows: rows.length > ROWS ? `${named}, …` : named })}`;
}

/** @param {ReturnType<typeof exclusions>[0]} item @param {Words} w */
function excluded({ plan, endpoint, excluded: list }, w) {
  // An endpoint that could not be made has no counts; “0 of 0” would be a figure of nothing.
  if (typeof endpoint.n !== "number") return h("p", { key: plan.key }, `${w.t("method.about", { name: plan.name })} ${w.t("result.failed")}`);
  const words = w.t("method.excluded", { n: endpoint.n_excluded ?? list.length, name: plan.name, of: w.count((endpoint.n ?? 0) + (endpoint.n_excluded ?? list.length)) });
  if (list.length === 0) return h("p", { key: plan.key }, words);
  return disclosure(plan.key, words, [table({
    key: "rows", caption: words, class: "dense", hideCaption: true, head: [[w.t("place.row"), w.t("place.line"), w.t("method.reason")]],
    rows: list.slice(0, ROWS).map((item) => ({ head: w.count(item.row), cells: [item.line === undefined ? "" : w.count(item.line), reasonWords(item.reason, w)] })),
  }), list.length > ROWS ? h("p", { class: "hint" }, w.t("method.more", { n: list.length - ROWS })) : null], { open: list.length <= 12 });
}

/** How each status value was read. @param {State} state @param {Words} w */
function statuses(state, w) {
  const read = exclusions(state).filter((item) => item.endpoint.status_values?.length);
  if (read.length === 0) return null;
  return [h("h3", null, w.t("method.statuses")), h("ul", null, read.map((item) => h("li", { key: item.plan.key }, `${w.t("method.about", { name: item.plan.name })} `,
    item.endpoint.status_values.map((/** @type {any} */ status) =>
      w.t("method.status", { value: status.value, n: status.n, read: w.or(`method.read_as.${status.read_as}`, status.read_as) })).join("; "))))];
}

/** @param {any} reason @param {Words} w */
function reasonWords(reason, w) {
  return w.code("reason", typeof reason === "string" ? { code: reason } : reason);
}

/** @param {import('../../types').Answer} answer @param {Words} w @param {(id: string) => string} name */
function ruleTable(answer, w, name) {
  return table({
    key: "rules", caption: w.t("method.rules"), class: "dense rules", hideCaption: true,
    head: [[w.t("method.option"), w.t("method.value"), w.t("method.analyses")]],
    rows: rules(answer).flatMap(({ option, values }) => values.map(({ value, analyses }) => ({
      head: w.or(`rules.${option}`, option), cells: [valueWords(option, value, w), cell({ class: "ids" }, values.length === 1 && analyses.length > 3 ? w.t("method.count", { n: analyses.length }) : analyses.map(name).join("; "))],
    }))),
  });
}

/** @param {string} option @param {unknown} value @param {Words} w */
export function valueWords(option, value, w) {
  if (typeof value === "boolean") return w.t(value ? "method.yes" : "method.no");
  if (value === null) return w.or(`rule_values.${option}.null`, w.t("method.none"));
  if (typeof value === "number") return ruleNumber(value, w);
  if (Array.isArray(value)) {
    return value.map((item) => (typeof item === "object" ? JSON.stringify(item) : typeof item === "number" ? ruleNumber(item, w) : String(item)))
      .join(w.language === "fr" ? " ; " : ", ");
  }
  if (typeof value === "object") return JSON.stringify(value);
  return w.or(`rule_values.${option}.${value}`, String(value));
}

/** A number that the study gave, never rounded: 0.975 is not 0.98. @param {number} value @param {Words} w */
function ruleNumber(value, w) {
  return w.language === "fr" ? String(value).replace(".", ",") : String(value);
}
