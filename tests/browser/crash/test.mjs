// A trap in the engine: the page says so, starts another worker with the same file, and gives the results again.
import assert from 'node:assert/strict';
import test from 'node:test';
import { crashes, instrument, plan, workers } from '../faults.mjs';
import { withPage } from '../harness.mjs';
import { answered, drawn, openFile, shows, trial } from '../steps.mjs';

test('a crash during a run', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'own.csv', trial());
  await answered(page);
  const before = await workers(page);
  await plan(page, 'trap');
  await page.getByLabel('Compare curves by').selectOption('grade');
  await page.locator('#problems').getByText(/The engine stopped unexpectedly and was started again/).waitFor();
  await page.waitForFunction(() => document.querySelector('risk-set')?.shadowRoot?.activeElement?.id === 'problems');
  assert.equal(await workers(page), before + 1, 'another worker');
  assert.match((await crashes(page)).join('; '), /^RuntimeError: memory access out of bounds$/);
  // The choice is kept, the figures on show are said to be of earlier choices.
  assert.equal(await page.getByLabel('Compare curves by').inputValue(), 'grade');
  await page.getByText('The figures below are of earlier choices.').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  await page.locator('#problems').waitFor({ state: 'detached' });
  await shows(page, 'Patients', '40');
  await drawn(page);
  await page.getByRole('button', { name: 'Back to the demonstration' }).click();
  await shows(page, 'Median OS', '54.7 months');
}, { setUp: instrument }));

test('a worker that cannot start is said in plain words', () => withPage('http', async ({ page }) => {
  await page.locator('#problems').getByText(/The engine cannot be started in this browser/).waitFor();
  await page.getByText('Open your own file').waitFor();
}, { setUp: (page) => page.addInitScript(() => { window.Worker = /** @type {any} */ (class { constructor() { throw new Error('refused'); } }); }) }));
