// The page's side of being kept for use without a network: asks the browser for it once, after the first figures and before any file of
// the user's is opened, and tells when the browser has a newer version.
import { ask, MAY_FETCH, OPENED } from './ask.mjs';

/**
 * `off`: this form of the page is not kept (one file, an element in another page); `unable`: the browser does not do it here (no
 * secure address, a private window); `coming`; `kept`; `failed`: it tried, and could not.
 * @typedef {'off' | 'unable' | 'coming' | 'kept' | 'failed'} Kept
 */
/** @typedef {{kept: Kept, isNewer: boolean}} Keeping `isNewer`: a newer version stands ready for the next opening */

/** Milliseconds that a file waits at most for what is being fetched; what is not there by then is given up. */
const LIMIT = 400;
/** Milliseconds that giving up may take. */
const STOPPING = 300;

/**
 * @param {object} given
 * @param {() => Pick<ServiceWorkerContainer, 'register' | 'addEventListener'> | undefined} given.container gives none, or throws, where the browser has no service workers
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
  /** @type {ServiceWorkerRegistration | null} */
  let registration = null;
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
    workers.addEventListener('message', ({ data, ports }) => { if (data === MAY_FETCH) ports[0]?.postMessage(!isClosed); });
    const own = await workers.register(script, { scope: new URL('.', script).href, updateViaCache: 'none' });
    registration = own;
    if (own.active) set({ kept: 'kept' });
    const found = () => {
      if (own.installing) pending.push(follow(own, own.installing));
      if (isClosed) own.installing?.postMessage(OPENED);
    };
    own.addEventListener('updatefound', found);
    found();
    if (own.waiting) await compare(own.waiting);
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
   * Before a file of the user's: from now on the page asks for nothing. What it has asked for already may come for a moment; the network is
   * not waited for, and what is not there is given up until the next visit.
   * @returns {Promise<void>}
   */
  async function quiet() {
    if (!isStarted || state.kept === 'unable') {
      isClosed = true;
      return;
    }
    await looked();
    const isSettled = await within(limit, settled());
    isClosed = true;
    if (isSettled) return;
    registration?.installing?.postMessage(OPENED);
    await within(STOPPING, settled());
  }

  async function settled() {
    for (let n = 0; n < pending.length; n += 1) await pending[n];
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

/** Whether `work` is done within so many milliseconds. @param {number} milliseconds @param {Promise<unknown>} work */
async function within(milliseconds, work) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let alarm;
  const late = new Promise((resolve) => { alarm = setTimeout(() => resolve(false), milliseconds); });
  const isDone = await Promise.race([work.then(() => true), late]);
  clearTimeout(alarm);
  return isDone === true;
}
