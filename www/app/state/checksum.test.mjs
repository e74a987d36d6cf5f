import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { checksumIn, hexadecimal } from "./checksum.mjs";

const sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // "abc", FIPS 180-2

test("a checksum is found in what people have", () => {
  for (const text of [
    sum, ` ${sum.toUpperCase()}\n`, `${sum}  riskset.html`, `SHA256 (riskset.html) = ${sum}`, `sha256:${sum}`,
    `SHA256 hash of riskset.html:\r\n${sum.match(/../g)?.join(" ")}\r\nCertUtil: -hashfile command completed successfully.`,
  ]) assert.equal(checksumIn(text), sum, text);
});

test("anything else is none", () => {
  for (const text of ["", "riskset.html", sum.slice(1), `${sum}0`, sum.replace("b", "g")]) assert.equal(checksumIn(text), null, text);
});

test("a policy's checksum in the digits of a command", () => {
  assert.equal(hexadecimal(createHash("sha256").update("abc").digest("base64")), sum);
});
