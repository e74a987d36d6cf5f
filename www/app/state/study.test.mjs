import assert from "node:assert/strict";
import test from "node:test";
import { demoInspection } from "../testing/states.mjs";
import { changeEndpoint, declare, emptyChoices, stratify, tickCovariate } from "./choices.mjs";
import { demoChoices } from "./demo.mjs";
import { DEEP_ROWS, buildStudy } from "./study.mjs";

const inspection = demoInspection();

test("the demonstration's study has the endpoints, columns and models of its reference case", () => {
  const { study, missing } = buildStudy(demoChoices(), inspection);
  assert.deepEqual(missing, []);
  assert.equal(study.format, "riskset-study/1");
  assert.equal(study.data.sha256, inspection.sha256);
  assert.deepEqual(study.endpoints, {
    OS: { origin: "date_of_diagnosis", events: { death: "date_of_death" }, censor: "date_of_last_follow_up", unit: "months" },
    DFS: {
      origin: "date_of_diagnosis", events: { recurrence: "date_of_recurrence", death: "date_of_death" }, censor: "date_of_last_follow_up",
      unit: "months",
    },
  });
  const by = Object.fromEntries(study.analyses.map((/** @type {any} */ analysis) => [analysis.id, analysis]));
  assert.deepEqual(by["os.by"], { id: "os.by", type: "kaplan_meier", endpoint: "OS", by: "chemo", times: [36, 60], conf_type: "log", difference: true });
  assert.deepEqual(by["os.log_rank"], { id: "os.log_rank", type: "log_rank", endpoint: "OS", by: "chemo" });
  const covariates = ["margin", "kieffer", "chemo", "fnclcc_grade", "specimen_size_cm"];
  assert.deepEqual(by["os.table"], {
    id: "os.table", type: "cox_table", endpoint: "OS", univariable: covariates, multivariable: ["fnclcc_grade", "kieffer", "chemo"],
    factor_test: "likelihood_ratio", ties: "efron",
  });
  assert.deepEqual(by["dfs.table"].multivariable, ["chemo", "fnclcc_grade"]);
  assert.deepEqual(by["dfs.ph"], { id: "dfs.ph", type: "ph_test", endpoint: "DFS", covariates: ["chemo", "fnclcc_grade"], ties: "efron" });
  assert.deepEqual(by["dfs.influence"], { id: "dfs.influence", type: "cox", endpoint: "DFS", covariates: ["chemo", "fnclcc_grade"], ties: "efron", influence: true });
  assert.deepEqual(by["os.rates.chemo"], { id: "os.rates.chemo", type: "kaplan_meier", endpoint: "OS", by: "chemo", times: [36, 60], conf_type: "log", difference: true });
  assert.deepEqual(by["os.line.specimen_size_cm"], { id: "os.line.specimen_size_cm", type: "cox", endpoint: "OS", covariates: [{ spline: "specimen_size_cm", knots: 4 }], ties: "efron" });
  assert.deepEqual(by["os.rates.kieffer"].by, "kieffer", "each level against the reference");
  assert.equal(by["os.rates.specimen_size_cm"], undefined, "a number has no rates");
  assert.deepEqual(by["os.group_ph"], { id: "os.group_ph", type: "ph_test", endpoint: "OS", covariates: ["chemo"], ties: "efron" });
  assert.equal(by["os.follow_up"].type, "follow_up");
  assert.equal(by["dfs.follow_up"], undefined, "follow-up comes from the endpoint that is not composite");
});

test("adjusted curves are asked of the group on show beside other factors, and only there", () => {
  const adjusted = (/** @type {import('../types').Choices} */ choices, key = "os.adjusted") => buildStudy(choices, inspection).study.analyses.find((/** @type {any} */ analysis) => analysis.id === key);
  const base = demoChoices();
  assert.deepEqual(adjusted(base), { id: "os.adjusted", type: "cox", endpoint: "OS", covariates: ["chemo", "fnclcc_grade", "kieffer"], ties: "efron", adjusted: "chemo", conf_type: "log" });
  // A group that is not in the model is adjusted for the model's factors all the same.
  assert.deepEqual(adjusted({ ...base, by: "margin" }).covariates, ["margin", "fnclcc_grade", "kieffer", "chemo"]);
  assert.deepEqual(adjusted({ ...base, conf_type: "beta-product", strata: ["sex"] }), { ...adjusted(base), strata: ["sex"] });
  assert.equal(adjusted({ ...base, by: null }), undefined);
  assert.equal(adjusted({ ...base, strata: ["chemo"] }), undefined);
  assert.equal(adjusted({ ...base, multivariable: { a: ["chemo"] } }), undefined, "nothing to adjust for");
  assert.equal(buildStudy(base, { ...inspection, n_rows: DEEP_ROWS + 1 }).study.analyses.some((/** @type {any} */ analysis) => analysis.adjusted), false);
});

test("ids are unique and every analysis is of the contract's types", () => {
  const { study } = buildStudy(demoChoices(), inspection);
  const ids = study.analyses.map((/** @type {any} */ analysis) => analysis.id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { type } of study.analyses) assert.ok(["kaplan_meier", "follow_up", "log_rank", "cox", "cox_table", "ph_test", "audit", "flow", "missing_map", "summary", "timeline"].includes(type));
});

test("time from surgery moves the origin; late entry keeps it", () => {
  const choices = demoChoices();
  const moved = buildStudy({ ...choices, start: { mode: "move", column: "date_of_surgery" } }, inspection).study;
  assert.equal(moved.endpoints.OS.origin, "date_of_surgery");
  assert.equal(moved.endpoints.OS.entry, undefined);
  const late = buildStudy({ ...choices, start: { mode: "late", column: "date_of_surgery" } }, inspection).study;
  assert.equal(late.endpoints.DFS.origin, "date_of_diagnosis");
  assert.equal(late.endpoints.DFS.entry, "date_of_surgery");
});

