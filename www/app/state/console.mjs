// What each program would print of a number: the engine's figures under that program's rules, and what it cannot give.

import { PROGRAMS } from "./conventions.mjs";
import { median } from "./selectors.mjs";

/** @typedef {import('../types').Program} Program */
/** @typedef {import('../types').Results} Results */

/** Analyses that programs are compared on: the curves, follow-up, tests and ratio of the groups, and the table of factors of each endpoint; the table of patients. */
const COMPARED = /^(?:table_1|[^.]*\.(?:all|by|follow_up|follow_up_by|log_rank|test\..*|group|table))$/;

/** Tests that a program's menus have, from its manual. @type {Record<Program, string[]>} */
const OFFERED = {
  r: ["log-rank", "peto-peto", "gehan-breslow", "tarone-ware", "fleming-harrington"],
  spss: ["log-rank", "gehan-breslow", "tarone-ware"],
  stata: ["log-rank", "gehan-breslow", "tarone-ware", "peto-peto", "fleming-harrington"],
  sas: ["log-rank", "gehan-breslow", "tarone-ware", "peto-peto", "fleming-harrington"],
  prism: ["log-rank", "gehan-breslow"],
};

/**
 * The forms that tests beside a variable of the table of patients have. None depends on a program, so that each is computed once.
 * @type {Record<"corrected" | "uncorrected" | "exact" | "welch" | "pooled", Record<string, unknown>>}
 */
const FORMS = {
  corrected: { numeric_test: "auto", rank_p: "corrected", categorical_test: "chisq", continuity: true },
  uncorrected: { numeric_test: "auto", rank_p: "uncorrected", categorical_test: "chisq", continuity: false },
  exact: { numeric_test: "auto", rank_p: "exact", categorical_test: "fisher" },
  welch: { numeric_test: "t", t_variance: "welch", categorical_test: "chisq" },
  pooled: { numeric_test: "t", t_variance: "pooled", categorical_test: "chisq" },
};

/** Groups up to which R's rank test is exact, where nothing is tied, and the smaller group up to which Prism's is. */
const EXACT = { r: 49, prism: 100 };

/**
 * A number as a program prints it. `note` is the key of the sentence that says what it does not give, or gives otherwise;
 * `limits` false where it prints none.
 * @typedef {{program: Program, estimate: number | null, low: number | null, high: number | null, limits: boolean, note: string | null, reason?: string}} Printed
 */

/** The study's analyses as a program has them. @param {any} study @param {Program} program */
export function studyOf(study, program) {
  const analyses = study.analyses.filter((/** @type {any} */ analysis) => COMPARED.test(analysis.id))
    // Stata's Peto-Peto test weighs by S̃, which counts n + 1.
    .map((/** @type {any} */ analysis) => (program === "stata" && analysis.weights === "peto-peto" ? { ...analysis, weights: "peto-peto-tilde" } : analysis));
  if (program === "r") {
    const table = analyses.find((/** @type {any} */ analysis) => analysis.id === "table_1");
    if (table?.by) for (const [form, options] of Object.entries(FORMS)) analyses.push({ ...table, ...options, id: `table_1.${form}` });
  }
  const { figures: _, ...rest } = study;
  return { ...rest, analyses };
}

/** @param {Results} results @param {string} id @returns {any} */
const entry = (results, id) => results.results.find((result) => result.id === id) ?? null;

/** The median of a group. @param {Record<Program, Results>} all @param {string} id @param {number} group @returns {Printed[]} */
export function medians(all, id, group) {
  return PROGRAMS.map((program) => {
    const found = median(entry(all[program], id)?.curves?.[group]);
    const estimate = found?.estimate ?? null;
    // SAS gives none where the curve stays at one half to its end.
    if (program === "sas" && found?.flat_to_end) return { program, estimate: null, low: found.conf_low ?? null, high: found.conf_high ?? null, limits: true, note: "sas_flat" };
    if (program === "prism") return { program, estimate, low: null, high: null, limits: false, note: "prism_median", reason: found?.reason };
    return { program, estimate, low: found?.conf_low ?? null, high: found?.conf_high ?? null, limits: true, note: null, reason: found?.reason };
  });
}

