// What the engine says of a file, brought to one shape.

/** @typedef {import('../types').Inspection} Inspection */

/**
 * Levels come as texts or as {value, n}; what is absent becomes null, so that views need not ask.
 * @param {any} raw
 * @returns {Inspection}
 */
export function readInspection(raw) {
  return {
    file: raw.file, sha256: raw.sha256, n_rows: raw.n_rows, dialect: raw.dialect, cautions: raw.cautions ?? [], preview: raw.preview ?? [],
    columns: raw.columns.map((/** @type {any} */ column) => ({
      name: column.name, type: column.type, n_missing: column.n_missing ?? 0, n_distinct: column.n_distinct ?? 0,
      examples: column.examples ?? [], min: column.min ?? null, max: column.max ?? null, hint: hint(column.hint),
      formats: column.formats ?? [], suggested_format: column.suggested_format ?? null, suggested: column.suggested ?? null,
      pivot: column.pivot ?? null, numbers: column.numbers ?? null, misfits: column.misfits ?? [], n_misfits: column.n_misfits ?? 0,
      hints: (column.hints ?? (column.hint ? [column.hint] : [])).map(hint),
      missing_proposals: (column.missing_proposals ?? []).map(level), levels: column.levels?.map(level) ?? null,
    })),
  };
}

/** A value and its rows. @param {any} raw @returns {import('../types').Level} */
function level(raw) {
  return typeof raw === "object" ? { value: String(raw.level ?? raw.value), n: raw.n ?? null } : { value: String(raw), n: null };
}

/** A hint is a code, or an object with one. @param {any} raw @returns {import('../types').Caution | null} */
function hint(raw) {
  return raw ? (typeof raw === "string" ? { code: raw } : raw) : null;
}
