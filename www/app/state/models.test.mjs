import assert from "node:assert/strict";
import test from "node:test";
import { analysed, badCell, demoInspection, separated } from "../testing/states.mjs";
import { choosePer, chooseReference, parsePer, stratify, tickCovariate, tickMultivariable, treatAsCategory } from "./choices.mjs";
import { demoChoices } from "./demo.mjs";
import { problems } from "./selectors.mjs";
import { absoluteDifferences, adjustedRates, centreOf, eventsPerParameter, hazardsSign, influenceOf, modelTable, parametersOf, straightLines } from "./models.mjs";

/** The answer of the demonstration and the plan of an endpoint. @param {number} [index] @param {(document: any) => void} [change] */
function shown(index = 0, change = () => {}) {
  const { answer } = analysed(change);
  assert.ok(answer);
  return { answer, plan: answer.plan.endpoints[index] };
}

test("the prognostic table puts both models side by side by level, with the n of each", () => {
  const { answer, plan } = shown();
  const table = modelTable(answer, plan);
  assert.deepEqual(table.factors.map((factor) => factor.variable), ["margin", "kieffer", "chemo", "fnclcc_grade", "specimen_size_cm"]);
  assert.equal(table.factors[0].multivariable, null, "margin is not in the multivariable model");
  const chemo = table.factors[2];
  assert.deepEqual(chemo.rows.map((row) => [row.level, row.reference, row.n, row.events]), [["No CT", true, 29, 14], ["CT", false, 12, 8]]);
  assert.ok(chemo.univariable.p !== null && Math.abs(chemo.univariable.p - 0.9355963) < 1e-6);
  assert.ok(chemo.rows[1].multivariable);
  assert.ok(table.factors[4].numeric && !chemo.numeric);
  assert.deepEqual([table.alone, table.multivariable.n, table.multivariable.n_event], [{ n: 41, events: 22 }, 41, 22]);
  assert.deepEqual([table.test, table.conf], ["likelihood_ratio", "wald"]);
  const unequal = shown(0, (document) => { document.results.find((/** @type {any} */ item) => item.id === "os.table").models.univariable[1].n = 40; });
  assert.equal(modelTable(unequal.answer, unequal.plan).alone, null, "no common n is claimed");
});

test("a separated level carries its Firth estimate; a factor that failed its reason", () => {
  const { answer, plan } = shown(0, separated);
  const table = modelTable(answer, plan);
  const level = table.factors[0].rows[2];
  assert.deepEqual([level.univariable.hazard_ratio, level.univariable.firth.hazard_ratio], [null, 21.4]);
  assert.deepEqual([table.isSeparated, table.factors[0].univariable.p, table.factors[0].univariable.reason], [true, null, "separation"]);
  const bad = badCell().answer;
  assert.ok(bad);
  const [, , , , size] = modelTable(bad, bad.plan.endpoints[0]).factors;
  assert.equal(size.univariable.error?.code, "bad_cell");
  assert.equal(size.rows.length, 0);
});

test("the rates of two levels stand with their difference", () => {
  const { answer, plan } = shown();
  const found = absoluteDifferences(answer, plan);
  assert.deepEqual(found.map((/** @type {any} */ item) => [item.variable, item.level, item.reference, item.time]), [["chemo", "CT", "No CT", 36], ["chemo", "CT", "No CT", 60]]);
  for (const item of found) assert.ok(Math.abs(item.rate.estimate - item.rateOfReference.estimate - item.difference.estimate) < 1e-12);
});

