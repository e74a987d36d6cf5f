import assert from "node:assert/strict";
import test from "node:test";
import { demoChoices } from "./demo.mjs";
import { readStudy } from "./saved.mjs";
import { buildStudy } from "./study.mjs";
import { addBlock, blockLevels, changeBlock, freeYesNo, isYesNo, readEntries, removeBlock, tableEntries } from "./table_one.mjs";
import { demoInspection } from "../testing/states.mjs";
import { modelTable } from "../ui/table_model.mjs";

const inspection = demoInspection();
const base = { ...demoChoices(), table: ["sex", "symptomatic", "bmi", "complete_obstruction", "asa"] };
const yesNo = addBlock(base, { heading: "Present", kind: "yes_no", variables: ["symptomatic", "complete_obstruction"] });

test("a block stands where its first variable does, with its variables in the order of the table", () => {
  const both = addBlock(yesNo, { heading: "Patient", kind: "heading", variables: ["asa", "sex"] });
  assert.deepEqual(tableEntries(both, inspection.columns), [
    { heading: "Patient", variables: ["sex", "asa"] }, { heading: "Present", yes_no: ["symptomatic", "complete_obstruction"] }, "bmi",
  ]);
  assert.deepEqual(tableEntries({ ...both, table: ["bmi"] }, inspection.columns), ["bmi"], "a block without a variable is none");
});

test("a variable stands in one block, the last that it was put into", () => {
  const two = addBlock(yesNo, { heading: "Patient", kind: "heading", variables: [] });
  const moved = changeBlock(two, 1, { variables: ["symptomatic"] });
  assert.deepEqual(moved.blocks?.map((block) => block.variables), [["complete_obstruction"], ["symptomatic"]]);
  assert.deepEqual(changeBlock(moved, 0, { level: "No" }).blocks?.[0].level, "No");
  assert.ok(!("level" in (changeBlock(changeBlock(moved, 0, { level: "No" }), 0, { level: undefined }).blocks?.[0] ?? {})));
  assert.deepEqual(blockLevels({ heading: "", kind: "yes_no", variables: ["symptomatic"], level: "Maybe" }, inspection.columns), ["No", "Yes", "Maybe"]);
  assert.equal(removeBlock(removeBlock(moved, 0), 0).blocks, undefined);
});

test("the study carries the blocks, and a saved one gives them back", () => {
  const choices = changeBlock(yesNo, 0, { level: "Yes" });
  const { study, text } = buildStudy(choices, inspection);
  assert.deepEqual(study.analyses.find((/** @type {any} */ item) => item.id === "table_1").variables, [
    "sex", { heading: "Present", yes_no: ["symptomatic", "complete_obstruction"], level: "Yes" }, "bmi", "asa",
  ]);
  const read = readStudy(text, inspection);
  assert.ok("choices" in read);
  assert.deepEqual(read.choices.blocks, choices.blocks);
  assert.equal(buildStudy(read.choices, inspection).text, text);
  assert.deepEqual(readEntries(undefined), { table: null });
});

test("columns that say yes or no by themselves", () => {
  const of = (/** @type {string[]} */ ...values) => isYesNo(/** @type {any} */ ({ levels: values.map((value) => ({ value, n: 1 })) }));
  assert.deepEqual([of("No", "Yes"), of("0", "1"), of("non", "oui"), of("No"), of("Yes", "Unknown")], [true, true, true, true, true]);
  assert.deepEqual([of("1"), of("1", "2"), of("A", "B"), of("No", "Unknown"), of("yes", "oui"), of(), of("No", "Yes", "Unknown")], [false, false, false, false, false, false, false]);
  assert.deepEqual(freeYesNo(yesNo, inspection.columns), []);
  assert.deepEqual(freeYesNo(base, inspection.columns), ["symptomatic", "complete_obstruction"]);
});

test("a table of the engine as rows and cells, with its marks and footnotes", () => {
  const words = (/** @type {any} */ node) => (typeof node === "string" ? node : Array.isArray(node) ? node.map(words).join("") : node ? words(node.children) : "");
  const [region, notes] = /** @type {any[]} */ (modelTable({
    title: "T", header: ["Variable", "All", "p"], footnotes: ["a test."],
    rows: [{ indent: 1, heading: true, cells: [{ text: "<b>", values: [] }, { text: "3 (50)", values: [3, 50] }, { text: "0.04", values: [0.04], mark: "a" }] }],
  }, "patients"));
  const [row] = region.children[0].children[2].children;
  assert.equal(row.props.class, "indent-1 heading");
  assert.deepEqual(row.children.map(words), ["<b>", "3 (50)", "0.04a"]);
  assert.equal(row.children[2].children[1].tag, "sup");
  assert.equal(words(notes), "a test. ");
});
