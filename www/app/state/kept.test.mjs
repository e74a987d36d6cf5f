import assert from "node:assert/strict";
import test from "node:test";
import { demoInspection, opened } from "../testing/states.mjs";
import { declare } from "./choices.mjs";
import { demoChoices } from "./demo.mjs";
import { MOST, isUnsaved, keep, naming, parse, put, restore, without, withoutNames } from "./kept.mjs";
import { reduce } from "./reducer.mjs";

const inspection = demoInspection();

test("a kept study gives the choices back, and holds neither the file's name nor an example of its cells", () => {
  const choices = { ...demoChoices(), by: "margin" };
  const kept = keep(choices, inspection, false);
  const [again] = parse(JSON.stringify({ studies: [kept] }));
  assert.deepEqual(restore(again, inspection), choices);
  const text = JSON.stringify(kept);
  assert.ok(!text.includes(inspection.file));
  const id = inspection.columns.find((column) => column.name === "id");
  for (const value of id?.examples ?? []) assert.ok(!text.includes(value), value);
  assert.ok((id?.examples.length ?? 0) > 0);
});

test("choices that are not made to the end come back too", () => {
  const base = demoChoices();
  const choices = { ...base, endpoints: [{ ...base.endpoints[0], censor: null }] };
  assert.deepEqual(restore(keep(choices, inspection, false), inspection), choices);
});

test("choices of another version are read from the document; what cannot be is null", () => {
  const kept = keep(demoChoices(), inspection, true);
  const strange = { ...kept, choices: /** @type {any} */ ({ endpoints: "none" }) };
  assert.deepEqual(restore(strange, inspection)?.covariates, demoChoices().covariates);
  assert.equal(restore({ ...strange, study: "{" }, inspection), null);
  assert.equal(restore({ ...strange, study: '{"format":"riskset-study/1"}' }, inspection), null);
});

test("levels of a column that could name patients are left out, those of others stay", () => {
  const choices = declare(declare(demoChoices(), "id", { type: "category", levels: ["SYN-02", "SYN-01"], label: "Patient" }), "margin", { recode: { R2: "R1" } });
  const { choices: shown, left } = withoutNames(choices, inspection);
  assert.deepEqual(left, ["id"]);
  assert.deepEqual(shown.columns.id, { type: "category", label: "Patient" });
  assert.deepEqual(shown.columns.margin, choices.columns.margin);
  const kept = keep(choices, inspection, false);
  assert.ok(!JSON.stringify(kept).includes("SYN-0"));
  assert.deepEqual(kept.left, ["id"]);
  // Classes made of such a column, and an event that counts at some of its values.
  const derived = { ...demoChoices(), columns: { again: { from: "id", recode: { "SYN-01": "x" } } } };
  assert.deepEqual(withoutNames(derived, inspection).choices.columns.again, { from: "id" });
  const base = demoChoices();
  const events = [{ ...base.endpoints[0].events[0], when: { column: "id", in: ["SYN-01"] } }];
  const when = { ...base, endpoints: [{ ...base.endpoints[0], events }], flow: { ...base.flow, lost: { column: "id", in: ["SYN-04"] } } };
  assert.ok(!JSON.stringify(keep(when, inspection, false)).includes("SYN-0"));
  assert.equal(withoutNames(base, inspection).choices, base);
});

test("columns of many words could name patients; numbers, dates and categories of a few words do not", () => {
  const names = naming(demoChoices(), inspection);
  assert.ok(names.has("id"));
  for (const name of ["margin", "chemo", "age_at_diagnosis", "date_of_death"]) assert.ok(!names.has(name), name);
});

test("the last studies are kept, one of each file", () => {
  const kept = keep(demoChoices(), inspection, false);
  const many = Array.from({ length: MOST + 2 }, (_, i) => ({ ...kept, sha256: String(i).padStart(64, "0") }));
  const all = many.reduce((list, item) => put(list, item), /** @type {typeof many} */ ([]));
  assert.equal(all.length, MOST);
  assert.equal(all[0].sha256, many[MOST + 1].sha256);
  assert.equal(put(all, all[3]).length, MOST);
  assert.equal(without(all, all[3].sha256).length, MOST - 1);
  for (const text of [null, "", "{", "{}", '{"studies":[{}]}', '{"studies":[{"sha256":"x","study":"","choices":{},"left":[]}]}']) assert.deepEqual(parse(text), []);
});

test("only what the user made of an own file, and has in no file, would be lost", () => {
  const demo = opened();
  const own = reduce(demo, { type: "opened", inspection, choices: demoChoices(), source: "file" });
  const changed = (/** @type {typeof demo} */ state) => reduce(state, { type: "choose", choices: { ...demoChoices(), by: "margin" } });
  assert.deepEqual([demo, own, changed(demo), changed(own)].map(isUnsaved), [false, false, false, true]);
  const saved = reduce(changed(own), { type: "saved" });
  assert.ok(!isUnsaved(saved));
  assert.ok(isUnsaved(reduce(saved, { type: "choose", choices: { ...demoChoices(), by: "kieffer" } })));
  assert.ok(!isUnsaved(reduce(changed(own), { type: "undo" })));
  const kept = { type: /** @type {const} */ ("opened"), inspection, choices: demoChoices(), source: /** @type {const} */ ("file") };
  assert.ok(isUnsaved(reduce(demo, { ...kept, kept: { saved: false } })));
  assert.ok(!isUnsaved(reduce(demo, { ...kept, kept: { saved: true } })));
});
