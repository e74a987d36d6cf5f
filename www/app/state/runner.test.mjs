import assert from "node:assert/strict";
import test from "node:test";
import { demoInspection, demoResults } from "../testing/states.mjs";
import { demoChoices } from "./demo.mjs";
import { initialState, reduce } from "./reducer.mjs";
import { createRunner } from "./runner.mjs";
import { createStore } from "./store.mjs";

/** A client whose work ends when the test says so. */
function fake() {
  /** @type {{study: string, listener: any, resolve: (value: any) => void, reject: (error: any) => void}[]} */
  const runs = [];
  /** @type {{name: string, options: Record<string, any>}[]} */
  const opens = [];
  const client = {
    demo: { name: "demo.csv", bytes: new Uint8Array() },
    open: (/** @type {any} */ _file, /** @type {string} */ name, /** @type {any} */ how) => {
      opens.push({ name, options: how?.options ?? {} });
      if (name === "bad.csv" || how?.options?.encoding === "bad") return Promise.reject({ code: "empty_file", position: { file: name } });
      const inspection = demoInspection();
      // With another separator all cells are one.
      return Promise.resolve({ ...inspection, file: name, ...(how?.options?.delimiter === "|" ? { columns: [{ ...inspection.columns[0], name: "all,in,one" }] } : {}) });
    },
    run: (/** @type {string} */ study, /** @type {any} */ listener) =>
      new Promise((resolve, reject) => runs.push({ study, listener, resolve, reject })),
    figure: () => ({ width: 1, height: 1, items: [], alt: { text: "" } }), paint: () => {}, cancel: () => {},
  };
  const store = createStore(reduce, initialState("en"));
  return { runs, opens, client, store, runner: createRunner(client, store, { pause: 0, slow: 5 }) };
}

const rest = (ms = 2) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something holds, however slow the machine is; a test that waits in vain is ended by the runner. @param {() => unknown} holds */
async function until(holds) {
  while (!holds()) await rest();
}

/** @param {ReturnType<typeof fake>} page @param {string | null} by */
async function group(page, by) {
  page.store.dispatch({ type: "choose", choices: { .../** @type {any} */ (page.store.get().choices), by } });
  page.runner.changed();
  await rest();
}

test("opening the demonstration runs its study", async () => {
  const page = fake();
  page.runner.openDemo();
  await rest();
  page.runs[0].resolve(demoResults());
  await rest();
  assert.equal(page.store.get().answer?.plan.by, "chemo");
  assert.equal(page.store.get().work, null);
  assert.equal(page.store.get().said?.key, "live.recomputed");
});

test("the latest choice wins, and work under way is not doubled", async () => {
  const page = fake();
  page.runner.openDemo();
  await rest();
  await group(page, "margin");
  await group(page, "kieffer");
  assert.equal(page.runs.length, 1);
  page.runs[0].resolve(demoResults());
  await rest();
  assert.equal(page.store.get().answer, null, "an answer to an earlier question is thrown away");
  assert.equal(page.runs.length, 2);
  assert.match(page.runs[1].study, /"by": "kieffer"/);
  page.runs[1].resolve(demoResults());
  await rest();
  assert.equal(page.store.get().answer?.plan.by, "kieffer");
});

test("a choice made and taken back is answered by the run under way", async () => {
  const page = fake();
  page.runner.openDemo();
  await rest();
  await group(page, "margin");
  await group(page, "chemo");
  page.runs[0].resolve(demoResults());
  await rest();
  assert.equal(page.runs.length, 1);
  assert.equal(page.store.get().answer?.plan.by, "chemo");
});

test("a refused file keeps the earlier one", async () => {
  const page = fake();
  page.runner.openDemo();
  await rest();
  page.runs[0].resolve(demoResults());
  await rest();
  await page.runner.open(new Uint8Array(), "bad.csv", "file");
  const state = page.store.get();
  assert.equal(state.problem?.code, "empty_file");
  assert.equal(state.inspection?.file, "demo.csv");
  assert.ok(state.answer);
});

test("long work is shown, can be stopped, and can be asked for again", async () => {
  const page = fake();
  page.runner.openDemo();
  await until(() => page.store.get().work?.slow && page.runs.length === 1);
  page.runner.cancel();
  assert.equal(page.store.get().stopped, true);
  page.runs[0].reject({ code: "cancelled" });
  await rest();
  assert.equal(page.store.get().problem, null);
  page.runner.again();
  page.runs[1].resolve(demoResults());
  await rest();
  assert.ok(page.store.get().answer);
  assert.equal(page.store.get().stopped, false);
});

