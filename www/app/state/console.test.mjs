import assert from "node:assert/strict";
import test from "node:test";
import { factorRatios, factorTests, medians, rates, ratios, studyOf, tests } from "./console.mjs";
import { PROGRAMS } from "./conventions.mjs";

/** Results of every program: the same analysis, each with its own number. @param {(program: string, index: number) => any} entry @returns {any} */
const all = (entry) => Object.fromEntries(PROGRAMS.map((program, index) => [program, { results: [{ id: "x", ...entry(program, index) }] }]));

test("a median has the interval of its program; Prism prints none, SAS no median of a flat end", () => {
  const of = (/** @type {boolean} */ flat) => all((_, i) => ({ curves: [{ quantiles: [{ prob: 0.5, estimate: 10 + i, conf_low: i, conf_high: null, flat_to_end: flat }] }] }));
  const found = medians(of(false), "x", 0);
  assert.deepEqual(found.map((item) => item.estimate), [10, 11, 12, 13, 14]);
  assert.deepEqual(found.map((item) => item.limits), [true, true, true, true, false]);
  assert.equal(found[4].low, null);
  assert.deepEqual(medians(of(true), "x", 0).map((item) => item.note), [null, null, null, "sas_flat", "prism_median"]);
  assert.equal(medians(of(true), "x", 0)[3].estimate, null);
});

test("SPSS prints no interval of a rate", () => {
  const found = rates(all((_, i) => ({ curves: [{ at: [{ time: 36, estimate: 0.5, conf_low: 0.1 * i, conf_high: 0.9 }] }] })), "x", 0, 36);
  assert.deepEqual(found.map((item) => item.low), [0, null, 0.2, 0.1 * 3, 0.4]);
  assert.equal(found[1].note, "spss_rate");
  assert.equal(rates(all(() => ({ curves: [{ at: [] }] })), "x", 0, 36)[0].estimate, null);
});

test("a test that a program does not offer has no p", () => {
  const found = tests(all(() => ({ p_value: 0.2 })), "x", "peto-peto");
  assert.deepEqual(found.map((item) => item.estimate), [0.2, null, 0.2, 0.2, null]);
  assert.deepEqual(found.map((item) => item.note), [null, "not_offered", "stata_peto", null, "not_offered"]);
  assert.ok(tests(all(() => ({ p_value: 0.2 })), "x", "log-rank").every((item) => item.note === null && item.estimate === 0.2));
});

test("a ratio is that of the level; a reason is kept", () => {
  const found = ratios(all(() => ({ terms: [{ level: "A", reference: true }, { level: "B", hazard_ratio: null, reason: "separation", conf_low: 2, conf_high: null }] })), "x", "B");
  assert.ok(found.every((item) => item.estimate === null && item.reason === "separation" && item.low === 2));
});

test("a program's study has the analyses that are compared, and Stata's own Peto-Peto", () => {
  const study = { format: "f", figures: { upward: true }, analyses: [{ id: "os.log_rank", type: "log_rank", weights: "peto-peto" }, { id: "audit", type: "audit" }, { id: "os.influence", type: "cox" }, { id: "os.group", type: "cox" }] };
  assert.deepEqual(studyOf(study, "stata"), { format: "f", analyses: [{ id: "os.log_rank", type: "log_rank", weights: "peto-peto-tilde" }, { id: "os.group", type: "cox" }] });
  assert.equal(studyOf(study, "r").analyses[0].weights, "peto-peto");
});

test("the table of factors: each model's ratio and test; Prism tests no factor of three levels", () => {
  const table = all((_, i) => ({
    rows: [{ variable: "g", level: "2", univariable: { hazard_ratio: 2 + i, conf_low: 1, conf_high: 4 }, multivariable: { hazard_ratio: 3 + i, conf_low: 1, conf_high: 4 } }, { variable: "age", level: null, univariable: { hazard_ratio: 1.1 }, multivariable: null }],
    factors: [{ variable: "g", univariable: { df: 2, p_value: 0.1 * i }, multivariable: null }, { variable: "age", univariable: { df: 1, p_value: 0.5 }, multivariable: null }],
  }));
  assert.deepEqual(factorRatios(table, "x", "multivariable", "g", "2").map((item) => item.estimate), [3, 4, 5, 6, 7]);
  assert.equal(factorRatios(table, "x", "univariable", "age", null)[0].estimate, 1.1);
  assert.deepEqual(factorTests(table, "x", "univariable", "g").map((item) => item.note), [null, null, null, null, "prism_factor"]);
  assert.ok(factorTests(table, "x", "univariable", "age").every((item) => item.estimate === 0.5));
});
