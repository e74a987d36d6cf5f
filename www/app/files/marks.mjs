// What a picture says of itself where nobody sees it: a text within an SVG or a PNG. Journals keep it, and so do most programs.

import { pngChunk, withChunk } from "./png.mjs";

/** The SVG with `words` in its metadata, after the description that screen readers read. @param {string} svg @param {string} words */
export function svgSaying(svg, words) {
  const end = "</desc>\n", at = svg.indexOf(end);
  if (at < 0) throw new TypeError("this is no SVG of the engine's");
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `${svg.slice(0, at + end.length)}<metadata>${escaped}</metadata>\n${svg.slice(at + end.length)}`;
}

/** The PNG with `words` as its comment (chunk iTXt: keyword, no compression, no language, UTF-8). @param {Uint8Array} png @param {string} words */
export function pngSaying(png, words) {
  return withChunk(png, pngChunk("iTXt", new TextEncoder().encode(`Comment\0\0\0\0\0${words}`)));
}
