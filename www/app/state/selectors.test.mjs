import assert from "node:assert/strict";
import test from "node:test";
import { analysed, badCell, refused } from "../testing/states.mjs";
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

test("one error of many analyses is said once, and leads to its control", () => {
  const [problem, ...more] = select.problems(badCell());
  assert.equal(more.length, 0);
  assert.equal(problem.field, "covariate-specimen_5f_size_5f_cm");
  assert.deepEqual(problem.analyses, ["os.uni.specimen_size_cm", "dfs.uni.specimen_size_cm"]);
  assert.equal(select.problems(refused())[0].field, "file");
});

test("analyses that fail for one reason are named together, wherever the study asks for them", () => {
  const failed = analysed((document) => {
    for (const id of ["os.log_rank", "os.group"]) {
      Object.assign(document.results.find((/** @type {any} */ item) => item.id === id), { error: { code: "no_events", params: { n: "41" }, position: { path: id } } });
    }
  });
  assert.deepEqual(select.problems(failed).map((problem) => problem.analyses), [["os.log_rank", "os.group"]]);
});

test("adjusted curves that cannot be had are said where they would stand: nobody asked for them", () => {
  const state = analysed(), answer = /** @type {import('../types').Answer} */ (state.answer);
  const error = { code: "cannot_predict", message: "", position: {}, params: {} };
  const failed = (/** @type {RegExp} */ ids) => ({ ...state, answer: { ...answer, results: { ...answer.results, results: answer.results.results.map((/** @type {any} */ result) => (ids.test(result.id) ? { id: result.id, type: result.type, error } : result)) } } });
  assert.ok(answer.results.results.some((/** @type {any} */ result) => result.id === "os.adjusted"));
  assert.deepEqual(select.problems(failed(/^os\.adjusted$/)), []);
  assert.deepEqual(select.problems(failed(/^os\.(adjusted|group)$/)).map((problem) => problem.analyses), [["os.group"]]);
});

test("rules are gathered by option and value", () => {
  const { answer } = analysed();
  assert.ok(answer);
  const ties = select.rules(answer).find((rule) => rule.option === "ties");
  assert.equal(ties?.values.length, 1);
  assert.equal(ties?.values[0].analyses.length, 12);
});
