// What five programs choose in silence, so that one switch sets all of it. R's choices are tested against R; those of the
// others are their documented rules.

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').Program} Program */

/** The programs, in the order in which they are shown. @type {Program[]} */
export const PROGRAMS = ["r", "spss", "stata", "sas", "prism"];

/**
 * `preset` is the engine's name for a whole set; what a set does not hold is written into each analysis of the type.
 * @type {Record<Program, {preset: string | null, conf_type: string, ties: string, factor_test: import('../types').FactorTest, options: Record<string, Record<string, unknown>>}>}
 */
const SETS = {
  r: { preset: null, conf_type: "log", ties: "efron", factor_test: "likelihood_ratio", options: {} },
  spss: { preset: "spss", conf_type: "plain", ties: "breslow", factor_test: "wald", options: {} },
  stata: { preset: "stata", conf_type: "log-log", ties: "breslow", factor_test: "wald", options: {} },
  // LIFETEST takes the middle of a flat stretch and inverts its log-log interval, as R does with its own; UNIVARIATE averages quartiles.
  sas: { preset: null, conf_type: "log-log", ties: "breslow", factor_test: "wald", options: { summary: { quantile_type: 2, t_variance: "pooled", continuity: false } } },
  prism: { preset: null, conf_type: "log-log", ties: "efron", factor_test: "wald", options: { summary: { quantile_type: 6, t_variance: "pooled" } } },
};

/** Follows a program in everything: what was chosen one by one gives way. @param {Choices} choices @param {Program} program @returns {Choices} */
export function follow(choices, program) {
  const { conf_type, ties, factor_test } = SETS[program];
  return { ...choices, conventions: program, conf_type, ties, factor_test };
}

/** The study's `conventions`, absent for those that it has by default. @param {Choices} choices @returns {{conventions?: string}} */
export function presetOf(choices) {
  const { preset } = SETS[choices.conventions];
  return preset ? { conventions: preset } : {};
}

/** What an analysis of this type must say itself. @param {Choices} choices @param {string} type @returns {Record<string, unknown>} */
export function optionsOf(choices, type) {
  return SETS[choices.conventions].options[type] ?? {};
}

/** Programs whose study may be this one. @param {any} study @returns {Program[]} */
export function programsOf(study) {
  return PROGRAMS.filter((program) => (SETS[program].preset ?? "r") === (study.conventions ?? "r"));
}

/** Choices that follow no program in full: an interval, a rule for ties or a test of factors of one's own. @param {Choices} choices */
export function departs(choices) {
  const { conf_type, ties, factor_test } = SETS[choices.conventions];
  return choices.conf_type !== conf_type || choices.ties !== ties || choices.factor_test !== factor_test;
}