test("a time and status endpoint writes number codes as numbers and other values as text", () => {
  let choices = changeEndpoint(emptyChoices(), "a", { time: "t", status: "s", event: ["1", "dead", "01"], unit: "days" });
  choices = tickCovariate(choices, "age", true);
  const { study } = buildStudy(choices, inspection);
  assert.deepEqual(study.endpoints.OS, { time: "t", status: "s", event: [1, "dead", "01"], unit: "days" });
  assert.deepEqual(study.analyses.map((/** @type {any} */ item) => item.id), [
    "os.all", "os.follow_up", "os.table", "os.ph", "os.influence", "audit", "flow", "missing_map", "table_1", "timeline_os",
  ]);
});

test("an endpoint with open choices is left out and named; nothing is dropped in silence", () => {
  const choices = demoChoices();
  const [os, dfs] = choices.endpoints;
  const open = { ...choices, endpoints: [{ ...os, censor: null }, { ...dfs, events: [dfs.events[0], { ...dfs.events[1], name: "recurrence" }] }] };
  const plan = buildStudy(open, inspection);
  assert.deepEqual(plan.study.endpoints, {});
  assert.deepEqual(plan.missing.map((item) => item.word), ["missing.censor", "missing.event_twice"]);
  assert.deepEqual(plan.missing.map((item) => item.field), ["a-censor", "b-event-1"]);
});

test("names that would lose their order or meet in one id are refused or told apart", () => {
  const choices = demoChoices();
  const [os, dfs] = choices.endpoints;
  assert.equal(buildStudy({ ...choices, endpoints: [{ ...os, name: "12" }, dfs] }, inspection).missing[0].word, "missing.name_number");
  assert.equal(buildStudy({ ...choices, endpoints: [{ ...os, name: "__proto__" }, dfs] }, inspection).missing[0].word, "missing.name_reserved");
  const { study } = buildStudy({ ...choices, endpoints: [{ ...os, name: "D.F.S" }, { ...dfs, name: "d-f-s" }] }, inspection);
  const ids = study.analyses.map((/** @type {any} */ analysis) => analysis.id);
  assert.equal(new Set(ids).size, ids.length);
});

test("the document holds names and numbers of the study, never a cell of another column", () => {
  const { text } = buildStudy(demoChoices(), inspection);
  assert.ok(!text.includes("SYN-"));
  assert.deepEqual(JSON.parse(text), buildStudy(demoChoices(), inspection).study);
});

test("what is declared of the data stands in the study, and only that", () => {
  const plain = buildStudy(demoChoices(), inspection).study.data;
  assert.deepEqual(Object.keys(plain), ["file", "sha256", "columns"]);
  const choices = {
    ...declare(demoChoices(), "specimen_size_cm", { unit: "cm" }), read: { delimiter: ";" }, exclude: [{ row: 3, reason: "twice" }],
    decisions: [{ finding: "zero_time:OS", rows: [4], decision: /** @type {const} */ ("accepted") }],
  };
  const { data } = buildStudy(choices, inspection).study;
  assert.deepEqual([data.read, data.exclude, data.decisions], [choices.read, choices.exclude, choices.decisions]);
  assert.deepEqual(data.columns.specimen_size_cm, { unit: "cm" });
});

test("an event under a condition needs the list form; rules are written where they are chosen", () => {
  const [os] = demoChoices().endpoints;
  const when = { column: "cause_of_death", in: ["Sepsis"] };
  const { study } = buildStudy({
    ...demoChoices(), endpoints: [{ ...os, cutoff: "2021-12-31", time_zero: "drop", events: [{ ...os.events[0], when }] }],
  }, inspection);
  assert.deepEqual(study.endpoints.OS, {
    origin: "date_of_diagnosis", events: [{ name: "death", date: "date_of_death", when }], censor: "date_of_last_follow_up", cutoff: "2021-12-31",
    unit: "months", time_zero: "drop",
  });
});

test("options of the models stand in each of them, and only where they are not the default", () => {
  const choices = stratify({ ...demoChoices(), conf: "profile", factor_test: "score", ties: "breslow" }, "centre", true);
  const by = Object.fromEntries(buildStudy(choices, inspection).study.analyses.map((/** @type {any} */ analysis) => [analysis.id, analysis]));
  assert.deepEqual([by["os.table"].conf, by["os.table"].factor_test, by["os.table"].ties, by["os.table"].strata], ["profile", "score", "breslow", ["centre"]]);
  for (const id of ["os.ph", "os.influence"]) assert.deepEqual([by[id].strata, by[id].ties, by[id].conf], [["centre"], "breslow", undefined], id);
  assert.deepEqual(tickCovariate(choices, "centre", true).strata, [], "a covariate is no stratum");
});

test("a large file is spared what takes long until the user asks for it", () => {
  const many = { ...inspection, n_rows: DEEP_ROWS + 1 };
  const kinds = (/** @type {import('../types').Choices} */ choices) => buildStudy(choices, many).study.analyses.map((/** @type {any} */ analysis) => analysis.id.split(".")[1]);
  assert.ok(!kinds(demoChoices()).some((/** @type {string} */ kind) => ["influence", "rates", "line"].includes(kind)));
  assert.ok(kinds(demoChoices()).includes("ph"));
  assert.ok(["influence", "rates", "line"].every((kind) => kinds({ ...demoChoices(), deep: true }).includes(kind)));
});
