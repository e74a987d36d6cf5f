import assert from "node:assert/strict";
import test from "node:test";
import { demoInspection } from "../testing/states.mjs";
import { demoChoices } from "./demo.mjs";
import { KEY, createKeeper } from "./keeper.mjs";
import { initialState, reduce } from "./reducer.mjs";
import { createStore } from "./store.mjs";

/** The store of a tab. @param {Map<string, string>} [contents] @param {string} [fault] the name of the error that writing gives */
const tab = (contents = new Map(), fault = "") => /** @type {any} */ ({
  getItem: (/** @type {string} */ key) => contents.get(key) ?? null,
  setItem(/** @type {string} */ key, /** @type {string} */ text) {
    if (fault) throw Object.assign(new Error(fault), { name: fault });
    contents.set(key, text);
  },
  removeItem: (/** @type {string} */ key) => contents.delete(key),
});

/** A page with a keeper, and an own file open. @param {() => Storage} storage */
function page(storage) {
  const store = createStore(reduce, initialState("en"));
  const keeper = createKeeper(store, storage);
  const inspection = { ...demoInspection(), file: "own.csv" };
  const open = () => {
    const kept = keeper.take(inspection);
    store.dispatch({ type: "opened", inspection, source: "file", choices: kept?.choices ?? demoChoices(), kept: kept?.choices ? kept : null });
  };
  const choose = (/** @type {string} */ by) => store.dispatch({ type: "choose", choices: { .../** @type {any} */ (store.get().choices), by } });
  return { store, keeper, open, choose, inspection };
}

test("a reload gives the study back when its file is opened again", () => {
  const contents = new Map();
  const first = page(() => tab(contents));
  first.open();
  first.keeper.flush();
  assert.equal(contents.size, 0, "what the page proposes need not be kept");
  first.choose("margin");
  first.keeper.flush();
  assert.deepEqual([...contents.keys()], [KEY]);
  assert.deepEqual(first.store.get().keep, { status: "ready", now: true, taken: false, waiting: 0, left: [] });

  const second = page(() => tab(contents));
  assert.equal(second.store.get().keep.waiting, 1);
  second.open();
  assert.equal(second.store.get().choices?.by, "margin");
  assert.ok(second.store.get().keep.taken);
  second.keeper.flush();
  assert.equal(second.store.get().keep.waiting, 0);

  // Undone to the proposal, or forgotten: nothing is left.
  second.keeper.forget();
  assert.equal(contents.size, 0);
  assert.equal(second.store.get().choices?.by, "margin", "what is on show stays");
  second.choose("kieffer");
  second.keeper.flush();
  assert.equal(contents.size, 1);
  first.store.dispatch({ type: "undo" });
  first.keeper.flush();
  assert.equal(contents.size, 0);
});

test("a tab that cannot keep says why, and has the study until the page goes", () => {
  const denied = page(() => { throw Object.assign(new Error("no"), { name: "SecurityError" }); });
  assert.equal(denied.store.get().keep.status, "denied");
  denied.open();
  denied.choose("margin");
  denied.keeper.flush();
  assert.equal(denied.store.get().keep.status, "denied");
  denied.open();
  assert.equal(denied.store.get().choices?.by, "margin");

  const contents = new Map([[KEY, "an older text"]]);
  const full = page(() => tab(contents, "QuotaExceededError"));
  full.open();
  full.choose("margin");
  full.keeper.flush();
  assert.equal(full.store.get().keep.status, "full");
  assert.equal(contents.size, 0, "an older study does not come back for the last");
});

test("what cannot be read is no study", () => {
  const one = page(() => tab(new Map([[KEY, "{"]])));
  assert.equal(one.store.get().keep.waiting, 0);
  assert.equal(one.keeper.take(one.inspection), null);
  one.keeper.stop();
});
