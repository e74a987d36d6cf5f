// First choices for a file nobody has described: from the names and types of its columns, in English and French.
// They are only proposals; `guessed` names them, and the page shows them as guesses.

import { emptyChoices, emptyEndpoint, milestonesWithin } from "./choices.mjs";
import { guessPatient } from "./columns.mjs";

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').EndpointChoice} EndpointChoice */
/** @typedef {import('../types').Inspection} Inspection */
/** @typedef {import('../types').InspectedColumn} InspectedColumn */
/** @typedef {import('../types').Unit} Unit */

const ORIGIN = [/diag/, /random/, /inclu|enrol/, /origin|baseline|time_?zero/, /surg|operat|chirurg|interv/, /start|debut|begin/];
const DEATH = /death|deces|died|dead|mort|(^|_)dod($|_)/;
const RECURRENCE = /recur|recid|rechute|relaps|progress|metas/;
const LAST = /last|dernier|follow|suivi|nouvelles|contact|(^|_)(fu|ddn|dln)($|_)/;
// Sure names first: "length_of_stay_days" has a unit, but is no follow-up where "os_months" stands beside it.
const TIME = [
  /(^|_)(time|times|temps|futime|duree|delai|survie|survival|os|dfs|pfs|efs|rfs|ttp)($|_)/,
  /^(t|stop|months?|mois|days?|jours?|years?|duration)($|_)|(^|_)(suivi|follow|fu)(_|$)/,
];
const STATUS = [
  /status|statut|(^|_)(dead|death|deces|died|vital|cens|censor|censure|fustat)($|_)/,
  /(^|_)(event|evenement|evt|etat|state|indicator|outcome)($|_)/,
];
const ENTRY = /(^|_)(entry|entree|start|tstart)($|_)/;
const GROUP = /(^|_)(arm|bras|group|groupe|treatment|treat|traitement|trt|rx|therapy|chemo|chemotherapy|chimio|chimiotherapie|random|rando|cohort)($|_)/;
const HAPPENED = /^(1|dead|died|death|deces|decede|decedee|mort|morte|dcd|event|evenement|yes|oui|true|vrai|relapse|recurrence|recidive|progression|deceased)$/;
const UNITS = /** @type {[RegExp, Unit][]} */ ([
  [/month|mois/, "months"], [/day|jour/, "days"], [/year|(^|_)ans?($|_)|annee/, "years"], [/week|semaine/, "weeks"],
]);

/** Start dates that a late entry or another origin can be offered at, best first. */
const LATER = [/surg|operat|chirurg|interv|resec/, /random/, /treat|traitement|start|debut/, /inclu|enrol/];

/** A name without accents, capitals and signs. @param {string} name */
export function plain(name) {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
}

/** @param {InspectedColumn[]} columns @param {RegExp[]} patterns @returns {InspectedColumn | undefined} */
function first(columns, ...patterns) {
  for (const pattern of patterns) {
    const found = columns.find((column) => pattern.test(plain(column.name)));
    if (found) return found;
  }
  return undefined;
}

/** Proposes choices for a file. @param {Inspection} inspection @returns {Choices} */
export function guess(inspection) {
  const choices = emptyChoices();
  const endpoints = byDates(inspection) ?? byTimeAndStatus(inspection) ?? [emptyEndpoint("a", "OS")];
  const by = first(inspection.columns.filter(canGroup), GROUP)?.name ?? null;
  choices.endpoints = endpoints;
  const time = inspection.columns.find((column) => column.name === endpoints[0].time);
  choices.milestones = milestonesWithin(endpoints[0].unit, Number(time?.max ?? 0));
  choices.by = by;
  choices.patient = guessPatient(inspection);
  if (by) {
    if (inspection.columns.find((column) => column.name === by)?.type === "number") choices.columns = { [by]: { type: "category" } };
    choices.covariates = [by];
    for (const endpoint of endpoints) choices.multivariable[endpoint.key] = [by];
  }
  choices.start.column = laterDates(inspection, choices)[0] ?? null;
  choices.guessed = [...endpoints.flatMap(guessedPaths), ...(by ? ["by"] : [])];
  return choices;
}

/** Whether a column can name groups: few values, and not a date. @param {InspectedColumn} column */
export function canGroup(column) {
  return column.type !== "date" && column.n_distinct >= 2 && column.n_distinct <= 12;
}

