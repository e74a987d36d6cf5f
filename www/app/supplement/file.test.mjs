import assert from "node:assert/strict";
import test from "node:test";
import { FORMAT, cited, page, supplementOf } from "./file.mjs";

/** @type {import('./file.mjs').Counts} */
const supplement = {
  format: FORMAT, kind: "counts", language: "en", licence: "", labels: { arm: "</script><b>" }, units: {},
  citation: { authors: "A & B", title: "<i>T</i>", journal: "", doi: "10.1/x" }, document: '{"k":5,"x":"<!-- \u2028"}',
};

test("what a page shows comes back as it was, and ends no element", () => {
  const text = page({ supplement, script: "run()", hash: "abc=", title: 'A "<title>"', none: "No <script>" });
  const [, inside] = /id="riskset-supplement">(.*?)<\/script>/su.exec(text) ?? [];
  assert.deepEqual(supplementOf(/** @type {any} */ ({ getElementById: () => ({ textContent: inside }) })), supplement);
  assert.equal(text.split("</script>").length, 3);
  assert.ok(!text.includes("<b>") && !text.includes("<i>") && text.includes("A &quot;&lt;title&gt;&quot;"));
  assert.match(text, /script-src 'sha256-abc=' 'wasm-unsafe-eval'.*connect-src 'none'/);
});

test("a script that would end early is refused; another page is no supplement", () => {
  assert.throws(() => page({ supplement, script: "'</script>'", hash: "", title: "", none: "" }));
  assert.equal(supplementOf(/** @type {any} */ ({ getElementById: () => null })), null);
  assert.equal(supplementOf(/** @type {any} */ ({ getElementById: () => ({ textContent: '{"format":"x"}' }) })), null);
});

test("a citation leaves out what is not there", () => {
  assert.equal(cited(supplement.citation), "A & B. <i>T</i>. 10.1/x");
  assert.equal(cited({ authors: " ", title: "T. ", journal: "", doi: "" }), "T");
});
