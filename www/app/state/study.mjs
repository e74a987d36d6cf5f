// The study document of the user's choices, and which of its analyses belongs where on the page.

import { isCategory, levelsOf } from "./choices.mjs";
import { optionsOf, presetOf } from "./conventions.mjs";
import { studyColumns } from "./columns.mjs";
import { figuresOfStudy } from "./figures.mjs";
import { tableEntries } from "./table_one.mjs";

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').EndpointChoice} EndpointChoice */
/** @typedef {import('../types').Inspection} Inspection */
/** @typedef {import('../types').Plan} Plan */
/** @typedef {import('../types').EndpointPlan} EndpointPlan */

/** A name under which JavaScript objects keep no value of their own: the results of this endpoint or event would be lost on the page. */
const RESERVED = "__proto__";

/**
 * Builds the study (contract: `riskset-study/1`). An endpoint with a choice still open is left out and named in
 * `missing`, so that the rest is computed all the same.
 * @param {Choices} choices
 * @param {Inspection} inspection
 * @returns {Plan}
 */
export function buildStudy(choices, inspection) {
  const missing = choices.endpoints.flatMap((endpoint) => openChoices(endpoint, choices));
  const open = new Set(missing.map((item) => item.endpoint));
  const ready = choices.endpoints.filter((endpoint) => !open.has(endpoint.key));
  const endpoints = Object.fromEntries(ready.map((endpoint) => [endpoint.name.trim(), definition(endpoint, choices)]));
  const prefixes = uniquePrefixes(ready);
  const followUp = ready.find((endpoint) => !composite(endpoint)) ?? ready[0];
  /** @type {Record<string, any>[]} */
  const analyses = [];
  const plans = ready.map((endpoint, index) => plan(endpoint, prefixes[index], endpoint === followUp, choices, inspection, analyses));
  const cohort = ofCohort(choices, inspection, plans, prefixes, analyses);
  const study = {
    format: "riskset-study/1",
    ...(choices.title ? { title: choices.title } : {}), ...presetOf(choices),
    data: {
      file: inspection.file, sha256: inspection.sha256,
      ...(Object.keys(choices.read).length ? { read: choices.read } : {}),
      ...(choices.exclude.length ? { exclude: choices.exclude } : {}),
      ...(choices.decisions.length ? { decisions: choices.decisions } : {}),
      ...(Object.keys(choices.columns).length ? { columns: choices.columns } : {}),
    },
    endpoints, analyses,
  };
  const figures = ofFigures(choices, plans);
  const whole = Object.keys(figures).length ? { ...study, figures } : study;
  return { study: whole, text: JSON.stringify(whole, null, 2) + "\n", computed: JSON.stringify(study), endpoints: plans, by: choices.by, cohort, missing };
}

/** How figures are drawn, where it is not as they are by default; endpoints by name. @param {Choices} choices @param {EndpointPlan[]} plans */
function ofFigures({ figures }, plans) {
  const ends = Object.fromEntries(plans.filter((plan) => figures.x_max[plan.key] !== undefined).map((plan) => [plan.name, figures.x_max[plan.key]]));
  return {
    ...(figures.risk_table === "full" ? {} : { risk_table: figures.risk_table }), ...(figures.upward ? { upward: true } : {}),
    ...(figures.kind === "survival" ? {} : { kind: figures.kind }), ...(Object.keys(ends).length ? { x_max: ends } : {}), ...figuresOfStudy(figures, plans),
  };
}

/** Most patients that a timeline is drawn of. */
export const TIMELINE_ROWS = 500;

/** Most rows at which the influence of each patient and the absolute differences are computed with everything else. */
export const DEEP_ROWS = 1000;

/**
 * Adds the analyses of the whole cohort: the audit, who is analysed, what is missing, the table of patients, the timelines.
 * Their ids have no dot, which those of endpoints have.
 * @param {Choices} choices @param {Inspection} inspection @param {EndpointPlan[]} plans @param {string[]} prefixes @param {Record<string, any>[]} analyses
 * @returns {Plan["cohort"]}
 */
