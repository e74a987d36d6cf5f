import assert from "node:assert/strict";
import test from "node:test";
import { crc32 } from "node:zlib";
import { pngSaying, svgSaying } from "./marks.mjs";

test("an SVG says it after its description, as text", () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg">\n<title id="title">a</title>\n<desc id="desc">b</desc>\n<path/>\n</svg>\n';
  assert.equal(svgSaying(svg, "n < 5 & “more” > none"), svg.replace("<path/>", "<metadata>n &lt; 5 &amp; “more” &gt; none</metadata>\n<path/>"));
  assert.throws(() => svgSaying("<svg/>", "x"), TypeError);
});

test("a PNG says it as its comment, in UTF-8, right after the head", () => {
  const head = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]), Buffer.from("IHDR"), Buffer.alloc(13), Buffer.alloc(4)]);
  const rest = Buffer.from("the rest");
  const png = Buffer.from(pngSaying(Buffer.concat([head, rest]), "données"));
  assert.deepEqual([png.subarray(0, head.length), png.subarray(-rest.length)], [head, rest]);
  const length = png.readUInt32BE(head.length), chunk = png.subarray(head.length + 4, head.length + 8 + length);
  assert.equal(chunk.toString("utf8"), "iTXtComment\0\0\0\0\0données");
  assert.equal(png.readUInt32BE(head.length + 8 + length), crc32(chunk));
  assert.equal(png.length, head.length + 12 + length + rest.length);
  assert.throws(() => pngSaying(Buffer.from("GIF89a and more than thirty-three bytes of it"), "x"), TypeError);
});
