import assert from "node:assert/strict";
import test from "node:test";
import { crc32, deflateSync } from "node:zlib";
import { LONGEST, pixels, withResolution } from "./png.mjs";

/** @param {string} name @param {Uint8Array} data */
function chunk(name, data) {
  const whole = Buffer.alloc(12 + data.length);
  whole.writeUInt32BE(data.length, 0);
  whole.write(name, 4, "latin1");
  whole.set(data, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + data.length)), 8 + data.length);
  return whole;
}

/** One grey pixel. @param {...Buffer} more chunks after the first */
const png = (...more) => Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk("IHDR", Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
  ...more, chunk("IDAT", deflateSync(Buffer.from([0, 128]))), chunk("IEND", Buffer.alloc(0)),
]);

/** @param {Uint8Array} bytes */
function chunks(bytes) {
  const file = Buffer.from(bytes), found = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at), data = file.subarray(at + 8, at + 8 + length);
    assert.equal(file.readUInt32BE(at + 8 + length), crc32(file.subarray(at + 4, at + 8 + length)), "the check of node's zlib");
    found.push({ name: file.toString("latin1", at + 4, at + 8), data });
    at += 12 + length;
  }
  return found;
}

for (const [dpi, perMetre] of [[72, 2835], [300, 11811], [600, 23622], [1200, 47244]]) {
  test(`${dpi} dots per inch`, () => {
    const found = chunks(withResolution(png(), dpi));
    assert.deepEqual(found.map(({ name }) => name), ["IHDR", "pHYs", "IDAT", "IEND"]);
    const { data } = found[1];
    assert.deepEqual([data.readUInt32BE(0), data.readUInt32BE(4), data[8], data.length], [perMetre, perMetre, 1, 9]);
  });
}

test("a resolution that was there is replaced, and bytes in a larger buffer are read", () => {
  const before = png(chunk("sRGB", Buffer.from([0])), chunk("pHYs", Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 1])));
  const room = new Uint8Array(before.length + 7);
  room.set(before, 7);
  const found = chunks(withResolution(room.subarray(7), 300));
  assert.deepEqual(found.map(({ name }) => name), ["IHDR", "pHYs", "sRGB", "IDAT", "IEND"]);
  assert.equal(found[1].data.readUInt32BE(0), 11811);
  assert.throws(() => withResolution(Buffer.from("GIF89a and more than thirty-three bytes of it"), 300), TypeError);
});

test("pixels of a physical width", () => {
  assert.deepEqual(pixels({ width: 640, height: 480 }, 174, 300), { width: 2055, height: 1541, ratio: (174 / 25.4) * 300 / 640, fits: true });
  assert.equal(pixels({ width: 100, height: 100 }, 300, 1200).fits, false);
  assert.equal(pixels({ width: 100, height: 1 }, (LONGEST + 1) * 25.4 / 300, 300).fits, false);
  assert.equal(pixels({ width: 100, height: 1 }, LONGEST * 25.4 / 300, 300).fits, true);
});
