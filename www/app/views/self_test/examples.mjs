// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { selfTestView } from "./view.mjs";

/** @typedef {import('../../types').State} State */

const analysis = { id: "km", type: "kaplan_meier", tolerance: 1e-8, figures: 120, undefined_in_both: 4, worst: 2.3e-15, worst_at: "km.curves[0].n", worst_near_zero: 0, n_differences: 0, differences: [], error: null };
const sha256 = { study: "ab".repeat(32), data: "cd".repeat(32), expected: "ef".repeat(32) };

/** @type {import('../../types').SelfTest} */
const passed = {
  began: "2026-11-28T11:30:00.000Z", ended: "2026-11-28T11:30:02.000Z", engine: { version: "0.1.0", commit: "abc1234" },
  surroundings: { scripts: [`sha256-${"A".repeat(43)}=`], from: "file", browser: "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0" },
  made_with: { R: "4.2.2", survival: "3.5-3", cmprsk: "2.2-11" }, rules: { closed_form_tolerance: 1e-8, p_value_factor: 100, floor: 1e-10 },
  cases: [{ name: "lung", problem: null, sha256, analyses: [{ ...analysis, status: "agrees" }, { ...analysis, id: "rmst", type: "rmst", status: "not_offered", figures: 0 }] }],
  totals: { cases: 1, agree: 1, differ: 0, not_offered: 1, figures: 120, worst: 2.3e-15, worst_near_zero: 0 }, agrees: true,
};

/** @type {import('../../types').SelfTest} */
const failed = {
  ...passed, agrees: false, engine: null, totals: { ...passed.totals, agree: 0, differ: 1 }, surroundings: { ...passed.surroundings, scripts: [], from: "https://example.org" },
  cases: [
    { name: "lung", problem: null, sha256, analyses: [{ ...analysis, status: "differs", n_differences: 7, error: "no_events", differences: [{ path: "km.curves[0].quantiles[0].estimate", want: 310, got: 311 }, { path: "km.curves[0].n", want: 3, got: undefined }] }] },
    { name: "dates", problem: "the worker ended", sha256, analyses: [] },
  ],
};

/** @param {Partial<State["selfTest"]>} selfTest @param {import('../../types').Language} [language] @returns {State} */
const at = (selfTest, language) => ({ ...analysed(() => {}, language), panel: "self_test", selfTest: { running: null, report: null, problem: null, ...selfTest } });

/** @type {{name: string, state: State, view: typeof selfTestView}[]} */
export const examples = [
  { name: "closed", state: analysed(), view: selfTestView },
  { name: "before", state: at({}), view: selfTestView },
  { name: "running", state: at({ running: { done: 2, of: 10, name: "lung_cox" } }), view: selfTestView },
  { name: "agrees", state: at({ report: passed }), view: selfTestView },
  { name: "agrees, in French", state: at({ report: passed }, "fr"), view: selfTestView },
  { name: "differs", state: at({ report: failed }), view: selfTestView },
  { name: "without its cases", state: at({ problem: "cases.0123456789abcdef.js cannot be loaded" }, "fr"), view: selfTestView },
];
