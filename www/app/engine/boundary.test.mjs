// Only this folder knows that the engine is wasm in a worker; copy/ alone has modules of the build besides.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const engine = dirname(fileURLToPath(import.meta.url));
const app = join(engine, '..');

test('no other file names Worker, WebAssembly or the modules of the build', () => {
  const names = readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mjs') && !name.startsWith(`engine${sep}`));
  assert.ok(names.length > 0);
  for (const name of names) {
    const code = readFileSync(join(app, name), 'utf8').replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
    assert.doesNotMatch(code, /\b(Worker|WebAssembly|wasm_bindgen)\b/, relative(app, join(app, name)));
    if (!name.startsWith(`copy${sep}`)) assert.doesNotMatch(code, /(?:from|import) ?\(?['"]riskset:/, relative(app, join(app, name)));
  }
});
