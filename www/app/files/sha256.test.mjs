import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { sha256 } from "./sha256.mjs";

test("the examples of the standard", () => {
  const of = (/** @type {string} */ text) => sha256(new TextEncoder().encode(text));
  assert.equal(of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test("every length about a block, as Node has it", () => {
  for (let length = 0; length < 200; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 167 + length) % 256);
    assert.equal(sha256(bytes), createHash("sha256").update(bytes).digest("hex"), `${length} bytes`);
  }
  const long = new Uint8Array(1_000_003).fill(0x61);
  assert.equal(sha256(long), createHash("sha256").update(long).digest("hex"));
});
