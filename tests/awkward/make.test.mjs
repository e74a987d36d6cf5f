// The awkward files and cases are what the script writes.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { made } from './make.mjs';

test('the files and cases are those of the script', () => {
  assert.deepEqual(readdirSync(new URL('files/', import.meta.url)).sort(), made.files.map(([name]) => name).sort());
  for (const [name, bytes] of made.files) assert.deepEqual(readFileSync(new URL(`files/${name}`, import.meta.url)), Buffer.from(bytes), name);
  assert.deepEqual(JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8')), JSON.parse(JSON.stringify(made.cases)));
});
