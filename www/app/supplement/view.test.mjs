import assert from "node:assert/strict";
import test from "node:test";
import { createWords } from "../i18n/words.mjs";
import { analysed, contextOf } from "../testing/states.mjs";
import { countsRequest, initial, supplementPanel, supplementView } from "../views/supplement/view.mjs";
import { dataView } from "./data.mjs";
import { survivalAt, tickStep } from "./figure.mjs";
import { binWords, countsCsv, readerView } from "./view.mjs";

const cell = { n: 30, n_event: 12, counts_withheld: null, hazard_ratio: 1.52, conf_low: 1.01, conf_high: 2.3, p_value: { value: 0.045, below: false }, withheld: null, reason: null };
const hidden = { n: null, n_event: null, counts_withheld: "gives_back", hazard_ratio: null, conf_low: null, conf_high: null, p_value: null, withheld: "small_cell", reason: null };
const counts = {
  format: "riskset-aggregate/1", engine: { version: "0.1.0", commit: null }, study: { title: "T", data: { columns: {} } }, k: 5, width_months: 3, by: "arm",
  endpoints: [{
    name: "OS", unit: "months", cause: null, conf_type: "log", conf_level: 0.95, ends: [6, 12], ends_months: [6, 12], log_rank: { value: 0.001, below: true },
    groups: [{ group: "A, B", n: 30, n_risk: [30, 22, 10], n_event: [5, 6, 4], n_censor: [3, 6, 6] }, { group: "C", n: 30, n_risk: [30, 20, 9], n_event: [5, 6, 4], n_censor: [5, 5, 5] }],
  }],
  models: [{ id: "t", endpoint: "OS", ties: "efron", conf_level: 0.95, factors: [], rows: [
    { variable: "arm", level: "C", reference: false, per: null, univariable: cell, multivariable: hidden },
    { variable: "age", level: null, reference: false, per: 10, univariable: { ...cell, counts_withheld: "small_difference", n: null, n_event: null, p_value: { value: 0.001, below: true } }, multivariable: null },
  ] }],
};
const curve = (/** @type {string} */ group) => ({
  group, n: 30, time: [6, 12], estimate: [0.8, 0.5], conf_low: [0.7, 0.3], conf_high: [0.9, null],
  quantiles: [group === "C" ? { prob: 0.5, estimate: 12, within: [6, 12], conf_low: 8.2, conf_high: null } : { prob: 0.5, estimate: null, within: null, conf_low: null, conf_high: null }],
  restricted_mean: { estimate: 9.1, std_error: 0.5, conf_low: 8.1, conf_high: 10.1 },
});
const redone = {
  method: "life_table", conf_type: "log", conf_level: 0.95, tau: 12, curves: [curve("A, B"), curve("C")], log_rank: { statistic: 4.2, df: 1, p_value: 0.0404, groups: [] },
  contrasts: [{ group: "C", reference: "A, B", estimate: -1.2, std_error: 0.7, conf_low: -2.6, conf_high: 0.2, p_value: 0.09 }],
};
/** @type {import('./file.mjs').Counts} */
const supplement = {
  format: "riskset-supplement/1", kind: "counts", language: "en", licence: "", labels: { arm: "Arm", age: "Age" }, units: { age: "years" },
  citation: { authors: "A", title: "T", journal: "J", doi: "" }, document: JSON.stringify(counts),
};
const nothing = () => {};
const act = /** @type {any} */ ({ endpoint: nothing, together: nothing, tau: nothing, at: nothing, language: nothing, save: nothing });

/** @param {any} node @returns {string} */
const words = (node) => Array.isArray(node) ? node.map(words).join("") : node && typeof node === "object" ? words(node.children) : String(node ?? "");
/** @param {any} node @returns {any[]} */
const nodes = (node) => Array.isArray(node) ? node.flatMap(nodes) : node && typeof node === "object" ? [node, ...node.children.flatMap(nodes)] : [];

