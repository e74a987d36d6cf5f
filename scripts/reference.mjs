// The reference cases as one text for the page's self-test: a line of JSON that tells what follows, then every file as it is committed,
// one after the other. www/app/proof/cases.mjs takes it apart.
//
// Half of all numbers stand there more than once, mostly in the same order, and further apart than gzip looks: curves are the same under each
// interval. So each number stands once, before the files, and in them signs stand for it (`foldNumbers`). Digits, which are as good as random, are
// written in ASCII as densely as they can be (`packNumbers`). The file of the demonstration is in the page already.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Alike files stand side by side: two cases may share their data. */
const FILES = ['data.csv', 'expected.json', 'study.json'];

/** @param {string} folder tests/reference @returns {string} */
export function packedCases(folder) {
  const cases = readdirSync(join(folder, 'cases'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  const demo = readFileSync(join(folder, '../../www/demo/lms_vc_synthetic.csv'), 'utf8');
  const files = FILES.flatMap((file) => cases.map((name) => {
    const bytes = readFileSync(join(folder, 'cases', name, file)), text = bytes.toString('utf8');
    // The page tells the SHA-256 of the file from its text.
    if (!Buffer.from(text, 'utf8').equals(bytes)) throw new Error(`${name}/${file} is not UTF-8`);
    return text === demo ? { case: name, file, text: '', is_demo: true } : { case: name, file, text };
  }));
  const { numbers, folded } = foldNumbers(files.map(({ text }) => text).join(''));
  const { shapes, forms, digits } = packNumbers(numbers);
  /** @param {string} name */
  const json = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const head = {
    made_with: json('cases/made_with.json'), rules: json('rules.json'), shapes, forms, digits: digits.length,
    files: files.map(({ text, ...file }) => ({ ...file, length: text.length })),
  };
  return `${JSON.stringify(head)}\n${digits}${folded}`;
}

/**
 * The numbers of a text, in the order of their first appearance, and the text with a sign for each: for the one after the number before, for that
 * number again, for the first that was not yet seen, or how far it is from the number before. No file holds these signs.
 * @param {string} text
 */
function foldNumbers(text) {
  if (/[\x01-\x04]/.test(text)) throw new Error('a file holds a sign that is to stand for a number');
  /** @type {Map<string, number>} */
  const places = new Map();
  let last = -1;
  const folded = text.replace(/-?\d+\.\d{6,}(?:e-?\d+)?/g, (number) => {
    const isNew = !places.has(number), at = places.get(number) ?? places.size, far = at - last;
    if (isNew) places.set(number, at);
    last = at;
    return far === 1 ? '\x01' : far === 0 ? '\x02' : isNew ? '\x03' : `\x04${far};`;
  });
  return { numbers: [...places.keys()], folded };
}

/** Digits that ten signs of seven bits hold: 10^21 < 2^70. */
const DIGITS = 21, SIGNS = 10;

/**
 * Numbers as their shapes (digits are `#`, but for zeros at the beginning), the shape of each as a sign from `!` on, and all their digits.
 * @param {string[]} numbers
 */
function packNumbers(numbers) {
  /** @type {string[]} */
  const shapes = [];
  let forms = '', all = '';
  for (const number of numbers) {
    const [, before, mantissa, after] = /** @type {RegExpMatchArray} */ (/^(-?[0.]*)([\d.]+)(.*)$/.exec(number));
    const shape = before + mantissa.replace(/\d/g, '#') + after;
    if (!shapes.includes(shape)) shapes.push(shape);
    forms += String.fromCharCode(0x21 + shapes.indexOf(shape));
    all += mantissa.replace('.', '');
  }
  const digits = Array.from({ length: Math.ceil(all.length / DIGITS) }, (_, i) => {
    let value = BigInt(all.slice(DIGITS * i, DIGITS * (i + 1)).padEnd(DIGITS, '0')), signs = '';
    for (let n = 0; n < SIGNS; n += 1) {
      signs += String.fromCharCode(Number(value % 128n));
      value /= 128n;
    }
    return signs;
  });
  return { shapes, forms, digits: digits.join('') };
}