test("what is known before the end is kept with the work, if it is still wanted", async () => {
  const page = fake();
  page.runner.openDemo();
  await rest();
  const { onPartial, onProgress } = page.runs[0].listener;
  onProgress(0.25);
  onPartial(2, { id: "table" });
  onPartial(2, { id: "table", rows: [] });
  assert.deepEqual(page.store.get().work, { kind: "run", slow: false, share: 0.25, entries: { 2: { id: "table", rows: [] } } });
  await group(page, "margin");
  onProgress(0.5);
  onPartial(3, { id: "late" });
  assert.equal(page.store.get().work?.share, 0.25);
  assert.deepEqual(Object.keys(page.store.get().work?.entries ?? {}), ["2"]);
  page.runs[0].resolve(demoResults());
  await rest();
  assert.deepEqual(page.store.get().work?.entries, {}, "the next run begins anew");
  page.runs[1].resolve(demoResults());
  await rest();
  assert.equal(page.store.get().work, null);
});

test("a crash is said, keeps the study, and the next try works", async () => {
  const page = fake();
  page.runner.openDemo();
  await rest();
  page.runs[0].reject(new Error("unreachable"));
  await rest();
  assert.equal(page.store.get().problem?.code, "engine_crashed");
  assert.equal(page.store.get().choices?.by, "chemo");
  page.runner.again();
  page.runs[1].resolve(demoResults());
  await rest();
  assert.equal(page.store.get().problem, null);
});

/** @param {ReturnType<typeof fake>} page @param {import('../types').ReadChoice} read */
async function readAs(page, read) {
  page.store.dispatch({ type: "choose", choices: { .../** @type {any} */ (page.store.get().choices), read } });
  page.runner.changed();
  await rest();
}

test("another way of reading opens the same file again, and undo reads it as before", async () => {
  const page = fake();
  page.runner.open(new Uint8Array([1]), "own.csv", "file");
  await until(() => page.runs.length === 1);
  page.runs[0].resolve(demoResults());
  await until(() => page.store.get().answer);
  await readAs(page, { delimiter: ";" });
  await until(() => page.runs.length === 2);
  assert.deepEqual(page.opens.map((open) => [open.name, open.options]), [["own.csv", {}], ["own.csv", { delimiter: ";" }]]);
  assert.equal(JSON.parse(page.runs[1].study).data.read.delimiter, ";");
  page.runs[1].resolve(demoResults());
  await until(() => page.store.get().answer);
  page.store.dispatch({ type: "undo" });
  page.runner.changed();
  await until(() => page.runs.length === 3);
  assert.deepEqual(page.opens[2].options, {});
  assert.equal(JSON.parse(page.runs[2].study).data.read, undefined);
});

test("what was guessed of columns that are no more is guessed anew, and the way of reading stays", async () => {
  const page = fake();
  page.runner.open(new Uint8Array([1]), "own.csv", "file");
  await until(() => page.runs.length === 1);
  page.runs[0].resolve(demoResults());
  await until(() => page.store.get().answer);
  await readAs(page, { delimiter: "|" });
  await until(() => page.opens.length === 2 && !page.store.get().work);
  assert.deepEqual(page.store.get().choices?.read, { delimiter: "|" });
  assert.equal(page.store.get().choices?.endpoints[0].time, null);
});

test("a way that the file cannot be read by is said, and everything stays", async () => {
  const page = fake();
  page.runner.open(new Uint8Array([1]), "own.csv", "file");
  await until(() => page.runs.length === 1);
  page.runs[0].resolve(demoResults());
  await until(() => page.store.get().answer);
  await readAs(page, { encoding: "bad" });
  await until(() => page.store.get().problem);
  assert.equal(page.store.get().problem?.during, "open");
  assert.equal(page.store.get().inspection?.file, "own.csv");
  assert.ok(page.store.get().answer);
});

