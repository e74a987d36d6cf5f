import assert from "node:assert/strict";
import test from "node:test";
import { emptyChoices } from "./choices.mjs";
import { demoChoices } from "./demo.mjs";
import { addPreset, causeOf, presetsOf } from "./presets.mjs";
import { readStudy } from "./saved.mjs";
import { buildStudy } from "./study.mjs";
import { demoInspection } from "../testing/states.mjs";

/** @typedef {import('../types').InspectedColumn} InspectedColumn */

/** @param {string} name @param {string} type @param {string[]} [levels] @returns {InspectedColumn} */
const column = (name, type, levels) => /** @type {any} */ ({
  name, type, levels: levels?.map((value) => ({ value, n: 1 })) ?? null, n_distinct: levels?.length ?? 9, n_missing: 0, examples: [], formats: [], missing_proposals: [], min: null, max: null,
  hint: null, suggested: null, suggested_format: null,
});

/** A French file with a progression and a cause of death. */
const columns = [
  column("date_inclusion", "date"), column("date_progression", "date"), column("date_deces", "date"), column("date_dernieres_nouvelles", "date"),
  column("cause_deces", "category", ["Autre cancer", "Cancer", "Infarctus", "Non liée à la maladie"]),
];

test("the cause of death, and the values that seem to be the disease", () => {
  assert.deepEqual(causeOf(columns), { column: "cause_deces", in: ["Cancer"] });
  assert.equal(causeOf(columns.slice(0, 4)), null);
});

test("what the dates can make is offered, and no definition twice", () => {
  assert.deepEqual(presetsOf(emptyChoices(), columns), ["OS", "DFS", "RFS", "PFS", "TTP", "DSS"]);
  const pfs = addPreset(emptyChoices(), columns, "PFS", "of it");
  assert.equal(pfs.endpoints.length, 1, "an endpoint of which nothing is chosen gives way");
  assert.deepEqual(pfs.endpoints[0].events, [{ name: "progression", column: "date_progression" }, { name: "death", column: "date_deces" }]);
  assert.deepEqual(presetsOf(pfs, columns), ["OS", "TTP", "DSS"], "DFS and RFS would count the same");
  assert.deepEqual(presetsOf(emptyChoices(), columns.slice(0, 3)), [], "nothing without a last contact");
  assert.deepEqual(presetsOf(emptyChoices(), columns.filter(({ name }) => name !== "date_progression")), ["OS", "DSS"]);
});

test("death from the disease counts where the cause says so, in the study and read back", () => {
  const inspection = demoInspection();
  const choices = addPreset(demoChoices(), inspection.columns, "DSS", "death from the disease");
  const { study, text } = buildStudy(choices, inspection);
  assert.deepEqual(study.endpoints.DSS.events, [{
    name: "death from the disease", date: "date_of_death", when: { column: "cause_of_death", in: ["Distant progression", "Local progression", "Sarcomatosis"] },
  }]);
  const read = readStudy(text, inspection);
  assert.ok("choices" in read);
  assert.deepEqual(buildStudy(read.choices, inspection).study, study);
  // Without a value the condition is a choice still open.
  const open = { ...choices, endpoints: choices.endpoints.map((endpoint) => ({ ...endpoint, events: endpoint.events.map((event) => (event.when ? { ...event, when: { ...event.when, in: [] } } : event)) })) };
  assert.deepEqual(buildStudy(open, inspection).missing.map((item) => [item.endpoint, item.word]), [["c", "missing.when_values"]]);
});

test("several dates of origin are in the study and read back", () => {
  const inspection = demoInspection();
  const base = demoChoices();
  const [first, ...rest] = base.endpoints;
  const choices = { ...base, endpoints: [{ ...first, origins: ["date_of_surgery"] }, ...rest] };
  const { study, text, endpoints } = buildStudy(choices, inspection);
  assert.deepEqual(study.endpoints.OS.origin, ["date_of_diagnosis", "date_of_surgery"]);
  assert.equal(endpoints[0].origin, null, "no one date to name");
  const read = readStudy(text, inspection);
  assert.ok("choices" in read);
  assert.deepEqual(read.choices.endpoints[0].origins, ["date_of_surgery"]);
  assert.deepEqual(buildStudy(read.choices, inspection).text, text);
  const open = { ...base, endpoints: [{ ...first, origins: [null] }, ...rest] };
  assert.deepEqual(buildStudy(open, inspection).missing.map((item) => item.field), ["a-origin-0"]);
});
