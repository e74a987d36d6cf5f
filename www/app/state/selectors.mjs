// What the views show, picked out of the results document.

import { declaredOf, fieldId } from "./choices.mjs";

/** @typedef {import('../types').State} State */
/** @typedef {import('../types').Answer} Answer */
/** @typedef {import('../types').EndpointPlan} EndpointPlan */
/** @typedef {import('../types').Problem} Problem */
/** @typedef {import('../types').Caution} Caution */
/** @typedef {import('../types').Choices} Choices */

/** The result of an analysis, or null. @param {Answer} answer @param {string | null} id @returns {any} */
export function resultOf(answer, id) {
  return answer.results.results.find((result) => result.id === id) ?? null;
}

/** What the ids of an endpoint's analyses begin with. @param {EndpointPlan} plan */
export function prefixOf(plan) {
  return plan.all.slice(0, -"all".length);
}

/** Endpoints on show: the one chosen, or all. @param {State} state @returns {EndpointPlan[]} */
export function shownEndpoints(state) {
  const plans = state.answer?.plan.endpoints ?? [];
  const chosen = plans.filter((plan) => plan.key === state.shown);
  return chosen.length ? chosen : plans;
}

/** The quantile at one half. @param {any} curve */
export function median(curve) {
  return curve?.quantiles?.find((/** @type {any} */ quantile) => Math.abs(quantile.prob - 0.5) < 1e-9) ?? null;
}

/** Figures at the head of the page, per endpoint on show. @param {State} state */
export function headline(state) {
  const { answer } = state;
  if (!answer) return [];
  return shownEndpoints(state).map((plan) => {
    const result = resultOf(answer, plan.all);
    const curve = result?.curves?.[0] ?? null;
    return {
      plan, error: /** @type {Problem | null} */ (result?.error ?? null), n: curve?.n ?? null, events: curve?.n_event ?? null,
      byEvent: answer.results.endpoints?.[plan.name]?.by_event ?? null, median: median(curve), at: curve?.at ?? [],
    };
  });
}

/** Median follow-up (reverse Kaplan-Meier), of the endpoint that carries it. @param {State} state */
export function followUp(state) {
  const { answer } = state;
  const plan = answer?.plan.endpoints.find((endpoint) => endpoint.followUp);
  if (!answer || !plan) return null;
  const result = resultOf(answer, plan.followUp);
  return { plan, error: /** @type {Problem | null} */ (result?.error ?? null), median: median(result?.curves?.[0]) };
}

/** Curves of the endpoints on show: by group, or all patients where no group is chosen. @param {State} state */
export function curves(state) {
  const { answer } = state;
  if (!answer) return [];
  return shownEndpoints(state).map((plan) => {
    const result = resultOf(answer, plan.by ?? plan.all);
    return {
      plan, id: plan.by ?? plan.all, result, logRank: resultOf(answer, plan.logRank), group: resultOf(answer, plan.group),
    };
  });
}

/** Cautions of analyses, each once. @param {Answer} answer @param {(string | null | undefined)[]} ids @returns {Caution[]} */
export function cautionsOf(answer, ids) {
  return once(ids.flatMap((id) => (id ? resultOf(answer, id)?.cautions ?? [] : [])));
}

/** Cautions of an endpoint itself: of its dates, times and statuses. @param {Answer} answer @param {string} name @returns {Caution[]} */
export function endpointCautions(answer, name) {
  return once((answer.results.warnings ?? []).filter((warning) => warning.endpoint === name && !warning.analysis));
}

/** All cautions of a run, each once, with the analyses that carry it. @param {Answer} answer @returns {(Caution & {analyses: string[]})[]} */
export function allCautions(answer) {
  /** @type {Map<string, Caution & {analyses: string[]}>} */
  const found = new Map();
  const add = (/** @type {Caution} */ caution, /** @type {string | null | undefined} */ where) => {
    const key = identity(caution);
    const item = found.get(key) ?? { ...caution, analyses: [] };
    if (where && !item.analyses.includes(where)) item.analyses.push(where);
    found.set(key, item);
  };
  for (const warning of answer.results.warnings ?? []) add(warning, warning.analysis ?? warning.endpoint);
  for (const result of answer.results.results) for (const caution of result.cautions ?? []) add(caution, result.id);
  return [...found.values()];
}

