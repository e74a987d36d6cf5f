import assert from "node:assert/strict";
import test from "node:test";
import { declare } from "./choices.mjs";
import { levelsLeft, mergingEffect } from "./effect.mjs";
import { analysed } from "../testing/states.mjs";

/** @param {import('../types').ColumnChoice} spec @param {string} [name] */
function merged(spec, name = "margin") {
  const state = analysed();
  return { ...state, choices: declare(/** @type {any} */ (state.choices), name, spec) };
}

test("levels that are left: merged, made missing, declared missing", () => {
  const source = /** @type {any} */ ({ levels: ["a", "b", "c"].map((value) => ({ value, n: 1 })) });
  assert.deepEqual(levelsLeft(source, undefined), { file: 3, now: 3, drops: false });
  assert.deepEqual(levelsLeft(source, { recode: { a: "b" } }), { file: 3, now: 2, drops: false });
  assert.deepEqual(levelsLeft(source, { recode: { a: null } }), { file: 3, now: 2, drops: true });
  assert.deepEqual(levelsLeft(source, { missing: ["c"], recode: { a: "b" } }), { file: 2, now: 1, drops: false });
});

test("three levels made two: a parameter less for the same events, in the common model or alone", () => {
  // Of the demonstration: 22 deaths; grade (2), Kieffer level (2) and chemotherapy (1) in the common model.
  const [os] = mergingEffect(merged({ recode: { K3: "K2" } }, "kieffer"), "kieffer");
  assert.deepEqual(os, { endpoint: "OS", model: "multi", before: { parameters: 5, events: 22 }, after: { parameters: 4, events: 22 } });
  const [margin] = mergingEffect(merged({ recode: { R1: "R1 or R2", R2: "R1 or R2" } }), "margin");
  assert.deepEqual(margin, { endpoint: "OS", model: "uni", before: { parameters: 2, events: 22 }, after: { parameters: 1, events: 22 } });
  const [asa] = mergingEffect(merged({ recode: { "ASA III": "ASA II" } }, "asa"), "asa");
  assert.deepEqual(asa, { endpoint: "OS", model: "none", before: { parameters: 2, events: 22 }, after: { parameters: 1, events: 22 } });
  assert.deepEqual(mergingEffect(analysed(), "margin"), [], "nothing merged, nothing said");
});

test("an answer of the merged levels has its own count of parameters", () => {
  const state = merged({ recode: { K3: "K2" } }, "kieffer");
  const answer = /** @type {any} */ (structuredClone(state.answer));
  answer.choices = state.choices;
  answer.results.results.find((/** @type {any} */ item) => item.id === "os.table").models.multivariable.tests.likelihood_ratio.df = 4;
  assert.deepEqual(mergingEffect({ ...state, answer }, "kieffer")[0].after, { parameters: 4, events: 22 });
  assert.deepEqual(mergingEffect({ ...state, answer }, "kieffer")[0].before, { parameters: 5, events: 22 });
});

test("events before are not known where a level was made missing", () => {
  assert.equal(mergingEffect(merged({ recode: { R2: null } }), "margin")[0].before.events, null);
});
