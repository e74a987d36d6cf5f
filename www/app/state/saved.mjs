// A saved study, read back into the user's choices. The page never shows less than the study says: what comes out must
// make the same study again, or it is refused.

import { emptyChoices, emptyEndpoint } from "./choices.mjs";
import { laterDates } from "./guess.mjs";
import { buildStudy } from "./study.mjs";

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').Inspection} Inspection */
/** @typedef {import('../types').Problem} Problem */

const KEYS = "abcdefghijkl";

/**
 * The choices of a study document for the file that is open; `other` says that the study was made with another file.
 * @param {string} text @param {Inspection} inspection
 * @returns {{choices: Choices, other: string | null} | {problem: Problem}}
 */
export function readStudy(text, inspection) {
  /** @type {any} */
  let study;
  try {
    study = JSON.parse(text);
  } catch (error) {
    return { problem: { code: "study_unreadable", params: { reason: String(/** @type {Error} */ (error).message) } } };
  }
  const expected = "riskset-study/1";
  if (study?.format !== expected) return { problem: { code: "unknown_format", params: { found: String(study?.format ?? ""), expected } } };
  /** @type {Choices} */
  let choices;
  try {
    choices = choicesOf(study, inspection);
    const again = buildStudy(choices, inspection).study;
    if (said(again) !== said(study)) return { problem: { code: "study_beyond_page" } };
  } catch {
    // A part has another shape than a study of this page.
    return { problem: { code: "study_beyond_page" } };
  }
  const missing = columnsOf(choices).find((name) => !inspection.columns.some((column) => column.name === name));
  if (missing !== undefined) return { problem: { code: "study_columns", params: { name: missing, file: inspection.file } } };
  const { file, sha256 } = study.data ?? {};
  return { choices, other: sha256 && sha256 !== inspection.sha256 ? String(file) : null };
}

/** What a study asks for, apart from the file. @param {any} study */
const said = ({ title, endpoints, analyses, data, ...more }) => JSON.stringify([title ?? "", endpoints, analyses, data?.columns ?? {}, Object.keys(more)]);

/** @param {any} study @param {Inspection} inspection @returns {Choices} */
function choicesOf(study, inspection) {
  const base = emptyChoices();
  const named = Object.entries(study.endpoints);
  const endpoints = named.map(([name, definition], i) => endpointOf(KEYS[i], name, definition));
  const byDates = endpoints.filter((endpoint) => endpoint.kind === "dates");
  const [entry] = byDates.map((endpoint) => endpoint.entry);
  const late = Boolean(entry) && byDates.every((endpoint) => endpoint.entry === entry);
  if (late) for (const endpoint of byDates) endpoint.entry = null;

  const of = (/** @type {string} */ type) => study.analyses.filter((/** @type {any} */ analysis) => analysis.type === type);
  const models = of("cox"), [curve] = of("kaplan_meier");
  const together = (/** @type {string} */ name) => models.find((/** @type {any} */ model) => model.endpoint === name && model.id.endsWith(".multi"))?.covariates ?? [];
  const [first] = named;
  const choices = {
    ...base, title: study.title ?? "", endpoints, columns: study.data.columns ?? {},
    by: of("kaplan_meier").find((/** @type {any} */ analysis) => analysis.by)?.by ?? null,
    covariates: models.filter((/** @type {any} */ model) => model.endpoint === first?.[0] && model.id.includes(".uni.")).map((/** @type {any} */ model) => model.covariates[0]),
    multivariable: Object.fromEntries(endpoints.map((endpoint) => [endpoint.key, together(endpoint.name)])),
    milestones: curve?.times ?? base.milestones, conf_type: curve?.conf_type ?? base.conf_type, ties: models[0]?.ties ?? base.ties,
  };
  return { ...choices, start: late ? { mode: "late", column: entry } : { mode: "origin", column: laterDates(inspection, choices)[0] ?? null } };
}

/** @param {string} key @param {string} name @param {any} definition @returns {import('../types').EndpointChoice} */
function endpointOf(key, name, definition) {
  const empty = emptyEndpoint(key, name);
  const { unit, entry = null } = definition;
  if ("time" in definition) {
    return { ...empty, kind: "status", time: definition.time, status: definition.status, event: definition.event.map(String), entry, unit };
  }
  const events = Object.entries(definition.events).map(([event, column]) => ({ name: event, column: String(column) }));
  return { ...empty, kind: "dates", origin: definition.origin, events, censor: definition.censor, entry, unit };
}

/** Every column that the choices name. @param {Choices} choices @returns {string[]} */
function columnsOf({ endpoints, by, covariates, start, columns }) {
  const named = endpoints.flatMap((endpoint) => endpoint.kind === "status" ? [endpoint.time, endpoint.status, endpoint.entry]
    : [endpoint.origin, endpoint.censor, endpoint.entry, ...endpoint.events.map((event) => event.column)]);
  return [...named, by, ...covariates, start.mode === "late" ? start.column : null, ...Object.keys(columns)].filter((name) => name !== null);
}
