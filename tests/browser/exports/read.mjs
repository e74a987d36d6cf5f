// Files that the page wrote, read by others: a ZIP archive, a PNG, a PDF; and two pictures compared.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** The text of the parts of an archive, by name. @param {Buffer} file */
export const unzip = (file) => new Map([...parts(file)].map(([name, data]) => [name, data.toString('utf8')]));

/** The parts of an archive, by name (read from its directory, as every program does). @param {Buffer} file */
export function parts(file) {
  const end = file.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new Error('this is no ZIP archive');
  /** @type {Map<string, Buffer>} */
  const found = new Map();
  let at = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 20)];
    const [name, extra, comment] = [file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32)];
    const start = file.readUInt32LE(at + 42);
    const from = start + 30 + file.readUInt16LE(start + 26) + file.readUInt16LE(start + 28);
    const data = file.subarray(from, from + size);
    found.set(file.toString('utf8', at + 46, at + 46 + name), method === 8 ? inflateRawSync(data) : data);
    at += 46 + name + extra + comment;
  }
  return found;
}

/** Size in pixels and pixels per metre. @param {Buffer} file */
export function png(file) {
  if (file.toString('latin1', 1, 4) !== 'PNG') throw new Error('this is no PNG');
  const found = { width: file.readUInt32BE(16), height: file.readUInt32BE(20), perMetre: 0 };
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === 'pHYs') found.perMetre = file.readUInt32BE(at + 8);
  }
  return found;
}

/** What poppler says of a PDF: its page in points, its fonts, its text, and the page as a PNG of this size in pixels. @param {Buffer} file @param {{width: number, height: number}} pixels */
export function pdf(file, pixels) {
  const folder = mkdtempSync(join(tmpdir(), 'riskset-'));
  try {
    const path = join(folder, 'figure.pdf');
    writeFileSync(path, file);
    const run = (/** @type {string} */ command, /** @type {string[]} */ ...given) => execFileSync(command, given, { encoding: 'utf8' });
    const info = run('pdfinfo', path);
    const size = /Page size:\s+([\d.]+) x ([\d.]+) pts/.exec(info) ?? [];
    execFileSync('pdftoppm', ['-png', '-singlefile', '-scale-to-x', String(pixels.width), '-scale-to-y', String(pixels.height), path, join(folder, 'page')]);
    return {
      info, width: Number(size[1]), height: Number(size[2]),
      // Two lines of heads, then a line per font: name, type, encoding, emb, sub, uni, object.
      fonts: run('pdffonts', path).trim().split('\n').slice(2).map((line) => {
        const [name, ...rest] = line.trim().split(/\s+/);
        const [emb, sub, uni] = rest.slice(-5);
        return { name, embedded: emb === 'yes', subset: sub === 'yes', unicode: uni === 'yes' };
      }),
      text: run('pdftotext', '-layout', path, '-'),
      picture: readFileSync(join(folder, 'page.png')),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Side of the squares of which two pictures are compared, in pixels. */
const SQUARE = 8;

/**
 * How far two pictures are apart, in squares of 8 pixels: devices round the edges of letters and lines differently, but no square
 * may have another tone. Tones from 0 to 255; `apart` is the share of squares whose tones differ by more than 32.
 * @param {import('playwright-core').Page} page @param {Buffer | string} one @param {Buffer | string} other PNG, or the text of an SVG
 * @param {{width: number, height: number}} size in pixels, of both
 * @returns {Promise<{mean: number, most: number, apart: number, inked: number}>}
 */
export function compare(page, one, other, size) {
  const given = [one, other].map((picture) => (typeof picture === 'string'
    ? { type: 'image/svg+xml', base64: Buffer.from(picture).toString('base64') } : { type: 'image/png', base64: picture.toString('base64') }));
  return page.evaluate(async ({ given, width, height, square }) => {
    const tones = await Promise.all(given.map(async ({ type, base64 }) => {
      const image = new Image();
      image.src = URL.createObjectURL(new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], { type }));
      await image.decode();
      const canvas = new OffscreenCanvas(width, height);
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
      context.fillStyle = '#fff';
      context.fillRect(0, 0, width, height);
      context.drawImage(image, 0, 0, width, height);
      URL.revokeObjectURL(image.src);
      const { data } = context.getImageData(0, 0, width, height);
      const across = Math.floor(width / square), down = Math.floor(height / square), out = new Float64Array(across * down * 3);
      for (let y = 0; y < down * square; y += 1) {
        for (let x = 0; x < across * square; x += 1) {
          const to = 3 * (Math.floor(y / square) * across + Math.floor(x / square)), from = 4 * (y * width + x);
          for (let channel = 0; channel < 3; channel += 1) out[to + channel] += data[from + channel] / square ** 2;
        }
      }
      return out;
    }));
    let sum = 0, most = 0, apart = 0, inked = 0;
    for (let i = 0; i < tones[0].length; i += 1) {
      const difference = Math.abs(tones[0][i] - tones[1][i]);
      sum += difference;
      most = Math.max(most, difference);
      if (difference > 32) apart += 1;
      if (tones[0][i] < 250) inked += 1;
    }
    const n = tones[0].length;
    return { mean: sum / n, most, apart: apart / n, inked: inked / n };
  }, { given, ...size, square: SQUARE });
}
