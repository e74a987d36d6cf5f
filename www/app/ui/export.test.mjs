import assert from "node:assert/strict";
import test from "node:test";
import { createWords } from "../i18n/words.mjs";
import { menuPanel } from "./export.mjs";

/** @param {any} node @returns {any[]} */
const nodes = (node) => Array.isArray(node) ? node.flatMap(nodes) : node && typeof node === "object" ? [node, ...nodes(node.children)] : [];
/** @param {any} node @returns {string} */
const words = (node) => Array.isArray(node) ? node.map(words).join(" ") : node && typeof node === "object" ? words(node.children) : String(node ?? "");

const menu = {
  id: "m", w: createWords("en"), summary: "Export", notes: ["A note."],
  fields: [{ key: "width", words: "Width", hint: "In mm.", value: "174" }, { key: "dpi", words: "Dots", value: "300", options: /** @type {[string, string][]} */ ([["300", "300"], ["600", "600"]]) }],
  actions: [{ key: "pdf", words: "PDF", run: async () => "done" }, { key: "png", words: "PNG", run: async () => "done" }],
};
const said = { values: {}, busy: null, said: "", problem: "" };
/** @type {unknown[]} */
const heard = [];
const panel = (/** @type {object} */ change) => nodes(menuPanel(menu, { ...said, ...change }, (action) => heard.push(action.key), (key, value) => heard.push([key, value])));

test("every field has its label and its hint, and tells what is written", () => {
  const found = panel({ values: { dpi: "600" } }), ids = found.map((node) => node.props.id).filter(Boolean);
  for (const node of found.filter(({ tag }) => tag === "input" || tag === "select")) {
    assert.ok(found.some(({ tag, props }) => tag === "label" && props.for === node.props.id), node.props.id);
    for (const id of String(node.props["aria-describedby"] ?? "").split(" ").filter(Boolean)) assert.ok(ids.includes(id), id);
  }
  assert.deepEqual(found.filter(({ tag }) => tag === "input" || tag === "select").map(({ props }) => props.value), ["174", "600"]);
  found.find(({ tag }) => tag === "input").props.oninput({ target: { value: "85" } });
  found.filter(({ tag }) => tag === "button")[1].props.onclick();
  assert.deepEqual(heard, [["width", "85"], "png"]);
});

test("while one is made no other is begun; then it is said, or what went wrong", () => {
  const busy = panel({ busy: "pdf" });
  assert.deepEqual(busy.filter(({ tag }) => tag === "button").map(({ props }) => props.disabled), [true, true]);
  const status = (/** @type {any[]} */ found) => words(found.find(({ props }) => props.role === "status").children);
  assert.equal(status(busy), "Working…");
  assert.equal(status(panel({ said: "Saved as a.pdf." })), "Saved as a.pdf.");
  const wrong = panel({ problem: "No <b>room</b>." });
  assert.equal(words(wrong.find(({ props }) => props.role === "alert").children), "No <b>room</b>.");
});