/** Survival at a time. @param {Record<Program, Results>} all @param {string} id @param {number} group @param {number} time @returns {Printed[]} */
export function rates(all, id, group, time) {
  return PROGRAMS.map((program) => {
    const found = entry(all[program], id)?.curves?.[group]?.at?.find((/** @type {any} */ at) => at.time === time);
    const printed = { program, estimate: found?.estimate ?? null, low: found?.conf_low ?? null, high: found?.conf_high ?? null, reason: found?.reason };
    return program === "spss" ? { ...printed, low: null, high: null, limits: false, note: "spss_rate" } : { ...printed, limits: true, note: null };
  });
}

/** The p of a test; null where the program does not offer the test. @param {Record<Program, Results>} all @param {string} id @param {string} weights @returns {Printed[]} */
export function tests(all, id, weights) {
  return PROGRAMS.map((program) => {
    const offered = OFFERED[program].includes(weights);
    const note = !offered ? "not_offered" : program === "stata" && weights === "peto-peto" ? "stata_peto" : program === "r" && !["log-rank", "peto-peto"].includes(weights) ? "r_other" : null;
    return { program, estimate: offered ? entry(all[program], id)?.p_value ?? null : null, low: null, high: null, limits: false, note };
  });
}

/** The ratio of two groups by a Cox model. @param {Record<Program, Results>} all @param {string} id @param {string} level @returns {Printed[]} */
export function ratios(all, id, level) {
  return PROGRAMS.map((program) => {
    const term = entry(all[program], id)?.terms?.find((/** @type {any} */ item) => item.level === level);
    return { program, estimate: term?.hazard_ratio ?? null, low: term?.conf_low ?? null, high: term?.conf_high ?? null, limits: true, note: program === "prism" ? "prism_cox" : null, reason: term?.reason };
  });
}

/** The ratio of a level in the table of factors, alone or in the common model. @param {Record<Program, Results>} all @param {string} id @param {"univariable" | "multivariable"} side @param {string} variable @param {string | null} level @returns {Printed[]} */
export function factorRatios(all, id, side, variable, level) {
  return PROGRAMS.map((program) => {
    const row = entry(all[program], id)?.rows?.find((/** @type {any} */ item) => item.variable === variable && (item.level ?? null) === level);
    const term = row?.[side];
    return { program, estimate: term?.hazard_ratio ?? null, low: term?.conf_low ?? null, high: term?.conf_high ?? null, limits: true, note: program === "prism" ? "prism_cox" : null, reason: term?.reason };
  });
}

/** The p of a whole factor. @param {Record<Program, Results>} all @param {string} id @param {"univariable" | "multivariable"} side @param {string} variable @returns {Printed[]} */
export function factorTests(all, id, side, variable) {
  return PROGRAMS.map((program) => {
    const test = entry(all[program], id)?.factors?.find((/** @type {any} */ item) => item.variable === variable)?.[side];
    // Prism's guide names tests of single coefficients only.
    const one = program === "prism" && !(test?.df <= 1);
    return { program, estimate: one ? null : test?.p_value ?? null, low: null, high: null, limits: false, note: one ? "prism_factor" : null, reason: test?.reason };
  });
}

/** The median and quartiles of a number in the table of patients, of all patients. @param {Record<Program, Results>} all @param {string} id @param {string} variable @returns {Printed[]} */
export function quartiles(all, id, variable) {
  return PROGRAMS.map((program) => {
    const found = entry(all[program], id)?.variables?.find((/** @type {any} */ item) => item.variable === variable)?.overall;
    return { program, estimate: found?.median ?? null, low: found?.q1 ?? null, high: found?.q3 ?? null, limits: true, note: null };
  });
}

