// Work that takes long: it is shown, it can be stopped, and the page is usable meanwhile and afterwards.
import assert from 'node:assert/strict';
import test from 'node:test';
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

  // Stopped while it is read: the earlier file stays.
  const large = trial(1000);
  await giveLarge(page, large);
  await page.getByText('Reading the file…').waitFor();
  await page.getByRole('progressbar').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('progressbar').waitFor({ state: 'detached' });
  assert.ok(await page.locator('.data .file').getByText('small.csv').isVisible());
  await page.getByLabel('Compare curves by').selectOption('grade');
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();

  // Read to the end; its computation shown, and stopped.
  await giveLarge(page, large);
  await page.locator('.data .file').getByText('large.csv').waitFor();
  await page.getByText('Computing…').waitFor();
  // The page answers meanwhile.
  await page.getByRole('button', { name: 'Français' }).click();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('You stopped the work; nothing is computed yet.').waitFor();
  await page.getByRole('button', { name: 'Compute again' }).click();
  await shows(page, 'Patients', '1,000,000');
  await page.getByRole('button', { name: 'Back to the demonstration' }).click();
  await shows(page, 'Median OS', '54.7 months');
}));
