import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { demoInspection } from "../testing/states.mjs";
import { demoChoices } from "./demo.mjs";
import { PRESETS, applyMend, onPaper, onScreen, overlay, ownOf, paperWidth, requestOfStudy, requestWith, resetFigure, setGroup, setLook, setOwn } from "./figures.mjs";
import { readStudy } from "./saved.mjs";
import { buildStudy } from "./study.mjs";

/** @type {import('../types').FigureRef} */
const curves = { endpoint: "b", figure: "curves", by: "chemo" };
/** @type {import('../types').FigureRef} */
const flow = { endpoint: null, figure: "flow", by: null };
const base = { analysis: "dfs.by", locale: "en", words: {}, title: "", groups: { CT: { label: "CT" } }, from: { test: "dfs.log_rank" }, options: { band: true } };

test("patches are laid over as RFC 7396 has it", () => {
  // The examples of its appendix.
  for (const [target, patch, result] of /** @type {any[]} */ ([
    [{ a: "b" }, { a: "c" }, { a: "c" }], [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }], [{ a: "b" }, { a: null }, {}], [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }], [{ a: "c" }, { a: ["b"] }, { a: ["b"] }], [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }], [["a", "b"], ["c", "d"], ["c", "d"]], [{ a: "b" }, ["c"], ["c"]], [{ a: "foo" }, null, null], [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }], [[1, 2], { a: "b", c: null }, { a: "b" }], [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])) assert.deepEqual(overlay(target, patch), result);
  assert.deepEqual(Object.keys(overlay({}, JSON.parse('{"__proto__": {"a": 1}}'))), ["__proto__"]);
});

test("what is set of every figure, of groups and of one figure comes into the request", () => {
  let choices = setLook(demoChoices(), { preset: "nejm", font_size: 8 });
  choices = setGroup(choices, "chemo", "CT", { label: "Chemotherapy ≤ 6 cycles", colour: "#222222" });
  choices = setOwn(choices, curves, { title: "DFS", options: { band: false, tail: { cut: { count: 5 } } } });
  const known = ["dfs.log_rank", "os.follow_up"];
  const request = requestWith(base, choices.figures, curves, known);
  assert.deepEqual(request, {
    ...base, preset: "nejm", font_size: 8, title: "DFS", groups: { CT: { label: "Chemotherapy ≤ 6 cycles", colour: "#222222" } }, options: { band: false, tail: { cut: { count: 5 } } },
  });
  const other = requestWith(base, choices.figures, { ...curves, by: "margin" }, known);
  assert.deepEqual([other.title, other.groups, other.preset], ["", base.groups, "nejm"], "another grouping is another figure");
  // What is taken back is gone, so that the study is as before.
  choices = setOwn(choices, curves, { title: undefined, options: { band: undefined, tail: undefined } });
  choices = setGroup(choices, "chemo", "CT", { label: undefined, colour: undefined });
  assert.deepEqual(setLook(choices, { preset: undefined, font_size: undefined }), demoChoices());
  const set = setGroup(setOwn(demoChoices(), curves, { title: "x" }), "chemo", "CT", { label: "y" });
  assert.deepEqual(resetFigure(set, curves), demoChoices());
});

test("figures of models call a level as its column does, and forgetting one keeps the colours of the curves", () => {
  const forest = /** @type {const} */ ({ endpoint: "b", figure: "forest", by: null });
  let choices = setGroup(setGroup(demoChoices(), "chemo", "CT", { label: "Chemotherapy", colour: "#222222" }), "chemo", "no CT", { label: "none" });
  choices = setGroup(setOwn(choices, forest, { title: "Ratios" }), "kieffer", "L3", { label: "L ≥ 3" });
  const request = requestWith({ ...base, groups: undefined }, choices.figures, forest, []);
  assert.deepEqual(request.groups, { "chemo=CT": { label: "Chemotherapy" }, "chemo=no CT": { label: "none" }, "kieffer=L3": { label: "L ≥ 3" } });
  assert.deepEqual(requestWith(base, choices.figures, curves, []).groups, { CT: { label: "Chemotherapy", colour: "#222222" }, "no CT": { label: "none" } });
  const reset = resetFigure(choices, forest, ["chemo"]).figures;
  assert.deepEqual([reset.groups, reset.own], [{ chemo: { CT: { colour: "#222222" } }, kieffer: { L3: { label: "L ≥ 3" } } }, {}]);
});

