// The page without the part that comes later: it can be drawn in every step, and says nothing whose words come later.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { parted } from "../i18n/later.mjs";
import { pageView } from "../page.mjs";
import { groupBy } from "../state/choices.mjs";
import { reduce } from "../state/reducer.mjs";
import { analysed, contextOf, opened } from "../testing/states.mjs";
import { createLabel, createMoment } from "../views/context.mjs";
import { STEPS } from "../views/steps/view.mjs";
import { arrived } from "./door.mjs";

// The states for tests bring it.
arrived(/** @type {any} */ (null));

/** Types of analysis of the first curves. */
const FIRST = ["kaplan_meier", "follow_up", "log_rank"];
const frame = { wide: true, part: /** @type {const} */ ({ kind: "all", id: null }), undo: () => {}, language: () => {} };

/** The demonstration with its first curves. @param {import('../types').Language} language @param {import('../types').Choices} choices */
function first(language, choices) {
  const { answer, ...state } = analysed(() => {}, language);
  if (!answer) throw new Error("no answer");
  const results = { ...answer.results, results: answer.results.results.filter(({ type }) => FIRST.includes(type)) };
  return { ...state, choices, answer: { ...answer, results, partial: true } };
}

for (const language of /** @type {const} */ (["en", "fr"])) {
  test(`what is said before the rest is there is there (${language})`, () => {
    const words = Object.fromEntries(["page", "engine"].map((file) => [file, JSON.parse(readFileSync(new URL(`../i18n/${file}.${language}.json`, import.meta.url), "utf8"))]));
    const page = parted("page", words.page), engine = parted("engine", words.engine);
    const find = (/** @type {any} */ within, /** @type {string} */ key) => key.split(".").reduce((node, part) => node?.[part], within);
    let n = 0;
    /** @param {any} early @param {any} late @param {string} key */
    const heard = (early, late, key) => {
      n += 1;
      assert.ok(find(early, key) !== undefined || find(late, key) === undefined, `${key} is said early`);
    };
    /** @param {import('../types').State} state */
    const draw = (state) => {
      const context = contextOf(state), { w } = context;
      const told = {
        ...w, figure: w.figure, reasons: w.reasons,
        t: (/** @type {string} */ key, /** @type {any} */ params) => { heard(page.early, page.later, key); return w.t(key, params); },
        or: (/** @type {string} */ key, /** @type {string} */ fallback) => { heard(page.early, page.later, key); return w.or(key, fallback); },
        code: (/** @type {any} */ section, /** @type {any} */ item) => {
          heard(engine.early, engine.later, `${section}.${item.code}`);
          heard(page.early, page.later, `${section}.${item.code}`);
          return w.code(section, item);
        },
      };
      for (const brief of [true, false]) {
        assert.ok(pageView(state, { ...context, brief, w: told, label: createLabel(state, told), moment: createMoment(state, told) }, frame));
      }
    };
    const demo = opened(language), { choices, inspection } = demo;
    if (!choices || !inspection) throw new Error("the demonstration is not open");
    const grouped = inspection.columns.map((column) => groupBy(choices, column));
    for (const step of STEPS) {
      draw({ ...demo, step });
      draw({ ...reduce(demo, { type: "failed", during: "run", problem: { code: "engine_not_loaded" } }), step });
      for (const chosen of [choices, groupBy(choices, null), ...grouped]) {
        for (const work of [null, { kind: /** @type {const} */ ("run"), slow: true, share: null, entries: {} }]) draw({ ...first(language, chosen), step, work });
      }
    }
    assert.ok(n > 1000, `${n} sentences`);
  });
}

test("a section is parted by its sentences", () => {
  assert.deepEqual(parted("page", { unit: { days: "days" }, console: { how: "How", why: "Why" }, one: { error: {} }, since: "since", kept_: "x" }), {
    early: { unit: { days: "days" }, console: { how: "How" }, since: "since" }, later: { console: { why: "Why" }, one: { error: {} }, kept_: "x" },
  });
});
