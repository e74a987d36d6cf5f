// Times the tasks of a wasm module under Node, each in an instance of its own, and prints lines of JSON: seconds of the first
// run (the code cold, memory still to be had) and of those after it, the value, and the bytes by which the first run made the
// memory grow beyond the columns and beyond what its preparation took.
// node --expose-gc run.mjs SIDE MODULE COLUMNS|- CSV|- [TASK…]
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const require = createRequire(import.meta.url);
const [side, place, file, csv, ...wanted] = process.argv.slice(2);
const path = resolve(place);
const COLUMNS = 16;

const raw = file === '-' ? Buffer.alloc(0) : readFileSync(file);
const all = new Float64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
const n = all.length / COLUMNS;
const text = csv === '-' ? new Uint8Array() : readFileSync(csv);

/** A fresh instance of the module. */
function instance() {
  delete require.cache[path];
  return require(path);
}

/** @param {any} wasm @param {boolean} withText an instance that holds the columns, or the file */
function runner(wasm, withText) {
  const rows = withText ? 0 : n;
  const made = new wasm.Runner(rows, withText ? text.length : 0);
  // Every address first: a view of the memory does not outlive its growth.
  const addresses = Array.from({ length: COLUMNS }, (_, column) => made.address(column));
  const { buffer } = wasm.Runner.memory();
  if (withText) new Uint8Array(buffer, made.text_address(), text.length).set(text);
  for (let column = 0; column < COLUMNS && rows > 0; column += 1) {
    const values = all.subarray(column * n, (column + 1) * n);
    const type = column === 1 ? Uint8Array : column === 2 || column === 5 ? Uint32Array : Float64Array;
    new type(buffer, addresses[column], n).set(values);
  }
  return made;
}

const { Runner } = instance();
const names = (/** @type {string} */ list) => list.split(' ').filter(Boolean);
const tasks = names(file === '-' ? Runner.table_tasks() : Runner.tasks()).map((task) => ({ task, withText: false }));
if (csv !== '-') tasks.push(...names(Runner.text_tasks()).map((task) => ({ task, withText: true })));

for (const { task, withText } of tasks.filter(({ task }) => wanted.length === 0 || wanted.includes(task))) {
  try {
    const wasm = instance();
    const made = runner(wasm, withText);
    made.prepare(task);
    const memory = wasm.Runner.memory();
    const before = memory.buffer.byteLength;
    const began = performance.now();
    let value = made.run(task);
    const first = (performance.now() - began) / 1000;
    const bytes = memory.buffer.byteLength - before;
    const seconds = [];
    // As natively: three times, and on for a second, but not more than 25 times.
    for (let total = 0; seconds.length < 3 || (total < 1 && seconds.length < 25);) {
      made.prepare(task);
      const started = performance.now();
      value = made.run(task);
      seconds.push((performance.now() - started) / 1000);
      total += seconds.at(-1) ?? 0;
    }
    console.log(JSON.stringify({ side, task, n, value, bytes, first, seconds }));
    made.free();
  } catch (error) {
    // Such as a task that the peer cannot do in wasm: the table has no figure then.
    console.log(JSON.stringify({ side, task, n, failed: String(error).split('\n')[0] }));
  }
  globalThis.gc?.();
}
