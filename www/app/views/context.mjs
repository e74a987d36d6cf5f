// What every view is given beside the state.

import { declaredOf } from "../state/choices.mjs";
import { prefixOf } from "../state/selectors.mjs";

/** @typedef {import('../types').State} State */
/** @typedef {import('../types').Choices} Choices */
/** A page of somebody else around the element. `given`: it gave the data; `apart`: it is held off by a frame, and sees only what it is told. @typedef {{given: boolean, apart: boolean}} Around */
/**
 * `copy` says what this copy of the page is, where it is all of the document. `around` is what surrounds the page: nothing, or a page of somebody else that may have given the data. `label` names a column for the reader, `moment` a date in a sentence ("since surgery"), `analysis` an analysis by its id; `brief`: only what is seen at once is drawn, so that the first curve is on the screen sooner. `act` are the things a user can do.
 * @typedef {{
 *   w: import('../i18n/words.mjs').Words, client: import('../types').Client, plan: import('../types').Plan | null, around?: Around | null, brief?: boolean,
 *   copy: import('../copy/copy.mjs').Facts | null, label: (column: string | null) => string, moment: (column: string | null) => string, analysis: (id: string) => string,
 *   act: {
 *     choose: (choices: Choices) => void, open: (file: File) => void, openStudy: (file: File) => void, openDemo: () => void, show: (endpoint: string) => void, step: (step: import('../types').Step) => void, go: (step: import('../types').Step, id: string) => void, edit: (column: string | null) => void,
 *     cancel: () => void, again: () => void, dismiss: () => void, focus: (id: string) => void,
 *     startAfresh: () => void, forget: () => void, saveStudy: () => void, saveResults: () => void, compare: () => void, glossary: (open: boolean) => void,
 *     panel: (panel: "silence" | "self_test", isOpen: boolean) => void, attempt: () => void, selfTest: () => void, print: () => void, saveSelfTest: (form: "html" | "csv") => Promise<string>,
 *     about: (open: boolean) => void, check: (file: File) => void, expect: (checksum: string) => void,
 *   },
 * }} Context
 */

/** What the study in force declares of a column. @param {State} state @param {string} column @returns {import('../types').ColumnChoice | undefined} */
function declaredIn({ fixed, choices }, column) {
  if (!fixed) return choices ? declaredOf(choices, column) : undefined;
  const columns = fixed.study.data?.columns ?? {};
  return Object.hasOwn(columns, column) ? columns[column] : undefined;
}

/**
 * Names of columns: the user's label or the file's own, the demonstration's in words, else as in the file.
 * @param {State} state @param {import('../i18n/words.mjs').Words} w
 * @returns {(column: string | null) => string}
 */
export function createLabel(state, w) {
  const declared = (/** @type {string} */ column) => declaredIn(state, column)?.label ?? state.inspection?.columns.find((item) => item.name === column)?.suggested?.label;
  return (column) => (column === null ? "" : declared(column) ?? (state.source === "demo" ? w.or(`demo.columns.${column}`, column) : column));
}

/**
 * Names of moments: the demonstration's in words, else the column's name.
 * @param {State} state @param {import('../i18n/words.mjs').Words} w
 * @returns {(column: string | null) => string}
 */
export function createMoment(state, w) {
  const label = createLabel(state, w);
  return (column) => (column !== null && state.source === "demo" ? w.or(`demo.moments.${column}`, label(column)) : label(column));
}

/**
 * Names of analyses: "OS, multivariable".
 * @param {State} state @param {import('../i18n/words.mjs').Words} w
 * @returns {(id: string) => string}
 */
export function createAnalysis(state, w) {
  const label = createLabel(state, w);
  return (id) => {
    const plan = state.answer?.plan.endpoints.find((endpoint) => id.startsWith(prefixOf(endpoint)));
    if (!plan) return w.or(`analysis.${id.split("-")[0]}`, id);
    const [kind, ...variable] = id.slice(prefixOf(plan).length).split(".");
    return w.t(`analysis.${kind}`, { endpoint: plan.name, variable: label(variable.join(".")) });
  };
}

