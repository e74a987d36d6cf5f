// The reference cases as the page carries them (scripts/reference.mjs), taken apart.

/**
 * Texts of a case's files, as they are committed.
 * @typedef {{name: string, study: string, data: string, expected: string}} Case
 * `made_with` are the versions of R and its packages that made the figures.
 * @typedef {{made_with: Record<string, string>, rules: import('./compare.mjs').Rules, cases: Case[]}} Cases
 */

/** @param {string} text @returns {Cases} */
export function readCases(text) {
  const end = text.indexOf("\n");
  const { made_with, rules, files } = JSON.parse(text.slice(0, end));
  /** @type {Map<string, Record<string, string>>} */
  const cases = new Map();
  let at = end + 1;
  for (const { case: name, file, length } of files) {
    const own = cases.get(name) ?? {};
    own[file] = text.slice(at, at + length);
    at += length;
    cases.set(name, own);
  }
  if (at !== text.length) throw new Error("the reference cases are not complete");
  return {
    made_with, rules,
    cases: [...cases].map(([name, own]) => ({ name, study: own["study.json"], data: own["data.csv"], expected: own["expected.json"] })),
  };
}
