import assert from 'node:assert/strict';
import test from 'node:test';
import { unsupported } from './support.mjs';

/** A browser that has everything, or without something. @param {Record<string, any>} [change] */
const browser = (change = {}) => /** @type {any} */ ({
  WebAssembly, DecompressionStream, Worker: class {}, CSSStyleSheet: class {}, Document: class { get adoptedStyleSheets() { return []; } }, ...change,
});

test('what a browser lacks is said by name, the first thing first', () => {
  assert.equal(unsupported(browser()), null);
  assert.equal(unsupported(browser({ WebAssembly: undefined })), 'webassembly');
  assert.equal(unsupported(browser({ WebAssembly: { ...WebAssembly, validate: () => false }, Worker: undefined })), 'simd');
  assert.equal(unsupported(browser({ DecompressionStream: undefined })), 'gzip');
  assert.equal(unsupported(browser({ Worker: undefined })), 'workers');
  assert.equal(unsupported(browser({ Document: class {} })), 'sheets');
  assert.equal(unsupported(browser({ CSSStyleSheet: class { constructor() { throw new TypeError('Illegal constructor'); } } })), 'sheets');
  const refused = class { constructor() { throw new WebAssembly.CompileError('refused by the policy'); } };
  assert.equal(unsupported(browser({ WebAssembly: { validate: WebAssembly.validate, Module: refused } })), 'policy');
});

test('wide registers are looked for with a module that uses them', () => {
  /** @type {number[]} */
  const lengths = [];
  const validate = (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => { lengths.push(bytes.length); return WebAssembly.validate(bytes); };
  assert.equal(unsupported(browser({ WebAssembly: { validate, Module: WebAssembly.Module } })), null);
  assert.deepEqual(lengths, [31]);
});