/** Unit of a column's numbers: the user's or the file's own, the demonstration's in words. @param {State} state @param {import('../i18n/words.mjs').Words} w @param {string} column @returns {string} */
export function columnUnit(state, w, column) {
  const { inspection, source } = state;
  const own = declaredIn(state, column)?.unit ?? inspection?.columns.find((item) => item.name === column)?.suggested?.unit;
  return own ?? (source === "demo" ? w.or(`demo.units.${column}`, "") : "");
}

/**
 * Names of columns for a figure of the engine, which adds the unit itself where the study has it.
 * @param {string[]} columns @param {State} state @param {Context} context @returns {Record<string, string>}
 */
export function figureNames(columns, state, { w, label }) {
  return Object.fromEntries(columns.map((column) => {
    const unit = declaredIn(state, column)?.unit ? "" : columnUnit(state, w, column);
    return [column, unit ? `${label(column)} (${unit})` : label(column)];
  }));
}

/** Names of columns in a caution, for the reader. @param {import('../types').Caution} caution @param {(column: string | null) => string} label @returns {import('../types').Caution} */
export function namedCaution(caution, label) {
  const { variable, level, name, kept, left, from } = caution.params ?? {};
  const list = (/** @type {string} */ names) => names.split(", ").map(label).join(", ");
  return {
    ...caution, params: {
      ...caution.params, ...(variable ? { variable: label(variable) } : {}),
      ...(variable && name === `${variable} = ${level}` ? { name: `${label(variable)} = ${level}` } : name && !from ? { name: label(name) } : {}),
      ...(caution.code === "screening" ? { kept: list(kept), left: list(left) } : {}),
    },
  };
}

/** Words of a unit: "months". @param {import('../i18n/words.mjs').Words} w @param {string} unit */
export function unitWord(w, unit) {
  return w.t(`unit.${unit}`);
}

/** An endpoint's name in words where it is a common one: "Overall survival". @param {import('../i18n/words.mjs').Words} w @param {string} name */
export function endpointWords(w, name) {
  return w.or(`endpoint_names.${name}`, name);
}

/**
 * What the endpoints of the study, their events and their columns are called in a figure.
 * @param {import('../types').EndpointPlan[]} plans @param {State} state @param {Context} context @returns {Record<string, string>}
 */
export function endpointNames(plans, state, { w, label, moment }) {
  const answer = /** @type {import('../types').Answer} */ (state.answer);
  const { start, endpoints, flow } = answer.choices;
  const lost = flow.lost && "column" in flow.lost ? flow.lost.column : null;
  /** @type {Record<string, string>} */
  const names = {};
  for (const plan of plans) {
    const endpoint = endpoints.find((item) => item.key === plan.key);
    for (const event of endpoint?.kind === "dates" ? endpoint.events : []) names[event.name] = w.or(`event_names.${event.name}`, event.name);
    for (const name of [endpoint?.origin, ...(endpoint?.origins ?? []), endpoint?.entry, endpoint?.time, start.mode === "origin" ? null : start.column]) if (name) names[name] = moment(name);
    if (endpoint?.censor) names[endpoint.censor] = label(endpoint.censor);
  }
  if (lost) names[lost] = label(lost);
  // Last: an endpoint may be called as one of its columns.
  for (const plan of plans) names[plan.name] = endpointWords(w, plan.name);
  return names;
}

/** What can be set of a figure, beside every figure's own. @param {import('../types').FigureRef} ref @param {State} state @param {Context} context @param {import('../ui/figure_settings.mjs').Settable["has"]} [has] @param {string[]} [groups] @returns {import('../ui/figure_settings.mjs').Settable} */
export function settable(ref, state, { act }, has, groups) {
  const answer = /** @type {import('../types').Answer} */ (state.answer);
  return { choices: state.choices ?? answer.choices, choose: act.choose, ref, has, groups };
}
