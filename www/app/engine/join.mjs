// The engine in two pieces. What the first curves never come to is left out of the first piece, with a trap in its place: a module keeps its
// functions by number, and may end a branch anywhere. The second piece is what was left out, and where it belongs. Joined, they are the whole module
// byte for byte. scripts/split.mjs takes it apart.

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

/**
 * The whole module.
 * @param {Uint8Array} first
 * @param {Uint8Array} rest its length, the length of a plan, the plan, and what the first piece is without, in the order of its places. The plan is
 *   numbers by threes: bytes that both have, bytes of the first piece that stand for what it is without, and bytes of that
 */
export function join(first, rest) {
  const length = number(rest, 0), plan = number(rest, length.end);
  const whole = new Uint8Array(length.value);
  let read = 0, write = 0, at = plan.end, left = plan.end + plan.value;
  const refused = () => new Error('the two pieces are not of one module');
  const next = () => {
    const { value, end } = number(rest, at);
    at = end;
    return value;
  };
  const copy = (/** @type {Uint8Array} */ from, /** @type {number} */ start, /** @type {number} */ n) => {
    if (start + n > from.length || write + n > whole.length) throw refused();
    whole.set(from.subarray(start, start + n), write);
    write += n;
  };
  for (const end = left; at < end;) {
    const same = next(), instead = next(), own = next();
    copy(first, read, same);
    read += same + instead;
    copy(rest, left, own);
    left += own;
  }
  copy(first, read, first.length - read);
  if (write !== whole.length || left !== rest.length) throw refused();
  return whole;
}
