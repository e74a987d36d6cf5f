// Work in the engine: opens files, and runs the study again after each change of the choices. The latest wins; work that
// takes longer than a moment is shown, and can be stopped.

import { buildStudy } from "./study.mjs";
import { studyOf } from "./console.mjs";
import { PROGRAMS, follow } from "./conventions.mjs";
import { demoChoices } from "./demo.mjs";
import { guess } from "./guess.mjs";
import { readInspection } from "./inspection.mjs";

/** @typedef {import('../types').Client} Client */
/** @typedef {import('../types').State} State */
/** @typedef {import('./store.mjs').Store} Store */

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

  /** What the page proposes for a file. @param {State["source"]} source @param {import('../types').Inspection} inspection */
  const proposal = (source, inspection) => (source === "demo" ? demoChoices() : { ...guess(inspection), as_of: today() });

  /** @param {Uint8Array | Blob} file @param {string} name @param {State["source"]} source @param {boolean} [anew] whether a kept study is left alone */
  async function open(file, name, source, anew = false) {
    await reading(file, name, {}, (inspection) => {
      const kept = anew ? null : keeper?.take(inspection) ?? null;
      store.dispatch({ type: "opened", inspection, source, choices: kept?.choices ?? proposal(source, inspection), kept: kept?.choices ? kept : null });
      if (kept && !kept.choices) store.dispatch({ type: "failed", during: "study", problem: { code: "kept_unreadable" } });
    }, (inspection) => (anew ? null : keeper?.readOf(inspection.sha256) ?? null));
  }

  /** Reads the open file as the choices now say; what was guessed of columns that are no more is guessed anew. */
  async function reread() {
    const { choices } = store.get();
    if (!held || !choices) return;
    await reading(held.file, held.name, choices.read, (inspection) => {
      const now = store.get().choices ?? choices;
      store.dispatch({ type: "reread", inspection, choices: fits(now, inspection) ? now : { ...guess(inspection), read: now.read, as_of: now.as_of } });
    });
  }

  /**
   * Reads a file; `done` takes what was found.
   * @param {Uint8Array | Blob} file @param {string} name @param {import('../types').ReadChoice} read @param {(inspection: import('../types').Inspection) => void} done
   * @param {(inspection: import('../types').Inspection) => import('../types').ReadChoice | null} [readOf] how this file is to be read instead, once it is known
   */
  async function reading(file, name, read, done, readOf = () => null) {
    const turn = ++epoch;
    clearTimeout(timer);
    opening = true;
    const before = former = held;
    // A choice that the file cannot be read by is not tried again until it changes.
    held = { file, name, read: JSON.stringify(read) };
    try {
      const once = async (/** @type {import('../types').ReadChoice} */ options) => readInspection(await watched("open", client.open(file, name, {
        options, onProgress: (progress) => { if (turn === epoch) store.dispatch({ type: "progress", share: progress.bytes / Math.max(1, progress.of), rows: progress.rows }); },
      })));
      let inspection = await once(read);
      if (turn !== epoch) return;
      const wanted = readOf(inspection);
      if (wanted && JSON.stringify(wanted) !== held.read) {
        held.read = JSON.stringify(wanted);
        inspection = await once(wanted);
        if (turn !== epoch) return;
      }
      opening = false;
      asked = null;
      done(inspection);
      await run();
    } catch (error) {
      if (turn !== epoch) return;
      opening = false;
      failed("open", error);
      // The earlier file stays open; the same file stays as it was read, until the choice that it cannot be read by is another.
      if (before?.file === file) return;
      held = before;
      if (store.get().answer?.plan.computed !== asked) await again();
    }
  }

  /** Runs the study of the choices as they now are. @returns {Promise<void>} */
  async function run() {
    clearTimeout(timer);
    const { choices, inspection } = store.get();
    if (!choices || !inspection || opening) return;
    if (held && held.read !== JSON.stringify(choices.read)) return reread();
    const plan = buildStudy(choices, inspection);
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
        store.dispatch({ type: "answered", answer: { results, plan, choices } });
        store.dispatch({ type: "say", key: "live.recomputed", params: { n: plan.study.analyses.length } });
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

  /** @param {"open" | "run"} during @param {any} error */
  function failed(during, error) {
    if (error?.code === "cancelled") return store.dispatch({ type: "stopped" });
    store.dispatch({
      type: "failed", during,
      problem: { code: error?.code ?? "engine_crashed", message: error?.message, position: error?.position, params: error?.params },
    });
  }

  return {
    open,
    /** @param {boolean} [anew] as the page proposes it, whatever was kept */
    openDemo: (anew = false) => open(client.demo.bytes, client.demo.name, "demo", anew),
    /** What the page proposes for the open file. @returns {import('../types').Choices | null} */
    proposal() {
      const { inspection, source } = store.get();
      return inspection && proposal(source, inspection);
    },
    /** To be called after any change of the choices. */
    changed() {
      clearTimeout(timer);
      timer = setTimeout(run, pause);
    },
    /** Stops the work under way; what was on show stays. */
    cancel() {
      epoch++;
      // What was being read is not the file that is open.
      if (opening) held = former;
      opening = false;
      client.cancel?.();
      store.dispatch({ type: "stopped" });
    },
    compare,
    /** Runs the study again although nothing changed (after a stop or a crash). */
    again,
  };
}
