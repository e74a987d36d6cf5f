// Which part of the program an element shows: a small closed set.

/** Steps of the page that can stand alone. */
const STEPS = /** @type {const} */ (["cohort", "patients", "curves", "models"]);
/** Parts of one analysis. */
const OF_ANALYSIS = /** @type {const} */ (["figure", "table"]);

/** @typedef {{kind: "all" | "cohort" | "patients" | "curves" | "models", id: null} | {kind: "figure" | "table", id: string}} Part */

/** All that `view` may be, for a message. */
export const PARTS = ["all", ...STEPS, ...OF_ANALYSIS.map((kind) => `${kind}:ID`)];

/** Reads the attribute `view`; null for what is no part. @param {string | null} text @returns {Part | null} */
export function parsePart(text) {
  const wanted = (text ?? "").trim();
  if (wanted === "" || wanted === "all") return { kind: "all", id: null };
  const step = STEPS.find((name) => name === wanted);
  if (step) return { kind: step, id: null };
  const kind = OF_ANALYSIS.find((name) => wanted.startsWith(`${name}:`));
  const id = kind ? wanted.slice(kind.length + 1) : "";
  return kind && id ? { kind, id } : null;
}
