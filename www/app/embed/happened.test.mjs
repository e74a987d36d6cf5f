import assert from "node:assert/strict";
import test from "node:test";
import { outcomeOf } from "../state/current.mjs";
import { reduce } from "../state/reducer.mjs";
import { analysed, asItStands, opened } from "../testing/states.mjs";
import { happened } from "./happened.mjs";

const types = (/** @type {any} */ before, /** @type {any} */ after) => happened(before, after).map(({ type }) => type);

test("the host hears of results, of another study and of problems, each once", () => {
  const state = analysed(), choices = /** @type {any} */ (state.choices);
  assert.deepEqual(types({ ...state, answer: null }, state), ["results"]);
  assert.deepEqual(types(state, reduce(state, { type: "choose", choices: { ...choices, by: "margin" } })), ["change"]);
  // What is no part of the study is nothing to hear of.
  for (const after of [reduce(state, { type: "step", step: "models" }), reduce(state, { type: "language", language: "fr" }), reduce(state, { type: "choose", choices: { ...choices, guessed: ["by"] } })]) assert.deepEqual(types(state, after), []);
  const failed = reduce(state, { type: "failed", during: "open", problem: { code: "empty_file" } });
  assert.deepEqual(types(state, failed), ["error"]);
  assert.deepEqual(types(failed, reduce(failed, { type: "language", language: "fr" })), []);
  assert.deepEqual(types(state, asItStands()), ["change", "results"]);
});

test("what became of a study: answered, failed, stopped, overtaken, or not known yet", () => {
  const state = analysed(), { computed } = /** @type {any} */ (state.answer).plan;
  assert.deepEqual(outcomeOf(state, computed, null), { results: state.answer?.results });
  assert.equal(outcomeOf({ ...state, answer: null }, computed, null), null);
  assert.deepEqual(outcomeOf(state, "another", null), { problem: { code: "superseded" } });
  assert.deepEqual(outcomeOf({ ...state, answer: null, stopped: true }, computed, null), { problem: { code: "cancelled" } });
  const problem = /** @type {const} */ ({ code: "no_rows", during: "run" });
  assert.deepEqual(outcomeOf({ ...state, answer: null, problem }, computed, null), { problem });
  assert.equal(outcomeOf({ ...state, answer: null, problem }, computed, problem), null, "a problem of before is none of this study");
  assert.deepEqual(outcomeOf(opened(), "anything", null), { problem: { code: "superseded" } });
});
