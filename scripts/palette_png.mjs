// A screenshot as a PNG of at most 256 colours: a page is flat colours and grey text, so that nobody sees it, and the file is a third.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]), whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** The pixels of a PNG of 8 bits a channel, without interlace, as browsers write it. @param {Buffer} png */
function pixels(png) {
  const width = png.readUInt32BE(16), height = png.readUInt32BE(20), channels = { 2: 3, 6: 4 }[png[25]];
  if (png[24] !== 8 || !channels || png[28] !== 0) throw new Error('not a PNG as a browser writes it');
  const parts = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const lines = inflateSync(Buffer.concat(parts)), stride = width * channels;
  const data = Buffer.alloc(stride * height);
  // The filters of the PNG specification, 9.2.
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= channels ? data[at - channels] : 0, up = y ? data[at - stride] : 0, corner = y && x >= channels ? data[at - stride - channels] : 0;
      const guess = left + up - corner, [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      const added = [0, left, up, (left + up) >> 1, a <= b && a <= c ? left : b <= c ? up : corner][filter];
      data[at] = lines[y * (stride + 1) + 1 + x] + added;
    }
  }
  return { width, height, channels, data };
}

/** @param {Buffer} png @returns {Buffer} */
export function withPalette(png) {
  const { width, height, channels, data } = pixels(png);
  /** @type {Map<number, number>} */
  const counts = new Map();
  const colourAt = (/** @type {number} */ at) => (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
  for (let at = 0; at < data.length; at += channels) counts.set(colourAt(at), (counts.get(colourAt(at)) ?? 0) + 1);
  const apart = (/** @type {number} */ one, /** @type {number} */ other) =>
    ((one >> 16) - (other >> 16)) ** 2 + (((one >> 8) & 255) - ((other >> 8) & 255)) ** 2 + ((one & 255) - (other & 255)) ** 2;
  // The most frequent colours, each a step away from those before it.
  /** @type {number[]} */
  const palette = [];
  const sorted = [...counts.entries()].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  for (const least of [48, 0]) {
    for (const colour of sorted) {
      if (palette.length === 256) break;
      if (!palette.some((other) => apart(colour, other) <= least)) palette.push(colour);
    }
  }
  /** @type {Map<number, number>} */
  const nearest = new Map(sorted.map((colour) => [colour, palette.reduce((best, other, i) => (apart(colour, other) < apart(colour, palette[best]) ? i : best), 0)]));
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = nearest.get(colourAt((y * width + x) * channels)) ?? 0;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('PLTE', colours), chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