function ofCohort(choices, inspection, plans, prefixes, analyses) {
  const add = (/** @type {string} */ id, /** @type {Record<string, any>} */ options) => {
    analyses.push({ id, ...options });
    return id;
  };
  const { by, patient, flow } = choices;
  const columns = studyColumns(choices, inspection);
  const audit = add("audit", { type: "audit", ...(patient ? { patient } : {}), ...(choices.as_of ? { as_of: choices.as_of } : {}) });
  const diagram = plans.length ? add("flow", {
    type: "flow", ...(by ? { by } : {}), ...(flow.screened === null ? {} : { screened: flow.screened }),
    ...(flow.before.length ? { before: flow.before } : {}), ...(flow.lost ? { lost: flow.lost } : {}),
  }) : null;
  const models = plans.flatMap((plan) => plan.table ?? []);
  const wanted = [...new Set([...(by ? [by] : []), ...choices.covariates])];
  const missing = wanted.length ? add("missing_map", { type: "missing_map", variables: wanted, ...(models.length ? { models } : {}) }) : null;
  const variables = tableEntries(choices, columns);
  const table = variables.length ? add("table_1", { type: "summary", variables, ...(by ? { by } : {}), ...optionsOf(choices, "summary") }) : null;
  /** @type {Record<string, string>} */
  const timelines = {};
  if (inspection.n_rows <= TIMELINE_ROWS) {
    plans.forEach((plan, i) => {
      timelines[plan.key] = add(`timeline_${prefixes[i]}`, { type: "timeline", endpoint: plan.name, ...(by ? { by } : {}), ...(patient ? { patient } : {}) });
    });
  }
  return { audit, flow: diagram, missing, table, timelines };
}

/** @param {EndpointChoice} endpoint @param {Choices} choices @returns {Plan["missing"]} */
function openChoices(endpoint, choices) {
  const at = (/** @type {string} */ field, /** @type {string} */ word) =>
    ({ field: `${endpoint.key}-${field}`, endpoint: endpoint.key, word: `missing.${word}` });
  const name = endpoint.name.trim();
  const others = choices.endpoints.filter((other) => other !== endpoint).map((other) => other.name.trim());
  if (!name) return [at("name", "name")];
  if (others.includes(name)) return [at("name", "name_twice")];
  if (/^[+-]?\d+$/.test(name)) return [at("name", "name_number")];
  if (name === RESERVED) return [at("name", "name_reserved")];
  if (endpoint.kind === "status") {
    return [
      ...(endpoint.time ? [] : [at("time", "time")]),
      ...(endpoint.status ? [] : [at("status", "status")]),
      ...(endpoint.status && endpoint.event.length === 0 ? [at("event", "event_values")] : []),
    ];
  }
  const events = endpoint.events;
  const names = events.map(eventName);
  return [
    ...(endpoint.origin ? [] : [at("origin", "origin")]),
    ...(endpoint.origins ?? []).flatMap((origin, index) => (origin ? [] : [at(`origin-${index}`, "origin")])),
    ...events.flatMap((event, index) => (event.when && event.when.in.length === 0 ? [at(`when-${index}`, "when_values")] : [])),
    ...events.flatMap((event, index) => (event.column ? [] : [at(`event-${index}`, "event_date")])),
    ...names.flatMap((name, index) => (/^[+-]?\d+$/.test(name) ? [at(`event-${index}`, "name_number")] : [])),
    ...names.flatMap((name, index) => (name === RESERVED ? [at(`event-${index}`, "name_reserved")] : [])),
    ...names.flatMap((name, index) => (names.indexOf(name) < index ? [at(`event-${index}`, "event_twice")] : [])),
    ...(endpoint.censor || endpoint.cutoff ? [] : [at("censor", "censor")]),
  ];
}

/** @param {EndpointChoice} endpoint */
function composite(endpoint) {
  return endpoint.kind === "dates" && endpoint.events.length > 1;
}

/** An event without a name has its column's. @param {EndpointChoice["events"][0]} event */
function eventName(event) {
  return event.name.trim() || String(event.column);
}

