import assert from "node:assert/strict";
import test from "node:test";
import { medians, rates, ratios, studyOf, tests } from "./console.mjs";
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
  const study = { format: "f", figures: { upward: true }, analyses: [{ id: "a", type: "log_rank", weights: "peto-peto" }, { id: "b", type: "audit" }, { id: "c", type: "cox" }] };
  assert.deepEqual(studyOf(study, "stata"), { format: "f", analyses: [{ id: "a", type: "log_rank", weights: "peto-peto-tilde" }, { id: "c", type: "cox" }] });
  assert.equal(studyOf(study, "r").analyses[0].weights, "peto-peto");
});
