// SHA-256 (FIPS 180-4) of bytes. The browser's own (crypto.subtle) is refused to pages that come over plain http, as from a hospital's
// own host.

/** The first 32 bits of the fractional part of a root of the first primes. @param {number} count @param {number} power */
function rootsOfPrimes(count, power) {
  const words = [];
  for (let n = 2; words.length < count; n += 1) {
    let isPrime = true;
    for (let i = 2; i * i <= n; i += 1) if (n % i === 0) isPrime = false;
    if (isPrime) words.push(((n ** power) % 1) * 2 ** 32 | 0);
  }
  return words;
}

const ROUND = rootsOfPrimes(64, 1 / 3);

/** @param {Uint8Array} bytes @returns {string} 64 hexadecimal digits */
export function sha256(bytes) {
  const state = rootsOfPrimes(8, 1 / 2), schedule = new Int32Array(64);
  // The bytes, a bit, zeros, and the length in bits as 64 bits, to a whole number of blocks.
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6), view = new DataView(padded.buffer);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
  const turn = (/** @type {number} */ x, /** @type {number} */ n) => (x >>> n) | (x << (32 - n));
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) {
        schedule[i] = view.getInt32(block + 4 * i);
        continue;
      }
      const x = schedule[i - 15], y = schedule[i - 2];
      schedule[i] = schedule[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + schedule[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + schedule[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = (state[i] + word) | 0; });
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
