// The reference cases as one text for the page's self-test: a line of JSON that tells what follows, then every file as it is committed,
// one after the other. www/app/proof/cases.mjs takes it apart.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Alike files stand side by side: two cases may share their data. */
const FILES = ['data.csv', 'expected.json', 'study.json'];

/** @param {string} folder tests/reference @returns {string} */
export function packedCases(folder) {
  const cases = readdirSync(join(folder, 'cases'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  const files = FILES.flatMap((file) => cases.map((name) => {
    const bytes = readFileSync(join(folder, 'cases', name, file)), text = bytes.toString('utf8');
    // The page tells the SHA-256 of the file from its text.
    if (!Buffer.from(text, 'utf8').equals(bytes)) throw new Error(`${name}/${file} is not UTF-8`);
    return { case: name, file, text };
  }));
  /** @param {string} name */
  const json = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const head = { made_with: json('cases/made_with.json'), rules: json('rules.json'), files: files.map(({ text, ...file }) => ({ ...file, length: text.length })) };
  return `${JSON.stringify(head)}\n${files.map(({ text }) => text).join('')}`;
}
