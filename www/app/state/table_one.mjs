// How the table of patients is laid out: rows under a heading, and one block for several yes/no columns.

import { tableVariables } from "./columns.mjs";

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').TableBlock} TableBlock */
/** @typedef {import('../types').InspectedColumn} InspectedColumn */

/** Values that say yes by themselves, as the engine knows them, and those that stand beside them. */
const YES = /^(yes|oui|y|true|vrai)$/i, NO = /^(no|non|n|false|faux)$/i;

/** Whether a column says yes or no, so that the engine knows which of its values to count. @param {InspectedColumn} column */
export function isYesNo(column) {
  const values = (column.levels ?? []).map((level) => level.value.trim());
  if (values.length === 0 || values.length > 2) return false;
  if (values.every((value) => value === "0" || value === "1")) return values.length === 2;
  return values.filter((value) => YES.test(value)).length === 1 || values.every((value) => NO.test(value));
}

/** The blocks in force: those with a variable of the table. @param {Choices} choices @param {string[]} variables @returns {TableBlock[]} */
function blocksOf(choices, variables) {
  return (choices.blocks ?? []).map((block) => ({ ...block, variables: variables.filter((name) => block.variables.includes(name)) })).filter((block) => block.variables.length > 0);
}

/** What the study asks for: a block stands where the first of its variables does. @param {Choices} choices @param {InspectedColumn[]} columns @returns {(string | Record<string, unknown>)[]} */
export function tableEntries(choices, columns) {
  const variables = tableVariables(choices, columns);
  const blocks = blocksOf(choices, variables);
  /** @type {Set<TableBlock>} */
  const done = new Set();
  return variables.flatMap((name) => /** @type {(string | Record<string, unknown>)[]} */ (entry(name)));

  function entry(/** @type {string} */ name) {
    const block = blocks.find((item) => item.variables.includes(name));
    if (!block) return [name];
    if (done.has(block)) return [];
    done.add(block);
    const heading = block.heading.trim() || "–";
    return [block.kind === "heading" ? { heading, variables: block.variables } : { heading, yes_no: block.variables, ...(block.level ? { level: block.level } : {}) }];
  }
}

/** The same, read back from a study. @param {any[] | undefined} entries @returns {{table: string[] | null, blocks?: TableBlock[]}} */
export function readEntries(entries) {
  if (!entries) return { table: null };
  const columns = (/** @type {any} */ entry) => (typeof entry === "string" ? [entry] : entry.variables ?? entry.yes_no);
  /** @type {TableBlock[]} */
  const blocks = entries.filter((entry) => typeof entry !== "string").map((entry) => ({
    heading: entry.heading, kind: entry.yes_no ? "yes_no" : "heading", variables: columns(entry), ...(entry.level === undefined ? {} : { level: entry.level }),
  }));
  return { table: entries.flatMap(columns), ...(blocks.length ? { blocks } : {}) };
}

/** Adds a block. @param {Choices} choices @param {TableBlock} block @returns {Choices} */
export function addBlock(choices, block) {
  return { ...choices, blocks: [...(choices.blocks ?? []), block] };
}

/** Changes a block; a variable stands in one block only, the last that it was put into. @param {Choices} choices @param {number} index @param {Partial<TableBlock>} change @returns {Choices} */
export function changeBlock(choices, index, change) {
  const added = new Set(change.variables ?? []);
  return {
    ...choices,
    blocks: (choices.blocks ?? []).map((block, i) => {
      if (i === index) return definedOnly({ ...block, ...change });
      return change.variables ? { ...block, variables: block.variables.filter((name) => !added.has(name)) } : block;
    }),
  };
}

/** @param {TableBlock} block @returns {TableBlock} */
function definedOnly(block) {
  const { level, ...rest } = block;
  return level ? { ...rest, level } : rest;
}

/** Takes a block away; its variables stand alone again. @param {Choices} choices @param {number} index @returns {Choices} */
export function removeBlock(choices, index) {
  const blocks = (choices.blocks ?? []).filter((_, i) => i !== index);
  const { blocks: _, ...rest } = choices;
  return blocks.length ? { ...rest, blocks } : rest;
}

/** Columns of the table that say yes or no and stand in no block yet. @param {Choices} choices @param {InspectedColumn[]} columns @returns {string[]} */
export function freeYesNo(choices, columns) {
  const taken = new Set((choices.blocks ?? []).flatMap((block) => block.variables));
  return tableVariables(choices, columns).filter((name) => !taken.has(name) && columns.some((column) => column.name === name && isYesNo(column)));
}

/** Values that a yes/no block may count: those of its columns. @param {TableBlock} block @param {InspectedColumn[]} columns @returns {string[]} */
export function blockLevels(block, columns) {
  const levels = columns.filter((column) => block.variables.includes(column.name)).flatMap((column) => (column.levels ?? []).map((level) => level.value));
  return [...new Set([...levels, ...(block.level ? [block.level] : [])])];
}