/** Variables of a table of patients, those of a block of yes/no columns too. @param {any} table @returns {any[]} */
export const tableVariables = (table) => (table?.variables ?? []).flatMap((/** @type {any} */ item) => item.items ?? [item]);

/** The test of a variable in one of its forms. @param {Record<Program, Results>} all @param {string} id @param {keyof typeof FORMS} form @param {string} variable @returns {any} */
const formOf = (all, id, form, variable) => tableVariables(entry(all.r, `${id}.${form}`)).find((item) => item.variable === variable)?.test ?? null;

/** @param {Program} program @param {any} test @param {string | null} [note] @returns {Printed} */
const pOf = (program, test, note = null) => ({ program, estimate: test?.p_value ?? null, low: null, high: null, limits: false, note, reason: test?.reason });

/** What a program does not print. @param {Program} program @param {string} note @returns {Printed} */
const without = (program, note) => ({ program, estimate: null, low: null, high: null, limits: false, note });

/**
 * The p values that each program prints by default of the tests beside a variable of the table of patients, by the test; none where the groups
 * were not compared.
 * @param {Record<Program, Results>} all @param {string} id @param {string} variable @returns {{test: "rank" | "kruskal" | "t" | "chisq" | "fisher", printed: Printed[]}[]}
 */
export function variableTests(all, id, variable) {
  const found = tableVariables(entry(all.r, id)).find((item) => item.variable === variable);
  const form = (/** @type {keyof typeof FORMS} */ name) => formOf(all, id, name, variable);
  const corrected = form("corrected"), uncorrected = form("uncorrected"), exact = form("exact");
  if (!corrected || corrected.name === "auto") return [];
  const each = (/** @type {Record<Program, Printed>} */ by) => PROGRAMS.map((program) => by[program]);
  if (corrected.name === "kruskal") {
    return [{ test: "kruskal", printed: PROGRAMS.map((program) => (program === "prism" ? without(program, "prism_kruskal") : pOf(program, corrected))) }];
  }
  if (corrected.name === "wilcoxon") {
    const sizes = (found?.groups ?? []).map((/** @type {any} */ group) => group.n).filter((/** @type {number} */ n) => n > 0);
    const isExact = corrected.ties === false && Math.max(...sizes) <= EXACT.r;
    const welch = form("welch"), pooled = form("pooled");
    return [
      { test: "rank", printed: each({
        r: pOf("r", isExact ? exact : corrected, isExact ? "r_exact" : null), spss: pOf("spss", uncorrected, "spss_rank"), stata: pOf("stata", uncorrected, "stata_rank"),
        sas: pOf("sas", corrected), prism: Math.min(...sizes) <= EXACT.prism ? pOf("prism", exact, "prism_rank") : without("prism", "prism_rank_large"),
      }) },
      { test: "t", printed: each({ r: pOf("r", welch), spss: pOf("spss", pooled, "both_t"), stata: pOf("stata", pooled), sas: pOf("sas", pooled, "both_t"), prism: pOf("prism", pooled) }) },
    ];
  }
  const isTwoByTwo = corrected.continuity === true;
  const drawn = exact?.name === "fisher_monte_carlo" ? "fisher_drawn" : null;
  return [
    { test: "chisq", printed: each({
      r: pOf("r", corrected), spss: pOf("spss", uncorrected, isTwoByTwo ? "both_chisq" : null), stata: pOf("stata", uncorrected), sas: pOf("sas", uncorrected, isTwoByTwo ? "both_chisq" : null),
      prism: pOf("prism", uncorrected, isTwoByTwo ? "prism_chisq" : null),
    }) },
    { test: "fisher", printed: each({
      r: pOf("r", exact, drawn), spss: isTwoByTwo ? pOf("spss", exact) : without("spss", "spss_fisher"), stata: pOf("stata", exact, drawn), sas: pOf("sas", exact, isTwoByTwo ? null : drawn ?? "sas_fisher"),
      prism: isTwoByTwo ? pOf("prism", exact) : without("prism", "prism_fisher"),
    }) },
  ];
}
