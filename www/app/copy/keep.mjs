// The page's side of being kept for use without a network: asks the browser for it once, after the first figures and before any file of
// the user's is opened, and tells when the browser has a newer version.
import { ask } from './ask.mjs';

/**
 * `off`: this form of the page is not kept (one file, an element in another page); `unable`: the browser does not do it here (no
 * secure address, a private window); `coming`; `kept`; `failed`: it tried, and could not.
 * @typedef {'off' | 'unable' | 'coming' | 'kept' | 'failed'} Kept
 */
/** @typedef {{kept: Kept, isNewer: boolean}} Keeping `isNewer`: a newer version stands ready for the next opening */

/** Milliseconds that a file waits at most for what the page has still to ask for. */
const LIMIT = 12_000;

/**
 * @param {object} given
 * @param {() => Pick<ServiceWorkerContainer, 'register'> | undefined} given.container gives none, or throws, where the browser has no service workers
 * @param {string | null} given.script address of the service worker; null: this form of the page is not kept
 * @param {string} given.own name of the script that this page runs
 * @param {() => Promise<unknown>} [given.looked] resolves when the browser has looked for a newer version, as it does of itself after a page is opened
 * @param {number} [given.limit]
 */
export function createKeep({ container, script, own, looked = async () => {}, limit = LIMIT }) {
  /** @type {Keeping} */
  let state = { kept: 'off', isNewer: false };
  /** @type {Set<(state: Keeping) => void>} */
  const listeners = new Set();
  /** What is under way: asking, and each version that is being fetched. @type {Promise<void>[]} */
  const pending = [];
  let isStarted = false;
  let isClosed = false;

  /** @param {Partial<Keeping>} change */
  function set(change) {
    state = { ...state, ...change };
    for (const listener of listeners) listener(state);
  }

  /** Asks the browser to keep the page, and whether there is a newer version. Once: after a file nothing is asked any more. */
  function start() {
    if (isStarted || isClosed || script === null) return;
    isStarted = true;
    set({ kept: 'coming' });
    pending.push(register(script).catch(() => set({ kept: 'unable' })));
  }

  /** @param {string} script */
  async function register(script) {
    const workers = container();
    if (!workers) throw new Error('there are no service workers');
    const registration = await workers.register(script, { scope: new URL('.', script).href, updateViaCache: 'none' });
    if (registration.active) set({ kept: 'kept' });
    const found = () => { if (registration.installing) pending.push(follow(registration, registration.installing)); };
    registration.addEventListener('updatefound', found);
    found();
    if (registration.waiting) await compare(registration.waiting);
  }

  /** Resolves once a new version is complete, or given up. @param {ServiceWorkerRegistration} registration @param {ServiceWorker} worker @returns {Promise<void>} */
  function follow(registration, worker) {
    return new Promise((resolve) => {
      const look = () => {
        if (worker.state === 'installing') return;
        worker.removeEventListener('statechange', look);
        if (worker.state === 'redundant') {
          if (!registration.active) set({ kept: 'failed' });
        } else if (registration.active && registration.active !== worker) compare(worker);
        else set({ kept: 'kept' });
        resolve();
      };
      worker.addEventListener('statechange', look);
      look();
    });
  }

  /** The waiting version may be the very one that this page was opened from. @param {ServiceWorker} worker */
  async function compare(worker) {
    const answer = await ask(worker);
    if (answer && !answer.files.includes(own)) set({ isNewer: true });
  }

  /**
   * Before a file of the user's: from now on the page asks for nothing. What it has asked for already is waited for, a while.
   * @returns {Promise<void>}
   */
  async function quiet() {
    isClosed = true;
    if (!isStarted || state.kept === 'unable') return;
    const settled = async () => {
      await looked();
      for (let n = 0; n < pending.length; n += 1) await pending[n];
    };
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let alarm;
    await Promise.race([settled(), new Promise((resolve) => { alarm = setTimeout(resolve, limit); })]);
    clearTimeout(alarm);
  }

  return {
    start,
    quiet,
    /** @param {(state: Keeping) => void} listener hears the state now and at each change; gives what ends it */
    subscribe(listener) {
      listeners.add(listener);
      listener(state);
      return () => { listeners.delete(listener); };
    },
  };
}
