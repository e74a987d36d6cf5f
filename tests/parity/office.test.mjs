// The second wasm reads every workbook, SPSS and Stata file of the tests as the native command does, to the same sentence of an error.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { command } from '../command.mjs';
import { differences } from './compare.mjs';
import { shippedEngine, shippedOffice } from './engine.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const files = join(root, 'tests/office/files');
const page = join(root, 'dist/riskset.html');
const engine = shippedEngine(page), office = shippedOffice(page);

for (const name of readdirSync(files).filter((file) => !file.endsWith('.json'))) {
  test(`tests/office/files/${name}`, () => {
    const native = spawnSync(command, ['inspect', join(files, name)], { encoding: 'utf8', maxBuffer: 1e9 });
    const read = () => new engine.Session().open(office.convert(readFileSync(join(files, name)), name, undefined), name);
    if (native.status === 0) {
      assert.deepEqual(differences(JSON.parse(native.stdout), read()), []);
      return;
    }
    assert.equal(native.status, 2);
    assert.throws(read, (/** @type {any} */ error) => {
      // The command names the file by the path that it was given.
      assert.ok(native.stderr.trim().endsWith(error.message), `${native.stderr} ${error.message}`);
      return true;
    });
  });
}