/** @param {EndpointChoice} endpoint @param {Choices} choices @returns {Record<string, any>} */
function definition(endpoint, choices) {
  const rules = endpoint.time_zero ? { time_zero: endpoint.time_zero } : {};
  if (endpoint.kind === "status") {
    return {
      time: endpoint.time, status: endpoint.status, event: endpoint.event.map(asNumber),
      ...(endpoint.entry ? { entry: endpoint.entry } : {}), unit: endpoint.unit, ...rules,
    };
  }
  const { mode, column } = choices.start;
  const origin = mode === "move" && column ? column : endpoint.origins?.length ? [endpoint.origin, ...endpoint.origins] : endpoint.origin;
  const entry = mode === "late" && column ? column : endpoint.entry;
  // The short form where it says all: an event that counts under a condition needs the list.
  const events = endpoint.events.some((event) => event.when)
    ? endpoint.events.map((event) => ({ name: eventName(event), date: event.column, ...(event.when ? { when: event.when } : {}) }))
    : Object.fromEntries(endpoint.events.map((event) => [eventName(event), event.column]));
  return {
    origin, events, ...(endpoint.censor ? { censor: endpoint.censor } : {}), ...(endpoint.cutoff ? { cutoff: endpoint.cutoff } : {}), ...(entry ? { entry } : {}), unit: endpoint.unit,
    ...(endpoint.late_events ? { late_events: endpoint.late_events } : {}), ...(endpoint.month_rule ? { month_rule: endpoint.month_rule } : {}), ...rules,
  };
}

/** A status value as the document writes it: a number when its shortest form is the same text. @param {string} value */
function asNumber(value) {
  return String(Number(value)) === value ? Number(value) : value;
}

/** Beginnings of ids: the endpoints' names in small letters, made different. @param {EndpointChoice[]} endpoints @returns {string[]} */
function uniquePrefixes(endpoints) {
  /** @type {string[]} */
  const taken = [];
  for (const { name } of endpoints) {
    const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "") || "endpoint";
    let prefix = plain;
    for (let i = 2; taken.includes(prefix); i++) prefix = `${plain}_${i}`;
    taken.push(prefix);
  }
  return taken;
}

/**
 * Adds the analyses of one endpoint. A dot ends the prefix, which has none itself: ids stay unique for any column name.
 * @param {EndpointChoice} endpoint @param {string} prefix @param {boolean} withFollowUp @param {Choices} choices
 * @param {Inspection} inspection @param {Record<string, any>[]} analyses @returns {EndpointPlan}
 */
function plan(endpoint, prefix, withFollowUp, choices, inspection, analyses) {
  const add = (/** @type {string} */ id, /** @type {string} */ type, /** @type {Record<string, any>} */ options) => {
    analyses.push({ id: `${prefix}.${id}`, type, endpoint: endpoint.name.trim(), ...options });
    return `${prefix}.${id}`;
  };
  const defined = definition(endpoint, choices);
  const curve = { times: choices.milestones, conf_type: choices.conf_type, ...(choices.figures.kind === "cumulative_hazard" ? { cumulative_hazard: true } : {}) };
  const { by } = choices;
  const all = add("all", "kaplan_meier", curve);
  const followUp = withFollowUp ? add("follow_up", "follow_up", { conf_type: choices.conf_type }) : null;
  const difference = choices.difference && choices.milestones.length > 0;
  const byCurve = by ? add("by", "kaplan_meier", { by, ...curve, ...(difference ? { difference } : {}) }) : null;
  const followUpBy = by && withFollowUp ? add("follow_up_by", "follow_up", { by, conf_type: choices.conf_type }) : null;
  const [first, ...others] = choices.tests.weights;
  const { trend, pairwise } = choices.tests;
  const logRank = by ? add("log_rank", "log_rank", {
    by, ...weightsOf(first, choices), ...(trend ? { trend } : {}), ...(pairwise ? { pairwise } : {}),
  }) : null;
  const tests = by ? others.map((weights) => ({ weights, id: add(`test.${weights}`, "log_rank", { by, ...weightsOf(weights, choices) }) })) : [];
  const group = by ? add("group", "cox", { covariates: [by], ties: choices.ties }) : null;
  const groupPh = by ? add("group_ph", "ph_test", { covariates: [by], ties: choices.ties }) : null;
  return {
    key: endpoint.key, name: endpoint.name.trim(), unit: endpoint.unit, origin: typeof defined.origin === "string" ? defined.origin : null,
    entry: defined.entry ?? null, composite: composite(endpoint), all, followUp, followUpBy, by: byCurve, logRank, tests, group, groupPh,
    ...models(endpoint, choices, inspection, add),
  };
}

