// Native and wasm give the same results document, bit for bit (rule 32): every reference case and the demonstration, run
// by the native command and by the very wasm of dist/riskset.html.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { differences } from './compare.mjs';
import { shippedEngine } from './engine.mjs';
import { command } from '../command.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const cases = join(root, 'tests/reference/cases');
const folders = [...readdirSync(cases).sort().map((name) => join(cases, name)), join(root, 'www/demo')];

const engine = shippedEngine(join(root, 'dist/riskset.html'));

for (const folder of folders.filter((path) => existsSync(join(path, 'study.json')))) {
  const text = readFileSync(join(folder, 'study.json'), 'utf8');
  const file = JSON.parse(text).data.file;

  test(`${folder.slice(root.length + 1)}: results`, () => {
    // 1: some analysis has an error, and the document is there all the same.
    const native = JSON.parse(runNative(['run', join(folder, 'study.json')], [0, 1]));
    const session = new engine.Session();
    session.open(readFileSync(join(folder, file)), file);
    const differ = differences(native, session.run(text));
    assert.deepEqual(differ.slice(0, 20), [], `${differ.length} differences`);
  });

  test(`${folder.slice(root.length + 1)}: inspection`, () => {
    const native = JSON.parse(runNative(['inspect', join(folder, file)], [0]));
    const summary = new engine.Session().open(readFileSync(join(folder, file)), file);
    assert.deepEqual(differences(native, summary), []);
  });
}

const awkward = join(root, 'tests/awkward');
for (const one of JSON.parse(readFileSync(join(awkward, 'cases.json'), 'utf8'))) {
  test(`tests/awkward/files/${one.file}: ${one.what}`, () => {
    const bytes = readFileSync(join(awkward, 'files', one.file)), options = JSON.stringify(one.read ?? {});
    const whole = () => new engine.Session().open(bytes, one.file, options);
    const inPieces = () => {
      const session = new engine.Session();
      session.begin(one.file, options);
      for (let from = 0; from < bytes.length; from += 7) session.push(bytes.subarray(from, from + 7));
      return session.finish();
    };
    if (one.error) {
      const { code, ...place } = one.error;
      for (const read of [whole, inPieces]) {
        assert.throws(read, (/** @type {any} */ error) => {
          assert.equal(error.code, code);
          for (const [name, value] of Object.entries(place)) assert.equal(error.position[name], value, name);
          return true;
        });
      }
      return;
    }
    const summary = whole();
    assert.deepEqual(differences(summary, inPieces()), []);
    if (!one.read) assert.deepEqual(differences(JSON.parse(runNative(['inspect', join(awkward, 'files', one.file)], [0])), summary), []);
  });
}

test('an error is a plain object with the sentence that the command prints', () => {
  const session = new engine.Session();
  assert.throws(() => session.run('{}'), { code: 'no_file' });
  assert.throws(() => session.open(new Uint8Array(), 'nothing.csv'), (/** @type {any} */ error) => {
    assert.equal(error.code, 'empty_file');
    assert.equal(typeof error.message, 'string');
    assert.equal(error.position.file, 'nothing.csv');
    return true;
  });
});

/** @param {string[]} parameters @param {number[]} good */
function runNative(parameters, good) {
  const run = spawnSync(command, parameters, { encoding: 'utf8', maxBuffer: 1e9 });
  assert.ok(good.includes(run.status ?? -1), `riskset ${parameters.join(' ')} ended with ${run.status ?? run.error}: ${run.stderr}`);
  return run.stdout;
}
