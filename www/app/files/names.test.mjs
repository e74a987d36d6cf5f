import assert from "node:assert/strict";
import test from "node:test";
import { fileName } from "./names.mjs";

test("names hold letters and digits of any script, and nothing that a system refuses", () => {
  assert.equal(fileName(["kaplan-meier", "OS", "174 mm"], "pdf"), "kaplan-meier-OS-174-mm.pdf");
  assert.equal(fileName(["Survie globale (≤ 60 ans)", null, "été / hiver:*?\"<>|\\"], "svg"), "Survie-globale-60-ans-été-hiver.svg");
  assert.equal(fileName(["e\u0301te\u0301"], "png"), "été.png");
  assert.equal(fileName(["../../etc", "..."], "csv"), "etc.csv");
  assert.equal(fileName(["…", ""], "csv"), "riskset.csv");
  assert.equal(fileName(["a".repeat(300)], "csv"), `${"a".repeat(100)}.csv`);
  assert.equal(fileName(["timeline", "OS"], "csv", { patients: true }), "timeline-OS-PATIENT-DATA.csv");
});
