// Changes of the user's choices: pure functions from choices to choices.

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').EndpointChoice} EndpointChoice */
/** @typedef {import('../types').InspectedColumn} InspectedColumn */

/** How many units make a year, and so where its milestones stand. */
const YEAR = { days: 365.25, weeks: 52, months: 12, years: 1 };

/** Whole units that these years hold. @param {import('../types').Unit} unit @param {number[]} years */
const atYears = (unit, years) => years.map((year) => Math.floor(year * YEAR[unit]));

/** Milestones at which survival is given where nothing is known of the follow-up: three and five years. */
export const MILESTONES = { days: atYears("days", [3, 5]), weeks: atYears("weeks", [3, 5]), months: [36, 60], years: [3, 5] };

/** Milestones that a follow-up of this length reaches. @param {import('../types').Unit} unit @param {number} longest @returns {number[]} */
export function milestonesWithin(unit, longest) {
  if (!(longest > 0) || longest >= 5 * YEAR[unit]) return MILESTONES[unit];
  return atYears(unit, longest >= 3 * YEAR[unit] ? [1, 3] : longest >= 2 * YEAR[unit] ? [1, 2] : [1]);
}

/** A new endpoint with nothing chosen. @param {string} key @param {string} name @returns {EndpointChoice} */
export function emptyEndpoint(key, name) {
  return {
    key, name, kind: "status", unit: "months", origin: null, events: [{ name: "death", column: null }], censor: null,
    time: null, status: null, event: [], entry: null, cutoff: null, month_rule: null, time_zero: null, late_events: null,
  };
}

/** Choices of a file about which nothing is known. @returns {Choices} */
export function emptyChoices() {
  return {
    title: "", endpoints: [emptyEndpoint("a", "OS")], start: { mode: "origin", column: null }, read: {}, columns: {}, exclude: [],
    decisions: [], as_of: null, patient: null, table: null, flow: { screened: null, before: [], lost: null }, by: null,
    covariates: [], multivariable: {}, milestones: MILESTONES.months, conf_type: "log", ties: "efron", factor_test: "likelihood_ratio",
    conf: "wald", strata: [], deep: false, conventions: "r", difference: true,
    tests: { weights: ["log-rank"], rho_gamma: [0, 1], trend: false, pairwise: null },
    figures: { risk_table: "full", upward: false, kind: "survival", look: {}, groups: {}, own: {}, x_max: {} }, guessed: [],
  };
}

/**
 * Changes fields of one endpoint; what the user touched is no longer a guess.
 * @param {Choices} choices @param {string} key @param {Partial<EndpointChoice>} change @returns {Choices}
 */
export function changeEndpoint(choices, key, change) {
  const touched = Object.keys(change).map((field) => `${key}.${field}`);
  const next = {
    ...choices,
    endpoints: choices.endpoints.map((endpoint) => (endpoint.key === key ? { ...endpoint, ...change } : endpoint)),
    guessed: choices.guessed.filter((path) => !touched.includes(path)),
  };
  const unit = change.unit;
  return unit && String(choices.milestones) === String(MILESTONES[choices.endpoints[0].unit])
    ? { ...next, milestones: MILESTONES[unit] } : next;
}

/** Adds an endpoint of the same kind as the last. @param {Choices} choices @returns {Choices} */
export function addEndpoint(choices) {
  const keys = choices.endpoints.map((endpoint) => endpoint.key);
  const key = [..."abcdefghijkl"].find((letter) => !keys.includes(letter));
  if (!key) return choices;
  const last = choices.endpoints[choices.endpoints.length - 1];
  const added = {
    ...emptyEndpoint(key, freeName(choices)), kind: last.kind, unit: last.unit, origin: last.origin, censor: last.censor,
    events: last.events.map((event) => ({ ...event })), entry: last.entry,
  };
  return {
    ...choices, endpoints: [...choices.endpoints, added],
    multivariable: { ...choices.multivariable, [key]: [...choices.covariates] },
  };
}

/** @param {Choices} choices */
function freeName(choices) {
  const names = choices.endpoints.map((endpoint) => endpoint.name);
  return ["OS", "DFS", "PFS", "EFS", "RFS", "DSS"].find((name) => !names.includes(name)) ?? `E${names.length + 1}`;
}

