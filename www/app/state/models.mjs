// What the step of the models shows, picked out of the results: the prognostic table, proportional hazards, and what the
// models would say without one patient.

import { isCategory, levelsOf, outcomeColumns } from "./choices.mjs";
import { studyColumns } from "./columns.mjs";
import { canGroup, plain } from "./guess.mjs";
import { resultOf } from "./selectors.mjs";

/** @typedef {import('../types').Answer} Answer */
/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').EndpointPlan} EndpointPlan */
/** @typedef {import('../types').Inspection} Inspection */
/** @typedef {import('../types').Problem} Problem */
/** @typedef {{level: string | null, reference: boolean, per: number | null, n: number | null, events: number | null, univariable: any, multivariable: any}} Row */
/** @typedef {{rows: number[], patient: string | null, variable: string | null, level: string | null, reference: string | null, kind: "includes" | "excludes" | "turns" | "diverges" | "fails", before: any, after: any, reason: string | null}} Change */
/** @typedef {{n: number | null, events: number | null, p: number | null, reason: string | null, error: Problem | null}} Side */

/**
 * The prognostic table of an endpoint: a factor per covariate, a row per level, each alone and in the common model.
 * @param {Answer} answer @param {EndpointPlan} plan
 */
export function modelTable(answer, plan) {
  const result = resultOf(answer, plan.table);
  const together = result?.models?.multivariable ?? null;
  const factors = plan.univariable.map((variable, index) => {
    const alone = result?.models?.univariable?.[index] ?? null;
    const tests = (result?.factors ?? []).find((/** @type {any} */ item) => item.variable === variable);
    const rows = (result?.rows ?? []).filter((/** @type {any} */ row) => row.variable === variable).map((/** @type {any} */ row) => rowOf(row));
    return {
      variable, rows: /** @type {Row[]} */ (rows), numeric: rows.length === 1 && rows[0].level === null,
      univariable: side(alone, tests?.univariable), multivariable: plan.multivariable.includes(variable) ? side(together, tests?.multivariable) : null,
    };
  });
  const alone = factors.map((factor) => factor.univariable).filter((item) => item.n !== null);
  const fits = (/** @type {any} */ model) => (model && !model.error ? model : null);
  return {
    error: /** @type {Problem | null} */ (result?.error ?? null), factors, multivariable: fits(together), failed: /** @type {Problem | null} */ (together?.error ?? null),
    /** Patients and events of the models of one factor, where they are all the same. */
    alone: new Set(alone.map((item) => `${item.n} ${item.events}`)).size === 1 ? { n: alone[0].n, events: alone[0].events } : null,
    test: /** @type {import('../types').FactorTest} */ (result?.rules?.factor_test ?? "likelihood_ratio"), conf: String(result?.rules?.conf ?? "wald"),
    level: Number(result?.rules?.conf_level ?? 0.95),
    isSeparated: factors.some((factor) => factor.rows.some((row) => [row.univariable, row.multivariable].some((term) => term?.reason === "separation"))),
  };
}

/** @param {any} row @returns {Row} */
function rowOf({ level, reference, univariable, multivariable }) {
  const term = univariable ?? multivariable;
  return {
    level: level ?? null, reference: Boolean(reference), per: term?.per ?? null, n: term?.n ?? null, events: term?.n_event ?? null,
    univariable: univariable ?? null, multivariable: multivariable ?? null,
  };
}

/** @param {any} model @param {any} test @returns {Side} */
function side(model, test) {
  return {
    n: model?.n ?? test?.n ?? null, events: model?.n_event ?? test?.n_event ?? null, p: test?.p_value ?? null, reason: test?.reason ?? null,
    error: model?.error ?? null,
  };
}

/**
 * Rates at the milestones beside the ratios of the factors with two levels: of the reference, of the other, and their difference.
 * @param {Answer} answer @param {EndpointPlan} plan
 */
export function absoluteDifferences(answer, plan) {
  return plan.rates.flatMap(({ variable, id }) => {
    const result = resultOf(answer, id);
    const at = (/** @type {string} */ group, /** @type {number} */ time) =>
      result.curves.find((/** @type {any} */ curve) => curve.group === group)?.at.find((/** @type {any} */ item) => item.time === time) ?? null;
    return (result?.differences ?? []).map((/** @type {any} */ item) => ({
      variable, level: item.group, reference: item.reference, time: item.time, difference: item, rate: at(item.group, item.time), rateOfReference: at(item.reference, item.time),
    }));
  });
}