test("each mend goes where the page keeps what it mends", () => {
  const hidden = { ...demoChoices(), figures: { ...demoChoices().figures, risk_table: /** @type {const} */ ("hidden") } };
  assert.equal(applyMend(hidden, curves, { options: { risk_table: "full" } }).figures.risk_table, "full");
  assert.deepEqual(applyMend(demoChoices(), curves, { font_size: 7 }).figures.look, { font_size: 7 });
  assert.deepEqual(applyMend(setLook(demoChoices(), { width_mm: 400 }), flow, { width_mm: 183 }).figures.look, { width_mm: 183 });
  const pale = setGroup(demoChoices(), "chemo", "CT", { colour: "#eeeeee", label: "C" });
  assert.deepEqual(applyMend(pale, curves, { groups: { CT: { colour: null } } }).figures.groups, { chemo: { CT: { label: "C" } } });
  const bare = setOwn(demoChoices(), curves, { options: { band: false, tail: "full", described: false, y_cut: 0.5 } });
  let mended = bare;
  for (const mend of [{ options: { band: true } }, { options: { tail: null } }, { options: { described: true } }, { options: { y_cut: null } }, { from: { follow_up: "os.follow_up" } }]) mended = applyMend(mended, curves, mend);
  const request = requestWith(base, mended.figures, curves, ["os.follow_up", "dfs.log_rank"]);
  assert.deepEqual(request.options, { band: true, described: true });
  assert.deepEqual(request.from, { test: "dfs.log_rank", follow_up: "os.follow_up" });
  // An analysis that went is not quoted: the figure would not be drawn for it.
  assert.deepEqual(requestWith(base, mended.figures, curves, ["dfs.log_rank"]).from, base.from);
});

test("a saved study brings all of it back, and nothing that no control sets", () => {
  const inspection = demoInspection();
  let choices = setLook(demoChoices(), { preset: "jama", column: "single" });
  choices = setGroup(choices, "chemo", "CT", { label: "Chimio", colour: "#009068" });
  choices = setOwn(setOwn(choices, curves, { title: "DFS", legend: ["A line."], options: { censor_marks: false } }), flow, { title: "Flow" });
  choices = { ...choices, figures: { ...choices.figures, kind: "cumulative_hazard" } };
  const { study, text, computed } = buildStudy(choices, inspection);
  assert.deepEqual(study.figures.own[0], { figure: "curves", endpoint: "DFS", by: "chemo", request: ownOf(choices.figures, curves) });
  assert.ok(study.analyses.find((/** @type {any} */ item) => item.id === "os.by").cumulative_hazard, "the hazard is computed where it is drawn");
  const read = readStudy(text, inspection);
  assert.ok("choices" in read);
  assert.deepEqual(read.choices.figures, choices.figures);
  assert.equal(buildStudy({ ...choices, figures: { ...choices.figures, look: {}, groups: {}, own: {} } }, inspection).computed, computed);
  for (const change of [{ look: { words: {} } }, { own: [{ figure: "flow", request: { analysis: "other" } }] }, { groups: { chemo: { CT: { dash: 1 } } } }, { own: [{ figure: "curves", endpoint: "nobody", request: { title: "x" } }] }]) {
    const other = readStudy(JSON.stringify({ ...study, figures: { ...study.figures, ...change } }), inspection);
    assert.deepEqual(other, { problem: { code: "study_beyond_page" } }, JSON.stringify(change));
  }
});

test("on a screen the text is as large as a screen needs; on paper the width is that of the journal", () => {
  const request = { ...base, preset: "nejm", column: /** @type {const} */ ("single"), font_size: 8, width_mm: 100 };
  assert.deepEqual(onScreen(request, 640, "dark"), { ...base, preset: "nejm", width: 640, theme: "dark", font_size: null, colours: null });
  assert.deepEqual(onScreen(base, 640, "light"), { ...base, width: 640, theme: "light" });
  assert.deepEqual(onPaper(request), { ...request, theme: "print" });
  assert.deepEqual(onPaper(base), { ...base, preset: "plain", column: "double", width_mm: 183, theme: "print" });
  assert.deepEqual([paperWidth({ preset: "lancet", column: "single" }), paperWidth({ preset: "lancet" }), paperWidth({})], [75, 154, 183]);
});

test("the widths are the engine's", async () => {
  const source = await readFile(new URL("../../../src/report/figure/preset.rs", import.meta.url), "utf8");
  const found = new Map([...source.matchAll(/((?:Self::\w+(?: \| )?)+) => \((\d+)\.0, (\d+)\.0\)/g)]
    .flatMap(([, names, single, double]) => names.split(" | ").map((name) => [name.slice("Self::".length).toLowerCase(), { single: Number(single), double: Number(double) }])));
  assert.deepEqual(new Map(Object.entries(PRESETS).sort()), new Map([...found].sort()));
});

test("what a study says of its figures is drawn wherever the study is shown", () => {
  const choices = setOwn(setGroup(setLook({ ...demoChoices(), figures: { ...demoChoices().figures, kind: "log_minus_log" } }, { preset: "bmj" }), "chemo", "CT", { label: "Chimio" }), curves, { title: "DFS" });
  const { study } = buildStudy(choices, demoInspection());
  const named = { ...curves, endpoint: "DFS" };
  assert.deepEqual(requestOfStudy(base, study.figures, named, ["dfs.log_rank"]), { ...base, kind: "log_minus_log", preset: "bmj", title: "DFS", groups: { CT: { label: "Chimio" } } });
  assert.equal(requestOfStudy(base, study.figures, { ...named, endpoint: "OS" }, []).title, "");
  assert.deepEqual(requestOfStudy(base, undefined, named, ["dfs.log_rank"]), base);
});
