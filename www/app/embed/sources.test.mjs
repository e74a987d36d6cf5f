import assert from "node:assert/strict";
import test from "node:test";
import { parsePart } from "./part.mjs";
import { dataSource, studySource } from "./sources.mjs";

const held = /** @type {Record<string, any>} */ ({
  cohort: { textContent: "\n1,2\n3,4\n    " }, typed: { textContent: "old", value: "new\n" }, windows: { textContent: "\r\na\r\nb" }, "a:b": { textContent: "x" }, empty: { textContent: "" },
});
const find = (/** @type {string} */ id) => held[id] ?? null;

test("data is text of several lines, or the id of an element that holds it", () => {
  assert.deepEqual(dataSource("a,b\n1,2", find), { text: "a,b\n1,2", name: null });
  assert.deepEqual(dataSource("cohort", find), { text: "1,2\n3,4\n", name: "cohort" });
  assert.deepEqual(dataSource(" #cohort ", find), { text: "1,2\n3,4\n", name: "cohort" });
  assert.deepEqual(dataSource("typed", find), { text: "new\n", name: "typed" });
  assert.deepEqual(dataSource("windows", find), { text: "a\r\nb", name: "windows" });
  assert.deepEqual(dataSource("empty", find), { text: "", name: "empty" });
  // An id may look like an address: the element that is there wins.
  assert.deepEqual(dataSource("a:b", find), { text: "x", name: "a:b" });
});

test("a study is JSON, or the id of an element that holds it", () => {
  assert.deepEqual(studySource(' {"format": 1}', find), { text: ' {"format": 1}', name: null });
  assert.deepEqual(studySource("cohort", find), { text: "1,2\n3,4\n", name: "cohort" });
});

test("what is not there is said, and an address is never fetched", () => {
  assert.deepEqual(dataSource("nothing", find), { problem: { code: "embed_no_element", params: { attribute: "data", value: "nothing" } } });
  for (const value of ["https://example.org/a.csv", "/a.csv", "./a.csv", "../a.csv", "data:text/csv,a", "file:///a.csv", "//example.org/a"]) {
    assert.deepEqual(studySource(value, find), { problem: { code: "embed_address", params: { attribute: "study", value } } });
  }
});

test("a view is one of a closed set", () => {
  for (const text of [null, "", "all", " all "]) assert.deepEqual(parsePart(text), { kind: "all", id: null });
  for (const kind of ["cohort", "patients", "curves", "models"]) assert.deepEqual(parsePart(kind), { kind, id: null });
  assert.deepEqual(parsePart("figure:os.by"), { kind: "figure", id: "os.by" });
  assert.deepEqual(parsePart("table:a:b"), { kind: "table", id: "a:b" });
  for (const text of ["figure", "figure:", "Curves", "curves:x", "<b>"]) assert.equal(parsePart(text), null);
});
