import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { compare, toleranceOf } from "./compare.mjs";

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(`../../../tests/reference/${name}`, import.meta.url), "utf8"));
const rules = read("rules.json");

for (const { what, want, got, differences } of read("comparison.json")) {
  test(what, () => assert.equal(compare(want, got, 1e-7, rules).differences.length, differences));
}

test("what is counted, and the largest difference with its place", () => {
  const want = { n: 3, list: [{ estimate: 2, reason: null }, { estimate: 0 }], name: "x" };
  const got = { n: 3, list: [{ estimate: 2.00000002, reason: null }, { estimate: 5e-12 }], name: "x" };
  const found = compare(want, got, 1e-7, rules, "case/km");
  assert.deepEqual([found.figures, found.undefined_in_both, found.words, found.differences], [3, 1, 1, []]);
  assert.ok(Math.abs(found.worst - 1e-8) < 1e-15);
  assert.equal(found.worst_at, "case/km.list[0].estimate");
  assert.equal(found.worst_near_zero, 5e-12);
});

test("a figure that is not finite never agrees", () => {
  for (const got of [NaN, Infinity]) assert.equal(compare({ a: 1 }, { a: got }, 1e-7, rules).differences.length, 1);
});

test("names that every object has are not found in what is not there", () => {
  assert.equal(compare({ constructor: 1 }, {}, 1e-7, rules).differences.length, 1);
});

test("closed forms are held to 1e-8, the iterated to the case's tolerance", () => {
  assert.equal(toleranceOf("kaplan_meier", 1e-7, rules), 1e-8);
  assert.equal(toleranceOf("cox", 1e-7, rules), 1e-7);
  assert.equal(toleranceOf("log_rank", 1e-9, rules), 1e-9);
});
