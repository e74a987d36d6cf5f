// Work in the engine: opens files, and runs the study again after each change of the choices. The latest wins; work that
// takes longer than a moment is shown, and can be stopped.

import { buildStudy } from "./study.mjs";
import { studyOf } from "./console.mjs";
import { PROGRAMS, follow } from "./conventions.mjs";
import { demoChoices } from "./demo.mjs";
import { guess } from "./guess.mjs";
import { readInspection } from "./inspection.mjs";
import { readStudy } from "./saved.mjs";

/** @typedef {import('../types').Client} Client */
/** @typedef {import('../types').State} State */
/** @typedef {import('./store.mjs').Store} Store */

/** What is said of a study that nothing can be made of; any other is run as it stands. */
const NO_STUDY = new Set(["study_unreadable", "unknown_format"]);

/** What is said of a file that another took the place of. */
const SUPERSEDED = { code: "superseded" };

/** What is run of a study that the page did not build. @param {import('../types').Fixed} fixed */
const asItStands = ({ text, study }) => /** @type {any} */ ({ text, computed: text, study, endpoints: [null] });

/** Milliseconds of rest after a change before the study runs, and of work before it is shown. */
export const PAUSE = 120, SLOW = 200;

/** The day, as the study writes it. */
function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** Whether the file still has the columns that the endpoints are made of. @param {import('../types').Choices} choices @param {import('../types').Inspection} inspection */
function fits(choices, inspection) {
  const known = new Set(inspection.columns.map((column) => column.name));
  const named = choices.endpoints.flatMap((endpoint) => endpoint.kind === "status" ? [endpoint.time, endpoint.status]
    : [endpoint.origin, ...(endpoint.origins ?? []), endpoint.censor, ...endpoint.events.map((event) => event.column)]);
  return named.every((name) => name === null || known.has(name));
}

/**
 * @param {Client} client
 * @param {Store} store
 * @param {{pause?: number, slow?: number, keeper?: Pick<ReturnType<typeof import('./keeper.mjs').createKeeper>, "readOf" | "take"> | null}} [options]
 *   `keeper` has studies of earlier visits
 */
