import assert from "node:assert/strict";
import test from "node:test";
import { analysed, badCell, refused, separated } from "../testing/states.mjs";
import * as select from "./selectors.mjs";

test("headline figures are the reference case's", () => {
  const [os, dfs] = select.headline(analysed());
  assert.equal(os.n, 41);
  assert.equal(os.events, 22);
  assert.ok(Math.abs(os.median.estimate - 54.735112936345) < 1e-9);
  assert.equal(os.median.conf_high, null);
  assert.equal(dfs.events, 33);
  assert.equal(select.followUp(analysed())?.plan.name, "OS");
});

test("one endpoint on show hides the other", () => {
  assert.deepEqual(select.headline({ ...analysed(), shown: "b" }).map((item) => item.plan.name), ["DFS"]);
});

test("the prognostic table puts both models side by side by level", () => {
  const { answer } = analysed();
  assert.ok(answer);
  const rows = select.modelRows(answer, answer.plan.endpoints[0]);
  assert.deepEqual(rows.map((row) => row.variable), ["margin", "kieffer", "chemo", "fnclcc_grade", "specimen_size_cm"]);
  assert.equal(rows[0].multivariable, null, "margin is not in the multivariable model");
  const chemo = rows[2].rows;
  assert.deepEqual(chemo.map((row) => [row.level, row.reference, row.n, row.events]), [["No CT", true, 29, 14], ["CT", false, 12, 8]]);
  assert.ok(rows[2].univariable.p !== null && Math.abs(rows[2].univariable.p - 0.9355963) < 1e-6);
  assert.ok(rows[2].rows[1].multivariable);
});

test("a separated level carries its Firth estimate", () => {
  const { answer } = analysed(separated);
  assert.ok(answer);
  const level = select.modelRows(answer, answer.plan.endpoints[0])[0].rows[2];
  assert.equal(level.univariable.hazard_ratio, null);
  assert.equal(level.firth.hazard_ratio, 21.4);
  assert.ok(select.allCautions(answer).some((caution) => caution.code === "separation" && caution.analyses.includes("os.uni.margin")));
});

test("one error of many analyses is said once, and leads to its control", () => {
  const [problem, ...more] = select.problems(badCell());
  assert.equal(more.length, 0);
  assert.equal(problem.field, "covariate-specimen_5f_size_5f_cm");
  assert.deepEqual(problem.analyses, ["os.uni.specimen_size_cm", "dfs.uni.specimen_size_cm"]);
  assert.equal(select.problems(refused())[0].field, "file");
});

test("analyses that fail for one reason are named together, wherever the study asks for them", () => {
  const failed = analysed((document) => {
    for (const id of ["os.log_rank", "os.uni.chemo"]) {
      Object.assign(document.results.find((/** @type {any} */ item) => item.id === id), { error: { code: "no_events", params: { n: "41" }, position: { path: id } } });
    }
  });
  assert.deepEqual(select.problems(failed).map((problem) => problem.analyses), [["os.log_rank", "os.uni.chemo"]]);
});

test("rules are gathered by option and value", () => {
  const { answer } = analysed();
  assert.ok(answer);
  const ties = select.rules(answer).find((rule) => rule.option === "ties");
  assert.equal(ties?.values.length, 1);
  assert.equal(ties?.values[0].analyses.length, 12);
});
