// What the engine needs of a browser, looked at before anything heavy is done.

/** An empty module, and one whose only function uses the wide registers (SIMD) that the engine is compiled for. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const SIMD = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 10, 1, 8, 0, 0x41, 0, 0xfd, 15, 0xfd, 0x62, 11,
);

/**
 * Versions from which a browser has everything: the last of what is needed came to Chrome and Edge with `findLastIndex`, to Firefox and
 * Safari with `DecompressionStream` (Safari: and SIMD).
 */
export const BROWSERS = { chrome: '97', firefox: '113', safari: '16.4' };

/** @typedef {'webassembly' | 'simd' | 'gzip' | 'workers' | 'sheets' | 'policy'} Lack */

/** The first thing that this browser, or the policy of the page around, does not give; null where all is there. @returns {Lack | null} */
export function unsupported(scope = globalThis) {
  const { WebAssembly: wasm } = scope;
  if (typeof wasm?.validate !== 'function') return 'webassembly';
  if (!wasm.validate(SIMD)) return 'simd';
  if (typeof scope.DecompressionStream !== 'function') return 'gzip';
  if (typeof scope.Worker !== 'function') return 'workers';
  if (!hasSheets(scope)) return 'sheets';
  try {
    // A policy without 'wasm-unsafe-eval' refuses even this.
    return new wasm.Module(EMPTY) ? null : 'policy';
  } catch {
    return 'policy';
  }
}

/** @param {typeof globalThis} scope */
function hasSheets({ Document: page, CSSStyleSheet: Sheet }) {
  if (typeof page === 'undefined' || !('adoptedStyleSheets' in page.prototype)) return false;
  try {
    return Boolean(new Sheet());
  } catch {
    return false;
  }
}
