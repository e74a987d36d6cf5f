// The study of shared data: the same choices, on columns of times and statuses.

import { emptyEndpoint } from "../state/choices.mjs";
import { buildStudy } from "../state/study.mjs";

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').Client} Client */

/** The name of the file of shared data. */
export const FILE = "shared-data.csv";

/**
 * The choices, as they are for the file that is shared: endpoints by time and status, columns that are not shared left out.
 * @param {Choices} choices @param {any} shared what the engine gave @param {string[]} off keys of endpoints that are left out @returns {Choices}
 */
export function sharedChoices(choices, shared, off) {
  const isShared = (/** @type {string | null} */ name) => name !== null && Object.hasOwn(shared.columns, name);
  const only = (/** @type {string[]} */ names) => names.filter(isShared);
  const endpoints = choices.endpoints.filter((endpoint) => !off.includes(endpoint.key)).flatMap((endpoint) => {
    const own = shared.endpoints.find((/** @type {any} */ one) => one.name === endpoint.name.trim());
    return own ? [{
      ...emptyEndpoint(endpoint.key, own.name), kind: /** @type {const} */ ("status"), time: own.time, status: own.status, event: own.events, entry: own.entry, unit: own.unit, time_zero: endpoint.time_zero,
    }] : [];
  });
  const columns = Object.fromEntries(Object.entries(shared.columns).map(([name, spec]) => {
    const { label, unit, per } = choices.columns[name] ?? {};
    return [name, { ...(label ? { label } : {}), ...(unit ? { unit } : {}), ...(per ? { per } : {}), .../** @type {object} */ (spec) }];
  }));
  return {
    ...choices, endpoints, columns, read: {}, exclude: [], decisions: [], patient: null, as_of: null, by: isShared(choices.by) ? choices.by : null,
    covariates: only(choices.covariates), strata: only(choices.strata),
    // What the levels of a column that is not shared are called in figures says what they are.
    figures: { ...choices.figures, groups: Object.fromEntries(Object.entries(choices.figures.groups).filter(([name]) => isShared(name))) },
    multivariable: Object.fromEntries(Object.entries(choices.multivariable).map(([key, names]) => [key, only(names)])),
    start: { mode: "origin", column: null }, flow: { screened: null, before: [], lost: null },
    table: only(choices.table ?? Object.keys(shared.columns)),
    ...(choices.blocks ? { blocks: choices.blocks.map((block) => ({ ...block, variables: only(block.variables) })).filter((block) => block.variables.length > 0) } : {}),
  };
}

/** The study of shared data and its results, from an engine of their own. @param {Client} client @param {any} shared @param {Choices} choices @param {string[]} off */
export async function sharedStudy(client, shared, choices, off) {
  const other = /** @type {NonNullable<Client["another"]>} */ (client.another)();
  try {
    const inspection = await other.open(new TextEncoder().encode(shared.csv), FILE);
    const { text } = buildStudy(sharedChoices(choices, shared, off), inspection);
    return { study: text, results: /** @type {import('../types').Results} */ (await other.run(text)) };
  } finally {
    other.close?.();
  }
}

/**
 * How many figures of curves, tests and models of the same analyses agree: to eight digits, as rows stand in another order.
 * @param {import('../types').Results} before @param {import('../types').Results} after
 */
export function sameFigures(before, after) {
  let compared = 0, differ = 0;
  /** @param {any} a @param {any} b */
  const walk = (a, b) => {
    if (typeof a === "number" && typeof b === "number") {
      compared += 1;
      if (Math.abs(a - b) > 1e-8 * Math.max(Math.abs(a), 1e-6)) differ += 1;
    } else if (a !== null && b !== null && typeof a === "object" && typeof b === "object") {
      for (const key of Object.keys(a)) walk(a[key], b[key]);
    } else if (a !== b) {
      compared += 1;
      differ += 1;
    }
  };
  for (const one of before.results) {
    const other = after.results.find((candidate) => candidate.id === one.id && candidate.by === one.by);
    if (!other || !["kaplan_meier", "log_rank", "cox_table"].includes(one.type) || one.error || other.error) continue;
    for (const figures of ["curves", "statistic", "groups", "rows"]) if (figures in one && figures in other) walk(one[figures], other[figures]);
  }
  return { compared, differ };
}