test("programs are compared once asked for, on the same analyses, and again when the choices change", async () => {
  const page = fake();
  /** @type {any[]} */
  const compared = [];
  /** @type {any} */ (page.client).compare = (/** @type {string} */ text) => { compared.push(JSON.parse(text)); return Promise.resolve({ ...demoResults(), id: compared.length }); };
  page.runner.openDemo();
  await rest();
  page.runner.compare();
  assert.equal(compared.length, 0, "nothing to compare before there is an answer");
  page.runs[0].resolve(demoResults());
  await until(() => page.store.get().compared);
  assert.deepEqual(compared.map((study) => study.conventions ?? "r"), ["r", "spss", "stata", "r", "r"], "asked for before: done as soon as there is an answer");
  assert.deepEqual(compared.map((study) => study.analyses.find((/** @type {any} */ item) => item.id === "os.by").conf_type), ["log", "plain", "log-log", "log-log", "log-log"]);
  assert.deepEqual([...new Set(compared[0].analyses.map((/** @type {any} */ item) => item.type))].sort(), ["cox", "cox_table", "follow_up", "kaplan_meier", "log_rank", "summary"]);
  page.runner.compare();
  await rest();
  assert.equal(compared.length, 5, "known already");
  await group(page, "margin");
  page.runs[1].resolve(demoResults());
  await until(() => compared.length === 10);
  assert.ok(compared[9].analyses.some((/** @type {any} */ item) => item.by === "margin"));
});

test("a comparison that fails is said, and tried again when asked", async () => {
  const page = fake();
  let fails = true;
  /** @type {any} */ (page.client).compare = () => (fails ? Promise.reject({ code: "cancelled" }) : Promise.resolve(demoResults()));
  page.runner.openDemo();
  await rest();
  page.runs[0].resolve(demoResults());
  await rest();
  page.runner.compare();
  await until(() => page.store.get().compared);
  assert.equal(/** @type {any} */ (page.store.get().compared).problem.code, "cancelled");
  fails = false;
  page.runner.compare();
  await until(() => /** @type {any} */ (page.store.get().compared).results);
});

test("how a figure is drawn is no reason to compute again", async () => {
  const page = fake();
  page.runner.openDemo();
  await rest();
  page.runs[0].resolve(demoResults());
  await rest();
  const choices = /** @type {any} */ (page.store.get().choices);
  page.store.dispatch({ type: "choose", choices: { ...choices, figures: { ...choices.figures, upward: true, x_max: { a: 60 } } } });
  page.runner.changed();
  await rest(10);
  assert.equal(page.runs.length, 1);
});

test("a file whose reading was stopped is not the one that is open", async () => {
  const page = fake();
  page.runner.openDemo();
  await until(() => page.runs.length === 1);
  page.runs[0].resolve(demoResults());
  await until(() => page.store.get().answer);
  const { open } = page.client;
  page.client.open = (_file, name, how) => { page.opens.push({ name, options: how?.options ?? {} }); return new Promise(() => {}); };
  page.runner.open(new Blob(), "stopped.csv", "file");
  page.runner.cancel();
  page.client.open = open;
  const choices = /** @type {any} */ (page.store.get().choices);
  page.store.dispatch({ type: "choose", choices: { ...choices, read: { delimiter: ";" } } });
  page.runner.changed();
  await until(() => page.opens.length === 3);
  assert.deepEqual(page.opens.map(({ name }) => name), ["demo.csv", "stopped.csv", "demo.csv"]);
});

test("an engine that has lost the file is given it again, once", async () => {
  const page = fake();
  page.runner.openDemo();
  await until(() => page.runs.length === 1);
  page.runs[0].reject({ code: "no_file" });
  await until(() => page.runs.length === 2);
  assert.deepEqual(page.opens.map(({ name }) => name), ["demo.csv", "demo.csv"]);
  page.runs[1].reject({ code: "no_file" });
  await until(() => page.store.get().problem);
  assert.equal(page.store.get().problem?.code, "no_file");
  assert.equal(page.opens.length, 2);
  page.runner.again();
  await until(() => page.runs.length === 3);
  page.runs[2].resolve(demoResults());
  await until(() => page.store.get().answer);
});

