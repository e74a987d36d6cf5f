// Checksums as people meet them: a line of SHA256SUMS, what a command prints, base64 in a policy.

/** The SHA-256 checksum in a line of SHA256SUMS or in what a command printed; null where there is none. @param {string} text */
export function checksumIn(text) {
  // certutil of old Windows puts a space between the bytes.
  const found = /(?<![0-9a-f])(?:[0-9a-f]{64}|(?:[0-9a-f]{2} ){31}[0-9a-f]{2})(?![0-9a-f])/i.exec(text);
  return found ? found[0].replaceAll(" ", "").toLowerCase() : null;
}

/** Base64 of a policy as the hexadecimal digits that commands print. @param {string} base64 */
export function hexadecimal(base64) {
  return Array.from(atob(base64), (character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}
