// The engine in two pieces. A module keeps its functions by number, so that one whose function is never called can be left out by
// putting a trap in its place: the first piece is the whole module with such traps, the second the functions that they stand for. Joined,
// they are the module byte for byte. scripts/split.mjs takes it apart.

/** In place of a function: its length, no locals, `unreachable`, `end`. */
export const TRAP = [3, 0, 0, 11];

/** Kind of the section that holds the functions. */
const CODE = 10;

/**
 * Where the functions of a module stand: the section's start and end, and of each function, its length before it, the start; the last entry is
 * the end.
 * @param {Uint8Array} module
 */
export function functionsOf(module) {
  // An eight-byte head, then sections: a kind, a length, the contents.
  for (let at = 8; at < module.length;) {
    const kind = module[at];
    const length = number(module, at + 1);
    const end = length.end + length.value;
    if (kind === CODE) {
      const count = number(module, length.end);
      const starts = [count.end];
      for (let i = 0; i < count.value; i += 1) {
        const size = number(module, starts[i]);
        starts.push(size.end + size.value);
      }
      return { start: at, end, contents: length.end, starts };
    }
    at = end;
  }
  throw new Error('the module has no functions');
}

/** A number in LEB128. Throws where the bytes end within it, or before it. @param {Uint8Array} bytes @param {number} at */
export function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    if (at >= bytes.length) throw new Error('the module is cut');
    const byte = bytes[at];
    at += 1;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: at };
  }
}

/** The same, written. @param {number} value */
export function written(value) {
  const bytes = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

/** Whether a trap stands here. @param {Uint8Array} module @param {number} at @param {number} end */
export function isTrap(module, at, end) {
  return end - at === TRAP.length && TRAP.every((byte, i) => module[at + i] === byte);
}

/** The module with this code section. @param {Uint8Array} module @param {Uint8Array[]} functions each with its length before it @returns {Uint8Array<ArrayBuffer>} */
export function withFunctions(module, functions) {
  const { start, end } = functionsOf(module);
  const count = written(functions.length);
  const length = functions.reduce((sum, body) => sum + body.length, count.length);
  const pieces = [module.subarray(0, start), [CODE, ...written(length)], count, ...functions, module.subarray(end)];
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** The whole module. @param {Uint8Array} first @param {Uint8Array} rest the functions that the first piece is without, in their order */
export function join(first, rest) {
  const { starts } = functionsOf(first);
  const functions = [];
  let at = 0;
  for (let i = 0; i + 1 < starts.length; i += 1) {
    if (isTrap(first, starts[i], starts[i + 1])) {
      const size = number(rest, at);
      functions.push(rest.subarray(at, size.end + size.value));
      at = size.end + size.value;
    } else {
      functions.push(first.subarray(starts[i], starts[i + 1]));
    }
  }
  if (at !== rest.length) throw new Error('the two pieces are not of one module');
  return withFunctions(first, functions);
}
