// A module taken apart and put together again, and what happens when a function that is not there is called.
import assert from 'node:assert/strict';
import test from 'node:test';
import { TRAP, functionsOf, isTrap, join, withFunctions } from './join.mjs';

/** Three functions that give 1, 2 and 300, exported as a, b and c; then a section of data that nobody reads. */
const whole = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // head
  1, 5, 1, 0x60, 0, 1, 0x7f, // one type: () → i32
  3, 4, 3, 0, 0, 0, // three functions
  7, 13, 3, 1, 0x61, 0, 0, 1, 0x62, 0, 1, 1, 0x63, 0, 2, // exports
  10, 17, 3, 4, 0, 0x41, 1, 0x0b, 4, 0, 0x41, 2, 0x0b, 5, 0, 0x41, 0xac, 2, 0x0b, // code
  0, 3, 1, 0x78, 0, // a custom section
]);

/** @param {Uint8Array<ArrayBuffer>} module @returns {any} */
const exportsOf = (module) => new WebAssembly.Instance(new WebAssembly.Module(module)).exports;

/** The module without the functions of these numbers, and those functions. @param {number[]} left */
function apart(left) {
  const { starts } = functionsOf(whole);
  const bodies = starts.slice(1).map((end, i) => whole.subarray(starts[i], end));
  const first = withFunctions(whole, bodies.map((body, i) => (left.includes(i) ? Uint8Array.from(TRAP) : body)));
  return { first, rest: Uint8Array.from(left.flatMap((i) => [...bodies[i]])) };
}

test('the functions of a module are found', () => {
  const { starts } = functionsOf(whole);
  assert.equal(starts.length, 4);
  assert.deepEqual([exportsOf(whole).a(), exportsOf(whole).b(), exportsOf(whole).c()], [1, 2, 300]);
  assert.deepEqual(withFunctions(whole, starts.slice(1).map((end, i) => whole.subarray(starts[i], end))), whole);
  assert.throws(() => functionsOf(whole.subarray(0, 8)), /no functions/);
});

test('what was taken apart is joined to the same bytes', () => {
  for (const left of [[], [0], [1, 2], [0, 1, 2]]) {
    const { first, rest } = apart(left);
    assert.deepEqual(join(first, rest), whole, String(left));
  }
});

test('a function that was left out is a trap, and the others work', () => {
  const { first } = apart([1]);
  const { a, b, c } = exportsOf(first);
  assert.deepEqual([a(), c()], [1, 300]);
  assert.throws(b, WebAssembly.RuntimeError);
  const { starts } = functionsOf(first);
  assert.deepEqual(starts.slice(1).map((end, i) => isTrap(first, starts[i], end)), [false, true, false]);
});

test('pieces of different modules are refused', () => {
  const { first, rest } = apart([1]);
  assert.throws(() => join(first, Uint8Array.from([...rest, ...rest])), /not of one module/);
});

test('a piece that is cut is refused, and not read for ever', () => {
  const { first, rest } = apart([1]);
  const { start: code } = functionsOf(first);
  for (let length = code + 1; length < code + 10; length += 1) assert.throws(() => join(first.subarray(0, length), rest), Error, String(length));
  assert.throws(() => join(first, rest.subarray(0, 0)), /cut/);
});