/** @param {any} tree */
function check(tree) {
  const text = words(tree), found = nodes(tree);
  assert.doesNotMatch(text, /\{\w+\}|undefined|NaN|\bnull\b|\[object|supplement\.\w/);
  const ids = found.map((node) => node.props.id).filter(Boolean);
  assert.equal(new Set(ids).size, ids.length);
  const labels = found.filter((node) => node.tag === "label").map((node) => node.props.for);
  for (const node of found) if (["input", "select"].includes(node.tag)) assert.ok(labels.includes(node.props.id), node.props.id);
  return text;
}

for (const language of /** @type {const} */ (["en", "fr"])) {
  const w = createWords(language);
  test(`what readers see of counts (${language})`, () => {
    const reading = { supplement, counts, endpoint: "OS", together: false, tau: null, at: 6, redone, problem: null };
    const text = check(readerView(w, reading, act, ["en", "fr"]));
    assert.match(text, language === "en" ? /Approximate: from times grouped in bins/ : /Approximatif/);
    assert.match(text, language === "en" ? /fewer than 5/ : /moins de 5/);
    assert.match(text, language === "en" ? /later than 12/ : /plus de 12/);
    check(readerView(w, { ...reading, redone: null }, act, ["en", "fr"]));
    check(readerView(w, { ...reading, problem: { code: "bad_option", params: { option: "tau", found: "99", expected: "more than 0, at most 12" } } }, act, ["en", "fr"]));
  });

  test(`what authors see (${language})`, () => {
    const state = analysed(() => {}, language), context = contextOf(state);
    const given = { state, context }, panel = /** @type {any} */ ({ choose: nothing, set: nothing, save: nothing });
    const place = { n: 5, endpoint: "OS", group: "CT", start: 12, end: 30, outcome: null };
    const meter = {
      n: 41, smallest_group: { ...place, n: 25 }, fewest_leaving: place, n_cells: 14, narrowest_months: 12, n_bins: 6, alike: [{ ...place, outcome: "event" }, { ...place, end: null, outcome: "censored" }], few_of_a_kind: 3,
      smallest_difference: 5, withheld: 4, isolating: 0,
    };
    assert.match(check(supplementPanel(given, { ...initial(), counted: { document: supplement.document, meter } }, panel)), language === "en" ? /at the nearest/ : /au mieux/);
    check(supplementPanel(given, initial(), panel));
    check(supplementPanel(given, { ...initial(), problem: { code: "too_few_for_aggregates", params: { groups: "OS, CT: 9", least: "25", k: "5" } } }, panel));
    const shared = {
      csv: "OS_time,OS_status,chemo\n1,death,CT\n", columns: { chemo: {} }, endpoints: [], meter: { n: 41, alone: 2, few: 9, smallest: 1, alone_with_times: 41 },
      offered: [{ name: "chemo", type: "category", used: true, shared: true, n_distinct: 2, flags: [], spares: 2 }, { name: "id", type: "text", used: false, shared: false, n_distinct: 41, flags: ["identifier_name", "all_distinct"], spares: 0 }],
    };
    check(supplementPanel(given, { ...initial(), kind: "data", shared }, panel));
    // Without a script to hand on there is no supplement.
    assert.equal(supplementView(state, /** @type {any} */ ({ ...context, client: {} })), null);
  });

  test(`what stands above data (${language})`, () => {
    check(dataView(w, { ...supplement, kind: "data", csv: "", study: "", engine: { version: "0.1.0", commit: null } }, ["en", "fr"], nothing));
  });
}

test("counts are asked for by group, or for all patients", () => {
  const state = analysed(), given = { state, context: contextOf(state) };
  const plans = /** @type {any} */ (state.answer).plan.endpoints;
  assert.deepEqual(countsRequest(given, initial()).curves, plans.map((/** @type {any} */ plan) => plan.by));
  assert.deepEqual(countsRequest(given, { ...initial(), grouped: false, off: [plans[1].key], models: false }), { curves: [plans[0].all], models: [], k: 5, width_months: 3 });
});

test("the counts as text", () => {
  const lines = countsCsv(counts).split("\n");
  assert.deepEqual(lines.slice(0, 4), ["endpoint,group,unit,start,end,n_risk,n_event,n_censor", 'OS,"A, B",months,0,6,30,5,3', 'OS,"A, B",months,6,12,22,6,6', 'OS,"A, B",months,12,,10,4,6']);
  assert.equal(binWords(createWords("en"), [6, 12], 1), "over 6 to 12");
});

test("no name in the text of counts is a formula to a spreadsheet", () => {
  const named = (/** @type {string} */ group) => countsCsv({ endpoints: [{ name: "=OS", unit: "@months", ends: [6], groups: [{ group, n_event: [5], n_risk: [30], n_censor: [3] }] }] }).split("\n")[1];
  assert.equal(named("A"), "'=OS,A,'@months,0,6,30,5,3");
  for (const formula of ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "\uff1d1", "=1,2", "-1-1"]) {
    assert.match(named(formula).replace("'=OS,", "").replace(/^"/, ""), /^'/, JSON.stringify(formula));
  }
  for (const plain of ["-1.5", "+3", "-0,5", "A-B", "<50"]) assert.doesNotMatch(named(plain).replace("'=OS,", ""), /^"?'/, plain);
});

test("curves are read on straight lines", () => {
  assert.equal(survivalAt(curve("C"), 3), 0.9);
  assert.equal(survivalAt(curve("C"), 12), 0.5);
  assert.equal(survivalAt(curve("C"), 12.1), null);
  assert.deepEqual([7, 72, 400, 1e6].map((end) => tickStep(end)), [1, 12, 60, 1e6]);
});

test("columns that are called as what every object has", () => {
  const rows = ["constructor", "__proto__", "toString"].map((variable) => ({ variable, level: null, reference: false, per: null, univariable: cell, multivariable: null }));
  const odd = { ...counts, by: "valueOf", models: [{ ...counts.models[0], rows }] };
  const text = check(readerView(createWords("en"), { supplement: { ...supplement, labels: {}, units: {} }, counts: odd, endpoint: "OS", together: false, tau: null, at: 6, redone, problem: null }, act, ["en"]));
  assert.doesNotMatch(text, /function|native code/);
  for (const name of ["constructor", "__proto__", "toString", "valueOf: C"]) assert.ok(text.includes(name), name);
});
