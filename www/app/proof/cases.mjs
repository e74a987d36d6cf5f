// The reference cases as the page carries them (scripts/reference.mjs), taken apart.

/**
 * Texts of a case's files, as they are committed.
 * @typedef {{name: string, study: string, data: string, expected: string}} Case
 * `made_with` are the versions of R and its packages that made the figures.
 * @typedef {{made_with: Record<string, string>, rules: import('./compare.mjs').Rules, cases: Case[]}} Cases
 */

/** @param {string} packed @param {string} demo the file of the demonstration, which a case has too @returns {Cases} */
export function readCases(packed, demo) {
  const end = packed.indexOf("\n");
  const { made_with, rules, shapes, forms, digits, files } = JSON.parse(packed.slice(0, end));
  const start = end + 1 + digits;
  const text = unfolded(packed.slice(start), numbersOf(shapes, forms, packed.slice(end + 1, start)));
  /** @type {Map<string, Record<string, string>>} */
  const cases = new Map();
  let at = 0;
  for (const { case: name, file, length, is_demo } of files) {
    const own = cases.get(name) ?? {};
    own[file] = is_demo ? demo : text.slice(at, at + length);
    at += length;
    cases.set(name, own);
  }
  if (at !== text.length) throw new Error("the reference cases are not complete");
  return {
    made_with, rules,
    cases: [...cases].map(([name, own]) => ({ name, study: own["study.json"], data: own["data.csv"], expected: own["expected.json"] })),
  };
}

/** The text with its numbers in the place of the signs that stand for them. @param {string} text @param {string[]} numbers */
function unfolded(text, numbers) {
  let last = -1, seen = 0;
  return text.replace(/[\x01-\x03]|\x04(-?\d+);/g, (sign, far) => {
    last = far ? last + Number(far) : sign === "\x01" ? last + 1 : sign === "\x03" ? seen : last;
    seen = Math.max(seen, last + 1);
    return numbers[last];
  });
}

/** The numbers of their shapes and digits: 21 of them in ten signs of seven bits. @param {string[]} shapes @param {string} forms @param {string} packed */
function numbersOf(shapes, forms, packed) {
  let digits = "", at = 0;
  for (let start = 0; start < packed.length; start += 10) {
    let value = 0n;
    for (let i = 9; i >= 0; i -= 1) value = value * 128n + BigInt(packed.charCodeAt(start + i));
    digits += String(value).padStart(21, "0");
  }
  return Array.from(forms, (form) => shapes[form.charCodeAt(0) - 0x21].replace(/#/g, () => digits[at++]));
}