/** Most levels of a factor whose rates are set beside its ratios. */
const MOST_LEVELS = 6;

/** Fewest different values of a number whose effect is tested for a straight line, by a spline of four knots. */
const SPLINE_VALUES = 8;

/**
 * Adds the analyses of an endpoint's models.
 * @param {EndpointChoice} endpoint @param {Choices} choices @param {Inspection} inspection
 * @param {(id: string, type: string, options: Record<string, any>) => string} add
 * @returns {Pick<EndpointPlan, "table" | "univariable" | "multivariable" | "ph" | "influence" | "adjusted" | "rates" | "lines">}
 */
function models(endpoint, choices, inspection, add) {
  const { covariates, strata, ties } = choices;
  const multivariable = (choices.multivariable[endpoint.key] ?? []).filter((name) => covariates.includes(name));
  const how = { ties, ...(strata.length ? { strata } : {}) };
  const table = covariates.length ? add("table", "cox_table", {
    univariable: covariates, ...(multivariable.length ? { multivariable } : {}), factor_test: choices.factor_test, ...how,
    ...(choices.conf === "wald" ? {} : { conf: choices.conf }),
  }) : null;
  const deep = isDeep(choices, inspection);
  const ph = multivariable.length ? add("ph", "ph_test", { covariates: multivariable, ...how }) : null;
  const influence = multivariable.length && deep ? add("influence", "cox", { covariates: multivariable, ...how, influence: true }) : null;
  const adjusted = deep ? adjustedCurves(choices, multivariable, how, add) : null;
  const columns = deep ? studyColumns(choices, inspection) : [];
  const named = (/** @type {(column: import('../types').InspectedColumn) => boolean} */ test) =>
    covariates.filter((name) => columns.some((column) => column.name === name && test(column)));
  const few = (/** @type {number} */ n) => n >= 2 && n <= MOST_LEVELS;
  const rates = (choices.milestones.length ? named((column) => isCategory(choices, column) && few(levelsOf(choices, column).length)) : []).map((variable) => ({
    variable, id: add(`rates.${variable}`, "kaplan_meier", { by: variable, times: choices.milestones, conf_type: choices.conf_type, difference: true }),
  }));
  const lines = named((column) => !isCategory(choices, column) && column.n_distinct >= SPLINE_VALUES).map((variable) => ({
    variable, id: add(`line.${variable}`, "cox", { covariates: [{ spline: variable, knots: 4 }], ...how }),
  }));
  return { table, univariable: covariates, multivariable, ph, influence, adjusted, rates, lines };
}

/**
 * The curves of the groups as they would be with the same other factors: of the multivariable model with the group in it, where it has others.
 * @param {Choices} choices @param {string[]} multivariable @param {Record<string, any>} how
 * @param {(id: string, type: string, options: Record<string, any>) => string} add @returns {string | null}
 */
function adjustedCurves({ by, strata, conf_type }, multivariable, how, add) {
  const others = multivariable.filter((name) => name !== by);
  if (!by || others.length === 0 || strata.includes(by)) return null;
  // A small-sample interval of observed patients is none of predictions.
  const limits = conf_type === "beta-product" ? "log" : conf_type;
  return add("adjusted", "cox", { covariates: [by, ...others], ...how, adjusted: by, conf_type: limits });
}

/** Whether what takes long is computed with everything else. @param {Choices} choices @param {Inspection} inspection */
export function isDeep(choices, inspection) {
  return choices.deep || inspection.n_rows <= DEEP_ROWS;
}

/** A test as the analysis names it; the log-rank test is what it does by itself. @param {string} name @param {Choices} choices */
function weightsOf(name, { tests }) {
  if (name === "log-rank") return {};
  return { weights: name === "fleming-harrington" ? { [name]: tests.rho_gamma } : name };
}
