// What goes out with a supplement beside its counts: nothing that is not in it.
import assert from "node:assert/strict";
import test from "node:test";
import { createWords } from "../../i18n/words.mjs";
import { analysed } from "../../testing/states.mjs";
import { headOf, initial } from "./view.mjs";

const w = createWords("en"), context = /** @type {any} */ ({ w, label: (/** @type {string} */ name) => `label of ${name}` });

/** @param {{by?: string | null, columns?: Record<string, any>, variables?: string[]}} document */
const counted = ({ by = null, columns = {}, variables = [] }) => ({ document: JSON.stringify({ by, study: { data: { columns } }, models: [{ rows: variables.map((variable) => ({ variable, level: null })) }] }) });

test("labels of covariates stay where the models are not in it", () => {
  const given = { state: analysed(), context };
  const labels = (/** @type {any} */ own) => Object.keys(headOf(given, { ...initial(), ...own }).labels).sort();
  assert.deepEqual(labels({ counted: counted({}) }), []);
  assert.deepEqual(labels({ counted: counted({ by: "arm", columns: { centre: {} }, variables: ["age", "arm:grade"] }) }), ["age", "arm", "centre", "grade"]);
  assert.deepEqual(labels({ kind: "data", shared: { columns: { age: {} } } }), ["age"]);
});
