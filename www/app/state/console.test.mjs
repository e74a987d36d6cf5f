import assert from "node:assert/strict";
import test from "node:test";
import { factorRatios, factorTests, medians, rates, ratios, studyOf, tableVariables, tests, variableTests } from "./console.mjs";
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

/** What is computed of a table of patients, by form of the tests; each form has its own p. @param {Record<string, any>} forms @param {any[]} [groups] @returns {any} */
const patients = (forms, groups = []) => {
  const results = [{ id: "t", variables: [{ variable: "x", groups }] }, ...Object.entries(forms).map(([form, test]) => ({ id: `t.${form}`, variables: [{ variable: "x", test }] }))];
  return { ...all(() => ({})), r: { results } };
};

/** @param {any} found @param {string} test @returns {[number | null, string | null][]} */
const printed = (found, test) => found.find((/** @type {any} */ item) => item.test === test).printed.map((/** @type {any} */ item) => [item.estimate, item.note]);

test("a rank test: R is exact of small groups without ties, Prism with them, SAS corrects, SPSS and Stata do not", () => {
  const forms = (/** @type {boolean} */ ties) => ({
    corrected: { name: "wilcoxon", p_value: 0.1, ties }, uncorrected: { name: "wilcoxon", p_value: 0.2, ties }, exact: { name: "wilcoxon", p_value: 0.3, ties },
    welch: { name: "t", p_value: 0.4 }, pooled: { name: "t", p_value: 0.5 },
  });
  const sizes = (/** @type {number[]} */ ...ns) => ns.map((n) => ({ n }));
  const small = variableTests(patients(forms(false), sizes(29, 0, 12)), "t", "x");
  assert.deepEqual(printed(small, "rank"), [[0.3, "r_exact"], [0.2, "spss_rank"], [0.2, "stata_rank"], [0.1, null], [0.3, "prism_rank"]]);
  assert.deepEqual(printed(small, "t"), [[0.4, null], [0.5, "both_t"], [0.5, null], [0.5, "both_t"], [0.5, null]]);
  assert.deepEqual(printed(variableTests(patients(forms(true), sizes(29, 12)), "t", "x"), "rank")[0], [0.1, null], "ties");
  assert.deepEqual(printed(variableTests(patients(forms(false), sizes(50, 12)), "t", "x"), "rank")[0], [0.1, null], "a group of fifty");
  assert.deepEqual(printed(variableTests(patients(forms(false), sizes(49, 49)), "t", "x"), "rank")[0], [0.3, "r_exact"]);
  assert.deepEqual(printed(variableTests(patients(forms(false), sizes(101, 300)), "t", "x"), "rank")[4], [null, "prism_rank_large"]);
  const late = { ...forms(false), exact: { name: "wilcoxon", p_value: null, reason: "too_many_values" } };
  assert.equal(variableTests(patients(late, sizes(90, 900)), "t", "x")[0].printed[4].reason, "too_many_values");
});

test("a table: R corrects two by two, the others' own p does not; larger ones have no correction, and Fisher's test not everywhere", () => {
  const forms = (/** @type {boolean} */ continuity, name = "fisher") => ({ corrected: { name: "chisq", p_value: 0.1, continuity }, uncorrected: { name: "chisq", p_value: 0.2, continuity: false }, exact: { name, p_value: 0.3 } });
  const two = variableTests(patients(forms(true)), "t", "x");
  assert.deepEqual(printed(two, "chisq"), [[0.1, null], [0.2, "both_chisq"], [0.2, null], [0.2, "both_chisq"], [0.2, "prism_chisq"]]);
  assert.deepEqual(printed(two, "fisher"), [[0.3, null], [0.3, null], [0.3, null], [0.3, null], [0.3, null]]);
  const larger = variableTests(patients(forms(false)), "t", "x");
  assert.deepEqual(printed(larger, "chisq").map(([, note]) => note), [null, null, null, null, null]);
  assert.deepEqual(printed(larger, "fisher"), [[0.3, null], [null, "spss_fisher"], [0.3, null], [0.3, "sas_fisher"], [null, "prism_fisher"]]);
  assert.deepEqual(printed(variableTests(patients(forms(false, "fisher_monte_carlo")), "t", "x"), "fisher").map(([, note]) => note), ["fisher_drawn", "spss_fisher", "fisher_drawn", "fisher_drawn", "prism_fisher"]);
});

test("three groups have the Kruskal-Wallis test; no group, no test; yes/no columns of a block count as variables", () => {
  assert.deepEqual(printed(variableTests(patients({ corrected: { name: "kruskal", p_value: 0.1 } }), "t", "x"), "kruskal"), [[0.1, null], [0.1, null], [0.1, null], [0.1, null], [null, "prism_kruskal"]]);
  assert.deepEqual(variableTests(patients({ corrected: null }), "t", "x"), []);
  assert.deepEqual(variableTests(patients({ corrected: { name: "auto", p_value: null, reason: "one_group" } }), "t", "x"), []);
  assert.deepEqual(variableTests(patients({}), "t", "x"), []);
  assert.deepEqual(tableVariables({ variables: [{ variable: "a" }, { kind: "yes_no", items: [{ variable: "b" }, { variable: "c" }] }] }).map(({ variable }) => variable), ["a", "b", "c"]);
});

test("the forms of the tests are asked for once, and only where groups are compared", () => {
  const table = { id: "table_1", type: "summary", variables: ["x"], by: "g" };
  const study = (/** @type {any} */ own) => ({ format: "f", analyses: [{ ...table, ...own }] });
  assert.deepEqual(studyOf(study({}), "r").analyses.map((/** @type {any} */ item) => item.id), ["table_1", "table_1.corrected", "table_1.uncorrected", "table_1.exact", "table_1.welch", "table_1.pooled"]);
  assert.deepEqual(studyOf(study({ quantile_type: 6 }), "r").analyses[3], { ...table, quantile_type: 6, id: "table_1.exact", numeric_test: "auto", rank_p: "exact", categorical_test: "fisher" });
  assert.equal(studyOf(study({}), "sas").analyses.length, 1);
  assert.equal(studyOf(study({ by: undefined }), "r").analyses.length, 1);
});
