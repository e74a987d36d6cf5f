// Columns, levels and endpoints may be called as JavaScript calls what every object has.

import assert from "node:assert/strict";
import test from "node:test";
import { changeEndpoint, declare, declaredOf, emptyChoices, isCategory, levelsOf, tickCovariate, tickMultivariable, treatAsCategory } from "./choices.mjs";
import { studyColumns } from "./columns.mjs";
import { readInspection } from "./inspection.mjs";
import { readStudy } from "./saved.mjs";
import { buildStudy } from "./study.mjs";

const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

const inspection = readInspection({
  file: "names.csv", sha256: "00", n_rows: 4, dialect: {},
  columns: [
    ...["time", "status"].map((name) => ({ name, type: "number", n_distinct: 3, levels: ["0", "1"] })),
    ...NAMES.map((name) => ({ name, type: "category", n_distinct: 2, levels: [{ value: "constructor", n: 2 }, { value: "__proto__", n: 2 }] })),
  ],
});

const plain = changeEndpoint(emptyChoices(), "a", { name: "constructor", kind: "status", time: "time", status: "status", event: ["1"], unit: "days" });

test("nothing is declared of a column of which nothing is declared", () => {
  for (const name of NAMES) {
    assert.equal(declaredOf(plain, name), undefined, name);
    const column = studyColumns(plain, inspection).find((item) => item.name === name);
    assert.ok(column);
    assert.deepEqual([column.type, column.levels?.map((level) => level.n)], ["category", [2, 2]], name);
    assert.equal(isCategory(plain, column), true);
    assert.deepEqual(levelsOf(plain, column), ["__proto__", "constructor"]);
  }
});

test("what is declared of each is kept, in the study and back", () => {
  let choices = plain;
  for (const name of NAMES) {
    choices = declare(choices, name, { type: "category", label: `the ${name}`, recode: { ["__proto__"]: "p", ["constructor"]: "c" } });
    choices = tickCovariate(choices, name, true);
  }
  assert.deepEqual(Object.keys(choices.columns), NAMES);
  assert.equal(Object.getPrototypeOf(choices.columns), Object.prototype);
  const columns = studyColumns(choices, inspection).filter((column) => NAMES.includes(column.name));
  for (const column of columns) assert.deepEqual(column.levels, [{ value: "c", n: 2 }, { value: "p", n: 2 }], column.name);

  const { text, missing } = buildStudy(choices, inspection);
  assert.deepEqual(missing, []);
  const written = JSON.parse(text);
  assert.deepEqual(Object.keys(written.data.columns), NAMES);
  for (const name of NAMES) {
    const declared = Object.entries(written.data.columns).find(([key]) => key === name)?.[1];
    assert.deepEqual([declared.label, Object.entries(declared.recode)], [`the ${name}`, [["__proto__", "p"], ["constructor", "c"]]]);
    assert.ok(written.analyses.some((/** @type {any} */ analysis) => analysis.id === "constructor.table" && analysis.univariable.includes(name)));
  }
  assert.ok(Object.keys(written.endpoints).includes("constructor"));

  const back = readStudy(text, inspection);
  assert.ok("choices" in back, JSON.stringify(back));
  assert.deepEqual(Object.entries(back.choices.columns), Object.entries(choices.columns));
  assert.equal(buildStudy(back.choices, inspection).text, text);
});

test("a declaration is taken back, and a covariate is ticked off", () => {
  for (const name of NAMES) {
    const declared = treatAsCategory(tickCovariate(plain, name, true), name, true);
    assert.equal(declaredOf(declared, name)?.type, "category", name);
    const undone = tickMultivariable(tickCovariate(treatAsCategory(declared, name, false), name, false), "a", name, false);
    assert.deepEqual([declaredOf(undone, name), Object.keys(undone.columns), undone.covariates], [undefined, [], []], name);
  }
});
