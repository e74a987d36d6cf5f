// The self-test over made-up cases, with engines made of functions.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { createWords } from "../i18n/words.mjs";
import { readCases } from "./cases.mjs";
import { reportOf, reportPage, reportTable, small } from "./report.mjs";
import { runSelfTest } from "./self_test.mjs";

const rules = { closed_form: ["kaplan_meier"], closed_form_tolerance: 1e-8, p_value_factor: 100, floor: 1e-10, not_offered: [["a", "later"]] };
const study = JSON.stringify({ analyses: [{ id: "km", type: "kaplan_meier" }, { id: "fit", type: "cox" }, { id: "later", type: "rmst" }] });
const expected = JSON.stringify({ tolerance: 1e-6, results: [{ id: "km", median: 310, conf_low: null }, { id: "fit", estimate: 0.5 }, { id: "later", estimate: 1 }] });
const FILES = { "data.csv": "é,b\n1,2\n", "expected.json": expected, "study.json": study };

/** @param {string[]} [names] */
function packed(names = ["a"]) {
  const files = Object.entries(FILES).flatMap(([file, text]) => names.map((name) => ({ case: name, file, text })));
  const head = { made_with: { R: "4.2.2", survival: "3.5-3" }, rules, shapes: [], forms: "", digits: 0, files: files.map(({ text, ...file }) => ({ ...file, length: text.length })) };
  return `${JSON.stringify(head)}\n${files.map(({ text }) => text).join("")}`;
}

const good = () => [{ id: "km", median: 310, conf_low: null }, { id: "fit", estimate: 0.5000001 }, { id: "later", error: { code: "not_available" } }];

/** A self-test whose engine answers this. @param {() => any} results @param {string} [text] */
function tested(results, text = packed()) {
  const log = /** @type {string[]} */ ([]);
  const run = runSelfTest({
    text: async () => text,
    demo: () => "",
    createEngine: () => ({
      async open(file, name) { log.push(`open ${new TextDecoder().decode(file)} ${name}`); },
      async run() { return { engine: { name: "riskset", version: "0.1.0", commit: "abc" }, results: results() }; },
      close() { log.push("close"); },
    }),
    surroundings: async () => ({ scripts: ["sha256-AAA="], from: "file", browser: "<b>Browser</b>" }),
  }, ({ done, of, name }) => log.push(`${done}/${of} ${name}`));
  return run.then((report) => ({ report, log }));
}

test("what is packed is taken apart as it was, letters of two bytes too", () => {
  const { cases, made_with } = readCases(packed(["a", "b"]), "");
  assert.deepEqual(cases, ["a", "b"].map((name) => ({ name, data: FILES["data.csv"], expected, study })));
  assert.equal(made_with.R, "4.2.2");
  assert.throws(() => readCases(packed().slice(0, -1), ""), /not complete/);
});

test("every case has an engine of its own, which is closed", async () => {
  const { report, log } = await tested(good, packed(["a", "b"]));
  assert.deepEqual(log, ["0/2 a", "open é,b\n1,2\n data.csv", "close", "1/2 b", "open é,b\n1,2\n data.csv", "close"]);
  // What may be missing in one case may not in another.
  assert.deepEqual([report.agrees, report.cases[0].analyses[2].status, report.cases[1].analyses[2].status], [false, "not_offered", "differs"]);
});

test("agreement is counted, and what is not offered never passes", async () => {
  const { report } = await tested(good);
  assert.equal(report.agrees, true);
  assert.deepEqual({ ...report.totals, worst: 0 }, { cases: 1, agree: 2, differ: 0, not_offered: 1, figures: 2, worst: 0, worst_near_zero: 0 });
  assert.ok(Math.abs(report.totals.worst - 2e-7) < 1e-12);
  assert.deepEqual(report.cases[0].analyses.map(({ tolerance }) => tolerance), [1e-8, 1e-6, 1e-6]);
  const hash = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");
  assert.deepEqual(report.cases[0].sha256, { study: hash(study), data: hash(FILES["data.csv"]), expected: hash(expected) });
});

for (const [what, change] of /** @type {[string, (results: any[]) => void][]} */ ([
  ["a figure beyond a closed form's tolerance", (results) => { results[0].median = 310.00001; }],
  ["a figure where R has none", (results) => { results[0].conf_low = 1; }],
  ["an analysis that is missing", (results) => { results.splice(1, 1); }],
  ["an analysis that is refused", (results) => { results[1] = { id: "fit", error: { code: "not_available" } }; }],
])) {
  test(`it fails: ${what}`, async () => {
    const { report } = await tested(() => { const results = good(); change(results); return results; });
    assert.deepEqual([report.agrees, report.totals.differ], [false, 1]);
    assert.match(reportOf(report, createWords("en")).sentences[0], /^DOES NOT AGREE WITH R: 1 of 2/);
  });
}

test("it fails: a case that cannot be computed, whatever the others say", async () => {
  const { report } = await tested(() => { throw new Error("the worker ended"); });
  assert.deepEqual([report.agrees, report.cases[0].problem, report.totals.differ], [false, "the worker ended", 3]);
  assert.match(reportOf(report, createWords("fr")).sentences.join(" "), /INCOMPLET/);
});

test("nothing compared is no agreement", async () => {
  const text = packed().replace('"not_offered":[["a","later"]]', '"not_offered":[["a","later"],["a","km"],["a","fit"]]');
  const { report } = await tested(() => good().map(({ id }) => ({ id, error: { code: "not_available" } })), text);
  assert.deepEqual([report.agrees, report.totals.not_offered], [false, 3]);
});

test("the report says all, in both languages, as a page and as a table", async () => {
  const { report } = await tested(good);
  for (const language of /** @type {const} */ (["en", "fr"])) {
    const model = reportOf(report, createWords(language)), page = reportPage(model, language);
    for (const words of ["0.1.0", "abc", "sha256-AAA=", "R 4.2.2", "survival 3.5-3", report.began.slice(0, 10), ...Object.values(report.cases[0].sha256), "km", "fit", "later"]) {
      assert.ok(page.includes(words), `${words} on the page`);
      assert.ok(JSON.stringify(reportTable(model)).includes(words), `${words} in the table`);
    }
    assert.ok(page.includes("&#60;b&#62;Browser&#60;/b&#62;") && !page.includes("<b>"), "text is text");
    assert.doesNotMatch(page, /undefined|\{\w+\}|self_test\.|https?:|src=|href=/);
  }
});

test("small numbers, in two figures", () => {
  assert.deepEqual([0, 2.34e-12, 1e-8, 0.5].map((value) => small(value, createWords("en"))), ["0", "2.3e-12", "1e-8", "5e-1"]);
  assert.equal(small(2.34e-12, createWords("fr")), "2,3e-12");
});