/** @param {Caution[]} cautions @returns {Caution[]} */
function once(cautions) {
  return [...new Map(cautions.map((caution) => [identity(caution), caution])).values()];
}

/** What makes two cautions the same; of very many rows the first tell enough. @param {Caution} caution */
function identity({ code, params = {}, rows = [] }) {
  return JSON.stringify([code, params, rows.length, rows.slice(0, 50)]);
}

/** Options that are no rule while nothing is asked of them. */
const UNUSED = new Set(["cause", "cluster", "offset", "strata", "weights", "pairwise", "times", "cumulative_hazard", "difference", "permutation"]);

/** Options that say what is analysed, not how. */
const SUBJECTS = new Set([
  "endpoints", "dates", "patient", "as_of", "pairs", "flags", "screened", "before", "lost", "variables", "models", "also", "sort", "covariates", "univariable", "multivariable",
]);

/** Rules by option, and the values in force with the analyses that use each. @param {Answer} answer */
export function rules(answer) {
  /** @type {Map<string, Map<string, {value: unknown, analyses: string[]}>>} */
  const options = new Map();
  for (const result of answer.results.results) {
    for (const [option, value] of Object.entries(result.rules ?? {})) {
      if (SUBJECTS.has(option)) continue;
      if (UNUSED.has(option) && (value === null || value === false || (Array.isArray(value) && value.length === 0))) continue;
      const values = options.get(option) ?? new Map();
      options.set(option, values);
      const key = JSON.stringify(value);
      const item = values.get(key) ?? { value, analyses: [] };
      values.set(key, item);
      item.analyses.push(result.id);
    }
  }
  return [...options].map(([option, values]) => ({ option, values: [...values.values()] }));
}

/**
 * What went wrong, each thing once, with the field that mends it: the engine's refusal, then errors of analyses.
 * @param {State} state
 * @returns {(Problem & {field: string, during: "open" | "study" | "run" | "analysis", analyses: string[]})[]}
 */
export function problems(state) {
  const { problem, answer, choices } = state;
  /** @type {Map<string, Problem & {field: string, during: "open" | "study" | "run" | "analysis", analyses: string[]}>} */
  const found = new Map();
  if (problem) {
    found.set("", { ...problem, field: problem.during === "run" ? fieldOf(problem, choices, null) : problem.during === "open" ? "file" : "study-file", analyses: [] });
  }
  for (const { id, error } of answer?.results.results.flatMap(failures) ?? []) {
    // The place in the study differs between analyses that fail for one reason.
    const key = JSON.stringify([error.code, { ...error.position, path: null }, error.params]);
    const endpoint = answer?.plan.endpoints.find((plan) => id.startsWith(prefixOf(plan)))?.key ?? null;
    const item = found.get(key) ?? { ...error, during: "analysis", field: fieldOf(error, choices, endpoint), analyses: [] };
    item.analyses.push(id);
    found.set(key, item);
  }
  return [...found.values()];
}

/** What failed in a result: all of it, or models of a table, which have names but no ids of their own. @param {Record<string, any>} result @returns {{id: string, error: Problem}[]} */
function failures({ id, type, error, models }) {
  // A number of few different values has no spline: its line cannot be tested, and nothing else fails for it.
  if (error && /^[^.]*\.line\./.test(id) && error.code === "bad_option") return [];
  // Adjusted curves are added by the page: why there are none is said where they would stand (views/adjusted).
  if (error) return /^[^.]*\.adjusted$/.test(id) ? [] : [{ id, error }];
  if (type !== "cox_table") return [];
  const prefix = id.slice(0, -"table".length);
  return [
    ...(models?.univariable ?? []).map((/** @type {any} */ model) => ({ id: `${prefix}uni.${model.covariates[0]}`, error: model.error })),
    { id: `${prefix}multi`, error: models?.multivariable?.error },
  ].filter((item) => item.error);
}

