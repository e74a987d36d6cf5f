// The self-test: every reference case, by a fresh engine in this browser, against the figures of R.

import { sha256 } from "../files/sha256.mjs";
import { compare, toleranceOf } from "./compare.mjs";
import { readCases } from "./cases.mjs";

/** Differences that the report lists of one analysis. */
const LISTED = 5;

/** @typedef {import('../types').SelfTest} SelfTest */
/** @typedef {import('../types').TestedCase} TestedCase */
/** @typedef {import('../types').TestedAnalysis} TestedAnalysis */
/** An engine of the self-test's own. @typedef {{open: (file: Uint8Array, name: string) => Promise<unknown>, run: (study: string) => Promise<any>, close: () => void}} TestEngine */
/**
 * `text` gives the reference cases, `demo` the file of the demonstration, `createEngine` an engine that nothing else uses, `surroundings` where the test runs.
 * @typedef {{text: () => Promise<string>, demo: () => string, createEngine: () => TestEngine, surroundings: () => Promise<SelfTest["surroundings"]>}} Source
 */

/**
 * Runs every case, one after the other, each in a worker of its own.
 * @param {Source} source
 * @param {(progress: {done: number, of: number, name: string}) => void} [told] hears which case is next
 * @returns {Promise<SelfTest>} rejects where this copy cannot get at its reference cases
 */
export async function runSelfTest({ text, demo, createEngine, surroundings }, told) {
  const { made_with, rules, cases } = readCases(await text(), demo());
  const began = new Date();
  /** @type {{version: string, commit: string | null} | null} */
  let engine = null;
  /** @type {TestedCase[]} */
  const tested = [];
  for (const one of cases) {
    told?.({ done: tested.length, of: cases.length, name: one.name });
    const { results, problem } = await run(one, createEngine);
    if (results?.engine) engine ??= { version: results.engine.version, commit: results.engine.commit ?? null };
    tested.push(judge(one, results, problem, rules));
  }
  const analyses = tested.flatMap((one) => one.analyses);
  const count = (/** @type {TestedAnalysis["status"]} */ status) => analyses.filter((analysis) => analysis.status === status).length;
  const largest = (/** @type {"worst" | "worst_near_zero"} */ name) => Math.max(0, ...analyses.map((analysis) => analysis[name]));
  const totals = {
    cases: tested.length, agree: count("agrees"), differ: count("differs"), not_offered: count("not_offered"),
    figures: analyses.reduce((sum, analysis) => sum + analysis.figures, 0), worst: largest("worst"), worst_near_zero: largest("worst_near_zero"),
  };
  return {
    began: began.toISOString(), ended: new Date().toISOString(), engine, surroundings: await surroundings(), made_with,
    rules: { closed_form_tolerance: rules.closed_form_tolerance, p_value_factor: rules.p_value_factor, floor: rules.floor },
    cases: tested, totals, agrees: totals.agree > 0 && totals.differ === 0 && tested.every((one) => one.problem === null),
  };
}

/** @param {import('./cases.mjs').Case} one @param {() => TestEngine} createEngine @returns {Promise<{results: any, problem: string | null}>} */
async function run(one, createEngine) {
  const engine = createEngine();
  try {
    await engine.open(new TextEncoder().encode(one.data), "data.csv");
    return { results: await engine.run(one.study), problem: null };
  } catch (/** @type {any} */ error) {
    return { results: null, problem: String(error?.message ?? error) };
  } finally {
    engine.close();
  }
}

/**
 * What the results of a case are worth.
 * @param {import('./cases.mjs').Case} one @param {any} results null where there are none @param {string | null} problem why
 * @param {import('./compare.mjs').Rules} rules
 * @returns {TestedCase}
 */
export function judge(one, results, problem, rules) {
  const expected = JSON.parse(one.expected);
  /** @type {Map<string, string>} */
  const types = new Map(JSON.parse(one.study).analyses.map((/** @type {any} */ analysis) => [analysis.id, analysis.type]));
  const fingerprint = (/** @type {string} */ text) => sha256(new TextEncoder().encode(text));
  return {
    name: one.name, problem, sha256: { study: fingerprint(one.study), data: fingerprint(one.data), expected: fingerprint(one.expected) },
    analyses: expected.results.map((/** @type {any} */ want) => {
      const got = results?.results.find((/** @type {any} */ result) => result.id === want.id) ?? null;
      const type = types.get(want.id) ?? "", tolerance = toleranceOf(type, expected.tolerance, rules);
      // Only what is known not to be offered may be missing: an analysis that stopped working is a difference.
      const known = rules.not_offered.some(([name, id]) => name === one.name && id === want.id);
      if (known && got?.error?.code === "not_available") {
        return { id: want.id, type, tolerance, status: "not_offered", figures: 0, undefined_in_both: 0, worst: 0, worst_at: "", worst_near_zero: 0, n_differences: 0, differences: [], error: null };
      }
      const { words: _, differences, ...found } = compare(want, got, tolerance, rules, want.id);
      return {
        id: want.id, type, tolerance, ...found, status: differences.length === 0 ? "agrees" : "differs", n_differences: differences.length,
        differences: differences.slice(0, LISTED), error: got?.error?.code ?? null,
      };
    }),
  };
}
