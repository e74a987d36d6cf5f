// A study saved by the page is opened again, on the same file and on another.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered, cells, goTo, openFile, shows, trial } from '../steps.mjs';

/** @param {import('playwright-core').Page} page @param {string} text */
const giveStudy = (page, text) =>
  page.locator('#study-file').setInputFiles({ name: 'study.json', mimeType: 'application/json', buffer: Buffer.from(text) });

test('saved, opened again, undone, refused', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'first.csv', trial());
  await answered(page);
  await page.getByLabel('Compare curves by').selectOption('grade');
  await goTo(page, 'models');
  await page.locator('.covariate-list').getByLabel('age').check();
  await page.locator('table.models').getByText('age').waitFor();
  const table = await cells(page.locator('table.models'));
  await goTo(page, 'output');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the study' }).click();
  const study = await readFile(await (await download).path(), 'utf8');

  await goTo(page, 'curves');
  // On the same file, from the beginning: the same results, and no word of another file.
  await page.getByRole('button', { name: 'Back to the demonstration' }).click();
  await shows(page, 'Patients', '41');
  await openFile(page, 'first.csv', trial());
  await page.getByRole('button', { name: 'Start afresh' }).click();
  await page.getByRole('heading', { name: 'Survival curves: arm' }).waitFor();
  await giveStudy(page, study);
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  await goTo(page, 'models');
  await page.locator('table.models').getByText('age').waitFor();
  assert.deepEqual(await cells(page.locator('table.models')), table);
  await goTo(page, 'curves');
  assert.equal(await page.getByText('This study was made with another file').count(), 0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: 'Survival curves: arm' }).waitFor();

  // On a longer one: it runs, and says so.
  await openFile(page, 'later.csv', trial(60));
  await answered(page);
  await giveStudy(page, study);
  await page.getByText('This study was made with another file (first.csv)').waitFor();
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  await shows(page, 'Patients', '60');

  // What cannot be taken is refused, with the reason, and all stays.
  const strata = study.replace('"type": "log_rank"', '"type": "log_rank", "strata": ["arm"]');
  assert.notEqual(strata, study);
  for (const [text, sentence] of /** @type {const} */ ([
    [strata, /asks for more than this page can show/], ['{"a": ', /The study cannot be read/], [study.replaceAll('age', 'size'), /needs the column “size”, which later\.csv does not have/],
  ])) {
    await giveStudy(page, text);
    await page.locator('#problems').getByText(sentence).waitFor();
    await page.waitForFunction(() => document.querySelector('risk-set')?.shadowRoot?.activeElement?.id === 'problems');
    await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  }
}));
