import assert from "node:assert/strict";
import test from "node:test";
import { METHODS, allowedOrigin, needsConsent, readCall, tellable } from "./protocol.mjs";

const of = (/** @type {Partial<{hash: string, name: string, own: string}>} */ frame) => allowedOrigin({ hash: "", name: "", own: "https://own.example", ...frame });

test("the origin that may speak is the one that is named, else the frame's own", () => {
  assert.equal(of({}), "https://own.example");
  assert.equal(of({ hash: "#origin=https://journal.example" }), "https://journal.example");
  assert.equal(of({ hash: "#origin=https%3A%2F%2Fjournal.example%3A8443&lang=fr" }), "https://journal.example:8443");
  assert.equal(of({ name: "riskset:origin=http://localhost:81" }), "http://localhost:81");
  assert.equal(of({ hash: "#origin=https://a.example", name: "riskset:origin=https://b.example" }), "https://a.example");
  assert.equal(of({ own: "null" }), null, "a sandbox without a name hears nobody");
  assert.equal(of({ own: "null", name: "riskset:origin=https://a.example" }), "https://a.example");
  assert.equal(of({ hash: "#origin=null" }), "null");
  assert.equal(of({ name: "a frame of the page" }), "https://own.example");
});

test("what is no origin allows nobody, and no more than an origin is taken", () => {
  for (const said of ["*", "", "journal.example", "https://journal.example/", "https://journal.example/path", "https://user@journal.example", "https://*.example", "javascript:1", "file:///a", "data:,", "https://journal.example:443", "HTTPS://journal.example"]) {
    assert.equal(of({ hash: `#origin=${encodeURIComponent(said)}` }), null, said);
  }
});

test("a call is read, and what is none is nobody's", () => {
  assert.deepEqual(readCall({ riskset: 1, id: 1, method: "run", params: { study: {} } }), { id: 1, method: "run", params: { study: {} } });
  assert.deepEqual(readCall({ riskset: 1, id: "a", method: "results" }), { id: "a", method: "results", params: {} });
  for (const data of [null, undefined, 1, "riskset", [], {}, { id: 1, method: "run" }, { riskset: 1, method: "run" }, { riskset: 1, id: {}, method: "run" }, { riskset: 1, id: null, method: "run" }]) assert.equal(readCall(data), null);
});

test("another version and an unknown method are answered with what is known", () => {
  assert.deepEqual(readCall({ riskset: 2, id: 1, method: "run" }), { id: 1, problem: { code: "frame_version", params: { found: "2", expected: "1" } } });
  for (const method of ["constructor", "__proto__", "eval", undefined, 1, ["run"]]) {
    assert.equal(/** @type {any} */ (readCall({ riskset: 1, id: 1, method })).problem?.code, "frame_method", String(method));
  }
  assert.equal(/** @type {any} */ (readCall({ riskset: 1, id: 1, method: "run", params: null })).problem.code, "frame_method");
});

test("what tells of the user's own data waits for the user's word", () => {
  const telling = METHODS.filter((method) => needsConsent(method, true, false));
  assert.deepEqual(telling, ["run", "results", "study", "export"]);
  assert.deepEqual(METHODS.filter((method) => needsConsent(method, true, true) || needsConsent(method, false, false)), []);
});

test("an event of the user's own data says no more than that it happened", () => {
  const error = { code: "bad_cell", message: "cell “Dupont”", position: { cell: "Dupont", file: "f.csv" }, params: { found: "Dupont" }, during: "open" };
  assert.deepEqual(tellable("error", error, true), { withheld: true, code: "bad_cell", during: "open" });
  for (const name of ["results", "change"]) assert.deepEqual(tellable(name, { results: {}, study: {} }, true), { withheld: true });
  assert.equal(tellable("error", error, false), error);
});