/**
 * Adjusted survival of the groups at the milestones, beside the observed; null where the model's times do not go so far. `n` is of the model, `crude` of
 * the observed curves, where they are of other patients.
 * @param {Answer} answer @param {EndpointPlan} plan
 */
export function adjustedRates(answer, plan) {
  const result = resultOf(answer, plan.adjusted), observed = resultOf(answer, plan.by);
  if (!result?.adjusted) return null;
  const { time, curves } = result.adjusted, last = time.at(-1) ?? 0;
  const crude = (observed?.curves ?? []).reduce((/** @type {number} */ sum, /** @type {any} */ curve) => sum + curve.n, 0);
  const rows = answer.choices.milestones.flatMap((milestone) => {
    // The step that holds at this time; before the first everybody is alive.
    const at = time.filter((/** @type {number} */ other) => other <= milestone).length - 1;
    return curves.map((/** @type {any} */ curve) => ({
      milestone, level: curve.level,
      adjusted: milestone > last ? null : at < 0 ? { estimate: 1, conf_low: 1, conf_high: 1 } : { estimate: curve.estimate[at], conf_low: curve.conf_low[at], conf_high: curve.conf_high[at] },
      observed: observed?.curves?.find((/** @type {any} */ other) => other.group === curve.level)?.at?.find((/** @type {any} */ item) => item.time === milestone) ?? null,
    }));
  });
  return { rows, n: Number(result.n), crude, others: plan.multivariable.filter((name) => name !== answer.plan.by) };
}

/** The test that the log hazard follows each number in a straight line, as one ratio per unit takes for granted. @param {Answer} answer @param {EndpointPlan} plan @returns {{variable: string, p: number}[]} */
export function straightLines(answer, plan) {
  return plan.lines.flatMap(({ variable, id }) => {
    const p = resultOf(answer, id)?.factors?.[0]?.nonlinear?.likelihood_ratio?.p_value;
    return typeof p === "number" ? [{ variable, p }] : [];
  });
}

/** How many coefficients the covariates of a model have, as the choices are now. @param {Choices} choices @param {Inspection} inspection @param {string} key */
export function parametersOf(choices, inspection, key) {
  const columns = studyColumns(choices, inspection);
  return (choices.multivariable[key] ?? []).filter((name) => choices.covariates.includes(name)).reduce((sum, name) => {
    const column = columns.find((item) => item.name === name);
    return sum + (column && isCategory(choices, column) ? Math.max(0, (levelsOf(choices, column).length || column.n_distinct) - 1) : 1);
  }, 0);
}

/**
 * Events per parameter: those of the fitted model where it is of the choices as they are now, else the endpoint's events
 * over the parameters that are ticked.
 * @param {Answer | null} answer @param {Choices} choices @param {Inspection} inspection @param {string} key
 */
export function eventsPerParameter(answer, choices, inspection, key) {
  const plan = answer?.plan.endpoints.find((endpoint) => endpoint.key === key) ?? null;
  const parameters = parametersOf(choices, inspection, key);
  if (!answer || !plan || parameters === 0) return null;
  const model = answer.choices === choices ? resultOf(answer, plan.table)?.models?.multivariable : null;
  const fitted = model && !model.error && model.events_per_parameter ? model : null;
  const events = fitted ? fitted.n_event : answer.results.endpoints?.[plan.name]?.n_event;
  if (typeof events !== "number") return null;
  const ratio = fitted ? fitted.events_per_parameter : events / parameters;
  return { events, parameters: fitted ? Math.round(events / ratio) : parameters, ratio, judgement: judgement(ratio) };
}

/** The usual rule of thumb asks for ten events per parameter; below five even the direction of a ratio is unsure. @param {number} ratio */
function judgement(ratio) {
  return ratio >= 20 ? "many" : ratio >= 10 ? "enough" : ratio >= 5 ? "few" : "too_few";
}

/** What a p value of a test of proportional hazards says. @param {number | null} p @returns {"none" | "weak" | "sign" | "unknown"} */
export function hazardsSign(p) {
  return p === null ? "unknown" : p < 0.05 ? "sign" : p < 0.1 ? "weak" : "none";
}

/** Names of patients by row, where the study names them. @param {Answer} answer @param {EndpointPlan} plan @returns {Map<number, string>} */
function patients(answer, plan) {
  const lanes = resultOf(answer, answer.plan.cohort.timelines[plan.key] ?? null)?.lanes ?? [];
  return new Map(lanes.filter((/** @type {any} */ lane) => lane.patient).map((/** @type {any} */ lane) => [lane.row, String(lane.patient)]));
}

