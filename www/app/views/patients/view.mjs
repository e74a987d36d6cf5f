// The table of patients: characteristics by group and overall, with the test of each named under it.

import { h } from "../../ui/dom.mjs";
import { button, cell, interval, notice, table, tick } from "../../ui/parts.mjs";
import { tableExport } from "../../ui/table_export.mjs";
import { resultOf } from "../../state/selectors.mjs";
import { canDescribe, studyColumns, tableVariables } from "../../state/columns.mjs";
import { fieldId } from "../../state/choices.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../i18n/words.mjs').Words} Words */

/** @param {State} state @param {Context} context */
export function patientsView(state, context) {
  const { answer } = state;
  if (!answer) return null;
  const { w, label } = context;
  const id = answer.plan.cohort.table;
  const result = id ? resultOf(answer, id) : null;
  return h("section", { key: "patients", class: "card", "aria-labelledby": "patients-title" },
    h("h2", { id: "patients-title" }, answer.plan.by ? w.t("patients.title_by", { group: label(answer.plan.by) }) : w.t("patients.title")),
    !result ? h("p", null, w.t("patients.none")) : result.error ? notice("error", w.code("error", result.error), "error") : [
      characteristics(result, state, context),
      h("p", { key: "foot", class: "hint" }, foot(result, w)),
      tableExport({ key: "patients", client: context.client, w, name: ["patients", answer.plan.by ? label(answer.plan.by) : ""], table: () => context.client.tableOne(request(String(id), result, state, context)) }),
      result.cautions?.length ? h("ul", { key: "cautions", class: "cautions" }, result.cautions.map((/** @type {any} */ caution) => h("li", null, w.code("caution", caution)))) : null,
    ]);
}

/** What is asked of the engine to make the same table for a file. @param {string} analysis @param {any} result @param {State} state @param {Context} context */
function request(analysis, result, state, context) {
  const { w, label } = context, { plan } = /** @type {import('../../types').Answer} */ (state.answer);
  const names = /** @type {string[]} */ ([...result.variables.map((/** @type {any} */ item) => item.variable), plan.by].filter(Boolean));
  return {
    analysis, title: plan.by ? w.t("patients.title_by", { group: label(plan.by) }) : w.t("patients.title"), locale: w.language,
    words: w.drawn("table_one"), reasons: w.drawn("reason"),
    labels: Object.fromEntries(names.map((name) => [name, label(name)])), units: Object.fromEntries(names.map((name) => [name, unitOf(name, state, w)])),
  };
}

/** @param {string} column @param {State} state @param {Words} w */
function unitOf(column, state, w) {
  return state.choices?.columns[column]?.unit ?? (state.source === "demo" ? w.or(`demo.units.${column}`, "") : "");
}

/** @param {any} result @param {State} state @param {Context} context */
function characteristics(result, state, context) {
  const { w } = context;
  const groups = /** @type {{group: string, n: number}[]} */ (result.groups ?? []);
  const tested = result.variables.some((/** @type {any} */ variable) => variable.test);
  const number = (/** @type {string} */ words) => cell({ class: "number" }, words);
  return table({
    key: "table", caption: w.t("patients.title"), hideCaption: true, class: "patients",
    head: [[w.t("patients.characteristic"), number(w.t("patients.all", { n: result.n })),
      ...groups.map(({ group, n }) => number(w.t("patients.group", { group, n }))), ...(tested ? [number(w.t("models.p"))] : [])]],
    rows: result.variables.flatMap((/** @type {any} */ variable) => rowsOf(variable, groups.length, tested, state, context)),
  });
}

