// Two pieces put together again. (How a module is taken apart: scripts/split.test.mjs.)
import assert from 'node:assert/strict';
import test from 'node:test';
import { join, number, written } from './join.mjs';

/** A second piece. @param {number} length of the whole @param {number[]} plan @param {number[]} own */
const rest = (length, plan, own) => Uint8Array.from([...written(length), ...written(plan.length), ...plan, ...own]);
const first = Uint8Array.from([1, 2, 0, 5, 0, 9]);

test('what was left out comes back to its places', () => {
  assert.deepEqual(join(first, rest(8, [2, 1, 2, 1, 1, 2], [3, 4, 6, 7])), Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 9]));
  assert.deepEqual(join(first, rest(6, [], [])), first);
  assert.deepEqual(join(first, rest(3, [0, 3, 0], [])), Uint8Array.from([5, 0, 9]), 'what stands for nothing');
  assert.deepEqual(join(first, rest(8, [6, 0, 2], [7, 8])), Uint8Array.from([1, 2, 0, 5, 0, 9, 7, 8]), 'at the end');
});

test('pieces of different modules, and pieces that are cut, are refused', () => {
  for (const [name, piece] of Object.entries({
    'more than there is room for': rest(7, [2, 1, 2, 1, 1, 2], [3, 4, 6, 7]),
    'less than was said': rest(9, [2, 1, 2, 1, 1, 2], [3, 4, 6, 7]),
    'bytes that no place wants': rest(8, [2, 1, 2, 1, 1, 2], [3, 4, 6, 7, 8]),
    'fewer bytes than places want': rest(8, [2, 1, 2, 1, 1, 2], [3, 4, 6]),
    'a plan beyond the first piece': rest(90, [80, 1, 2], [3, 4]),
  })) assert.throws(() => join(first, piece), /not of one module/, name);
  for (const cut of [[], [8], [0x88], [8, 6, 2], [8, 1, 2]]) assert.throws(() => join(first, Uint8Array.from(cut)), /cut|not of one module/, String(cut));
  assert.throws(() => join(first.subarray(0, 3), rest(8, [2, 1, 2, 1, 1, 2], [3, 4, 6, 7])), /not of one module/);
});

test('a length that no memory has room for is refused', () => {
  assert.throws(() => join(first, rest(2 ** 52, [], [])), Error);
});

test('numbers as modules write them', () => {
  for (const value of [0, 1, 127, 128, 300, 16_383, 16_384, 2 ** 32 - 1, 2 ** 40]) {
    const bytes = Uint8Array.from(written(value));
    assert.deepEqual(number(bytes, 0), { value, end: bytes.length }, String(value));
    assert.throws(() => number(bytes, bytes.length), /cut/);
  }
  assert.throws(() => number(Uint8Array.of(0x80), 0), /cut/);
});
