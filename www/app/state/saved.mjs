// A saved study, read back into the user's choices. The page never shows less than the study says: what comes out must
// make the same study again, or it is refused.

import { TESTS, emptyChoices, emptyEndpoint } from "./choices.mjs";
import { programsOf } from "./conventions.mjs";
import { figuresFromStudy } from "./figures.mjs";
import { laterDates } from "./guess.mjs";
import { DEEP_ROWS, buildStudy } from "./study.mjs";
import { readEntries } from "./table_one.mjs";

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
    const read = choicesOf(study, inspection);
    choices = read;
    const missing = columnsOf(choices).find((name) => !inspection.columns.some((column) => column.name === name));
    if (missing !== undefined) return { problem: { code: "study_columns", params: { name: missing, file: inspection.file } } };
    // The page asks for more than a study of an earlier version did; what the study asks for must be all there.
    const asked = new Set(study.analyses.map((/** @type {any} */ analysis) => analysis.id));
    const makes = (/** @type {Choices} */ candidate) => {
      const again = buildStudy(candidate, inspection).study;
      again.analyses = again.analyses.filter((/** @type {any} */ analysis) => !beside(analysis.id) || asked.has(analysis.id));
      return said(again) === said(study);
    };
    // Some programs have one preset in the document, and differ in what its analyses say.
    const program = programsOf(study).find((conventions) => makes({ ...read, conventions }));
    if (!program) return { problem: { code: "study_beyond_page" } };
    choices = { ...read, conventions: program };
  } catch {
    // A part has another shape than a study of this page.
    return { problem: { code: "study_beyond_page" } };
  }
  const { file, sha256 } = study.data ?? {};
  return { choices, other: sha256 && sha256 !== inspection.sha256 ? String(file) : null };
}

/** Whether an analysis stands beside the figures that a study is about: of the whole cohort, or of a model that is asked for. @param {string} id */
const beside = (id) => !id.includes(".") || /^[^.]*\.(?:ph|group_ph|influence|adjusted|follow_up_by|(?:rates|line)\b.*)$/.test(id);

/** What a study asks for, apart from the file. @param {any} study */
const said = ({ title, endpoints, analyses, data, ...more }) => {
  const { file: _, sha256: __, ...declared } = data ?? {};
  return JSON.stringify([title ?? "", endpoints, analyses, { read: {}, exclude: [], decisions: [], columns: {}, ...declared }, more.conventions ?? "r", more.figures ?? {}, Object.keys(more).filter((key) => !["conventions", "figures"].includes(key))]);
};

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
  const models = of("cox"), tables = of("cox_table"), [first] = tables, [curve] = of("kaplan_meier"), [audit] = of("audit"), [flow] = of("flow"), [table] = of("summary");
  const together = (/** @type {string} */ name) => tables.find((/** @type {any} */ table) => table.endpoint === name)?.multivariable ?? [];
  const choices = {
    ...base, title: study.title ?? "", endpoints, columns: study.data.columns ?? {}, read: study.data.read ?? {},
    exclude: study.data.exclude ?? [], decisions: study.data.decisions ?? [], as_of: audit?.as_of ?? null, patient: audit?.patient ?? null,
    ...readEntries(table?.variables), flow: { screened: flow?.screened ?? null, before: flow?.before ?? [], lost: flow?.lost ?? null },
    by: of("kaplan_meier").find((/** @type {any} */ analysis) => analysis.id.endsWith(".by"))?.by ?? null,
    covariates: first?.univariable ?? [],
    multivariable: Object.fromEntries(endpoints.map((endpoint) => [endpoint.key, together(endpoint.name)])),
    ...ofCurves(study, endpoints, of("kaplan_meier"), of("log_rank")),
    milestones: curve?.times ?? base.milestones, conf_type: curve?.conf_type ?? base.conf_type, ties: first?.ties ?? models[0]?.ties ?? base.ties,
    factor_test: first?.factor_test ?? base.factor_test, conf: first?.conf ?? base.conf, strata: first?.strata ?? base.strata,
    deep: inspection.n_rows > DEEP_ROWS && study.analyses.some((/** @type {any} */ { id }) => /^[^.]*\.(?:influence$|rates\.|line\.)/.test(id)),
  };
  return { ...choices, start: late ? { mode: "late", column: entry } : { mode: "origin", column: laterDates(inspection, choices)[0] ?? null } };
}

