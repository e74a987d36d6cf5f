// A picture's physical size: browsers write PNG files without it, and journals ask for dots per inch.

/** Largest side that browsers paint on, in pixels. */
export const LONGEST = 16_000;
/** Most pixels that are asked for: four bytes each, and a browser holds several copies. */
export const MOST = 100_000_000;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Bytes before the first chunk that may be another: the signature, then IHDR with 13 bytes in it. */
const HEAD = 8 + 12 + 13;

/**
 * Pixels of a figure of this shape at this width; null where a browser could not paint them.
 * @param {{width: number, height: number}} shape @param {number} mm @param {number} dpi
 */
export function pixels(shape, mm, dpi) {
  const ratio = (mm / 25.4) * dpi / shape.width;
  const width = Math.round(shape.width * ratio), height = Math.round(shape.height * ratio);
  return { width, height, ratio, fits: Math.max(width, height) <= LONGEST && width * height <= MOST };
}

/**
 * The PNG with its resolution in it (chunk pHYs, in pixels per metre); one that it had is taken out.
 * @param {Uint8Array} png @param {number} dpi @returns {Uint8Array<ArrayBuffer>}
 */
export function withResolution(png, dpi) {
  return withChunk(png, resolutionChunk(dpi), 'pHYs');
}

/**
 * The PNG with another chunk right after its head; those called `instead` are taken out.
 * @param {Uint8Array} png @param {Uint8Array} chunk @param {string} [instead] @returns {Uint8Array<ArrayBuffer>}
 */
export function withChunk(png, chunk, instead) {
  if (png.length < HEAD || SIGNATURE.some((byte, i) => png[i] !== byte)) throw new TypeError('this is not a PNG');
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  /** @type {Uint8Array[]} */
  const parts = [png.subarray(0, HEAD), chunk];
  if (instead === undefined) parts.push(png.subarray(HEAD));
  else for (let at = HEAD; at + 12 <= png.length;) {
    const length = 12 + view.getUint32(at);
    if (String.fromCharCode(...png.subarray(at + 4, at + 8)) !== instead) parts.push(png.subarray(at, at + length));
    at += length;
  }
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A chunk with its length and its check. @param {string} name @param {Uint8Array} data */
export function pngChunk(name, data) {
  const chunk = new Uint8Array(12 + data.length), view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set([...name].map((letter) => letter.charCodeAt(0)), 4);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

/** @param {number} dpi */
function resolutionChunk(dpi) {
  const data = new Uint8Array(9), view = new DataView(data.buffer);
  const perMetre = Math.round(dpi / 0.0254);
  view.setUint32(0, perMetre);
  view.setUint32(4, perMetre);
  data[8] = 1; // the unit is the metre
  return pngChunk('pHYs', data);
}

/** The cyclic redundancy check that ends a chunk (PNG specification, annex D); ZIP files have the same. @param {Uint8Array} bytes */
export function crc(bytes) {
  let check = 0xffffffff;
  for (const byte of bytes) {
    check ^= byte;
    for (let bit = 0; bit < 8; bit += 1) check = check & 1 ? 0xedb88320 ^ (check >>> 1) : check >>> 1;
  }
  return (check ^ 0xffffffff) >>> 0;
}
