import assert from "node:assert/strict";
import test from "node:test";
import { demoInspection } from "../testing/states.mjs";
import { endAxis, tickTest } from "./choices.mjs";
import { PROGRAMS, departs, follow } from "./conventions.mjs";
import { demoChoices } from "./demo.mjs";
import { readStudy } from "./saved.mjs";
import { buildStudy } from "./study.mjs";

const inspection = demoInspection();

test("a program is followed in everything at once, and its study comes back as its own", () => {
  for (const program of PROGRAMS) {
    const choices = follow({ ...demoChoices(), conf_type: "logit" }, program);
    assert.ok(!departs(choices));
    const { study, text } = buildStudy(choices, inspection);
    assert.equal(study.conventions, { r: undefined, spss: "spss", stata: "stata", sas: undefined, prism: undefined }[program]);
    const read = readStudy(text, inspection);
    assert.deepEqual("choices" in read && read.choices, choices, program);
  }
  assert.ok(departs({ ...follow(demoChoices(), "sas"), conf_type: "plain" }));
});

test("tests, trend, pairs, differences and the look of figures come back", () => {
  let choices = { ...demoChoices(), difference: false, figures: { ...demoChoices().figures, risk_table: /** @type {const} */ ("at_risk"), upward: true } };
  choices = /** @type {any} */ (endAxis(tickTest(tickTest(choices, "fleming-harrington", true), "log-rank", false), "b", 48));
  choices = { ...choices, tests: { ...choices.tests, rho_gamma: [0.5, 0], trend: true, pairwise: "bonferroni" } };
  const { study, text, computed } = buildStudy(choices, inspection);
  assert.deepEqual(study.figures, { risk_table: "at_risk", upward: true, x_max: { DFS: 48 } });
  assert.deepEqual(study.analyses.find((/** @type {any} */ item) => item.id === "os.log_rank").weights, { "fleming-harrington": [0.5, 0] });
  const read = readStudy(text, inspection);
  assert.deepEqual("choices" in read && read.choices, choices);
  assert.equal(buildStudy({ ...choices, figures: demoChoices().figures }, inspection).computed, computed, "what is computed does not depend on the look");
  const other = readStudy(JSON.stringify({ ...study, figures: { ...study.figures, colour: "pink" } }), inspection);
  assert.equal("problem" in other && other.problem.code, "study_beyond_page", "nothing of a study is dropped in silence");
  const unknown = readStudy(JSON.stringify({ ...study, figures: { x_max: { nobody: 3 } } }), inspection);
  assert.equal("problem" in unknown && unknown.problem.code, "study_beyond_page");
});

test("one test stays", () => {
  assert.deepEqual(tickTest(demoChoices(), "log-rank", false).tests.weights, ["log-rank"]);
});
