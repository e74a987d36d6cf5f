// Work that takes long: it is shown, it can be stopped, and the page is usable meanwhile and afterwards. What is stopped never ends by
// itself (`faults.mjs`), so that the test says the same on a slow and on a fast machine.
import assert from 'node:assert/strict';
import test from 'node:test';
import { instrument, plan, workers } from '../faults.mjs';
import { withPage } from '../harness.mjs';
import { answered, openFile, shows, trial } from '../steps.mjs';

/** Gives the page a file of a million rows, made in the page itself: quicker than to send it there. @param {import('playwright-core').Page} page @param {string} contents its beginning, of 1 000 rows */
const giveLarge = (page, contents) => page.evaluate((text) => {
  const [head, ...rows] = text.trimEnd().split('\n');
  const file = new File([`${head}\n`, ...Array(1000).fill(`${rows.join('\n')}\n`)], 'large.csv', { type: 'text/csv' });
  const transfer = new DataTransfer();
  transfer.items.add(file);
  const input = /** @type {HTMLInputElement} */ (document.querySelector('risk-set')?.shadowRoot?.querySelector('input[type=file]'));
  input.files = transfer.files;
  input.dispatchEvent(new Event('change'));
}, contents);

test('a file of a million rows', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'small.csv', trial());
  await answered(page);
  const before = await workers(page);

  // Stopped while it is read, with a share of it done: the earlier file stays.
  const large = trial(1000);
  await plan(page, 'endless reading');
  await giveLarge(page, large);
  await page.getByText('Reading the file…').waitFor();
  await page.locator('progress[value]').waitFor();
  await page.getByText(/^\D*\d{3},\d{3} rows/).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('progressbar').waitFor({ state: 'detached' });
  assert.equal(await workers(page), before + 1, 'the worker that read was ended');
  await page.locator('.data .file').getByText('small.csv').waitFor();
  await page.getByLabel('Compare curves by').selectOption('grade');
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();

  // Read to the end; its computation shown, and stopped.
  await plan(page, 'endless run');
  await giveLarge(page, large);
  await page.locator('.data .file').getByText('large.csv').waitFor();
  await page.getByText('Computing…').waitFor();
  // The page answers meanwhile.
  await page.getByRole('button', { name: 'Français' }).click();
  await page.getByText('Calcul en cours').waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('You stopped the work; nothing is computed yet.').waitFor();
  await page.getByRole('button', { name: 'Compute again' }).click();
  await shows(page, 'Patients', '1,000,000');
  await page.getByRole('button', { name: 'Back to the demonstration' }).click();
  await shows(page, 'Median OS', '54.7 months');
}, { setUp: instrument }));