/** The control where a problem is mended: the one that names its column, else the endpoint's first. @param {Problem} problem @param {Choices | null} choices @param {string | null} key @returns {string} */
export function fieldOf(problem, choices, key) {
  const column = problem.position?.column;
  if (!choices) return "file";
  const endpoints = [...choices.endpoints].sort((a, b) => Number(b.key === key) - Number(a.key === key));
  if (column) {
    for (const endpoint of endpoints) {
      const fields = endpoint.kind === "status" ? /** @type {const} */ (["time", "status", "entry"]) : /** @type {const} */ (["origin", "censor"]);
      for (const field of fields) if (endpoint[field] === column) return `${endpoint.key}-${field}`;
      const event = endpoint.events.findIndex((item) => item.column === column);
      if (endpoint.kind === "dates" && event >= 0) return `${endpoint.key}-event-${event}`;
    }
    if (choices.start.mode !== "origin" && choices.start.column === column) return "start-column";
    if (choices.by === column) return "by";
    if (choices.covariates.includes(column)) return fieldId("covariate", column);
  }
  if (problem.code === "no_events" || problem.code === "unknown_status") {
    const endpoint = endpoints[0];
    return `${endpoint.key}-${endpoint.kind === "status" ? "status" : "event-0"}`;
  }
  if (problem.code === "one_group") return "by";
  if (problem.code === "collinear" || problem.code === "not_converged") return "covariate-filter";
  return "settings";
}

/** Whether what is on show answers the choices as they now are. @param {State} state @param {string} computed */
export function isCurrent(state, computed) {
  return state.answer?.plan.computed === computed;
}

/** Rows left out of the endpoints on show. @param {State} state */
export function exclusions(state) {
  const { answer } = state;
  if (!answer) return [];
  return answer.plan.endpoints.map((plan) => {
    const endpoint = answer.results.endpoints?.[plan.name] ?? {};
    return { plan, endpoint, excluded: /** @type {{row: number, line?: number, reason: any}[]} */ (endpoint.excluded ?? []) };
  });
}

/** What the audit found; empty before there is an answer. @param {State} state @returns {any[]} */
export function auditFindings({ answer }) {
  const id = answer?.plan.cohort.audit;
  return (answer && id ? resultOf(answer, id)?.findings : null) ?? [];
}

/** What is to be looked at in a column before its type is relied on, and not yet said by the user. @param {import('../types').InspectedColumn} column @param {Choices} choices @returns {Caution[]} */
export function checksOf(column, choices) {
  const spec = declaredOf(choices, column.name) ?? {};
  const hints = column.hints ?? (column.hint ? [column.hint] : []);
  // The word of the user that a hint asks for: an order of the day and month, a mark, the first of a hundred years, else a type.
  const settled = (/** @type {string} */ code) => {
    if (code === "ambiguous_dates" || code === "suggested_date_format") return spec.format;
    if (code === "two_digit_years") return spec.pivot !== undefined;
    if (code === "ambiguous_numbers" || code === "may_be_thousands" || code === "thousands_read") return spec.decimal ?? spec.thousands ?? spec.type;
    return spec.type;
  };
  const proposals = column.from || spec.type ? [] : column.missing_proposals.filter((proposal) => !spec.missing?.includes(proposal.value));
  return [
    ...(column.from ? [] : hints.filter((hint) => !settled(hint.code))),
    ...(proposals.length ? [{ code: "missing_proposed", params: { values: proposals.map((proposal) => `${proposal.value} (${proposal.n})`).join(", ") } }] : []),
  ];
}

/** Cautions of the file that nobody has answered yet: dates that could be read two ways. @param {State} state */
export function toCheck({ inspection, choices }) {
  if (!inspection || !choices) return [];
  return inspection.columns.filter((column) => checksOf(column, choices).some((check) => check.code === "ambiguous_dates"));
}
