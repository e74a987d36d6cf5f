import assert from "node:assert/strict";
import test from "node:test";
import { demoInspection, demoResults } from "../testing/states.mjs";
import { initialState, reduce } from "./reducer.mjs";
import { createRunner } from "./runner.mjs";
import { createStore } from "./store.mjs";

/** A client whose work ends when the test says so. */
function fake() {
  /** @type {{study: string, listener: any, resolve: (value: any) => void, reject: (error: any) => void}[]} */
  const runs = [];
  const client = {
    demo: { name: "demo.csv", bytes: new Uint8Array() },
    open: (/** @type {Uint8Array} */ _bytes, /** @type {string} */ name) =>
      name === "bad.csv" ? Promise.reject({ code: "empty_file", position: { file: name } }) : Promise.resolve({ ...demoInspection(), file: name }),
    run: (/** @type {string} */ study, /** @type {any} */ listener) =>
      new Promise((resolve, reject) => runs.push({ study, listener, resolve, reject })),
    figure: () => ({ width: 1, height: 1, items: [], alt: { text: "" } }), paint: () => {}, cancel: () => {},
  };
  const store = createStore(reduce, initialState("en"));
  return { runs, client, store, runner: createRunner(client, store, { pause: 0, slow: 5 }) };
}

const rest = (ms = 2) => new Promise((resolve) => setTimeout(resolve, ms));

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
  await rest(12);
  assert.equal(page.store.get().work?.slow, true);
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
