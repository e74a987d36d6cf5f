import assert from "node:assert/strict";
import test from "node:test";
import { analysed, demoInspection } from "../testing/states.mjs";
import { demoChoices } from "./demo.mjs";
import { declare, decide, excludeRows, includeRows } from "./choices.mjs";
import { columnsInUse, cutLabels, freeColumnName, parseCuts, studyColumns, tableVariables } from "./columns.mjs";

const inspection = demoInspection();
/** @param {import('../types').Choices} choices @param {string} name */
const column = (choices, name) => {
  const found = studyColumns(choices, inspection).find((item) => item.name === name);
  assert.ok(found, name);
  return found;
};

test("merged levels are one level with the rows of both; a level without a name is missing", () => {
  const merged = column(declare(demoChoices(), "margin", { recode: { R1: "R1 or R2", R2: "R1 or R2" } }), "margin");
  assert.deepEqual(merged.levels, [{ value: "R0", n: 29 }, { value: "R1 or R2", n: 12 }]);
  assert.equal(merged.n_distinct, 2);
  const without = column(declare(demoChoices(), "margin", { recode: { R2: null } }), "margin");
  assert.deepEqual([without.n_distinct, without.n_missing], [2, 1]);
  const missing = column(declare(demoChoices(), "margin", { missing: ["R2"] }), "margin");
  assert.deepEqual([missing.n_distinct, missing.n_missing], [2, 1]);
});

test("classes are a column of their own, and the number stays", () => {
  const choices = declare(demoChoices(), "size (classes)", { from: "specimen_size_cm", cuts: { at: [5, 10] } });
  const made = column(choices, "size (classes)");
  assert.deepEqual([made.type, made.from, made.levels?.map((level) => level.value)], ["category", "specimen_size_cm", ["< 5", "5 – < 10", "≥ 10"]]);
  assert.equal(column(choices, "specimen_size_cm").type, "number");
  assert.equal(freeColumnName(studyColumns(choices, inspection), "size (classes)"), "size (classes) 2");
});

test("cut points are read in the language's habit, ascending and each once", () => {
  assert.deepEqual(parseCuts("10; 5, 7.5", "en"), [5, 7.5, 10]);
  assert.deepEqual(parseCuts("10 ; 5 ; 7,5 ; 5", "fr"), [5, 7.5, 10]);
  assert.deepEqual(parseCuts("", "en"), []);
  assert.deepEqual(cutLabels([5]), ["< 5", "≥ 5"]);
});

test("the table of patients leaves out its own group, and columns that are gone", () => {
  const choices = demoChoices();
  const columns = studyColumns(choices, inspection);
  assert.ok(!tableVariables({ ...choices, table: ["chemo", "sex", "gone"] }, columns).some((name) => name === "chemo" || name === "gone"));
  const proposed = tableVariables({ ...choices, table: null }, columns);
  assert.ok(proposed.includes("sex") && !proposed.includes("id") && !proposed.includes("date_of_death"));
});

test("a decision about a finding replaces the one before, and is taken back", () => {
  const accepted = decide(demoChoices(), "zero_time:OS", [4], "accepted");
  assert.deepEqual(decide(accepted, "zero_time:OS", [4], "to_correct").decisions, [{ finding: "zero_time:OS", rows: [4], decision: "to_correct" }]);
  assert.deepEqual(decide(accepted, "zero_time:OS", [4], null).decisions, []);
  const out = excludeRows(accepted, "zero_time:OS", [9, 4], "time 0");
  assert.deepEqual(out.exclude.map((item) => item.row), [4, 9]);
  assert.deepEqual(out.decisions, [], "what is excluded needs no other decision");
  assert.deepEqual(excludeRows(out, "other", [4], "again").exclude.length, 2, "a row is excluded once");
  assert.deepEqual(includeRows(out, "zero_time:OS", [4, 9]).exclude, []);
});

test("what the engine made of a declared column is shown once it has answered, and only of that declaration", () => {
  const base = analysed();
  const choices = { ...declare(/** @type {any} */ (base.choices), "id", { missing: ["SYN-01"] }) };
  const answer = /** @type {any} */ ({ ...base.answer, choices, results: { ...base.answer?.results, data: { columns: [
    { name: "id", type: "number", n_missing: 1, min: 2, max: 41 }, { name: "bmi", type: "text", n_missing: 40 },
  ] } } });
  const of = (/** @type {any} */ state, /** @type {string} */ name) => columnsInUse(state).find((column) => column.name === name);
  const shown = of({ ...base, choices, answer }, "id");
  assert.deepEqual([shown?.type, shown?.n_missing, shown?.min, shown?.max], ["number", 1, 2, 41]);
  assert.equal(of({ ...base, choices, answer }, "bmi")?.type, "number", "a column of which nothing is declared is as the file has it");
  const again = structuredClone(choices);
  assert.equal(of({ ...base, choices: again, answer }, "id")?.type, "number", "the same declaration, read back");
  const other = declare(choices, "id", { missing: ["SYN-02"] });
  assert.equal(of({ ...base, choices: other, answer }, "id")?.type, "text", "the answer is of another declaration");
  assert.deepEqual(columnsInUse({ ...base, inspection: null }), []);
  // A declared level that is a fault is said beside the column.
  const wrong = { ...answer, results: { data: { columns: [{ name: "id", type: "number", n_missing: 0, error: { code: "bad_cell" } }] } } };
  assert.equal(of({ ...base, choices, answer: wrong }, "id")?.problem?.code, "bad_cell");
});
