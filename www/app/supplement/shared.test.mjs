import assert from "node:assert/strict";
import test from "node:test";
import { analysed } from "../testing/states.mjs";
import { buildStudy } from "../state/study.mjs";
import { sameFigures, sharedChoices } from "./shared.mjs";

const shared = {
  columns: { chemo: { type: "category", levels: ["No CT", "CT"] } },
  endpoints: [{ name: "OS", time: "OS_time", status: "OS_status", entry: null, events: ["death"], censored: "censored", unit: "months" }],
};

test("choices on shared columns name nothing that is not shared, no row and no file", () => {
  const state = analysed(), choices = /** @type {any} */ (state.choices);
  const own = sharedChoices({ ...choices, exclude: [{ row: 3, reason: "x" }], patient: "id", figures: { ...choices.figures, groups: { kieffer: { I: { label: "a name of kieffer’s" } }, chemo: { CT: { label: "with" } } } } }, shared, []);
  const inspection = { .../** @type {any} */ (state.inspection), file: "shared-data.csv", sha256: "s", columns: [] };
  const { study, missing } = buildStudy(own, inspection);
  assert.deepEqual(missing, []);
  assert.deepEqual(Object.keys(study.endpoints), ["OS"]);
  assert.equal(study.data.exclude, undefined);
  const text = JSON.stringify(study);
  for (const word of ["date_of", "kieffer", "margin", '"id":"id"', '"row"']) assert.ok(!text.includes(word), word);
  assert.equal(own.by, "chemo");
  assert.deepEqual(own.figures.groups, { chemo: { CT: { label: "with" } } });
});

test("figures that differ are counted", () => {
  const answer = (/** @type {number} */ value) => /** @type {any} */ ({ results: [{ id: "a", type: "log_rank", by: "x", statistic: value, groups: [{ n: 3 }] }, { id: "b", type: "flow", by: null }] });
  assert.deepEqual(sameFigures(answer(1), answer(1 + 1e-12)), { compared: 2, differ: 0 });
  assert.deepEqual(sameFigures(answer(1), answer(1.1)), { compared: 2, differ: 1 });
});