/** Takes an endpoint away; the last one stays. @param {Choices} choices @param {string} key @returns {Choices} */
export function removeEndpoint(choices, key) {
  if (choices.endpoints.length < 2) return choices;
  const { [key]: _, ...multivariable } = choices.multivariable;
  return { ...choices, endpoints: choices.endpoints.filter((endpoint) => endpoint.key !== key), multivariable };
}

/** @param {Choices} choices @param {string | null} by @returns {Choices} */
export function chooseGroup(choices, by) {
  return { ...choices, by, guessed: choices.guessed.filter((path) => path !== "by") };
}

/** Chooses a column for the groups; codes are a category then, and the models take them the same way. @param {Choices} choices @param {InspectedColumn | null} column @returns {Choices} */
export function groupBy(choices, column) {
  const next = chooseGroup(choices, column?.name ?? null);
  return column?.type === "number" && !declaredOf(next, column.name)?.type ? treatAsCategory(next, column.name, true) : next;
}

/** The tests of the family, in the order in which they are offered. */
export const TESTS = ["log-rank", "gehan-breslow", "tarone-ware", "peto-peto", "fleming-harrington"];

/** Takes a test in or out, in their order; one stays. @param {Choices} choices @param {string} name @param {boolean} on @returns {Choices} */
export function tickTest(choices, name, on) {
  const weights = TESTS.filter((test) => (test === name ? on : choices.tests.weights.includes(test)));
  return weights.length ? { ...choices, tests: { ...choices.tests, weights } } : choices;
}

/** Lets the time axis of an endpoint end here; null: at its last time. @param {Choices} choices @param {string} key @param {number | null} end @returns {Choices} */
export function endAxis(choices, key, end) {
  const { [key]: _, ...others } = choices.figures.x_max;
  return { ...choices, figures: { ...choices.figures, x_max: end === null ? others : { ...others, [key]: end } } };
}

/** Ticks a covariate: it enters the table and every multivariable model. @param {Choices} choices @param {string} name @param {boolean} on @returns {Choices} */
export function tickCovariate(choices, name, on) {
  const without = (/** @type {string[]} */ list) => list.filter((other) => other !== name);
  /** @type {Record<string, string[]>} */
  const multivariable = {};
  for (const { key } of choices.endpoints) {
    const list = without(choices.multivariable[key] ?? []);
    multivariable[key] = on ? [...list, name] : list;
  }
  const covariates = without(choices.covariates);
  // What the model is stratified by has no ratio in it.
  return { ...choices, covariates: on ? [...covariates, name] : covariates, multivariable, strata: without(choices.strata) };
}

/** Stratifies the models by a column, or no longer. @param {Choices} choices @param {string} name @param {boolean} on @returns {Choices} */
export function stratify(choices, name, on) {
  const others = choices.strata.filter((other) => other !== name);
  return { ...choices, strata: on ? [...others, name] : others };
}

/** Puts a covariate into the multivariable model of one endpoint, or takes it out. @param {Choices} choices @param {string} key @param {string} name @param {boolean} on @returns {Choices} */
export function tickMultivariable(choices, key, name, on) {
  const list = (choices.multivariable[key] ?? []).filter((other) => other !== name);
  return { ...choices, multivariable: { ...choices.multivariable, [key]: on ? [...list, name] : list } };
}

/** What is declared of a column. A file may name its columns as JavaScript names what every object has (`constructor`). @param {Choices} choices @param {string} name @returns {import('../types').ColumnChoice | undefined} */
export function declaredOf(choices, name) {
  return Object.hasOwn(choices.columns, name) ? choices.columns[name] : undefined;
}

/**
 * Declares something of a column; `undefined` takes a declaration back. Nothing touches the file.
 * @param {Choices} choices @param {string} name @param {import('../types').ColumnChoice} change @returns {Choices}
 */
export function declare(choices, name, change) {
  const { [name]: before, ...columns } = choices.columns;
  const declared = Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined));
  return { ...choices, columns: Object.keys(declared).length ? { ...columns, [name]: declared } : columns };
}

/** Declares a column a category, or leaves its type to the engine. @param {Choices} choices @param {string} name @param {boolean} on @returns {Choices} */
export function treatAsCategory(choices, name, on) {
  return declare(choices, name, { type: on ? "category" : undefined, levels: undefined });
}

/** Gives the ratio of a number per so many units; 1 takes it back. @param {Choices} choices @param {string} name @param {number | null} per what cannot be read changes nothing @returns {Choices} */
export function choosePer(choices, name, per) {
  return per === null ? choices : declare(choices, name, { per: per === 1 ? undefined : per });
}

