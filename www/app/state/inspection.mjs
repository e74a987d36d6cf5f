// What the engine says of a file, brought to one shape.

/** @typedef {import('../types').Inspection} Inspection */

/**
 * Levels come as texts or as {value, n}; what is absent becomes null, so that views need not ask.
 * @param {any} raw
 * @returns {Inspection}
 */
export function readInspection(raw) {
  return {
    file: raw.file, sha256: raw.sha256, n_rows: raw.n_rows, dialect: raw.dialect, cautions: raw.cautions ?? [],
    columns: raw.columns.map((/** @type {any} */ column) => ({
      name: column.name, type: column.type, n_missing: column.n_missing ?? 0, n_distinct: column.n_distinct ?? 0,
      examples: column.examples ?? [], min: column.min ?? null, max: column.max ?? null, hint: hint(column.hint),
      levels: column.levels?.map((/** @type {any} */ level) =>
        typeof level === "object" ? { value: String(level.level ?? level.value), n: level.n ?? null } : { value: String(level), n: null }) ?? null,
    })),
  };
}

/** A hint is a code, or an object with one. @param {any} raw @returns {string | null} */
function hint(raw) {
  return raw ? (typeof raw === "string" ? raw : raw.code ?? null) : null;
}
