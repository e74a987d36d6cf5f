// The study document of the user's choices, and which of its analyses belongs where on the page.

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
  const plans = ready.map((endpoint, index) => plan(endpoint, prefixes[index], endpoint === followUp, choices, analyses));
  const study = {
    format: "riskset-study/1",
    ...(choices.title ? { title: choices.title } : {}),
    data: {
      file: inspection.file, sha256: inspection.sha256,
      ...(Object.keys(choices.columns).length ? { columns: choices.columns } : {}),
    },
    endpoints, analyses,
  };
  return { study, text: JSON.stringify(study, null, 2) + "\n", endpoints: plans, by: choices.by, missing };
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
    ...events.flatMap((event, index) => (event.column ? [] : [at(`event-${index}`, "event_date")])),
    ...names.flatMap((name, index) => (/^[+-]?\d+$/.test(name) ? [at(`event-${index}`, "name_number")] : [])),
    ...names.flatMap((name, index) => (name === RESERVED ? [at(`event-${index}`, "name_reserved")] : [])),
    ...names.flatMap((name, index) => (names.indexOf(name) < index ? [at(`event-${index}`, "event_twice")] : [])),
    ...(endpoint.censor ? [] : [at("censor", "censor")]),
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
  if (endpoint.kind === "status") {
    return {
      time: endpoint.time, status: endpoint.status, event: endpoint.event.map(asNumber),
      ...(endpoint.entry ? { entry: endpoint.entry } : {}), unit: endpoint.unit,
    };
  }
  const { mode, column } = choices.start;
  const origin = mode === "move" && column ? column : endpoint.origin;
  const entry = mode === "late" && column ? column : endpoint.entry;
  const events = Object.fromEntries(endpoint.events.map((event) => [eventName(event), event.column]));
  return { origin, events, censor: endpoint.censor, ...(entry ? { entry } : {}), unit: endpoint.unit };
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
 * @param {Record<string, any>[]} analyses @returns {EndpointPlan}
 */
function plan(endpoint, prefix, withFollowUp, choices, analyses) {
  const add = (/** @type {string} */ id, /** @type {string} */ type, /** @type {Record<string, any>} */ options) => {
    analyses.push({ id: `${prefix}.${id}`, type, endpoint: endpoint.name.trim(), ...options });
    return `${prefix}.${id}`;
  };
  const defined = definition(endpoint, choices);
  const curve = { times: choices.milestones, conf_type: choices.conf_type };
  const { by } = choices;
  const all = add("all", "kaplan_meier", curve);
  const followUp = withFollowUp ? add("follow_up", "follow_up", { conf_type: choices.conf_type }) : null;
  const byCurve = by ? add("by", "kaplan_meier", { by, ...curve }) : null;
  const logRank = by ? add("log_rank", "log_rank", { by }) : null;
  const univariable = choices.covariates.map((variable) =>
    ({ variable, id: add(`uni.${variable}`, "cox", { covariates: [variable], ties: choices.ties }) }));
  const same = univariable.find((item) => item.variable === by);
  const group = by ? (same?.id ?? add("group", "cox", { covariates: [by], ties: choices.ties })) : null;
  const together = (choices.multivariable[endpoint.key] ?? []).filter((name) => choices.covariates.includes(name));
  const multivariable = together.length
    ? { id: add("multi", "cox", { covariates: together, ties: choices.ties }), covariates: together } : null;
  return {
    key: endpoint.key, name: endpoint.name.trim(), unit: endpoint.unit, origin: defined.origin ?? null,
    entry: defined.entry ?? null, composite: composite(endpoint), all, followUp, by: byCurve, logRank, group, univariable, multivariable,
  };
}
