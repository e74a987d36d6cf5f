// The columns as the study declares them: types, merged and renamed levels, classes, derived columns. What a view offers is
// made from these, and not from the file alone.

import { declaredOf, outcomeColumns } from "./choices.mjs";

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').Inspection} Inspection */
/** @typedef {import('../types').InspectedColumn} InspectedColumn */
/** @typedef {import('../types').ColumnChoice} ColumnChoice */

/** Most levels of a category in a table of patients, and most variables that are proposed for it. */
const TABLE_LEVELS = 20, TABLE_VARIABLES = 30;

/** The columns of the file and of the study. @param {Choices} choices @param {Inspection} inspection @returns {InspectedColumn[]} */
export function studyColumns(choices, inspection) {
  const own = inspection.columns.map((column) => declared(column, declaredOf(choices, column.name)));
  const derived = Object.entries(choices.columns).flatMap(([name, spec]) => {
    const source = inspection.columns.find((column) => column.name === spec.from);
    return source ? [{ ...declared({ ...source, name }, spec), from: source.name }] : [];
  });
  return [...own, ...derived];
}

/**
 * The columns as they are in use: what the study declares, and what the engine made of it once it has answered.
 * @param {import('../types').State} state @returns {InspectedColumn[]}
 */
export function columnsInUse({ choices, inspection, answer }) {
  if (!choices || !inspection) return [];
  const columns = studyColumns(choices, inspection);
  const told = /** @type {any[]} */ (answer?.results.data?.columns ?? []);
  if (!answer || told.length === 0) return columns;
  // By what they say: a study that is read back asks for nothing new, and has no answer of its own.
  const alike = (/** @type {unknown} */ one, /** @type {unknown} */ other) => one === other || JSON.stringify(one) === JSON.stringify(other);
  const same = (/** @type {string} */ name) => alike(declaredOf(choices, name), declaredOf(answer.choices, name));
  const isRead = alike(choices.read, answer.choices.read);
  const byName = new Map(told.map((column) => [column.name, column]));
  return columns.map((column) => {
    const used = byName.get(column.name);
    const current = used && declaredOf(choices, column.name) && same(column.name) && (!column.from || same(column.from)) && isRead;
    return current ? asUsed(column, used) : column;
  });
}

/** @param {InspectedColumn} column @param {any} used @returns {InspectedColumn} */
function asUsed(column, used) {
  const levels = used.levels?.map((/** @type {string} */ value, /** @type {number} */ i) => ({ value, n: used.level_counts?.[i] ?? null })) ?? null;
  const ordered = used.type === "number" || used.type === "date";
  return {
    ...column, type: used.type, n_missing: used.n_missing, problem: used.error ?? null, window: used.window ?? null,
    ...(levels ? { levels, n_distinct: levels.length } : {}), ...(ordered ? { min: used.min ?? null, max: used.max ?? null } : {}),
  };
}

/** @param {InspectedColumn} column @param {ColumnChoice | undefined} spec @returns {InspectedColumn} */
function declared(column, spec) {
  const wanted = spec ?? {};
  const type = wanted.type ?? (wanted.format ? "date" : null) ?? (column.type === "text" && (wanted.decimal || wanted.thousands) ? "number" : null) ?? (wanted.recode && column.type !== "number" ? "category" : null) ?? column.suggested?.type ?? column.type;
  if (wanted.cuts) {
    const labels = wanted.cuts.labels ?? cutLabels(wanted.cuts.at);
    return { ...column, found: column.type, type: "category", levels: labels.map((value) => ({ value, n: null })), n_distinct: labels.length };
  }
  if (!column.levels || (!wanted.recode && !wanted.missing)) return { ...column, found: column.type, type };
  /** @type {Map<string, number | null>} */
  const levels = new Map();
  let missing = column.n_missing;
  for (const { value, n } of column.levels) {
    const to = wanted.missing?.includes(value) ? null : wanted.recode && Object.hasOwn(wanted.recode, value) ? wanted.recode[value] : value;
    if (to === null) missing += n ?? 0;
    else levels.set(to, n === null ? null : (levels.get(to) ?? 0) + n);
  }
  return { ...column, found: column.type, type, n_missing: missing, n_distinct: levels.size, levels: [...levels].map(([value, n]) => ({ value, n })) };
}

/** Names of the classes that cut points make: `< 5`, `5 to < 10`, `≥ 10`. @param {number[]} at ascending @returns {string[]} */
export function cutLabels(at) {
  if (at.length === 0) return [];
  const between = at.slice(1).map((high, i) => `${at[i]} – < ${high}`);
  return [`< ${at[0]}`, ...between, `≥ ${at[at.length - 1]}`];
}

/** Cut points as they are typed, ascending and each once. @param {string} text @param {import('../types').Language} language @returns {number[]} */
export function parseCuts(text, language) {
  const parts = language === "fr" ? text.replaceAll(",", ".").split(/[;\s]+/) : text.split(/[;,\s]+/);
  const numbers = parts.filter((part) => part !== "").map(Number).filter(Number.isFinite);
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** A name for a new column that none has. @param {InspectedColumn[]} columns @param {string} wanted */
export function freeColumnName(columns, wanted) {
  const taken = new Set(columns.map((column) => column.name));
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted} ${i}`;
  return name;
}

/** Whether a column can stand in the table of patients. @param {InspectedColumn} column */
export function canDescribe(column) {
  return column.type === "number" ? column.n_distinct > 0 : column.type === "category" && column.n_distinct > 0 && column.n_distinct <= TABLE_LEVELS;
}

/** The variables of the table of patients: the user's, else those that can stand in it. @param {Choices} choices @param {InspectedColumn[]} columns @returns {string[]} */
export function tableVariables(choices, columns) {
  const known = new Set(columns.map((column) => column.name));
  if (choices.table) return choices.table.filter((name) => known.has(name) && name !== choices.by);
  const outcome = outcomeColumns(choices);
  return columns.filter((column) => canDescribe(column) && !outcome.has(column.name) && column.name !== choices.by)
    .map((column) => column.name).slice(0, TABLE_VARIABLES);
}

/** The column that seems to name the patients: a value of its own in each row. @param {Inspection} inspection @returns {string | null} */
export function guessPatient(inspection) {
  const named = /^(id|ipp|nip|patient|patient_?id|subject|subject_?id|record_?id|numero|num|no)$/i;
  return inspection.columns.find((column) => named.test(column.name.trim().replace(/[\s.-]+/g, "_")) && column.n_missing === 0)?.name ?? null;
}