/** So many units as they are typed; null for what is no number above 0. @param {string} typed @param {import('../types').Language} language @returns {number | null} */
export function parsePer(typed, language) {
  const number = Number((language === "fr" ? typed.replaceAll(",", ".") : typed).trim() || NaN);
  return Number.isFinite(number) && number > 0 ? number : null;
}

/** Makes a level the reference: the first of the declared levels. @param {Choices} choices @param {InspectedColumn} column @param {string} reference @returns {Choices} */
export function chooseReference(choices, column, reference) {
  const levels = levelsOf(choices, column);
  return declare(choices, column.name, { type: "category", levels: [reference, ...levels.filter((level) => level !== reference)] });
}

/** Levels of a column in the order in force: declared, else as the engine orders them. @param {Choices} choices @param {InspectedColumn} column @returns {string[]} */
export function levelsOf(choices, column) {
  return declaredOf(choices, column.name)?.levels ?? orderLevels((column.levels ?? []).map((level) => level.value));
}

/** Numeric order when every level is a number, else code-point order (contract). @param {string[]} levels @returns {string[]} */
export function orderLevels(levels) {
  const numbers = levels.every((level) => level.trim() !== "" && Number.isFinite(Number(level)));
  return [...levels].sort((a, b) => (numbers ? Number(a) - Number(b) : byCodePoint(a, b)));
}

/** @param {string} a @param {string} b */
function byCodePoint(a, b) {
  const left = [...a], right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i].codePointAt(0) ?? 0) - (right[i].codePointAt(0) ?? 0);
    if (difference) return difference;
  }
  return left.length - right.length;
}

/** Whether the column is taken as a category by a model. @param {Choices} choices @param {InspectedColumn} column */
export function isCategory(choices, column) {
  const type = declaredOf(choices, column.name)?.type ?? column.type;
  return type === "category" || type === "text";
}

/** The id of a column's control: the name in signs that an id may have. @param {string} prefix @param {string} column */
export function fieldId(prefix, column) {
  return `${prefix}-${column.replace(/[^A-Za-z0-9]/gu, (sign) => `_${(sign.codePointAt(0) ?? 0).toString(16)}_`)}`;
}

/** Columns that say when and how follow-up ends or begins: no groups and no covariates, as they are what is to be explained. @param {Choices} choices @returns {Set<string>} */
export function outcomeColumns(choices) {
  const named = choices.endpoints.filter((endpoint) => endpoint.kind === "status").flatMap(({ time, status, entry }) => [time, status, entry]);
  return new Set(named.filter((name) => name !== null));
}

/** Times as they are typed: a comma is a decimal mark where the language has it so, and stands between times otherwise. @param {string} text @param {import('../types').Language} language @returns {number[]} */
export function parseMilestones(text, language) {
  const parts = language === "fr" ? text.replaceAll(",", ".").split(/[;\s]+/) : text.split(/[;,\s]+/);
  const numbers = parts.map(Number).filter((number) => Number.isFinite(number) && number > 0);
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** Accepts a finding of the audit, notes it to be corrected at the source, or takes the decision back. @param {Choices} choices @param {string} finding @param {number[]} rows @param {"accepted" | "to_correct" | null} decision @returns {Choices} */
export function decide(choices, finding, rows, decision) {
  const others = choices.decisions.filter((item) => item.finding !== finding);
  return { ...choices, decisions: decision ? [...others, { finding, rows, decision }] : others };
}

/** Leaves rows out of everything, for a reason. @param {Choices} choices @param {string} finding @param {number[]} rows @param {string} reason @returns {Choices} */
export function excludeRows(choices, finding, rows, reason) {
  const already = new Set(choices.exclude.map((item) => item.row));
  const added = rows.filter((row) => !already.has(row)).map((row) => ({ row, reason, finding }));
  return { ...decide(choices, finding, rows, null), exclude: [...choices.exclude, ...added].sort((a, b) => a.row - b.row) };
}

/** Takes rows back that were left out for a finding. @param {Choices} choices @param {string} finding @param {number[]} rows @returns {Choices} */
export function includeRows(choices, finding, rows) {
  return { ...choices, exclude: choices.exclude.filter((item) => item.finding !== finding && !(item.finding === undefined && rows.includes(item.row))) };
}
