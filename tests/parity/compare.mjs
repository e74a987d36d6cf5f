// Compares two documents by the bits of their numbers, the order of keys aside: JavaScript moves keys that look like
// integers to the front.

const bits = new DataView(new ArrayBuffer(8));

/** The 64 bits of a number, in hexadecimal. @param {number} x */
function bitsOf(x) {
  bits.setFloat64(0, x);
  return bits.getBigUint64(0).toString(16);
}

/**
 * Where `native` and `wasm` differ, and where either holds a number that is not finite.
 * @param {any} native @param {any} wasm @param {string} [path]
 * @returns {string[]}
 */
export function differences(native, wasm, path = '') {
  if (typeof native === 'number' || typeof wasm === 'number') {
    if (!Number.isFinite(native) || !Number.isFinite(wasm)) return [`${path}: native ${native}, wasm ${wasm}`];
    return bitsOf(native) === bitsOf(wasm) ? [] : [`${path}: native ${native}, wasm ${wasm}`];
  }
  if (Array.isArray(native) && Array.isArray(wasm)) {
    if (native.length !== wasm.length) return [`${path}: native ${native.length} entries, wasm ${wasm.length}`];
    return native.flatMap((value, i) => differences(value, wasm[i], `${path}[${i}]`));
  }
  if (isObject(native) && isObject(wasm)) {
    const keys = new Set([...Object.keys(native), ...Object.keys(wasm)]);
    return [...keys].flatMap((key) => differences(native[key], wasm[key], `${path}.${key}`));
  }
  return native === wasm ? [] : [`${path}: native ${JSON.stringify(native)}, wasm ${JSON.stringify(wasm)}`];
}

/** @param {unknown} value */
const isObject = (value) => value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
