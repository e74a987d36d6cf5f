// R makes the reference values again, and they are the committed ones: nobody typed them in.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compare } from '../../www/app/proof/compare.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const committed = join(here, 'cases');
const rules = JSON.parse(readFileSync(join(here, 'rules.json'), 'utf8'));
const made = mkdtempSync(join(tmpdir(), 'riskset-reference-'));
after(() => rmSync(made, { recursive: true }));

execFileSync('Rscript', [join(here, 'make.R'), made], { stdio: ['ignore', 'ignore', 'inherit'] });

for (const { name } of readdirSync(committed, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  test(`R gives the reference case ${name}`, () => {
    /** @param {string} folder @param {string} file */
    const read = (folder, file) => readFileSync(join(folder, name, file), 'utf8');
    assert.equal(read(made, 'data.csv'), read(committed, 'data.csv'));
    const [a, b] = [committed, made].map((folder) => JSON.parse(read(folder, 'expected.json')));
    // Both ways: neither may hold what the other does not.
    for (const { differences } of [compare(a, b, a.tolerance, rules, name), compare(b, a, a.tolerance, rules, name)]) assert.deepEqual(differences.slice(0, 5), []);
    assert.deepEqual(JSON.parse(read(made, 'study.json')), JSON.parse(read(committed, 'study.json')));
  });
}

test('the cases say what made them', () => {
  for (const folder of [made, committed]) {
    const versions = JSON.parse(readFileSync(join(folder, 'made_with.json'), 'utf8'));
    for (const name of ['R', 'survival', 'cmprsk']) assert.match(versions[name], /^\d+\.\d+/, name);
  }
});
