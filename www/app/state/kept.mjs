// Studies that a reload gives back: what was chosen, by the checksum of the file, and never a cell that could name a patient. Pure; where
// they are kept is `keeper.mjs`'s.

import { isCategory } from "./choices.mjs";
import { buildStudy } from "./study.mjs";
import { readStudy } from "./saved.mjs";

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').Inspection} Inspection */
/** @typedef {import('../types').ColumnChoice} ColumnChoice */

/**
 * A kept study: the document without the file's name (it may be a patient's), and the choices themselves, which also hold what is not yet
 * chosen to the end. `saved` says that the user has it in a file too, `left` which columns' levels were left out.
 * @typedef {{sha256: string, study: string, choices: Choices, saved: boolean, left: string[]}} Kept
 */

/** Most studies that are kept, the last first. */
export const MOST = 8;

/** What of a column's declarations is made of its values. @type {(keyof ColumnChoice)[]} */
const OF_VALUES = ["levels", "recode", "reference"];

/**
 * Columns whose values could name patients: words of which most stand in one row or two.
 * @param {Choices} choices @param {Inspection} inspection @returns {Set<string>}
 */
export function naming(choices, inspection) {
  const found = inspection.columns.filter((column) => column.n_distinct * 2 > inspection.n_rows - column.n_missing
    && column.n_distinct > 2 && (isCategory(choices, column) || column.name === choices.patient));
  return new Set(found.map((column) => column.name));
}

/**
 * The choices without values of columns that could name patients, and the columns of which something was left out.
 * @param {Choices} choices @param {Inspection} inspection @returns {{choices: Choices, left: string[]}}
 */
export function withoutNames(choices, inspection) {
  const names = naming(choices, inspection);
  /** @type {Set<string>} */
  const left = new Set();
  const hides = (/** @type {string | null | undefined} */ column, /** @type {unknown[] | undefined} */ values) => {
    if (!column || !names.has(column) || !values?.length) return false;
    left.add(column);
    return true;
  };
  const columns = Object.fromEntries(Object.entries(choices.columns).map(([name, spec]) => {
    const source = spec.from ?? name;
    const of = OF_VALUES.filter((field) => spec[field] !== undefined);
    if (!hides(source, of)) return [name, spec];
    return [name, Object.fromEntries(Object.entries(spec).filter(([field]) => !of.includes(/** @type {keyof ColumnChoice} */ (field))))];
  }));
  const endpoints = choices.endpoints.map((endpoint) => ({
    ...endpoint, event: hides(endpoint.status, endpoint.event) ? [] : endpoint.event,
    events: endpoint.events.map((event) => (hides(event.when?.column, event.when?.in) ? { ...event, when: { column: String(event.when?.column), in: [] } } : event)),
  }));
  const { lost } = choices.flow;
  const flow = lost && "in" in lost && hides(lost.column, lost.in) ? { ...choices.flow, lost: null } : choices.flow;
  return left.size ? { choices: { ...choices, columns, endpoints, flow }, left: [...left] } : { choices, left: [] };
}

/** The study document as it is kept. @param {Choices} choices @param {Inspection} inspection */
function textOf(choices, inspection) {
  const { study } = buildStudy(choices, inspection);
  const { file: _, ...data } = study.data;
  return JSON.stringify({ ...study, data });
}

/** What is kept of the choices made for a file. @param {Choices} choices @param {Inspection} inspection @param {boolean} saved @returns {Kept} */
export function keep(choices, inspection, saved) {
  const { choices: kept, left } = withoutNames(choices, inspection);
  return { sha256: inspection.sha256, study: textOf(kept, inspection), choices: kept, saved, left };
}

/**
 * The choices of a kept study, for its file: those that were kept if they still make the same study, else what another version of the page
 * reads from the document; null if neither can be.
 * @param {Kept} kept @param {Inspection} inspection @returns {Choices | null}
 */
export function restore(kept, inspection) {
  try {
    if (textOf(kept.choices, inspection) === kept.study) return kept.choices;
  } catch {
    // They have another shape than this version's.
  }
  try {
    const read = readStudy(kept.study, inspection);
    return "choices" in read ? read.choices : null;
  } catch {
    return null;
  }
}

/** The studies with this one as the last. @param {Kept[]} all @param {Kept} kept */
export function put(all, kept) {
  return [kept, ...without(all, kept.sha256)].slice(0, MOST);
}

/** @param {Kept[]} all @param {string} sha256 */
export function without(all, sha256) {
  return all.filter((other) => other.sha256 !== sha256);
}

/** Kept studies from their text; what is none is left out. @param {string | null} text @returns {Kept[]} */
export function parse(text) {
  // As nearly always; to refuse no text at all takes a browser long.
  if (!text) return [];
  try {
    const { studies } = JSON.parse(text);
    return studies.filter((/** @type {any} */ kept) => /^[0-9a-f]{64}$/.test(kept?.sha256) && typeof kept.study === "string" && kept.choices
      && Array.isArray(kept.left));
  } catch {
    return [];
  }
}

/** Whether the user has made something of a file that would be gone with the page. @param {import('../types').State} state */
export function isUnsaved({ source, choices, untouched, saved }) {
  return source === "file" && choices !== null && choices !== untouched && choices !== saved;
}