test("adjusted rates stand beside the observed ones, each read off its own step, and none beyond the model's times", () => {
  const { answer, plan } = shown(0, (document) => {
    const result = document.results.find((/** @type {any} */ item) => item.id === "os.adjusted");
    // By hand: steps at 10 and 40, the group's levels out of order.
    result.adjusted = { variable: "chemo", time: [10, 40], curves: [
      { level: "CT", n: 12, estimate: [0.9, 0.6], std_error: [0, 0], conf_low: [0.8, 0.5], conf_high: [1, 0.7] },
      { level: "No CT", n: 29, estimate: [0.8, 0.4], std_error: [0, 0], conf_low: [0.7, 0.3], conf_high: [0.9, 0.5] }] };
    result.n = 40;
  });
  const found = adjustedRates(answer, plan);
  assert.deepEqual([found?.n, found?.crude, found?.others], [40, 41, ["fnclcc_grade", "kieffer"]]);
  assert.deepEqual(found?.rows.map((row) => [row.milestone, row.level, row.adjusted?.estimate ?? null]), [[36, "CT", 0.9], [36, "No CT", 0.8], [60, "CT", null], [60, "No CT", null]]);
  const observed = answer.results.results.find((result) => result.id === "os.by")?.curves;
  for (const row of found?.rows ?? []) assert.equal(row.observed.estimate, observed.find((/** @type {any} */ curve) => curve.group === row.level).at.find((/** @type {any} */ at) => at.time === row.milestone).estimate);
  const early = shown(0, (document) => { Object.assign(document.results.find((/** @type {any} */ item) => item.id === "os.adjusted").adjusted, { time: [50, 70] }); });
  assert.deepEqual(adjustedRates(early.answer, early.plan)?.rows[0].adjusted, { estimate: 1, conf_low: 1, conf_high: 1 }, "before the first step everybody is alive");
  assert.equal(adjustedRates(answer, { ...plan, adjusted: null }), null);
});

test("events per parameter follow each tick at once", () => {
  const { answer } = shown();
  const inspection = demoInspection(), choices = answer.choices;
  assert.deepEqual(eventsPerParameter(answer, choices, inspection, "a"), { events: 22, parameters: 5, ratio: 4.4, judgement: "too_few" });
  assert.deepEqual(eventsPerParameter(answer, choices, inspection, "b"), { events: 33, parameters: 3, ratio: 11, judgement: "enough" });
  const fewer = tickMultivariable(choices, "a", "fnclcc_grade", false);
  assert.deepEqual(eventsPerParameter(answer, fewer, inspection, "a"), { events: 22, parameters: 3, ratio: 22 / 3, judgement: "few" });
  const size = tickMultivariable(choices, "a", "specimen_size_cm", true);
  assert.equal(parametersOf(size, inspection, "a"), 6);
  assert.ok(parametersOf(treatAsCategory(size, "specimen_size_cm", true), inspection, "a") > 6, "as a category it takes more");
  assert.equal(eventsPerParameter(null, choices, inspection, "a"), null);
});

test("proportional hazards in words", () => {
  assert.deepEqual([0.73, 0.1, 0.0999, 0.05, 0.049, null].map(hazardsSign), ["none", "none", "weak", "weak", "sign", "unknown"]);
});

test("who alone moves a conclusion, with the name of the patient", () => {
  const { answer, plan } = shown();
  const found = influenceOf(answer, plan);
  assert.ok(found);
  assert.deepEqual([found.method, found.n], ["exact", 41]);
  assert.deepEqual(found.changed.map((item) => [item.patient, item.rows, item.kind, item.variable, item.level, item.reference]), [
    ["SYN-03", [3], "includes", "fnclcc_grade", "Grade 3", "Grade 1"],
    // The one death of grade 1: without it the ratios of the other grades have no finite estimate.
    ["SYN-06", [6], "diverges", "fnclcc_grade", "Grade 2", "Grade 1"], ["SYN-06", [6], "diverges", "fnclcc_grade", "Grade 3", "Grade 1"],
    ["SYN-13", [13], "excludes", "kieffer", "K3", "K1"],
  ]);
  // The engine's own list is the same.
  const own = answer.results.results.find((item) => item.id === plan.influence)?.influence.pivotal;
  assert.deepEqual(found.changed.map((item) => [item.rows, item.variable, item.level]), own.map((/** @type {any} */ item) => [item.rows, item.variable, item.level]));
  assert.ok(found.turned.length > 0 && found.turned.every((item) => item.variable === "kieffer" && item.level === "K2"));
  for (const { ratio, low, high } of /** @type {any[]} */ (found.reach)) assert.ok(low.ratio <= ratio && ratio <= high.ratio);
});