/** Dates that time can start from instead of the origin: not an event, a censoring or the origin itself. @param {Inspection} inspection @param {Choices} choices @returns {string[]} */
export function laterDates(inspection, choices) {
  const used = choices.endpoints.flatMap((endpoint) =>
    [endpoint.origin, ...(endpoint.origins ?? []), endpoint.censor, ...endpoint.events.map((event) => event.column)]);
  const free = inspection.columns.filter((column) => column.type === "date" && !used.includes(column.name));
  return LATER.map((pattern) => first(free, pattern)?.name).filter((name) => name !== undefined)
    .filter((name, index, all) => all.indexOf(name) === index);
}

/** @param {EndpointChoice} endpoint @returns {string[]} */
function guessedPaths(endpoint) {
  const fields = endpoint.kind === "status"
    ? ["time", "status", "event", "entry", "unit"].filter((field) => field === "unit" || /** @type {any} */ (endpoint)[field]?.length)
    : ["origin", "events", "censor"];
  return fields.map((field) => `${endpoint.key}.${field}`);
}

/** @param {Inspection} inspection @returns {EndpointChoice[] | null} */
function byTimeAndStatus({ columns }) {
  const statuses = columns.filter((column) => column.type !== "date" && column.n_distinct >= 1 && column.n_distinct <= 8);
  const status = first(statuses, ...STATUS);
  const times = columns.filter((column) => column.type === "number" && column !== status && column.n_distinct > 2);
  const time = first(times.filter((column) => !ENTRY.test(plain(column.name))), ...TIME);
  if (!status || !time) return null;
  const entry = first(times.filter((column) => column !== time), ENTRY);
  const name = plain(time.name).match(/(^|_)(os|dfs|pfs|efs|rfs|ttp)($|_)/)?.[2]?.toUpperCase() ?? "OS";
  return [{
    ...emptyEndpoint("a", name), kind: "status", time: time.name, status: status.name, event: eventValues(status),
    entry: entry?.name ?? null, unit: unitOf(time),
  }];
}

/** Which values of a status column read like an event. @param {InspectedColumn} column @returns {string[]} */
export function eventValues(column) {
  const values = (column.levels ?? []).map((level) => level.value);
  const numbers = values.map(Number);
  if (values.length && numbers.every(Number.isFinite)) {
    const low = Math.min(...numbers);
    // 0/1 and 1/2: the larger is the event. More codes say nothing sure, so only 1 is proposed.
    if (values.length <= 2) return values.filter((_, index) => numbers[index] > low || (values.length === 1 && numbers[index] > 0));
    return values.filter((_, index) => numbers[index] === 1);
  }
  return values.filter((value) => HAPPENED.test(plain(value)));
}

/** Unit of a time column by its name, else by its largest value. @param {InspectedColumn} column @returns {Unit} */
export function unitOf(column) {
  const named = UNITS.find(([pattern]) => pattern.test(plain(column.name)))?.[1];
  if (named) return named;
  return Number(column.max) > 400 ? "days" : "months";
}

/** @param {Inspection} inspection @returns {EndpointChoice[] | null} */
function byDates({ columns }) {
  const { death, recurrence, last, origin } = datesOf(columns);
  if (!origin || !last || !(death || recurrence)) return null;
  const base = { ...emptyEndpoint("a", "OS"), kind: /** @type {const} */ ("dates"), origin: origin.name, censor: last.name };
  const died = death ? [{ name: "death", column: death.name }] : [];
  const recurred = recurrence ? [{ name: "recurrence", column: recurrence.name }] : [];
  return [
    ...(death ? [{ ...base, events: died }] : []),
    ...(recurrence ? [{ ...base, key: death ? "b" : "a", name: death ? "DFS" : "TTR", events: [...recurred, ...died] }] : []),
  ];
}

/** What the dates of the file seem to be. @param {InspectedColumn[]} columns */
export function datesOf(columns) {
  const dates = columns.filter((column) => column.type === "date");
  const death = first(dates, DEATH);
  const recurrence = first(dates.filter((column) => column !== death), RECURRENCE);
  const last = first(dates.filter((column) => column !== death && column !== recurrence), LAST);
  const free = dates.filter((column) => ![death, recurrence, last].includes(column));
  return { death, recurrence, last, origin: first(free, ...ORIGIN) ?? free[0] };
}