test("a kept study is taken up, read as it was read; opened anew, the page proposes its own", async () => {
  const page = fake();
  const choices = { ...demoChoices(), by: "margin", read: { encoding: "windows-1252" } };
  const keeper = { readOf: () => choices.read, take: () => ({ choices, saved: false }) };
  const runner = createRunner(page.client, page.store, { pause: 0, slow: 5, keeper });
  runner.open(new Blob(), "own.csv", "file");
  await until(() => page.runs.length === 1);
  assert.deepEqual(page.opens.map(({ options }) => options), [{}, { encoding: "windows-1252" }]);
  assert.match(page.runs[0].study, /"by": "margin"/);
  assert.ok(page.store.get().keep.taken);
  runner.openDemo(true);
  page.runs[0].resolve(demoResults());
  await until(() => page.runs.length === 2);
  assert.match(page.runs[1].study, /"by": "chemo"/);
  assert.ok(!page.store.get().keep.taken);
  // A kept study that cannot be read is said.
  const broken = createRunner(page.client, page.store, { pause: 0, slow: 5, keeper: { readOf: () => null, take: () => ({ choices: null, saved: false }) } });
  broken.open(new Blob(), "own.csv", "file");
  await until(() => page.store.get().problem);
  assert.equal(page.store.get().problem?.code, "kept_unreadable");
});

/** A study that the page's controls cannot make. */
const foreign = (title = "foreign") => JSON.stringify({ format: "riskset-study/1", title, endpoints: {}, analyses: [{ id: "mine", type: "kaplan_meier", endpoint: "OS" }] });

test("a study that the page cannot make is run as it stands, and again for the next file", async () => {
  const page = fake();
  page.runner.pin(foreign());
  assert.equal(await page.runner.open(new Uint8Array(1), "a.csv", "host", { rest: true }), null);
  await until(() => page.runs.length === 1);
  assert.equal(page.runs[0].study, foreign(), "not a letter of it is changed");
  page.runs[0].resolve({ results: [{ id: "mine" }] });
  await until(() => page.store.get().fixed?.results);
  assert.equal(page.store.get().answer, null);
  await page.runner.open(new Uint8Array(1), "b.csv", "file", { rest: true });
  await until(() => page.runs.length === 2);
  assert.equal(page.runs[1].study, foreign());
  // The demonstration has a study of its own.
  page.runs[1].resolve({ results: [] });
  page.runner.openDemo();
  await until(() => page.runs.length === 3);
  assert.equal(page.store.get().fixed, null);
});

test("a study is read before it is taken, and what is none changes nothing", async () => {
  const page = fake();
  assert.deepEqual(page.runner.take(foreign()), { code: "no_file" });
  page.runner.openDemo();
  await until(() => page.runs.length === 1);
  page.runs[0].resolve(demoResults());
  await until(() => page.store.get().answer);
  const before = page.store.get();
  assert.equal(page.runner.take("{")?.code, "study_unreadable");
  assert.equal(page.runner.take('{"format": "x"}')?.code, "unknown_format");
  assert.equal(page.store.get(), before);
  // What the page itself wrote is taken up with its controls.
  assert.equal(page.runner.take(/** @type {any} */ (before.answer).plan.text), null);
  assert.equal(page.store.get().fixed, null);
});

test("a study says how the file is read, and the file is read again for it", async () => {
  const page = fake();
  await page.runner.open(new Uint8Array(1), "a.csv", "host", { rest: true, read: { delimiter: ";" } });
  page.runner.take(JSON.stringify({ ...JSON.parse(foreign()), data: { read: { delimiter: ",", decimal: "." } } }));
  page.runner.again();
  await until(() => page.runs.length === 1);
  assert.deepEqual(page.opens.map((item) => item.options), [{ delimiter: ";" }, { delimiter: ",", decimal: "." }]);
  assert.notEqual(page.store.get().fixed, null, "the study is still the one that was taken");
});

test("an error says who gave the file that it is about", async () => {
  const page = fake();
  await page.runner.open(new Uint8Array(1), "a.csv", "host", { rest: true });
  const problem = await page.runner.open(new Uint8Array(1), "bad.csv", "file");
  assert.equal(problem?.code, "empty_file");
  assert.equal(page.store.get().problem?.source, "file");
  assert.equal(page.store.get().source, "host", "the earlier file stays");
});

test("a file that is let go of leaves nothing, and its answer is not heard", async () => {
  const page = fake();
  page.runner.openDemo();
  await until(() => page.runs.length === 1);
  page.runner.forget();
  page.runs[0].resolve(demoResults());
  await rest();
  const { inspection, answer, work } = page.store.get();
  assert.deepEqual([inspection, answer, work, page.runner.held()], [null, null, null, null]);
});