export function createRunner(client, store, { pause = PAUSE, slow = SLOW, keeper = null } = {}) {
  /** Counts files and stops: work begun before the last of them is of no more interest. */
  let epoch = 0;
  /** The study under way in the engine. @type {string | null} */
  let running = null;
  /** The study that programs are compared on at present. @type {string | null} */
  let comparing = null;
  /** The study last asked for, whether or not it has been answered. @type {string | null} */
  let asked = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let opening = false;
  /** A study that is taken up again for each file but the demonstration. @type {string | null} */
  let pinned = null;

  /** @template T @param {"open" | "run"} kind @param {Promise<T>} work @returns {Promise<T>} */
  async function watched(kind, work) {
    store.dispatch({ type: "work", kind });
    const alarm = setTimeout(() => store.dispatch({ type: "slow" }), slow);
    try {
      return await work;
    } finally {
      clearTimeout(alarm);
    }
  }

  /** The file that is open, to read it again in another way, and the way it was read. @type {{file: Uint8Array | Blob, name: string, read: string} | null} */
  let held = null;

  /** The file that was open before the reading under way, or the last that ended in vain. @type {{file: Uint8Array | Blob, name: string, read: string} | null} */
  let former = null;

  /** The file was given back to an engine that had lost it, and nothing has been answered since. */
  let isReturned = false;

  /** What the page proposes for a file. @param {State["source"]} source @param {import('../types').Inspection} inspection @param {import('../types').ReadChoice} [read] how it was read */
  const proposal = (source, inspection, read = {}) => (source === "demo" ? demoChoices() : { ...guess(inspection), read, as_of: today() });

  /**
   * Opens a file. `rest`: runs only after a pause, for who asks for another study at once; `anew`: a study that was kept for it is left
   * alone. What went wrong is said in the state, and given; null where nothing did.
   * @param {Uint8Array | Blob} file @param {string} name @param {State["source"]} source @param {{read?: import('../types').ReadChoice, rest?: boolean, anew?: boolean}} [how]
   * @returns {Promise<import('../types').Problem | null>}
   */
  function open(file, name, source, { read = {}, rest = false, anew = false } = {}) {
    return reading(file, name, read, (inspection) => {
      const kept = anew ? null : keeper?.take(inspection) ?? null;
      const choices = kept?.choices ?? proposal(source, inspection, JSON.parse(held?.read ?? "{}"));
      store.dispatch({ type: "opened", inspection, source, choices, kept: kept?.choices ? kept : null });
      if (kept && !kept.choices) store.dispatch({ type: "failed", during: "study", problem: { code: "kept_unreadable" } });
      if (source === "demo" || pinned === null) return;
      const problem = take(pinned);
      if (problem) store.dispatch({ type: "failed", during: "study", problem });
    }, { rest, source, readOf: (inspection) => (anew ? null : keeper?.readOf(inspection.sha256) ?? null) });
  }

  /**
   * Takes up a study for the file that is open: with the page's controls where the page could have written it, else as it stands.
   * Runs nothing. @param {string} text @returns {import('../types').Problem | null} why it is no study
   */
  function take(text) {
    const { inspection, choices } = store.get();
    if (!inspection || !choices) return { code: "no_file" };
    const found = readStudy(text, inspection);
    if ("choices" in found) {
      // A study that does not say how the file is read leaves that as it is.
      const read = Object.keys(found.choices.read).length ? found.choices.read : choices.read;
      store.dispatch({ type: "study", choices: { ...found.choices, read }, madeWith: found.other });
      return null;
    }
    if (NO_STUDY.has(found.problem.code)) return found.problem;
    store.dispatch({ type: "fixed", text, study: JSON.parse(text) });
    return null;
  }

  /** How the open file is to be read. @returns {import('../types').ReadChoice} */
  function wantedRead() {
    const { choices, fixed } = store.get();
    return fixed?.study.data?.read ?? choices?.read ?? {};
  }

  /** Reads the open file as the choices now say; what was guessed of columns that are no more is guessed anew. */
  async function reread() {
    const { choices } = store.get();
    if (!held || !choices) return;
    await reading(held.file, held.name, wantedRead(), (inspection) => {
      const now = store.get().choices ?? choices;
      store.dispatch({ type: "reread", inspection, choices: fits(now, inspection) ? now : { ...guess(inspection), read: now.read, as_of: now.as_of } });
    });
  }

  /**
   * Reads a file; `done` takes what was found. `readOf` says how this file is to be read instead, once it is known.
   * @param {Uint8Array | Blob} file @param {string} name @param {import('../types').ReadChoice} read @param {(inspection: import('../types').Inspection) => void} done
   * @param {{rest?: boolean, source?: State["source"], readOf?: (inspection: import('../types').Inspection) => import('../types').ReadChoice | null}} [how]
   * @returns {Promise<import('../types').Problem | null>}
   */
  async function reading(file, name, read, done, { rest = false, source = store.get().source, readOf = () => null } = {}) {
    const turn = ++epoch;
    clearTimeout(timer);
    store.dispatch({ type: "pending", on: false });
    opening = true;
    const before = former = held;
    // A choice that the file cannot be read by is not tried again until it changes.
    held = { file, name, read: JSON.stringify(read) };
    try {
      const once = async (/** @type {import('../types').ReadChoice} */ options) => readInspection(await watched("open", client.open(file, name, {
        options, onProgress: (progress) => { if (turn === epoch) store.dispatch({ type: "progress", share: progress.bytes / Math.max(1, progress.of), rows: progress.rows }); },
      })));
      let inspection = await once(read);
      if (turn !== epoch) return SUPERSEDED;
      const wanted = readOf(inspection);
      if (wanted && JSON.stringify(wanted) !== held.read) {
        held.read = JSON.stringify(wanted);
        inspection = await once(wanted);
        if (turn !== epoch) return SUPERSEDED;
      }
      opening = false;
      asked = null;
      done(inspection);
      if (rest) changed();
      else await run();
      return null;
    } catch (error) {
      if (turn !== epoch) return SUPERSEDED;
      opening = false;
      const problem = failed("open", error, source);
      // The earlier file stays open; the same file stays as it was read, until the choice that it cannot be read by is another.
      if (before?.file === file) return problem;
      held = before;
      if (store.get().answer?.plan.computed !== asked && !store.get().fixed?.results) again();
      return problem;
    }
  }

  /** Runs the study of the choices as they now are. @returns {Promise<void>} */
  async function run() {
    clearTimeout(timer);
    store.dispatch({ type: "pending", on: false });
    const { choices, inspection, fixed } = store.get();
    if (!choices || !inspection || opening) return;
    if (held && held.read !== JSON.stringify(wantedRead())) return reread();
    const plan = /** @type {import("../types").Plan} */ (fixed ? asItStands(fixed) : buildStudy(choices, inspection));
    if (plan.computed === asked) return;
    const turn = epoch;
    asked = plan.computed;
    if (plan.endpoints.length === 0) return store.dispatch({ type: "no_endpoint" });
    if (running !== null) return; // The one under way starts this one when it ends.
    running = plan.computed;
    const wanted = () => turn === epoch && asked === plan.computed;
    try {
      const results = await watched("run", client.run(plan.text, {
        onPartial: (analysis, entry) => { if (wanted()) store.dispatch({ type: "partial", analysis, entry }); },
        onProgress: (share) => { if (wanted()) store.dispatch({ type: "progress", share }); },
      }));
      isReturned = false;
      if (wanted()) {
        if (fixed) store.dispatch({ type: "fixed_answered", text: fixed.text, results });
        else store.dispatch({ type: "answered", answer: { results, plan, choices } });
        store.dispatch({ type: "say", key: "live.recomputed", params: { n: results.results.length } });
        if (store.get().console) compare();
      }
    } catch (error) {
      // The engine was ended while it took the file in again: it is given the file once more, not for ever.
      if (wanted() && /** @type {any} */ (error)?.code === "no_file" && held && !isReturned) {
        isReturned = true;
        running = null;
        return reread();
      }
      if (wanted()) failed("run", error);
    } finally {
      running = null;
    }
    if (asked !== null && asked !== plan.computed && !store.get().stopped) await again();
  }

  /** What each program would print: the same analyses under its rules, beside the study that is on show. */
  async function compare() {
    store.dispatch({ type: "console", on: true });
    const { answer, inspection, compared } = store.get();
    if (!answer || !inspection) return;
    const { computed } = answer.plan;
    if ((compared?.computed === computed && "results" in compared) || comparing === computed) return;
    comparing = computed;
    const current = () => store.get().answer?.plan.computed === computed;
    /** @type {any} */
    const results = {};
    try {
      for (const program of PROGRAMS) {
        const { study } = buildStudy(follow(answer.choices, program), inspection);
        results[program] = await client.compare(JSON.stringify(studyOf(study, program)));
        if (!current()) return;
      }
      store.dispatch({ type: "compared", compared: { computed, results } });
    } catch (error) {
      const { code = "engine_crashed", message, position, params } = /** @type {any} */ (error) ?? {};
      if (current()) store.dispatch({ type: "compared", compared: { computed, problem: { code, message, position, params } } });
    } finally {
      if (comparing === computed) comparing = null;
    }
  }

  /** Runs the study although nothing changed. */
  function again() {
    asked = null;
    return run();
  }

  /** To be called after any change of the choices. */
  function changed() {
    clearTimeout(timer);
    store.dispatch({ type: "pending", on: true });
    timer = setTimeout(run, pause);
  }

  /** @param {"open" | "run"} during @param {any} error @param {State["source"]} [source] who gave what it is about @returns {import('../types').Problem} */
  function failed(during, error, source) {
    const problem = { code: error?.code ?? "engine_crashed", message: error?.message, position: error?.position, params: error?.params };
    if (problem.code === "cancelled") store.dispatch({ type: "stopped" });
    else store.dispatch({ type: "failed", during, problem, ...(source ? { source } : {}) });
    return problem;
  }

  return {
    open,
    /** @param {boolean} [anew] as the page proposes it, whatever was kept */
    openDemo: (anew = false) => open(client.demo.bytes, client.demo.name, "demo", { anew }),
    /** What the page proposes for the open file. @returns {import('../types').Choices | null} */
    proposal() {
      const { inspection, source } = store.get();
      return inspection && proposal(source, inspection);
    },
    changed,
    take,
    /** The file that is open, as it was given. */
    held: () => held,
    /** The study that is taken up again for each file; null: none. @param {string | null} text */
    pin(text) { pinned = text; },
    /** Stops the work under way; what was on show stays. */
    cancel() {
      epoch++;
      clearTimeout(timer);
      store.dispatch({ type: "pending", on: false });
      // What was being read is not the file that is open.
      if (opening) held = former;
      opening = false;
      client.cancel?.();
      store.dispatch({ type: "stopped" });
    },
    /** Lets go of the file that is open. */
    forget() {
      epoch++;
      clearTimeout(timer);
      store.dispatch({ type: "pending", on: false });
      opening = false;
      held = asked = null;
      client.cancel?.();
      store.dispatch({ type: "emptied" });
    },
    compare,
    /** Runs the study again although nothing changed (after a stop or a crash). */
    again,
  };
}
