// What the page's self-test takes apart is what is committed, to the byte.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { packedCases } from '../../scripts/reference.mjs';
import { readCases } from '../../www/app/proof/cases.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const text = (/** @type {string[]} */ ...path) => readFileSync(join(folder, ...path), 'utf8');

test('every file of every reference case is as it was before it was packed', () => {
  const packed = packedCases(folder);
  const { cases } = readCases(packed, text('../../www/demo/lms_vc_synthetic.csv'));
  const committed = readdirSync(join(folder, 'cases'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  assert.deepEqual(cases.map(({ name }) => name).sort(), committed);
  for (const one of cases) {
    const of = (/** @type {string} */ file) => text('cases', one.name, file);
    assert.equal(one.data, of('data.csv'), one.name);
    assert.equal(one.expected, of('expected.json'), one.name);
    assert.equal(one.study, of('study.json'), one.name);
  }
  // For this it is packed.
  const plain = committed.flatMap((name) => ['data.csv', 'expected.json', 'study.json'].map((file) => text('cases', name, file))).join('');
  assert.ok(gzipSync(packed).length < 0.85 * gzipSync(plain).length);
});
