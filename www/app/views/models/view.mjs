// The prognostic table as in a paper: each factor alone and in the common model, with the test of the whole factor. A click
// on a level makes it the reference.

import { h } from "../../ui/dom.mjs";
import { button, cell, interval, notice, rate, table } from "../../ui/parts.mjs";
import { tableExport } from "../../ui/table_export.mjs";
import { chooseReference, fieldId, levelsOf, stratify } from "../../state/choices.mjs";
import { columnsInUse } from "../../state/columns.mjs";
import { absoluteDifferences, centreOf, hazardsSign, modelTable, straightLines } from "../../state/models.mjs";
import { cautionsOf, resultOf, shownEndpoints } from "../../state/selectors.mjs";
import { figureView } from "../../ui/figure.mjs";
import { howView } from "../console/how.mjs";
import { columnUnit, endpointNames, endpointWords, figureNames, namedCaution, settable } from "../context.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').EndpointPlan} EndpointPlan */
/** @typedef {import('../../i18n/words.mjs').Words} Words */
/** @typedef {ReturnType<typeof modelTable>} Table */
/** @typedef {import('../../state/models.mjs').Side} Side */

/** The tests of a whole factor, in the order of the switch. @type {import('../../types').FactorTest[]} */
const TESTS = ["likelihood_ratio", "wald", "score"];

/** So many tests that some p below .05 is to be expected by chance. */
const MANY_TESTS = 8;

/** A number that ranges over so many of the units that its ratio is per: the ratio stands too near to 1 to be read. */
const WIDE_RANGE = 40;

/** @param {State} state @param {Context} context */
export function modelsView(state, context) {
  const { answer, choices } = state;
  if (!answer || !choices) return null;
  const { w, act } = context;
  const plans = shownEndpoints(state).filter((plan) => plan.table);
  return h("section", { key: "models", class: "card", "aria-labelledby": "models-title" },
    h("h2", { id: "models-title" }, w.t("models.title")),
    plans.length === 0 ? h("p", null, w.t("models.none")) : [
      h("div", { key: "test", class: "row", role: "group", "aria-labelledby": "factor-test-label" },
        h("span", { id: "factor-test-label", class: "label" }, w.t("models.test")),
        TESTS.map((test) => button(w.t(`factor_test.${test}`), () => act.choose({ ...choices, factor_test: test }),
          { key: test, id: `factor-test-${test}`, "aria-pressed": String(choices.factor_test === test) }))),
      centre(state, context),
      plans.map((plan) => one(plan, state, context)),
    ]);
}

/** Patients of one centre are more alike than others, and centres are few. @param {State} state @param {Context} context */
function centre({ choices, inspection }, { w, act, label }) {
  const found = choices && inspection ? centreOf(choices, inspection) : null;
  if (!choices || !found) return null;
  return notice("centre", [w.t("models.centre", { n: found.n, name: label(found.name) }), " ",
    button(w.t("models.stratify_by", { name: label(found.name) }), () => act.choose(stratify(choices, found.name, true)), { id: "stratify-centre" })]);
}

