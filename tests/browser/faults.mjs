// Faults that a test puts into the page's workers, so that what must go wrong goes wrong at that place on any machine.

/** @typedef {import('playwright-core').Page} Page */

/**
 * What can be asked of a worker's next request:
 * - `trap`: a `run` reads outside the memory of the wasm, a real trap in the midst of the session's work;
 * - `endless run`: a `run` does all of its work, and then never answers;
 * - `endless reading`: a file is read up to its second piece, and then no further;
 * - `endless opening`: not even its first piece is read.
 * @typedef {'trap' | 'endless run' | 'endless reading' | 'endless opening'} Fault
 */

/** The request that a fault belongs to. */
const METHOD = { trap: 'run', 'endless run': 'run', 'endless reading': 'open', 'endless opening': 'open' };

/**
 * Lets the test break the engine; to be called before the page is loaded. `window.faults` holds the workers made, how often
 * each has answered and what they said of a crash, and lists what is to go wrong next. With `faults.isSlow` the next workers wait half a second
 * for any lock.
 * @param {Page} page
 */
export const instrument = (page) => page.addInitScript((methods) => {
  const state = { workers: /** @type {Worker[]} */ ([]), answers: /** @type {number[]} */ ([]), alive: /** @type {boolean[]} */ ([]), crashes: /** @type {string[]} */ ([]), next: /** @type {string[]} */ ([]), isSlow: false };
  Object.assign(window, { faults: state });
  // Before the worker's own script, so that its listener hears a request first; and after it, when the engine is there to be changed.
  const before = `let fault; addEventListener('message', ({ data }) => { fault = data.fault; });\n`;
  const after = `;(() => {
    const { initSync, Session } = wasm_bindgen, { run, push } = Session.prototype;
    const forever = () => { for (;;); };
    let wasm, pieces = 0;
    wasm_bindgen.initSync = (options) => (wasm = initSync(options));
    Session.prototype.run = function (...given) {
      if (fault === 'trap') return wasm.session_run(this.__wbg_ptr, 0x7ffffff0, 0x1000);
      const results = run.apply(this, given);
      return fault === 'endless run' ? forever() : results;
    };
    Session.prototype.push = function (bytes) {
      if (fault === 'endless opening' || (fault === 'endless reading' && (pieces += 1) > 1)) forever();
      return push.call(this, bytes);
    };
  })();`;
  const slow = `{ const { locks } = navigator, { request } = locks;
    locks.request = (...given) => new Promise((resolve) => { setTimeout(resolve, 500); }).then(() => request.apply(locks, given)); }\n`;
  const RealBlob = window.Blob;
  window.Blob = class extends RealBlob {
    /** @param {BlobPart[]} [parts] @param {BlobPropertyBag} [options] */
    constructor(parts = [], options) { super(options?.type === 'text/javascript' ? [before, state.isSlow ? slow : '', ...parts, after] : parts, options); }

    // A file of the browser is a blob still.
    /** @param {unknown} value */
    static [Symbol.hasInstance](value) { return value instanceof RealBlob; }
  };
  const Real = window.Worker;
  window.Worker = class extends Real {
    /** @param {string | URL} url */
    constructor(url) {
      super(url);
      const index = state.workers.push(this) - 1;
      state.answers[index] = 0;
      this.addEventListener('message', ({ data }) => {
        if (data.type === 'alive') state.alive[index] = true;
        if ('crash' in data) state.crashes.push(data.crash);
        if ('value' in data) state.answers[index] += 1;
      });
    }

    /** @param {any} message @param {any} [transfer] */
    postMessage(message, transfer) {
      const broken = state.next.length > 0 && message.method === methods[/** @type {Fault} */ (state.next[0])];
      super.postMessage(broken ? { ...message, fault: state.next.shift() } : message, transfer);
    }
  };
}, METHOD);

/** Lets these things go wrong, one request after the other. @param {Page} page @param {...Fault} faults */
export const plan = (page, ...faults) => page.evaluate((list) => { /** @type {any} */ (window).faults.next.push(...list); }, faults);

/** How many workers the page has made. @param {Page} page @returns {Promise<number>} */
export const workers = (page) => page.evaluate(() => /** @type {any} */ (window).faults.workers.length);

/** What the workers said of their crashes. @param {Page} page @returns {Promise<string[]>} */
export const crashes = (page) => page.evaluate(() => /** @type {any} */ (window).faults.crashes);

/** Ends the present worker as the browser does, once it holds its lock: the page is told nothing. @param {Page} page */
export async function kill(page) {
  await page.waitForFunction(() => { const { workers: all, alive } = /** @type {any} */ (window).faults; return alive[all.length - 1]; });
  await page.evaluate(() => /** @type {any} */ (window).faults.workers.at(-1).terminate());
}

/** Waits until there are so many workers and the last has answered something: the file that it was given. @param {Page} page @param {number} n */
export const stands = (page, n) => page.waitForFunction((count) => {
  const { workers: all, answers } = /** @type {any} */ (window).faults;
  return all.length >= count && answers.at(-1) > 0;
}, n);
