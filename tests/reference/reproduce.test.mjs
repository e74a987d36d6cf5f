// R makes the reference values again, and they are the committed ones: nobody typed them in.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const committed = join(here, 'cases');
const made = mkdtempSync(join(tmpdir(), 'riskset-reference-'));
after(() => rmSync(made, { recursive: true }));

execFileSync('Rscript', [join(here, 'make.R'), made], { stdio: ['ignore', 'ignore', 'inherit'] });

/**
 * The paths at which two documents differ; numbers within `tolerance`, relative (p values within a hundred times it).
 * @param {any} a @param {any} b @param {number} tolerance @param {string} path @returns {string[]}
 */
function differences(a, b, tolerance, path) {
  if (typeof a === 'number' && typeof b === 'number') {
    const relative = path.endsWith('.p_value') ? 100 * tolerance : tolerance;
    return Math.abs(a - b) <= relative * Math.abs(a) + 1e-10 ? [] : [`${path}: ${a} committed, ${b} made`];
  }
  if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].flatMap((key) => differences(a[key], b[key], tolerance, `${path}.${key}`));
  }
  return a === b ? [] : [`${path}: ${a} committed, ${b} made`];
}

for (const name of readdirSync(committed)) {
  test(`R gives the reference case ${name}`, () => {
    /** @param {string} folder @param {string} file */
    const read = (folder, file) => readFileSync(join(folder, name, file), 'utf8');
    assert.equal(read(made, 'data.csv'), read(committed, 'data.csv'));
    const [a, b] = [committed, made].map((folder) => JSON.parse(read(folder, 'expected.json')));
    assert.deepEqual(differences(a, b, a.tolerance, name).slice(0, 5), []);
    assert.deepEqual(JSON.parse(read(made, 'study.json')), JSON.parse(read(committed, 'study.json')));
  });
}