/** @param {any} variable @param {number} groups @param {boolean} tested @param {State} state @param {Context} context */
function rowsOf(variable, groups, tested, state, context) {
  const { w, label } = context;
  const unit = unitOf(variable.variable, state, w);
  const p = !tested ? [] : [cell({ class: "number" }, variable.test && typeof variable.test.p_value === "number" ? [w.p(variable.test.p_value), h("sup", null, w.or(`patients.mark.${variable.test.name}`, ""))] : "–")];
  const blank = () => cell({ class: "number" }, "");
  if (!variable.levels) {
    const all = [variable.overall, ...variable.groups];
    // One number of decimals for the whole line.
    const whole = all.every((item) => [item.median, item.q1, item.q3].every((value) => typeof value !== "number" || Number.isInteger(value)));
    const cells = all.map((item) => cell({ class: "number" }, location(item, whole ? w.count : w.quantity, w)));
    const missing = [variable.overall, ...variable.groups].map((/** @type {any} */ item) => item.n_missing);
    return [
      { class: "factor", head: h("span", null, h("span", { class: "factor-name" }, label(variable.variable), unit ? `, ${unit}` : null), h("span", { class: "hint" }, ` ${w.t("patients.median")}`)), cells: [...cells, ...p] },
      ...missingRow(missing, tested, w),
    ];
  }
  const { overall, totals } = variable;
  return [
    { class: "factor", head: h("span", null, h("span", { class: "factor-name" }, label(variable.variable)), h("span", { class: "hint" }, ` ${w.t("patients.percent")}`)), cells: [...Array.from({ length: groups + 1 }, blank), ...p] },
    ...variable.levels.map((/** @type {any} */ level, /** @type {number} */ i) => ({
      class: "level", head: level.level,
      cells: [cell({ class: "number" }, count(overall.levels[i], w)), ...level.groups.map((/** @type {any} */ item) => cell({ class: "number" }, count(item, w))), ...(tested ? [blank()] : [])],
    })),
    ...missingRow([overall.n_missing, ...totals.map((/** @type {any} */ total) => total.n_missing)], tested, w),
  ];
}

/** @param {number[]} missing overall, then by group @param {boolean} tested @param {Words} w */
function missingRow(missing, tested, w) {
  if (missing.every((n) => n === 0)) return [];
  return [{ class: "level missing-row", head: w.t("patients.missing"), cells: [...missing.map((n) => cell({ class: "number" }, w.count(n))), ...(tested ? [cell({ class: "number" }, "")] : [])] }];
}

/** Median and quartiles. @param {any} item @param {(value: number) => string} format @param {Words} w */
function location(item, format, w) {
  if (typeof item.median !== "number") return "–";
  return `${format(item.median)} (${interval(w, format, { low: item.q1, high: item.q3 }, "–")})`;
}

/** Rows and their share of those with a value. @param {any} item @param {Words} w */
function count(item, w) {
  return item.percent === null || item.percent === undefined ? w.count(item.n) : `${w.count(item.n)} (${w.wholePercent(item.percent)})`;
}

/** The tests that were used, each with its mark, and the rule of the quartiles. @param {any} result @param {Words} w */
function foot(result, w) {
  const names = [...new Set(result.variables.map((/** @type {any} */ variable) => variable.test?.name).filter(Boolean))];
  const tests = names.map((name) => `${w.or(`patients.mark.${name}`, "")} ${w.or(`patients.test.${name}`, name)}`.trim()).join("; ");
  return [w.t("patients.how", { type: String(result.rules?.quantile_type ?? "") }), tests ? ` ${w.t("patients.tests", { tests })}` : "", ` ${w.t("patients.no_randomised")}`].join("");
}

/** Which columns stand in the table. @param {State} state @param {Context} context */
export function patientsSettings(state, { w, act, label }) {
  const { choices, inspection } = state;
  if (!choices || !inspection) return null;
  const columns = studyColumns(choices, inspection);
  const chosen = tableVariables(choices, columns);
  const usable = columns.filter((column) => canDescribe(column) && column.name !== choices.by);
  return h("section", { key: "patients-settings", "aria-labelledby": "variables-title" },
    h("h3", { id: "variables-title" }, w.t("patients.variables")),
    h("p", { class: "hint" }, w.t("patients.variables_hint")),
    h("div", { class: "list variables", role: "group", "aria-label": w.t("patients.variables") }, usable.map((column) => tick({
      id: fieldId("table", column.name), label: label(column.name), checked: chosen.includes(column.name),
      onchange: (on) => act.choose({ ...choices, table: on ? usable.map((item) => item.name).filter((name) => chosen.includes(name) || name === column.name) : chosen.filter((name) => name !== column.name) }),
    }))),
    choices.table ? button(w.t("patients.propose"), () => act.choose({ ...choices, table: null }), { key: "propose", class: "quiet" }) : null);
}
