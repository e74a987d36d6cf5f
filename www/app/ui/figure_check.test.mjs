import assert from "node:assert/strict";
import test from "node:test";
import { createWords } from "../i18n/words.mjs";
import { checkPanel } from "./figure_check.mjs";

/** @param {any} node @returns {any[]} */
const nodes = (node) => Array.isArray(node) ? node.flatMap(nodes) : node && typeof node === "object" ? [node, ...nodes(node.children)] : [];
/** @param {any} node @returns {string} */
const words = (node) => Array.isArray(node) ? node.map(words).join("") : node && typeof node === "object" ? words(node.children) : String(node ?? "");

/** @type {import('../types').Finding[]} */
const findings = [
  { point: 1, code: "step_function", status: "holds" }, { point: 3, code: "band_missing", status: "fails", mend: { options: { band: true } } },
  { point: 8, code: "x_ticks_not_clinical", status: "fails", params: { step: "2.5" } }, { point: 18, code: "competing", status: "not_applicable" },
  { point: 20, code: "legend_incomplete", status: "fails", params: { parts: "part_origin part_cutoff" } },
];

test("what fails stands first with its mend, and a click hands the mend out", () => {
  /** @type {unknown[]} */
  const mended = [];
  const found = nodes(checkPanel({ key: "k", w: createWords("en"), mend: (patch) => mended.push(patch) }, findings));
  assert.match(words(found[0]), /Not yet ready for a journal: 3 points of 4 fail/);
  const buttons = found.filter(({ tag }) => tag === "button");
  assert.deepEqual(buttons.map(words), ["Draw the band"]);
  buttons[0].props.onclick();
  assert.deepEqual(mended, [{ options: { band: true } }]);
  const points = found.filter(({ tag, props }) => tag === "li" && /^figure-check-/.test(props.class ?? "")).map(words);
  assert.equal(points.length, findings.length);
  assert.match(points[0], /^Holds\. The curve is a step function/);
  assert.match(points[3], /^Does not apply\./);
  assert.match(points[4], /lacks: origin, cut-off date/);
});

test("in French, with its marks", () => {
  const found = nodes(checkPanel({ key: "k", w: createWords("fr"), mend: () => {} }, findings));
  assert.match(words(found), /Pas encore prête pour une revue\u00a0: 3 points sur 4/);
  assert.match(words(found), /2,5/);
  assert.match(words(nodes(checkPanel({ key: "k", w: createWords("fr"), mend: () => {} }, findings.slice(0, 1)))[0]), /est respecté/);
});
