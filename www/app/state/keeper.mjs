// Keeps the studies of this tab: in the browser's store for the tab, which ends with it and is no other tab's, and in memory, where the
// browser refuses that. What is kept is `kept.mjs`'s.

import { keep, parse, put, restore, without } from "./kept.mjs";

/** @typedef {import('./kept.mjs').Kept} Kept */
/** @typedef {import('../types').Keep} Keep */
/** @typedef {import('./store.mjs').Store} Store */

/** The name in the tab's store. */
export const KEY = "riskset-kept-studies/1";

/** Milliseconds of rest after a change before it is kept. */
const PAUSE = 250;

/**
 * @param {Store} store
 * @param {() => Storage} storage the tab's store; may throw where the browser denies it
 */
export function createKeeper(store, storage) {
  /** @type {Kept[]} */
  let studies = [];
  let isOn = true;
  /** What was last looked at: choices are never mutated. @type {import('../types').Choices | null} */
  let seen = null;
  /** @type {boolean | null} */
  let seenSaved = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {Partial<Keep>} change */
  const tell = (change) => {
    const now = store.get().keep;
    if (Object.entries(change).some(([name, value]) => JSON.stringify(now[/** @type {keyof Keep} */ (name)]) !== JSON.stringify(value))) store.dispatch({ type: "keep", keep: change });
  };

  /** Uses the store of the tab; gives what kept it from doing so. @param {(tab: Storage) => void} use @returns {Keep["status"]} */
  function attempt(use) {
    try {
      use(storage());
      return "ready";
    } catch (problem) {
      return /** @type {any} */ (problem)?.name === "QuotaExceededError" ? "full" : "denied";
    }
  }

  /** Writes what there is, and says how that went. */
  function write() {
    const status = attempt((tab) => {
      if (studies.length) tab.setItem(KEY, JSON.stringify({ studies }));
      else tab.removeItem(KEY);
    });
    // An older text must not come back as if it were the last.
    if (status === "full") attempt((tab) => tab.removeItem(KEY));
    const { inspection } = store.get();
    const own = studies.find((kept) => kept.sha256 === inspection?.sha256);
    tell({ status, now: Boolean(own), left: own?.left ?? [], waiting: studies.filter((kept) => kept !== own).length });
  }

  /** Keeps the study on show if it is no longer as the page proposed it. */
  function flush() {
    clearTimeout(timer);
    timer = undefined;
    const { choices, inspection, untouched, saved } = store.get();
    if (!isOn || !choices || !inspection) return;
    studies = choices === untouched ? without(studies, inspection.sha256) : put(studies, keep(choices, inspection, choices === saved));
    write();
  }

  // Earlier studies of this tab.
  const status = attempt((tab) => { studies = parse(tab.getItem(KEY)); });
  tell({ status, waiting: studies.length });

  store.subscribe(() => {
    const { choices, saved } = store.get();
    const isSaved = choices === saved;
    if (choices === seen && isSaved === seenSaved) return;
    seen = choices;
    seenSaved = isSaved;
    timer ??= setTimeout(flush, PAUSE);
  });

  return {
    /** How the file of a kept study was read. @param {string} sha256 @returns {import('../types').ReadChoice | null} */
    readOf: (sha256) => studies.find((kept) => kept.sha256 === sha256)?.choices.read ?? null,
    /** The study that was kept for a file; without choices if this version of the page cannot read it. @param {import('../types').Inspection} inspection */
    take(inspection) {
      const kept = studies.find(({ sha256 }) => sha256 === inspection.sha256);
      const choices = kept && restore(kept, inspection);
      return kept ? { choices: choices ?? null, saved: kept.saved } : null;
    },
    /** Forgets every study; what is on show stays there, and is kept again when it changes. */
    forget() {
      clearTimeout(timer);
      timer = undefined;
      studies = [];
      write();
    },
    /** Keeps at once what waits: the page is about to go. */
    flush: () => { if (timer !== undefined) flush(); },
    /** Nothing is kept any more. */
    stop() {
      isOn = false;
      clearTimeout(timer);
    },
  };
}
