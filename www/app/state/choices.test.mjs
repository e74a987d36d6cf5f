import assert from "node:assert/strict";
import test from "node:test";
import { demoInspection } from "../testing/states.mjs";
import * as choice from "./choices.mjs";
import { demoChoices } from "./demo.mjs";

test("a ticked covariate enters every multivariable model, and leaves it again", () => {
  const on = choice.tickCovariate(demoChoices(), "age_at_diagnosis", true);
  assert.ok(on.multivariable.a.includes("age_at_diagnosis") && on.multivariable.b.includes("age_at_diagnosis"));
  assert.deepEqual(choice.tickCovariate(on, "age_at_diagnosis", false), demoChoices());
});

test("a reference is the first level", () => {
  const column = demoInspection().columns.find((item) => item.name === "kieffer");
  assert.ok(column);
  assert.deepEqual(choice.chooseReference(demoChoices(), column, "K3").columns.kieffer, { type: "category", levels: ["K3", "K1", "K2"] });
});

test("levels stand in numeric order, else by code point", () => {
  assert.deepEqual(choice.orderLevels(["10", "9", "1"]), ["1", "9", "10"]);
  assert.deepEqual(choice.orderLevels(["b", "É", "a", "B"]), ["B", "a", "b", "É"]);
});

test("what the user touched is no guess any more", () => {
  const choices = { ...demoChoices(), guessed: ["a.origin", "a.censor"] };
  assert.deepEqual(choice.changeEndpoint(choices, "a", { origin: "date_of_surgery" }).guessed, ["a.censor"]);
});

test("another unit brings its own milestones, unless the user set them", () => {
  assert.deepEqual(choice.changeEndpoint(demoChoices(), "a", { unit: "years" }).milestones, [3, 5]);
  assert.deepEqual(choice.changeEndpoint({ ...demoChoices(), milestones: [12] }, "a", { unit: "years" }).milestones, [12]);
});

test("milestones are whole units, as far as the follow-up goes", () => {
  assert.deepEqual(choice.milestonesWithin("days", 1022), [365, 730]);
  assert.deepEqual(choice.milestonesWithin("days", 0), [1095, 1826]);
  assert.deepEqual(choice.milestonesWithin("months", 40), [12, 36]);
  assert.deepEqual(choice.milestonesWithin("years", 12), [3, 5]);
});

test("endpoints come and go; the last stays", () => {
  const more = choice.addEndpoint(demoChoices());
  assert.deepEqual(more.endpoints.map((endpoint) => endpoint.name), ["OS", "DFS", "PFS"]);
  const one = choice.removeEndpoint(choice.removeEndpoint(choice.removeEndpoint(more, "a"), "b"), "c");
  assert.deepEqual(one.endpoints.map((endpoint) => endpoint.name), ["PFS"]);
});

test("an id has no sign that a list of ids could break at", () => {
  assert.match(choice.fieldId("covariate", "taille (cm) é"), /^[\w-]+$/);
  assert.notEqual(choice.fieldId("c", "a b"), choice.fieldId("c", "a-b"));
});

test("the outcome is not offered to explain itself", () => {
  const endpoint = { ...choice.emptyEndpoint("a", "OS"), kind: /** @type {const} */ ("status"), time: "t", status: "s" };
  assert.deepEqual([...choice.outcomeColumns({ ...choice.emptyChoices(), endpoints: [endpoint] })], ["t", "s"]);
  assert.deepEqual([...choice.outcomeColumns(demoChoices())], []);
});

test("typed times: a comma is a decimal mark in French alone", () => {
  assert.deepEqual(choice.parseMilestones("60, 36,60", "en"), [36, 60]);
  assert.deepEqual(choice.parseMilestones("36,5; 60", "fr"), [36.5, 60]);
  assert.deepEqual(choice.parseMilestones("x; -3; 0; 12", "en"), [12]);
});