/**
 * What one patient changes in the multivariable model. `changed` holds who moves a conclusion when left out: the p across
 * 1 − confidence level, so that the interval gains or loses 1; a significant ratio to the other side of 1; a ratio, which has no
 * finite estimate any more; or the model, which cannot be fitted. `turned` holds who moves a ratio across 1 whose interval includes 1 with and without them. `reach` holds
 * how far the ratio of each level moves at most.
 * @param {Answer} answer @param {EndpointPlan} plan
 */
export function influenceOf(answer, plan) {
  const result = resultOf(answer, plan.influence);
  if (!result?.influence) return null;
  const { method, columns, left_out: leftOut } = result.influence;
  const alpha = 1 - Number(result.rules?.conf_level ?? 0.95);
  const named = patients(answer, plan);
  const who = (/** @type {number[]} */ rows) => ({ rows, patient: named.get(rows[0]) ?? null });
  const terms = columns.map((/** @type {any} */ { variable, level }) =>
    result.terms.find((/** @type {any} */ term) => term.variable === variable && (term.level ?? null) === (level ?? null)));
  const reference = (/** @type {string} */ variable) => result.terms.find((/** @type {any} */ term) => term.variable === variable && term.reference)?.level ?? null;
  /** @type {Change[]} */
  const changed = [];
  /** @type {Change[]} */
  const turned = [];
  for (const { rows, hazard_ratio: ratios, p_value: ps, reason } of leftOut) {
    if (reason) {
      changed.push({ ...who(rows), variable: null, level: null, reference: null, kind: "fails", before: null, after: null, reason });
      continue;
    }
    terms.forEach((/** @type {any} */ term, /** @type {number} */ index) => {
      const after = { hazard_ratio: ratios[index], p_value: ps[index] };
      if (term && typeof term.hazard_ratio === "number" && after.hazard_ratio === null && after.p_value === null) {
        changed.push({ ...who(rows), variable: term.variable, level: term.level ?? null, reference: reference(term.variable), kind: "diverges", before: term, after, reason: "separation" });
        return;
      }
      if (!term || typeof term.p_value !== "number" || typeof term.hazard_ratio !== "number" || typeof after.p_value !== "number" || typeof after.hazard_ratio !== "number") return;
      const crosses = (term.p_value < alpha) !== (after.p_value < alpha);
      const turns = (term.hazard_ratio > 1) !== (after.hazard_ratio > 1);
      if (!crosses && !turns) return;
      (crosses || term.p_value < alpha ? changed : turned).push({
        ...who(rows), variable: term.variable, level: term.level ?? null, reference: reference(term.variable),
        kind: crosses ? (after.p_value < alpha ? "excludes" : "includes") : "turns", before: term, after, reason: null,
      });
    });
  }
  const reach = terms.map((/** @type {any} */ term, /** @type {number} */ index) => {
    if (!term || typeof term.hazard_ratio !== "number") return null;
    const found = leftOut.filter((/** @type {any} */ item) => typeof item.hazard_ratio[index] === "number")
      .map((/** @type {any} */ item) => ({ ...who(item.rows), ratio: item.hazard_ratio[index] })).sort((/** @type {any} */ a, /** @type {any} */ b) => a.ratio - b.ratio);
    return found.length ? { variable: term.variable, level: term.level ?? null, ratio: term.hazard_ratio, low: found[0], high: found[found.length - 1] } : null;
  }).filter(Boolean);
  return { method: String(method), n: leftOut.length, level: 1 - alpha, changed, turned, reach };
}

/** Names of columns that say where a patient was treated. A site alone: most others are of tumours. */
const CENTRE = /(^|_)(cent(er|re)s?|hospital|hopital|clinic|clinique|etablissement|institution)($|_)|^(study_|trial_)?site(_id|_no)?$/;

/** A column of centres that the models take no account of, and how many there are. @param {Choices} choices @param {Inspection} inspection */
export function centreOf(choices, inspection) {
  const outcome = outcomeColumns(choices);
  const found = studyColumns(choices, inspection).find((column) => CENTRE.test(plain(column.name)) && canGroup(column) && !outcome.has(column.name));
  return found && !choices.covariates.includes(found.name) && !choices.strata.includes(found.name) ? { name: found.name, n: found.n_distinct } : null;
}
