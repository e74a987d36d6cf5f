// States of the page for tests and examples: the demonstration as the engine answers it, and things that go wrong.
// `demo.inspection.json` and `demo.results.json` are what `riskset inspect` and `riskset run` give for www/demo, less what
// the page does not read.

import inspection from "./demo.inspection.json" with { type: "json" };
import results from "./demo.results.json" with { type: "json" };
import * as views from "../later/views.mjs";
import { createWords } from "../i18n/words.mjs";
import { arrived } from "../later/door.mjs";
import { demoChoices } from "../state/demo.mjs";
import { readInspection } from "../state/inspection.mjs";
import { initialState, reduce } from "../state/reducer.mjs";
import { buildStudy } from "../state/study.mjs";
import { createAnalysis, createLabel, createMoment } from "../views/context.mjs";

/** @typedef {import('../types').State} State */

arrived(/** @type {any} */ (views));

/** The demonstration's columns. */
export const demoInspection = () => readInspection(structuredClone(inspection));

/** The demonstration's results. @returns {any} */
export const demoResults = () => structuredClone(results);

/** The page with the demonstration open, before a run. @param {import('../types').Language} [language] @returns {State} */
export function opened(language = "en") {
  return reduce(initialState(language), { type: "opened", inspection: demoInspection(), choices: demoChoices(), source: "demo" });
}

/** The page with the demonstration analysed; `change` may spoil the results. @param {(results: any) => void} [change] @param {import('../types').Language} [language] @returns {State} */
export function analysed(change = () => {}, language = "en") {
  const state = opened(language);
  const choices = demoChoices();
  const document = demoResults();
  change(document);
  return reduce(state, { type: "answered", answer: { results: document, choices, plan: buildStudy(choices, demoInspection()) } });
}

/** The demonstration's analyses as a study that is run as it stands. @param {(results: any) => void} [change] @param {import('../types').Language} [language] @returns {State} */
export function asItStands(change, language = "en") {
  const state = analysed(change, language), { results, plan } = /** @type {import('../types').Answer} */ (state.answer);
  const study = { ...plan.study, title: "A study of somebody else" }, text = JSON.stringify(study);
  return reduce(reduce(state, { type: "fixed", text, study }), { type: "fixed_answered", text, results: { ...results, study } });
}

/**
 * The same page once programs were compared. Each has the demonstration's figures: what the page says of them is what is looked at.
 * @param {State} state @returns {State}
 */
export function comparedAs(state) {
  const { results, plan } = /** @type {import('../types').Answer} */ (state.answer);
  const of = () => structuredClone(results);
  return { ...state, console: true, compared: { computed: plan.computed, results: { r: of(), spss: of(), stata: of(), sas: of(), prism: of() } } };
}

/** A separated level, as rule 16 gives it. @param {any} document */
export function separated(document) {
  const table = document.results.find((/** @type {any} */ item) => item.id === "os.table");
  const row = table.rows.find((/** @type {any} */ item) => item.variable === "margin" && item.level === "R2");
  Object.assign(row.univariable, {
    estimate: null, std_error: null, statistic: null, hazard_ratio: null, reason: "separation", direction: "up", conf_low: 2.31, conf_high: null,
    p_value: 0.0123, firth: { variable: "margin", level: "R2", hazard_ratio: 21.4, conf_low: 1.9, conf_high: 212.3 },
  });
  const factor = table.factors.find((/** @type {any} */ item) => item.variable === "margin");
  Object.assign(factor.univariable, { test: "wald", statistic: null, p_value: null, reason: "separation" });
  table.cautions = [{ code: "separation", params: { variable: "margin", level: "R2", name: "margin = R2" }, rows: [] }];
}

/** A factor whose effect changes over time, and one that cannot be tested. @param {any} document */
export function varying(document) {
  const test = document.results.find((/** @type {any} */ item) => item.id === "os.ph");
  Object.assign(test.terms[0], { statistic: 9.21, p_value: 0.01 });
  Object.assign(test.terms[1], { statistic: null, p_value: null, reason: "separation" });
  Object.assign(test.global, { statistic: 9.8, p_value: 0.081 });
}

/** A file of so many rows that influence waits for the user's word. @returns {State} */
export function large() {
  const state = analysed();
  const { answer, choices, inspection } = state;
  if (!answer || !choices || !inspection) return state;
  const many = { ...inspection, n_rows: 5000 };
  return { ...state, inspection: many, answer: { ...answer, plan: buildStudy(choices, many) } };
}

/** A file that the engine refused. @returns {State} */
export function refused() {
  return reduce(analysed(), {
    type: "failed", during: "open",
    problem: { code: "ragged_row", params: { found: "74", expected: "76" }, position: { file: "own.csv", row: 17, line: 18 } },
  });
}

/** A cell that stops some analyses. @returns {State} */
export function badCell() {
  const error = { code: "bad_cell", params: { expected: "number" }, position: { file: "own.csv", row: 3, line: 4, column: "specimen_size_cm", cell: "12 cm" } };
  return analysed((document) => {
    for (const result of document.results) {
      const model = result.models?.univariable?.find((/** @type {any} */ item) => item.covariates[0] === "specimen_size_cm");
      if (!model) continue;
      result.models.univariable[result.models.univariable.indexOf(model)] = { covariates: model.covariates, error };
      result.rows = result.rows.filter((/** @type {any} */ row) => row.variable !== "specimen_size_cm");
      result.factors = result.factors.filter((/** @type {any} */ factor) => factor.variable !== "specimen_size_cm");
    }
  });
}

/** What a copy says of itself. @type {import('../copy/copy.mjs').Facts} */
export const COPY = {
  form: "hosted", version: "0.1.0", commit: "0123456789ab", tools: [["rustc", "1.96.0"], ["esbuild", "0.28.2"]],
  scripts: ["ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="],
};

/** What views are given, with acts that do nothing. @param {State} state @returns {import('../views/context.mjs').Context} */
export function contextOf(state) {
  const w = createWords(state.language);
  const plan = state.choices && state.inspection ? buildStudy(state.choices, state.inspection) : null;
  const nothing = () => {};
  return {
    w, plan, copy: COPY, label: createLabel(state, w), moment: createMoment(state, w), analysis: createAnalysis(state, w), client: /** @type {any} */ ({}),
    act: {
      choose: nothing, open: nothing, openStudy: nothing, openDemo: nothing, show: nothing, cancel: nothing, again: nothing, dismiss: nothing, focus: nothing, step: nothing, go: nothing, edit: nothing,
      startAfresh: nothing, forget: nothing, saveStudy: nothing, saveResults: nothing, compare: nothing, glossary: nothing, about: nothing, check: nothing, expect: nothing,
      panel: nothing, attempt: nothing, selfTest: nothing, print: nothing, saveSelfTest: () => Promise.resolve(""),
    },
  };
}
