import assert from "node:assert/strict";
import test from "node:test";
import { analysed, opened, refused } from "../testing/states.mjs";
import { demoChoices } from "./demo.mjs";
import { reduce } from "./reducer.mjs";
import { createStore } from "./store.mjs";

test("undo and redo walk the choices; a new choice forgets what was undone", () => {
  const first = demoChoices(), second = { ...first, by: "margin" }, third = { ...first, by: "kieffer" };
  let state = reduce(reduce(opened(), { type: "choose", choices: second }), { type: "choose", choices: third });
  state = reduce(state, { type: "undo" });
  assert.equal(state.choices, second);
  assert.equal(reduce(state, { type: "redo" }).choices, third);
  assert.deepEqual(reduce(reduce(state, { type: "undo" }), { type: "undo" }).choices, first);
  assert.deepEqual(reduce(state, { type: "choose", choices: first }).future, []);
});

test("a file that is refused leaves the earlier one and its results as they were", () => {
  const state = refused();
  assert.equal(state.inspection?.file, "lms_vc_synthetic.csv");
  assert.ok(state.answer);
  assert.equal(state.problem?.during, "open");
});

test("a new answer mends what a run said, not what a file said", () => {
  const answer = /** @type {any} */ (analysed().answer);
  assert.equal(reduce(refused(), { type: "answered", answer }).problem?.code, "ragged_row");
  const failed = reduce(analysed(), { type: "failed", during: "run", problem: { code: "engine_crashed" } });
  assert.equal(failed.choices?.by, "chemo", "the study is kept");
  assert.equal(reduce(failed, { type: "answered", answer }).problem, null);
});

test("the endpoint on show is always one that exists", () => {
  const state = reduce(opened(), { type: "show", endpoint: "b" });
  const choices = demoChoices();
  assert.equal(reduce(state, { type: "choose", choices: { ...choices, endpoints: [choices.endpoints[0]] } }).shown, "a");
});

test("the store tells of changes only", () => {
  const store = createStore(reduce, opened());
  let told = 0;
  const stop = store.subscribe(() => told++);
  store.dispatch({ type: "undo" });
  store.dispatch({ type: "show", endpoint: "a" });
  stop();
  store.dispatch({ type: "show", endpoint: "b" });
  assert.equal(told, 1);
});
