// A worker that is ended from outside (by the browser for want of memory, by another program): nobody tells the page, and nothing is lost.
import assert from 'node:assert/strict';
import test from 'node:test';
import { instrument, kill, plan, stands, workers } from '../faults.mjs';
import { withPage } from '../harness.mjs';
import { answered, drawn, openFile, shows, trial } from '../steps.mjs';

const group = (/** @type {import('playwright-core').Page} */ page) => page.getByLabel('Compare curves by');

for (const form of /** @type {const} */ (['http', 'file'])) {
  test(`while it rests: another has its file and its results (${form})`, () => withPage(form, async ({ page }) => {
    await answered(page);
    await openFile(page, 'own.csv', trial());
    await answered(page);
    await group(page).selectOption('grade');
    await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
    await answered(page);
    const before = await workers(page);
    await kill(page);
    await page.getByText('The engine was ended by the browser or by another program, and stands again. Nothing is lost.').waitFor();
    assert.equal(await workers(page), before + 1);
    // A figure is drawn anew, of the study on show, without being asked for.
    await page.setViewportSize({ width: 1000, height: 800 });
    await page.waitForFunction(() => /** @type {any} */ (window).faults.answers.at(-1) > 2);
    await drawn(page);
    assert.equal(await page.locator('.figure-failed:not([hidden])').count(), 0);
    await page.getByRole('button', { name: 'Close this message' }).click();
    await page.getByText('Nothing is lost').waitFor({ state: 'detached' });
    await group(page).selectOption('arm');
    await page.getByRole('heading', { name: 'Survival curves: arm' }).waitFor();
    await shows(page, 'Patients', '40');
    await page.locator('.data .file').getByText('own.csv').waitFor();
  }, { setUp: instrument }));
}

test('by itself, as a worker can end', () => withPage('http', async ({ page }) => {
  await answered(page);
  const before = await workers(page);
  const [worker] = page.workers();
  await worker.evaluate(() => self.close());
  await stands(page, before + 1);
  await group(page).selectOption('kieffer');
  await page.getByRole('heading', { name: 'Survival curves: Kieffer level' }).waitFor();
}, { setUp: instrument }));

test('while it computes: the page says so, and the work is done again on a click', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'own.csv', trial());
  await answered(page);
  await plan(page, 'endless run');
  await group(page).selectOption('grade');
  await page.getByText('Computing…').waitFor();
  await kill(page);
  await page.locator('#problems').getByText(/The engine stopped unexpectedly and was started again/).waitFor();
  assert.equal(await group(page).inputValue(), 'grade');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  await shows(page, 'Patients', '40');
}, { setUp: instrument }));

/** Lets the next worker be ended while it takes the file in again. @param {import('playwright-core').Page} page */
async function killWhileOpening(page) {
  const before = await workers(page);
  await plan(page, 'endless opening');
  await kill(page);
  await page.waitForFunction((n) => { const { workers: all, next } = /** @type {any} */ (window).faults; return all.length === n && next.length === 0; }, before + 1);
  await kill(page);
}

for (const isSlow of [false, true]) {
  test(`while it takes the file in again: the next one does${isSlow ? ' (where a lock takes long)' : ''}`, () => withPage('http', async ({ page }) => {
    await answered(page);
    await openFile(page, 'own.csv', trial());
    await answered(page);
    await page.evaluate((slow) => { /** @type {any} */ (window).faults.isSlow = slow; }, isSlow);
    await killWhileOpening(page);
    // Asked for while it is under way.
    await page.setViewportSize({ width: 1000, height: 800 });
    await group(page).selectOption('grade');
    await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
    await shows(page, 'Patients', '40');
    await answered(page);
    assert.equal(await page.locator('.figure-failed:not([hidden])').count(), 0);
    assert.equal(await page.locator('#problems').count(), 0);
  }, { setUp: instrument }));
}

test('again and again: it is not started for ever, and nothing is lost', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'own.csv', trial());
  await answered(page);
  const before = await workers(page);
  for (let i = 1; i <= 3; i += 1) {
    await kill(page);
    await stands(page, before + i);
  }
  await kill(page);
  await page.locator('#problems').getByText(/The engine stopped several times in a row, so it was not started again by itself/).waitFor();
  assert.equal(await workers(page), before + 3);
  await page.locator('.data .file').getByText('own.csv').waitFor();
  await shows(page, 'Patients', '40');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('#problems').waitFor({ state: 'detached' });
  await group(page).selectOption('grade');
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  assert.equal(await workers(page), before + 4);
}, { setUp: instrument }));

test('a study that traps each time is refused in the end, in plain words', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'own.csv', trial());
  await answered(page);
  await plan(page, 'trap', 'trap', 'trap', 'trap');
  await group(page).selectOption('grade');
  // The figures on show may be drawn again meanwhile, which is an answer: the count begins anew.
  for (let i = 0; i < 3; i += 1) {
    await page.locator('#problems').getByText(/The engine stopped/).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
  }
  await page.locator('#problems').getByText(/The engine stopped/).waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  await page.locator('#problems').waitFor({ state: 'detached' });
}, { setUp: instrument }));