/**
 * How groups are compared and figures drawn.
 * @param {any} study @param {import('../types').EndpointChoice[]} endpoints @param {any[]} curves @param {any[]} tests
 * @returns {Pick<Choices, "difference" | "tests" | "figures">}
 */
function ofCurves(study, endpoints, curves, tests) {
  const base = emptyChoices();
  const { figures = {} } = study;
  const groups = curves.filter((curve) => curve.id.endsWith(".by"));
  const name = (/** @type {any} */ weights) => (weights === undefined ? TESTS[0] : typeof weights === "string" ? weights : Object.keys(weights)[0]);
  const asked = new Set(tests.map((test) => name(test.weights)));
  const exponents = tests.map((test) => test.weights?.["fleming-harrington"]).find(Boolean);
  const ends = endpoints.flatMap(({ key, name: own }) => (Object.hasOwn(figures.x_max ?? {}, own) ? [[key, figures.x_max[own]]] : []));
  return {
    // Without groups or milestones a study cannot say that differences were wanted.
    difference: groups.some((curve) => curve.times?.length) ? groups.some((curve) => curve.difference) : base.difference,
    tests: {
      weights: asked.size ? TESTS.filter((test) => asked.has(test)) : base.tests.weights, rho_gamma: exponents ?? base.tests.rho_gamma,
      trend: tests.some((test) => test.trend), pairwise: tests.find((test) => test.pairwise)?.pairwise ?? null,
    },
    figures: {
      risk_table: figures.risk_table ?? "full", upward: figures.upward ?? false, kind: figures.kind ?? "survival", x_max: Object.fromEntries(ends), ...figuresFromStudy(figures, endpoints),
    },
  };
}

/** @param {string} key @param {string} name @param {any} definition @returns {import('../types').EndpointChoice} */
function endpointOf(key, name, definition) {
  const empty = emptyEndpoint(key, name);
  const { unit, entry = null, cutoff = null, month_rule = null, time_zero = null, late_events = null } = definition;
  const rules = { unit, entry, cutoff, month_rule, time_zero, late_events };
  if ("time" in definition) {
    return { ...empty, ...rules, kind: "status", time: definition.time, status: definition.status, event: definition.event.map(String) };
  }
  const events = Array.isArray(definition.events)
    ? definition.events.map((/** @type {any} */ event) => ({ name: event.name, column: String(event.date), ...(event.when ? { when: event.when } : {}) }))
    : Object.entries(definition.events).map(([event, column]) => ({ name: event, column: String(column) }));
  const [origin, ...origins] = [definition.origin].flat();
  return { ...empty, ...rules, kind: "dates", origin, ...(origins.length ? { origins } : {}), events, censor: definition.censor ?? null };
}

/** Every column that the choices name. @param {Choices} choices @returns {string[]} */
function columnsOf({ endpoints, by, covariates, strata, start, columns, patient }) {
  const named = endpoints.flatMap((endpoint) => endpoint.kind === "status" ? [endpoint.time, endpoint.status, endpoint.entry]
    : [endpoint.origin, ...(endpoint.origins ?? []), endpoint.censor, endpoint.entry, ...endpoint.events.map((event) => event.column)]);
  const derived = new Set(Object.entries(columns).filter(([, spec]) => spec.from).map(([name]) => name));
  const sources = Object.entries(columns).map(([name, spec]) => spec.from ?? name);
  return [...named, by, ...covariates, ...strata, start.mode === "late" ? start.column : null, patient, ...sources]
    .filter((name) => name !== null && !derived.has(name)).map(String);
}
