import assert from "node:assert/strict";
import test from "node:test";
import { explain, readPolicy, verdict } from "./policy.mjs";

const OURS = "default-src 'none'; script-src 'sha256-AAA=' 'sha256-BBB=' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'none'; img-src data: blob:; base-uri 'none'; form-action 'none'";

test("a policy is read line by line", () => {
  assert.deepEqual(readPolicy(" img-src  data:\tblob: ;; Connect-SRC 'none' "), [
    { directive: "img-src", values: ["data:", "blob:"] }, { directive: "connect-src", values: ["'none'"] },
  ]);
  assert.deepEqual(readPolicy(""), []);
});

test("this program's policies let nothing out, and every line has words", () => {
  assert.deepEqual(verdict(readPolicy(OURS)), { silent: true, open: [], own: [] });
  const installed = OURS.replace("worker-src blob:", "worker-src 'self' blob:; manifest-src 'self'");
  assert.deepEqual(verdict(readPolicy(installed)), { silent: true, open: [], own: ["manifest-src", "worker-src"] });
  assert.deepEqual(readPolicy(installed).map((line) => explain(line).key), ["default_none", "script_hashes", "worker_own", "manifest_own", "connect_none", "img_within", "base_none", "form_none"]);
  assert.equal(explain(readPolicy(OURS)[1]).params.n, 2);
});

test("whatever lets something out is named", () => {
  const open = (/** @type {string} */ text) => verdict(readPolicy(text)).open;
  assert.deepEqual(open(OURS.replace("connect-src 'none'", "connect-src https://example.org")), ["connect-src"]);
  assert.deepEqual(open(OURS.replace("connect-src 'none'", "connect-src 'self'")), ["connect-src"]);
  assert.deepEqual(open(OURS.replace("img-src data: blob:", "img-src *")), ["img-src"]);
  assert.deepEqual(open(OURS.replace("'wasm-unsafe-eval'", "https:")), ["script-src"]);
  assert.deepEqual(open(OURS.replace("; form-action 'none'", "")), ["form-action"]);
  assert.deepEqual(open("connect-src 'none'").includes("img-src"), true, "without default-src all else is allowed");
  // The first of a name counts, as in browsers.
  assert.deepEqual(open(`connect-src *; ${OURS}`), ["connect-src"]);
  assert.deepEqual(open("").length, 12);
});

test("a line without words of its own is shown as it is", () => {
  assert.deepEqual(explain({ directive: "connect-src", values: ["https:"] }), { key: "other", params: { directive: "connect-src", values: "https:" } });
});
