// The part of the page that the first curves do without (part.mjs). The single file and the embedded element have it from the start; hosted,
// it comes in a script of its own. Views ask here: until it is there they show less, and say so.

/** @typedef {typeof import('./part.mjs')} Part */

/** @type {Part | null} */
let part = null;
/** @type {Set<() => void>} */
const waiting = new Set();

/** The part, once it is there. @returns {Part | null} */
export const later = () => part;

/** Is called once, by who brings it. @param {Part} given */
export function arrived(given) {
  part = given;
  for (const hear of waiting) hear();
  waiting.clear();
}

/** Calls `hear` when it is there: at once, or when it comes. Gives what ends the waiting. @param {() => void} hear */
export function whenLater(hear) {
  if (part) hear();
  else waiting.add(hear);
  return () => { waiting.delete(hear); };
}
