// A trap in the engine: the page says so, starts another worker with the same file, and gives the results again.
import assert from 'node:assert/strict';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered, drawn, openFile, shows, trial } from '../steps.mjs';

/**
 * Lets the test break the engine: while `breakRuns` is above 0, a `run` reads outside the memory of the wasm, a real trap in the midst of
 * the session's work. `crashes` holds what the workers said of it.
 * @param {import('playwright-core').Page} page
 */
const instrument = (page) => page.addInitScript(() => {
  const state = /** @type {any} */ (window);
  Object.assign(state, { breakRuns: 0, workers: 0, crashes: [] });
  const trap = `;(() => {
    const { initSync, Session } = wasm_bindgen, { run } = Session.prototype;
    let wasm;
    wasm_bindgen.initSync = (options) => (wasm = initSync(options));
    Session.prototype.run = function (study) {
      return study === 'trap' ? wasm.session_run(this.__wbg_ptr, 0x7ffffff0, 0x1000) : run.call(this, study);
    };
  })();`;
  const RealBlob = window.Blob;
  window.Blob = class extends RealBlob {
    /** @param {BlobPart[]} [parts] @param {BlobPropertyBag} [options] */
    constructor(parts = [], options) { super(options?.type === 'text/javascript' ? [...parts, trap] : parts, options); }

    // A file of the browser is a blob still.
    /** @param {unknown} value */
    static [Symbol.hasInstance](value) { return value instanceof RealBlob; }
  };
  const Real = window.Worker;
  window.Worker = class extends Real {
    /** @param {string | URL} url */
    constructor(url) {
      super(url);
      state.workers += 1;
      this.addEventListener('message', ({ data }) => { if ('crash' in data) state.crashes.push(data.crash); });
    }

    /** @param {any} message @param {any} [transfer] */
    postMessage(message, transfer) {
      const broken = message.method === 'run' && state.breakRuns > 0;
      if (broken) state.breakRuns -= 1;
      super.postMessage(broken ? { ...message, parameters: ['trap'] } : message, transfer);
    }
  };
});

test('a crash during a run', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'own.csv', trial());
  await answered(page);
  const workers = await page.evaluate(() => /** @type {any} */ (window).workers);
  await page.evaluate(() => { /** @type {any} */ (window).breakRuns = 1; });
  await page.getByLabel('Compare curves by').selectOption('grade');
  await page.locator('#problems').getByText(/The engine stopped unexpectedly and was started again/).waitFor();
  await page.waitForFunction(() => document.querySelector('risk-set')?.shadowRoot?.activeElement?.id === 'problems');
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).workers), workers + 1, 'another worker');
  assert.match((await page.evaluate(() => /** @type {any} */ (window).crashes)).join('; '), /^RuntimeError: memory access out of bounds$/);
  // The choice is kept, the figures on show are said to be of earlier choices.
  assert.equal(await page.getByLabel('Compare curves by').inputValue(), 'grade');
  assert.ok(await page.getByText('The figures below are of earlier choices.').isVisible());
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  assert.equal(await page.locator('#problems').count(), 0);
  await shows(page, 'Patients', '40');
  await drawn(page);
  await page.getByRole('button', { name: 'Back to the demonstration' }).click();
  await shows(page, 'Median OS', '54.7 months');
}, { setUp: instrument }));

test('a worker that cannot start is said in plain words', () => withPage('http', async ({ page }) => {
  await page.locator('#problems').getByText(/The engine cannot be started in this browser/).waitFor();
  assert.ok(await page.getByText('Open your own file').isVisible());
}, { setUp: (page) => page.addInitScript(() => { window.Worker = /** @type {any} */ (class { constructor() { throw new Error('refused'); } }); }) }));