/** @param {EndpointPlan} plan @param {State} state @param {Context} context */
function one(plan, state, context) {
  const { w, client } = context;
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const found = modelTable(answer, plan);
  const title = endpointWords(w, plan.name);
  const size = (/** @type {string} */ key, /** @type {{n: number | null, events: number | null} | null} */ model) =>
    [w.t(key), model && model.n !== null ? h("span", { class: "model-size" }, ` ${w.t("models.used", { n: model.n, events: w.count(model.events ?? 0) })}`) : null];
  const number = { class: "number" };
  const shown = {
    head: [
      [cell({ rowspan: 2 }, w.t("models.factor")), cell({ rowspan: 2, ...number }, w.t("models.n")), cell({ rowspan: 2, ...number }, w.t("models.events")),
        cell({ colspan: 2, scope: "colgroup" }, size("models.univariable", found.alone)),
        cell({ colspan: 2, scope: "colgroup" }, size("models.multivariable", found.multivariable ? { n: found.multivariable.n, events: found.multivariable.n_event } : null))],
      [cell(number, w.t("models.hr")), cell(number, w.t("models.p")), cell(number, w.t("models.hr")), cell(number, w.t("models.p"))],
    ],
    rows: found.factors.flatMap((factor) => factorRows(factor, plan, state, context)),
  };
  const how = [w.t("models.how", { conf: w.t(`conf.${found.conf}`), test: w.t(`factor_test_long.${found.test}`) }),
    answer.choices.strata.length ? w.t("models.stratified", { by: answer.choices.strata.map(context.label).join(", ") }) : ""].filter(Boolean).join(" ");
  const caption = w.t("models.caption", { title });
  return h("div", { key: plan.key, class: "model" },
    h("h3", { id: `models-${plan.key}` }, title === plan.name ? title : `${title} (${plan.name})`),
    found.error ? notice("error", w.code("error", found.error), "error") : [
      table({ key: "table", caption, class: "models", hideCaption: true, ...shown }),
      h("p", { key: "how", class: "hint" }, how),
      plan.table ? howView({ kind: "factors", plan, id: plan.table, name: title }, state, context) : null,
      notes(found, plan, state, context),
      tableExport({
        key: `factors-${plan.key}`, client, w, name: ["prognostic-factors", plan.name],
        table: () => client.coxTable({
          analysis: plan.table ?? "", title: caption, locale: w.language, words: w.drawn("cox_table"), reasons: w.drawn("reason"),
          ...named(found.factors.map((factor) => factor.variable), state, context),
        }),
      }),
      differences(plan, state, context),
      forest(found, plan, state, context),
    ]);
}

/** The ratios as a picture: of the multivariable model where there is one. @param {Table} found @param {EndpointPlan} plan @param {State} state @param {Context} context */
function forest(found, plan, state, context) {
  const { w, client } = context;
  if (!found.multivariable && !found.alone && found.factors.every((factor) => factor.rows.length === 0)) return null;
  const model = found.multivariable ? "multivariable" : "univariable";
  const title = endpointWords(w, plan.name);
  return h("div", { key: "forest", class: "absolute" },
    h("h4", { id: `forest-${plan.key}` }, w.t(`models.forest_${model}`)),
    figureView(`figure-forest-${plan.key}`, {
      settable: settable({ endpoint: plan.key, figure: "forest", by: null }, state, context, { axes: ["x_label"], options: [["counts", true], ["p", true], ["described", true]] }),
      client, w, version: state.answer, name: ["forest-plot", plan.name], data: ["forest"], label: w.t("models.forest", { title }), table: w.t("models.forest_numbers", { title }),
      failed: (problem) => w.t("curves.failed", { why: w.code("error", problem) }),
      request: { analysis: plan.table ?? "", kind: "forest", model, locale: w.language, title: "", words: w.figure, names: { ...endpointNames([plan], state, context), ...figureNames(found.factors.map((factor) => factor.variable), state, context) }, options: {} },
    }));
}

/** The page's names and units of columns, for a table of the engine. @param {string[]} columns @param {State} state @param {Context} context */
function named(columns, state, { w, label }) {
  const units = columns.map((column) => [column, columnUnit(state, w, column)]).filter(([, unit]) => unit);
  return { labels: Object.fromEntries(columns.map((column) => [column, label(column)])), units: Object.fromEntries(units) };
}

/** How many patients and events the multivariable model has. @param {Table} found @param {Words} w */
function sizeOf({ multivariable }, w) {
  return multivariable ? w.t("models.size", { n: multivariable.n, events: w.count(multivariable.n_event), missing: w.count(multivariable.n_missing ?? 0) }) : null;
}

/** What must be known to read the table, as sentences. @param {Table} found @param {EndpointPlan} plan @param {State} state @param {Context} context */
function remarks(found, plan, state, { w, label }) {
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const tests = found.factors.filter((factor) => factor.univariable.p !== null).length;
  const alpha = 1 - found.level;
  return [
    ...cautionsOf(answer, [plan.table]).map((caution) => w.code("caution", namedCaution(caution, label))),
    ...found.factors.filter((factor) => isWide(factor, state)).map((factor) => w.t("models.wide", { name: label(factor.variable) })),
    ...straightLines(answer, plan).filter((line) => line.p < alpha).map((line) => w.t("models.bent", { name: label(line.variable), p: w.p(line.p) })),
    ...changing(answer, plan).map((test) => w.t("models.changing", { name: label(test.variable), p: w.p(test.p_value) })),
    tests >= MANY_TESTS ? w.t("models.many", { n: tests, expected: w.quantity(tests * alpha), level: w.percentSign(alpha) }) : null,
  ].filter((item) => item !== null);
}

