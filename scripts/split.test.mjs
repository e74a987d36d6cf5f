// A module taken apart: branches that nothing comes to are traps in the first piece, and the two pieces make the module again.
import assert from 'node:assert/strict';
import test from 'node:test';
import { join } from '../www/app/engine/join.mjs';
import { apart, marked } from './split.mjs';
import { branchesOf, functionsOf } from './wasm_code.mjs';

/**
 * Three functions of one number, exported as a, b and c. a: 1 where the number is not 0, else 300; b: 7, twice as a block's; c: the number itself as long
 * as it is 5 or less, by a branch out of a block, else 9 by a branch of a table.
 */
const A = [0, 0x20, 0, 0x04, 0x7f, 0x41, 1, 0x05, 0x41, 0xac, 2, 0x0b, 0x0b];
const B = [1, 1, 0x7f, 0x02, 0x7f, 0x41, 7, 0x0b, 0x0b];
const C = [0, 0x02, 0x40, 0x20, 0, 0x41, 5, 0x4a, 0x0d, 0, 0x20, 0, 0x0f, 0x0b, 0x02, 0x40, 0x41, 0, 0x0e, 1, 0, 0, 0x0b, 0x41, 9, 0x0b];
const section = (/** @type {number} */ kind, /** @type {number[]} */ contents) => [kind, contents.length, ...contents];
const whole = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7f]),
  ...section(3, [3, 0, 0, 0]),
  ...section(5, [1, 0, 1]),
  ...section(7, [4, 1, 0x61, 0, 0, 1, 0x62, 0, 1, 1, 0x63, 0, 2, 1, 0x6d, 2, 0]),
  ...section(10, [3, ...[A, B, C].flatMap((body) => [body.length, ...body])]),
]);

/** @param {Uint8Array} module @returns {any} */
const exportsOf = (module) => new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(module))).exports;
const functions = () => functionsOf(whole).slice(0, -1).map((start) => branchesOf(whole, start));

test('the module does what it should', () => {
  const { a, b, c } = exportsOf(whole);
  assert.deepEqual([a(1), a(0), b(0), c(5), c(6)], [1, 300, 7, 5, 9]);
});

test('the branches of a function: where code may come to, and what is not run either where it does not', () => {
  const starts = functionsOf(whole);
  const [a, b, c] = functions().map((branches, i) => branches.map(({ at, end }) => [at - starts[i] - 1, end - starts[i] - 1]));
  // The function, if, else, after the if.
  assert.deepEqual(a, [[1, 12], [5, 7], [8, 11], [12, 12]]);
  assert.deepEqual(b, [[3, 8], [8, 8]]);
  // The function, after br_if within the block, after the block, after the second.
  assert.deepEqual(c, [[1, 25], [10, 13], [14, 25], [23, 25]]);
});

test('what was left out is a trap, what was not works, and joined they are the module', () => {
  const [a, , c] = functions();
  for (const [cuts, expected] of /** @type {const} */ ([
    [[[], [], []], [1, 300, 7, 5, 9]],
    [[[a[1]], [], []], [null, 300, 7, 5, 9]],
    [[[a[2]], [], [c[2]]], [1, null, 7, 5, null]],
    [[[a[0]], [], [c[1]]], [null, null, 7, null, 9]],
    [[[], [], [c[3]]], [1, 300, 7, 5, null]],
  ])) {
    const { first, rest } = apart(whole, cuts.map((own) => [...own]));
    const { a, b, c } = exportsOf(first);
    const tried = [() => a(1), () => a(0), () => b(0), () => c(5), () => c(6)].map((run) => {
      try {
        return run();
      } catch (problem) {
        assert.ok(problem instanceof WebAssembly.RuntimeError);
        return null;
      }
    });
    assert.deepEqual(tried, expected);
    assert.deepEqual(Buffer.from(join(first, rest)), Buffer.from(whole));
  }
});

test('marks say which branches were come to', () => {
  const all = functions().flat(), base = 65_536;
  const { a, c, m } = exportsOf(marked(whole, functions(), base));
  assert.equal(m.buffer.byteLength, 2 * base, 'room for the marks behind the memory of the module');
  const seen = () => all.flatMap((_, i) => (new Uint8Array(m.buffer)[base + i] ? [i] : []));
  assert.deepEqual(seen(), []);
  assert.equal(a(0), 300);
  assert.deepEqual(seen(), [0, 2, 3]);
  assert.equal(c(3), 3);
  assert.deepEqual(seen(), [0, 2, 3, 6, 7]);
  assert.equal(c(6), 9);
  assert.deepEqual(seen(), [0, 2, 3, 6, 7, 8, 9]);
});

test('code that is not known is refused', () => {
  const other = whole.slice();
  other[other.indexOf(0x4a)] = 0x1f;
  assert.throws(() => functionsOf(other).slice(0, -1).map((start) => branchesOf(other, start)), /unknown instruction: 0x1f/);
});