test("a significant ratio that turns and a model that fails are conclusions too", () => {
  const { answer, plan } = shown(0, (document) => {
    const result = document.results.find((/** @type {any} */ item) => item.id === "os.influence");
    const grade3 = result.influence.columns.findIndex((/** @type {any} */ column) => column.level === "Grade 3");
    for (const item of result.influence.left_out) {
      item.hazard_ratio = result.influence.columns.map((/** @type {any} */ column) => result.terms.find((/** @type {any} */ term) => term.level === column.level).hazard_ratio);
      item.p_value = result.influence.columns.map((/** @type {any} */ column) => result.terms.find((/** @type {any} */ term) => term.level === column.level).p_value);
    }
    result.influence.left_out[4].hazard_ratio[grade3] = 0.2;
    Object.assign(result.influence.left_out[6], { hazard_ratio: [], p_value: [], reason: "not_estimable_without" });
  });
  const found = influenceOf(answer, plan);
  assert.deepEqual(found?.changed.map((item) => [item.rows, item.kind]), [[[5], "turns"], [[7], "fails"]]);
  assert.equal(found?.turned.length, 0);
});

test("a reference and a unit are declared of the column, and taken back", () => {
  const choices = demoChoices();
  const kieffer = demoInspection().columns.find((column) => column.name === "kieffer");
  assert.ok(kieffer);
  assert.deepEqual(chooseReference(choices, kieffer, "K2").columns.kieffer.levels, ["K2", "K1", "K3"]);
  assert.equal(choosePer(choices, "specimen_size_cm", 10).columns.specimen_size_cm.per, 10);
  assert.deepEqual(choosePer(choosePer(choices, "specimen_size_cm", 10), "specimen_size_cm", 1), choices);
  assert.equal(choosePer(choices, "specimen_size_cm", null), choices);
  assert.deepEqual([parsePer("10", "en"), parsePer("0,5", "fr"), parsePer("", "en"), parsePer("0", "en"), parsePer("-1", "en"), parsePer("ten", "en")], [10, 0.5, null, null, null, null]);
});

test("whether a number has one ratio for every step is tested, and silent where it cannot be", () => {
  const { answer, plan } = shown();
  const [size] = straightLines(answer, plan);
  // R's coxph: Harrell's basis with knots 3.1, 7.5, 11.9, 19.6 against the line alone, likelihood ratio 0.0602497916976512.
  assert.ok(size.variable === "specimen_size_cm" && Math.abs(size.p - 0.0602497916976516) < 1e-12);
  const few = analysed((document) => {
    const result = document.results.find((/** @type {any} */ item) => item.id === "os.line.specimen_size_cm");
    delete result.factors;
    result.error = { code: "bad_option", params: { option: "covariates" }, position: {} };
  });
  assert.ok(few.answer);
  assert.deepEqual(straightLines(few.answer, few.answer.plan.endpoints[0]), []);
  assert.deepEqual(problems(few), []);
});

test("a column of centres is seen until the models take account of it", () => {
  const inspection = demoInspection(), choices = demoChoices();
  assert.deepEqual(centreOf(choices, inspection), { name: "centre", n: 2 });
  assert.equal(centreOf(stratify(choices, "centre", true), inspection), null);
  assert.equal(centreOf(tickCovariate(choices, "centre", true), inspection), null);
  const named = (/** @type {string} */ name) => ({ ...inspection, columns: inspection.columns.map((column) => (column.name === "centre" ? { ...column, name } : column)) });
  assert.equal(centreOf(choices, named("Hôpital"))?.name, "Hôpital");
  assert.equal(centreOf(choices, named("central_necrosis")), null, "primary_site is no centre either");
});
