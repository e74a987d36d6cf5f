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
 * @param {{pause?: number, slow?: number}} [times]
 */
export function createRunner(client, store, { pause = PAUSE, slow = SLOW } = {}) {
  /** Counts files and stops: work begun before the last of them is of no more interest. */
  let epoch = 0;
  /** The study under way in the engine. @type {string | null} */
  let running = null;
  /** Counts runs. */
  let runs = 0;
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

  /** @param {Uint8Array | Blob} file @param {string} name @param {State["source"]} source */
  async function open(file, name, source) {
    await reading(file, name, {}, (inspection) => {
      const choices = source === "demo" ? demoChoices() : { ...guess(inspection), as_of: today() };
      store.dispatch({ type: "opened", inspection, source, choices });
    });
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

  /** @param {Uint8Array | Blob} file @param {string} name @param {import('../types').ReadChoice} read @param {(inspection: import('../types').Inspection) => void} done */
  async function reading(file, name, read, done) {
    const turn = ++epoch;
    clearTimeout(timer);
    opening = true;
    const before = held;
    // A choice that the file cannot be read by is not tried again until it changes.
    held = { file, name, read: JSON.stringify(read) };
    try {
      const inspection = readInspection(await watched("open", client.open(file, name, {
        options: read, onProgress: (progress) => { if (turn === epoch) store.dispatch({ type: "progress", share: progress.bytes / Math.max(1, progress.of), rows: progress.rows }); },
      })));
      if (turn !== epoch) return;
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
      const { answer } = store.get();
      if (answer?.plan.computed !== asked || answer?.partial) await again();
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
    const mine = ++runs;
    const wanted = () => turn === epoch && mine === runs && asked === plan.computed;
    try {
      const results = await watched("run", client.run(plan.text, {
        onFirst: (results) => {
          if (!wanted()) return;
          store.dispatch({ type: "first", answer: { results, plan, choices, partial: true } });
          // The rest waits for what is still to be loaded: meanwhile another choice may have its curves.
          running = null;
        },
        onPartial: (analysis, entry) => { if (wanted()) store.dispatch({ type: "partial", analysis, entry }); },
        onProgress: (share) => { if (wanted()) store.dispatch({ type: "progress", share }); },
      }));
      if (wanted()) {
        store.dispatch({ type: "answered", answer: { results, plan, choices } });
        store.dispatch({ type: "say", key: "live.recomputed", params: { n: plan.study.analyses.length } });
        if (store.get().console) compare();
      }
    } catch (error) {
      if (wanted()) failed("run", error);
    } finally {
      if (mine === runs) running = null;
    }
    if (mine === runs && asked !== null && asked !== plan.computed && !store.get().stopped) await again();
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
    openDemo: () => open(client.demo.bytes, client.demo.name, "demo"),
    /** To be called after any change of the choices. */
    changed() {
      clearTimeout(timer);
      timer = setTimeout(run, pause);
    },
    /** Stops the work under way; what was on show stays. */
    cancel() {
      epoch++;
      opening = false;
      client.cancel?.();
      store.dispatch({ type: "stopped" });
    },
    compare,
    /** Runs the study again although nothing changed (after a stop or a crash). */
    again,
  };
}
