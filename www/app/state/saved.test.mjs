import assert from "node:assert/strict";
import test from "node:test";
import { demoInspection } from "../testing/states.mjs";
import { changeEndpoint, choosePer, chooseReference, emptyChoices, stratify, tickCovariate } from "./choices.mjs";
import { demoChoices } from "./demo.mjs";
import { readStudy } from "./saved.mjs";
import { buildStudy } from "./study.mjs";

const inspection = demoInspection();
const kieffer = /** @type {import('../types').InspectedColumn} */ (inspection.columns.find((column) => column.name === "kieffer"));

/** The study that the choices read back make. @param {import('../types').Choices} choices */
function again(choices) {
  const { text } = buildStudy(choices, inspection);
  const read = readStudy(text, inspection);
  assert.ok("choices" in read, JSON.stringify(read));
  assert.equal(read.other, null);
  assert.equal(buildStudy(read.choices, inspection).text, text);
  return read.choices;
}

test("a saved study comes back as the choices that made it", () => {
  const demo = demoChoices();
  assert.deepEqual(again(demo), demo);
  const late = { ...demo, start: { mode: /** @type {const} */ ("late"), column: "date_of_surgery" } };
  assert.deepEqual(again(late), late);
  const moved = again({ ...demo, start: { mode: "move", column: "date_of_surgery" } });
  assert.equal(moved.endpoints[0].origin, "date_of_surgery", "another origin is the endpoint's own");
  assert.equal(again({ ...demo, by: null, covariates: [], multivariable: {} }).by, null);
  again({ ...demo, milestones: [], conf_type: "log-log", ties: "breslow" });
  const models = stratify({ ...choosePer(chooseReference(demo, kieffer, "K2"), "specimen_size_cm", 5), conf: "profile", factor_test: "wald", ties: "breslow" }, "centre", true);
  assert.deepEqual(again(models), models, "reference, unit, strata, interval, test and ties");
  const status = changeEndpoint(tickCovariate(emptyChoices(), "bmi", true), "a", { time: "age_at_diagnosis", status: "sex", event: ["2", "F"], entry: "bmi" });
  assert.deepEqual(again(status).endpoints[0].event, ["2", "F"]);
});

test("what the page cannot show is refused, and nothing is left out in silence", () => {
  const { study } = buildStudy(demoChoices(), inspection);
  const code = (/** @type {any} */ changed) => {
    const read = readStudy(JSON.stringify(changed), inspection);
    return "problem" in read ? read.problem.code : read;
  };
  assert.equal(code({ ...study, exclude: [{ row: 3, reason: "x" }] }), "study_beyond_page");
  assert.equal(code({ ...study, analyses: [...study.analyses, { id: "x", type: "cox", endpoint: "OS", covariates: ["bmi"], strata: ["sex"] }] }), "study_beyond_page");
  assert.equal(code({ ...study, endpoints: { ...study.endpoints, OS: { ...study.endpoints.OS, cutoff: "2020-01-01" } } }), "study_beyond_page");
  assert.equal(code({ format: "riskset-study/1" }), "study_beyond_page");
  assert.equal(code({ format: "other" }), "unknown_format");
  assert.equal(code(null), "unknown_format");
  const read = readStudy("{", inspection);
  assert.equal("problem" in read && read.problem.code, "study_unreadable");
});

test("another file is named, and must have the columns", () => {
  const { text } = buildStudy(demoChoices(), inspection);
  const newer = readStudy(text, { ...inspection, sha256: "0".repeat(64) });
  assert.equal("other" in newer && newer.other, inspection.file);
  const poorer = readStudy(text, { ...inspection, columns: inspection.columns.filter((column) => column.name !== "kieffer") });
  assert.deepEqual("problem" in poorer && poorer.problem, { code: "study_columns", params: { name: "kieffer", file: inspection.file } });
});

test("what takes long in a large file is asked for again only where the study asks for it", () => {
  const many = { ...inspection, n_rows: 5000 };
  for (const deep of [false, true]) {
    const choices = { ...demoChoices(), deep };
    const read = readStudy(buildStudy(choices, many).text, many);
    assert.ok("choices" in read && read.choices.deep === deep);
    // On a small file it comes in any case.
    const small = readStudy(buildStudy(choices, many).text, { ...inspection, sha256: many.sha256 });
    assert.ok("choices" in small && small.choices.deep === false);
  }
});