/** Factors of the multivariable model whose effect changes over time. @param {import('../../types').Answer} answer @param {EndpointPlan} plan @returns {any[]} */
function changing(answer, plan) {
  const tests = plan.ph ? resultOf(answer, plan.ph)?.terms ?? [] : [];
  return tests.filter((/** @type {any} */ test) => hazardsSign(test.p_value ?? null) === "sign");
}

/** What must be known to read the table. @param {Table} found @param {EndpointPlan} plan @param {State} state @param {Context} context */
function notes(found, plan, state, context) {
  const { w } = context;
  const said = remarks(found, plan, state, context);
  const size = sizeOf(found, w);
  const lines = straightLines(/** @type {import('../../types').Answer} */ (state.answer), plan);
  return [
    found.failed ? notice("error", [h("strong", null, w.t("models.multivariable")), " ", w.code("error", found.failed)], "error") : null,
    size ? h("p", { key: "size", class: "hint" }, size) : null,
    lines.length ? h("p", { key: "lines", class: "hint" }, w.t("models.lines"), " ", lines.map((line) => `${context.label(line.variable)} p ${w.p(line.p)}`).join("; "), ".") : null,
    found.isSeparated ? notice("separation", w.t("models.separation_words"), "caution") : null,
    said.length ? h("ul", { key: "cautions", class: "cautions" }, said.map((item) => h("li", null, item))) : null,
  ];
}

/** @param {Table["factors"][0]} factor @param {State} state */
function isWide({ numeric, rows, variable }, { inspection }) {
  const column = inspection?.columns.find((item) => item.name === variable);
  return numeric && column !== undefined && (Number(column.max) - Number(column.min)) / (rows[0].per ?? 1) >= WIDE_RANGE;
}

/** @param {Table["factors"][0]} factor @param {EndpointPlan} plan @param {State} state @param {Context} context */
function factorRows({ variable, rows, numeric, univariable, multivariable }, plan, state, context) {
  const { w, label } = context;
  const pUni = univariable.error ? cell({ class: "wrong" }, w.t("result.failed")) : pCell(univariable, w);
  const pMulti = multivariable === null || multivariable.error ? cell({ class: "number" }, "") : pCell(multivariable, w);
  const counts = (/** @type {number | null} */ n, /** @type {number | null} */ events) => [n, events].map((count) => cell({ class: "number" }, count === null ? "" : w.count(count)));
  const blank = () => cell({ class: "number" }, "");
  if (numeric) {
    const [row] = rows;
    const per = h("span", { class: "hint" }, ` ${perWords(row.per, columnUnit(state, w, variable), w)}`);
    return [{
      class: "factor", head: h("span", { class: "factor-name" }, label(variable), per),
      cells: [...counts(row.n, row.events), ratio(row.univariable, w), pUni, ratio(row.multivariable, w), pMulti],
    }];
  }
  return [
    { class: "factor", head: h("span", { class: "factor-name" }, label(variable)), cells: [...counts(univariable.n, univariable.events), blank(), pUni, blank(), pMulti] },
    ...rows.map((row, index) => ({
      class: "level", head: levelHead(variable, row, index, plan, state, context),
      cells: [...counts(row.n, row.events), ratio(row.univariable, w), blank(), ratio(row.multivariable, w), blank()],
    })),
  ];
}

/** A level to click. @param {string} variable @param {import('../../state/models.mjs').Row} row @param {number} index @param {EndpointPlan} plan @param {State} state @param {Context} context */
function levelHead(variable, row, index, plan, state, { w, act, label }) {
  const { choices, inspection } = state;
  const column = choices && inspection ? columnsInUse(state).find((item) => item.name === variable) : null;
  if (!choices || !column || row.level === null || !levelsOf(choices, column).includes(row.level)) return row.level ?? "";
  const { level } = row;
  const id = (/** @type {number} */ at) => `${fieldId(`level-${plan.key}`, variable)}-${at}`;
  return h("button", {
    type: "button", class: "level-choice", id: id(index), "aria-pressed": String(row.reference),
    "aria-label": w.t(row.reference ? "models.is_reference" : "models.make_reference", { level, name: label(variable) }),
    onclick: (/** @type {Event} */ event) => {
      if (row.reference) return;
      // The chosen level becomes the first: the focus goes where it will stand.
      const root = /** @type {ShadowRoot} */ (/** @type {Element} */ (event.currentTarget).getRootNode());
      root.getElementById(id(0))?.focus({ preventScroll: true });
      act.choose(chooseReference(choices, column, level));
    },
  }, level);
}

