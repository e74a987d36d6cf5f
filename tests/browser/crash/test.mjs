// A trap in the engine: the page says so, starts another worker with the same file, and gives the results again.
import assert from 'node:assert/strict';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered, drawn, openFile, shows, trial } from '../steps.mjs';

/** Lets the test break the engine: a `run` while `breakRuns` is above 0 answers as a worker does whose wasm trapped. @param {import('playwright-core').Page} page */
const instrument = (page) => page.addInitScript(() => {
  const state = /** @type {any} */ (window);
  state.breakRuns = 0;
  state.workers = 0;
  const Real = window.Worker;
  window.Worker = class extends Real {
    /** @param {string | URL} url */
    constructor(url) { super(url); state.workers += 1; }

    /** @param {any} message @param {any} [transfer] */
    postMessage(message, transfer) {
      if (message.method === 'run' && state.breakRuns > 0) {
        state.breakRuns -= 1;
        // What the worker does not know it answers as it answers a trap.
        super.postMessage({ ...message, method: 'trap' });
        return;
      }
      super.postMessage(message, transfer);
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
  assert.ok(await page.getByText('Open your own CSV file').isVisible());
}, { setUp: (page) => page.addInitScript(() => { window.Worker = /** @type {any} */ (class { constructor() { throw new Error('refused'); } }); }) }));
