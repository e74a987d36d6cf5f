// Formats that the second wasm reads, told by the first bytes as src/table/office/mod.rs does.

/** Bytes from the start of a file that tell. */
export const HEAD = 16;
/** Largest file that the second wasm reads, in bytes, as src/table/office/mod.rs has it. */
export const MAX_OFFICE = 50_000_000;

/** First bytes: ZIP (.xlsx, .ods), the container of .xls, SPSS, Stata from release 117 on. */
const SIGNS = [[0x50, 0x4b, 3, 4], [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], [...'$FL2'].map(code), [...'$FL3'].map(code), [...'<stata_dta>'].map(code)];

/** @param {string} character */
function code(character) {
  return character.charCodeAt(0);
}

/** Whether these bytes may be a workbook, an SPSS or a Stata file. @param {Uint8Array} bytes */
export function isOffice(bytes) {
  if (SIGNS.some((sign) => sign.every((byte, i) => bytes[i] === byte))) return true;
  // Older Stata files begin with the release, the byte order and two fixed bytes.
  return bytes[0] >= 102 && bytes[0] <= 115 && (bytes[1] === 1 || bytes[1] === 2) && bytes[2] === 1 && bytes[3] === 0;
}