/** `per cm`, `per 10 years`. @param {number | null} per @param {string} unit @param {Words} w */
export function perWords(per, unit, w) {
  if (per === null || per === 1) return unit ? w.t("models.per", { unit }) : w.t("models.per_unit");
  return w.t(unit ? "models.per_many" : "models.per_units", { per: w.plain(per), unit });
}

/** @param {Side} side @param {Words} w */
function pCell({ p, reason }, w) {
  return cell({ class: p !== null && p < 0.05 ? "number significant" : "number" }, p !== null ? w.p(p) : reason ? h("span", { class: "hint" }, w.t("models.no_test")) : "–");
}

/** A hazard ratio with its interval; what cannot be estimated says why, and never stands as a bare number. @param {any} term @param {Words} w */
function ratio(term, w) {
  if (!term) return cell({ class: "number" }, "");
  if (term.reference) return cell({ class: "number reference" }, `${w.count(1)} (${w.t("models.reference")})`);
  if (term.hazard_ratio === null || term.hazard_ratio === undefined) {
    return cell({ class: "number" },
      h("span", null, term.reason === "separation" ? w.t("models.not_estimable") : term.reason ? w.code("reason", { code: term.reason }) : "–"),
      limit(term, w), term.firth ? h("span", { class: "ci below" }, w.t("models.firth", { value: withLimits(term.firth, w) })) : null);
  }
  return cell({ class: "number" }, withLimits(term, w));
}

/** @param {any} term @param {Words} w */
export function withLimits(term, w) {
  return `${w.ratio(term.hazard_ratio)} (${interval(w, w.ratio, { low: term.conf_low, high: term.conf_high }, "–")})`;
}

/** The one limit that separation leaves. @param {any} term @param {Words} w */
function limit(term, w) {
  if (typeof term.conf_low === "number") return h("span", { class: "ci below" }, w.t("models.at_least", { value: w.ratio(term.conf_low) }));
  if (typeof term.conf_high === "number") return h("span", { class: "ci below" }, w.t("models.at_most", { value: w.ratio(term.conf_high) }));
  return null;
}

/** What a ratio means in patients: the rates of the two levels of a factor, and how far they are apart. @param {EndpointPlan} plan @param {State} state @param {Context} context */
function differences(plan, state, context) {
  const { w, label } = context;
  const found = absoluteDifferences(/** @type {import('../../types').Answer} */ (state.answer), plan);
  if (found.length === 0) return null;
  const caption = w.t("models.absolute", { title: endpointWords(w, plan.name) });
  const number = { class: "number" };
  const points = (/** @type {number | null | undefined} */ value) => (typeof value === "number" ? w.signed(100 * value) : "–");
  const share = (/** @type {any} */ at) => (at ? rate(w, at) : "–");
  return h("div", { key: "absolute", class: "absolute" },
    h("h4", null, w.t("models.absolute_title")),
    table({
      key: "absolute", caption, hideCaption: true, class: "dense",
      head: [[w.t("models.comparison"), cell(number, w.t("models.at", { unit: w.t(`unit.${plan.unit}`) })), cell(number, w.t("models.rate")), cell(number, w.t("models.rate_reference")), cell(number, w.t("models.difference"))]],
      rows: found.map((item) => ({
        head: w.t("models.versus", { name: label(item.variable), level: item.level, reference: item.reference }),
        cells: [cell(number, w.plain(item.time)), cell(number, share(item.rate)), cell(number, share(item.rateOfReference)),
          cell(number, typeof item.difference.estimate === "number"
            ? `${points(item.difference.estimate)} (${typeof item.difference.conf_low === "number" ? w.t("models.limits", { low: points(item.difference.conf_low), high: points(item.difference.conf_high) }) : w.code("reason", { code: item.difference.reason ?? "" })})` : "–")],
      })),
    }),
    h("p", { class: "hint" }, w.t("models.absolute_how")),
    howView({ kind: "difference", plan, id: plan.rates[0].id, name: w.t("models.absolute_title"), where: "models" }, state, context));
}
