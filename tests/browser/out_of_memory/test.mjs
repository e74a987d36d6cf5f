// A browser that gives the engine little memory: really little, by an argument of Chromium, so that `memory.grow` fails in the wasm.
import assert from 'node:assert/strict';
import test from 'node:test';
import { instrument, workers } from '../faults.mjs';
import { withPage } from '../harness.mjs';
import { answered, drawn, openFile, shows, trial } from '../steps.mjs';

/** Pages of 64 KiB that a wasm memory may have at most: 48 MB. */
const PAGES = 768;

/** Gives the page a file of so many thousand rows, made there. @param {import('playwright-core').Page} page @param {string} name @param {number} thousands @param {string} contents a thousand rows and their header */
const giveLarge = (page, name, thousands, contents) => page.evaluate(([file, times, text]) => {
  const [head, ...rows] = text.trimEnd().split('\n');
  const transfer = new DataTransfer();
  transfer.items.add(new File([`${head}\n`, ...Array(times).fill(`${rows.join('\n')}\n`)], file, { type: 'text/csv' }));
  const input = /** @type {HTMLInputElement} */ (document.querySelector('risk-set')?.shadowRoot?.querySelector('input[type=file]'));
  input.files = transfer.files;
  input.dispatchEvent(new Event('change'));
}, /** @type {[string, number, string]} */ ([name, thousands, contents]));

test('a file that does not fit, and one that cannot be computed: the limit is said, the rest stays', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'small.csv', trial());
  await answered(page);
  await page.getByLabel('Compare curves by').selectOption('grade');
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  const before = await workers(page);

  // No room for its cells: refused by the reader, which keeps its worker.
  const large = trial(1000);
  await giveLarge(page, 'huge.csv', 12_000, large);
  await page.locator('#problems').getByText(/This table is too large: [\d,\s]+ rows/).waitFor();
  await page.getByText('Your earlier file stays open: small.csv.').waitFor();
  assert.equal(await workers(page), before);
  await shows(page, 'Patients', '40');
  assert.equal(await page.getByLabel('Compare curves by').inputValue(), 'grade');
  await page.getByRole('button', { name: 'Close this message' }).click();

  // It fits, and what is computed of it does not: the engine stops without a word of its own.
  await giveLarge(page, 'large.csv', 900, large);
  await page.locator('.data .file').getByText('large.csv').waitFor();
  await page.locator('#problems').getByText(/The browser has not enough memory for this\. .* leave out columns or rows/).waitFor();
  assert.equal(await workers(page), before + 1, 'in another worker');
  assert.match(await page.evaluate(() => /** @type {any} */ (window).faults.crashes.join('; ')), /unreachable|memory/i);

  // The page is usable afterwards, and the first file's study is taken up again.
  await openFile(page, 'small.csv', trial());
  await page.getByText('Your study of this file was taken up again as you left it.').waitFor();
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  await shows(page, 'Patients', '40');
  await drawn(page);
  await page.getByRole('button', { name: 'Back to the demonstration' }).click();
  await shows(page, 'Median OS', '54.7 months');
}, { setUp: instrument, args: [`--js-flags=--wasm-max-mem-pages=${PAGES}`] }));
