import assert from "node:assert/strict";
import test from "node:test";
import { demoInspection } from "../testing/states.mjs";
import { eventValues, guess, laterDates, plain, unitOf } from "./guess.mjs";
import { readInspection } from "./inspection.mjs";
import { buildStudy } from "./study.mjs";

/** @param {any[]} columns */
const file = (columns) => readInspection({ file: "f.csv", sha256: "0", n_rows: 9, dialect: {}, columns });
/** @param {string} name @param {any} [more] */
const number = (name, more) => ({ name, type: "number", n_distinct: 9, ...more });
/** @param {string} name @param {string[]} levels @param {string} [type] */
const codes = (name, levels, type = "number") => ({ name, type, n_distinct: levels.length, levels: levels.map((level) => ({ level, n: 3 })) });
/** @param {string} name */
const date = (name) => ({ name, type: "date", n_distinct: 9 });

test("names lose accents, capitals and signs", () => {
  assert.equal(plain("Date de décès (réelle)"), "date_de_deces_reelle");
  assert.equal(plain("survivalTime"), "survival_time");
});

test("time and status, in English", () => {
  const found = guess(file([number("id"), number("os_months", { max: 90 }), codes("status", ["0", "1"]), codes("arm", ["A", "B"], "category")]));
  const [endpoint] = found.endpoints;
  assert.deepEqual([endpoint.kind, endpoint.name, endpoint.time, endpoint.status, endpoint.event, endpoint.unit], ["status", "OS", "os_months", "status", ["1"], "months"]);
  assert.equal(found.by, "arm");
  assert.ok(found.guessed.includes("a.time"));
});

test("time and status, in French, with words for states", () => {
  const [endpoint] = guess(file([number("Durée de suivi (jours)"), codes("État vital", ["Décédé", "Vivant"], "category")])).endpoints;
  assert.deepEqual([endpoint.time, endpoint.status, endpoint.event, endpoint.unit], ["Durée de suivi (jours)", "État vital", ["Décédé"], "days"]);
});

test("dates, in French, give overall and disease-free survival", () => {
  const found = guess(file([date("Date diagnostic"), date("Date chirurgie"), date("Date récidive"), date("Date décès"), date("Date dernières nouvelles")]));
  assert.deepEqual(found.endpoints.map((endpoint) => [endpoint.name, endpoint.origin, endpoint.events.map((event) => event.column), endpoint.censor]), [
    ["OS", "Date diagnostic", ["Date décès"], "Date dernières nouvelles"],
    ["DFS", "Date diagnostic", ["Date récidive", "Date décès"], "Date dernières nouvelles"],
  ]);
  assert.equal(found.start.column, "Date chirurgie");
});

test("the demonstration's columns are guessed as its authors use them", () => {
  const inspection = demoInspection();
  const found = guess(inspection);
  assert.equal(found.by, "chemo");
  const { study, missing } = buildStudy(found, inspection);
  assert.deepEqual(missing, []);
  assert.equal(study.endpoints.OS.origin, "date_of_diagnosis");
  assert.deepEqual(Object.keys(study.endpoints.DFS.events), ["recurrence", "death"]);
  assert.equal(laterDates(inspection, found)[0], "date_of_surgery");
});

test("event values: the larger of two codes, only 1 of several, nothing where nothing is sure", () => {
  const of = (/** @type {string[]} */ levels, type = "number") => eventValues(file([codes("s", levels, type)]).columns[0]);
  assert.deepEqual(of(["0", "1"]), ["1"]);
  assert.deepEqual(of(["1", "2"]), ["2"]);
  assert.deepEqual(of(["0", "1", "2"]), ["1"]);
  assert.deepEqual(of(["A", "B"], "category"), []);
});

test("a unit is read from the name, else from the size of the times", () => {
  assert.equal(unitOf(file([number("time_years")]).columns[0]), "years");
  assert.equal(unitOf(file([number("time", { max: 1022 })]).columns[0]), "days");
  assert.equal(unitOf(file([number("time", { max: 60 })]).columns[0]), "months");
});

test("a file that says nothing leaves the choices open", () => {
  const found = guess(file([number("x"), number("y")]));
  assert.equal(found.endpoints.length, 1);
  assert.equal(found.endpoints[0].time, null);
  assert.deepEqual(found.guessed.filter((path) => path.endsWith("time")), []);
});
