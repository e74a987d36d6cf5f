import assert from "node:assert/strict";
import test from "node:test";
import { analysed, asItStands, contextOf, opened, separated } from "../testing/states.mjs";
import { examples as all } from "../testing/examples.mjs";
import { parsePart } from "../embed/part.mjs";
import { beside } from "./document/figures.mjs";
import { tableOf } from "./document/tables.mjs";
import { pageView } from "../page.mjs";
import { STEPS } from "./steps/view.mjs";

/** @typedef {import('../ui/dom.mjs').VNode} VNode */

/** @param {any} node @returns {VNode[]} */
const nodes = (node) => Array.isArray(node) ? node.flatMap(nodes) : node && typeof node === "object" ? [node, ...node.children.flatMap(nodes)] : [];
/** @param {any} node @returns {string} */
const words = (node) => Array.isArray(node) ? node.map(words).join("") : node && typeof node === "object" ? words(node.children) : String(node ?? "");

/** Faults that a reader or a screen reader would meet. @param {any} tree */
function check(tree) {
  const found = nodes(tree);
  const ids = found.map((node) => node.props.id).filter((id) => id !== undefined && id !== null);
  assert.equal(new Set(ids).size, ids.length, `ids are unique: ${ids.filter((id, index) => ids.indexOf(id) < index)}`);
  const labels = found.filter((node) => node.tag === "label").map((node) => node.props.for);
  for (const node of found) {
    if (["input", "select"].includes(node.tag)) assert.ok(labels.includes(node.props.id), `a label for ${node.props.id}`);
    assert.ok(!("style" in node.props) && !("innerHTML" in node.props));
    for (const id of String(node.props["aria-describedby"] ?? "").split(" ").filter(Boolean)) assert.ok(ids.includes(id), `describedby ${id}`);
  }
  // The hint that names what is always missing names NaN, and a page of the documentation has a dot in its name.
  const text = words(tree).replaceAll("#N/A, NaN", "#N/A").replaceAll("docs/silence.md", "");
  assert.doesNotMatch(text, /\{\w+\}|undefined|NaN|\bnull\b|\[object/, "every place is filled");
  // A key that has no words is shown as it is: letters, a dot, letters and underscores.
  assert.doesNotMatch(text, /\b(?:page|data|demo|endpoint|group|covariates|methods|start|headline|curves|models|hazards|influence|model_options|factor_test|factor_test_long|conf|transform|method|problems|steps|reading|columns|audit|flow|timeline|missing_map|output|console|glossary|supplement|curve_settings|figure_check|figure_settings|export|reader|cautions|patients|document|refused|missing|stale|tabs|work|place|unit|analysis|since|effect|marks|blocks|self_test|silence|kept|support|about)\.[a-z_]+\b/);
}

for (const [name, examples] of Object.entries(all)) {
  for (const example of examples) {
    test(`${name}: ${example.name}`, () => check(example.view(example.state, contextOf(example.state))));
  }
}

const frame = { wide: true, part: /** @type {const} */ ({ kind: "all", id: null }), undo: () => {}, language: () => {} };

for (const language of /** @type {const} */ (["en", "fr"])) {
  for (const step of STEPS) test(`the whole page (${language}, ${step}), and its headings in order`, () => {
    const state = { ...analysed(separated, language), step };
    const tree = pageView(state, contextOf(state), frame);
    check(tree);
    let before = 0;
    for (const node of nodes(tree)) {
      const level = Number(/^h([1-6])$/.exec(node.tag)?.[1] ?? 0);
      if (!level) continue;
      assert.ok(level <= before + 1, `${words(node)} is h${level} after h${before}`);
      before = level;
    }
  });
}

test("the demonstration says that it is synthetic, and warns of immortal time", () => {
  const state = analysed();
  const text = STEPS.map((step) => words(pageView({ ...state, step }, contextOf(state), frame))).join("");
  assert.match(text, /Synthetic demonstration data, no real patient/);
  assert.match(text, /immortal time/);
  assert.match(text, /54\.7 months/);
  assert.match(text, /0\.38 \(0\.16\u202f–\u2060\u202f0\.92\)/);
});

test("a separated level is never a bare number", () => {
  const state = analysed(separated);
  const text = words(all.models[0].view(state, contextOf(state)));
  assert.match(text, /not estimable: separation/);
  assert.match(text, /lower limit 2\.31/);
  assert.match(text, /Firth: 21\.4 \(1\.90/);
});

test("an endpoint that could not be made has no count of patients left out", () => {
  const state = analysed((document) => { document.endpoints.OS = { error: { code: "bad_cell" } }; });
  const text = words(all.method[0].view(state, contextOf(state)));
  assert.match(text, /OS: not computed/);
  assert.doesNotMatch(text, /OS: 0 of 0/);
});

test("numbers of the rules stand as given, in the user's language", () => {
  const state = analysed((document) => { for (const result of document.results) result.rules.conf_level = 0.975; }, "fr");
  const text = words(all.method[0].view(state, contextOf(state)));
  assert.match(text, /0,975/);
  assert.match(text, /0,25 ; 0,5 ; 0,75/);
});

test("the page stands before anything is read", () => {
  const state = { ...opened(), choices: null, inspection: null };
  check(pageView(state, contextOf(state), frame));
});

for (const text of ["all", "cohort", "patients", "curves", "models", "figure:os.by", "table:os.table"]) {
  for (const [name, state] of /** @type {const} */ ([["with controls", analysed()], ["as it stands", asItStands()]])) {
    test(`a part in a page of somebody else: ${text}, ${name}`, () => {
      const around = { given: true, apart: false };
      const tree = pageView(state, { ...contextOf(state), around }, { ...frame, part: parsePart(text) });
      check(tree);
      const tags = nodes(tree).map((node) => node.tag);
      // Landmarks and a first heading are those of the page around.
      for (const tag of ["main", "header", "footer", "h1"]) assert.ok(!tags.includes(tag), tag);
      assert.match(words(tree), /The page around it can read what is opened here/);
    });
  }
}

test("what is no part of the program is said", () => {
  const state = analysed();
  assert.match(words(pageView(state, contextOf(state), { ...frame, part: parsePart("curve") })), /one of: all, cohort, patients, curves, models, figure:ID, table:ID/);
});

test("a separated level of any study is never a bare number", () => {
  const state = asItStands((document) => {
    const term = document.results.find((/** @type {any} */ item) => item.id === "os.group").terms[1];
    Object.assign(term, { estimate: null, hazard_ratio: null, statistic: null, reason: "separation", conf_low: 2.31, conf_high: null, firth: { hazard_ratio: 21.4, conf_low: 1.9, conf_high: 212.3 } });
  });
  const results = /** @type {any} */ (state.fixed).results;
  const table = tableOf(results.results.find((/** @type {any} */ item) => item.id === "os.group"), results, state, contextOf(state));
  const { rows } = /** @type {any} */ (table?.model());
  assert.deepEqual(rows.map((/** @type {any} */ row) => row.cells[3].text), ["reference", "not estimable: separation, 2.31\u202f–\u202f–; Firth: 21.4 (1.90\u202f–\u202f212)"]);
});

test("curves carry the effect and the test of the same groups, and no others", () => {
  const { results } = /** @type {any} */ (asItStands().fixed);
  const curve = (/** @type {string} */ id) => results.results.find((/** @type {any} */ item) => item.id === id);
  assert.deepEqual(beside(curve("os.by"), results), { effect: "os.group", test: "os.log_rank" });
  assert.deepEqual(beside(curve("os.all"), results), {});
  const other = structuredClone(results);
  other.study.analyses.find((/** @type {any} */ item) => item.id === "os.log_rank").subset = [{ column: "sex", in: ["Male"] }];
  assert.deepEqual(beside(curve("os.by"), other), { effect: "os.group" });
});
