// Workbooks, SPSS and Stata files (tests/office/make.py wrote them): a second wasm reads them, fetched before any file is opened.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { askedForAll, giveFile, withPage } from '../harness.mjs';
import { answered, cells, drawn, openFile, shows, trial } from '../steps.mjs';

/** @param {string} name */
const file = (name) => readFile(new URL(name, import.meta.url));

/** The groups of the curves on show. @param {import('playwright-core').Page} page */
const groups = async (page) => (await cells(page.locator('table.groups'))).slice(1).map(([group]) => group);

for (const form of /** @type {const} */ (['http', 'file'])) {
  test(`files of other programs (${form})`, () => withPage(form, async ({ page, requests }) => {
    await answered(page);
    if (form === 'http') await askedForAll(page, requests);
    const asked = requests.length;
    // Words of the workbook stand by character, labels by their codes.
    for (const [name, by, found] of /** @type {const} */ ([
      ['essai.xlsx', 'Bras', ['traité', 'témoin']],
      ['trial.sav', 'arm', ['Témoin', 'Traité']],
      ['trial.dta', 'arm', ['Témoin', 'Traité']],
    ])) {
      await openFile(page, name, await file(name));
      await answered(page);
      await shows(page, 'Patients', '40');
      await page.getByLabel('Compare curves by').selectOption(by);
      await page.getByRole('heading', { name: `Survival curves: ${by}` }).waitFor();
      await drawn(page);
      assert.deepEqual(await groups(page), found);
    }

    // The bytes decide, not the name; a cut workbook is a clear error, and the earlier file stays.
    const book = await file('essai.xlsx');
    await giveFile(page, 'renamed.csv', book.subarray(0, 3000));
    await page.locator('#problems').getByText(/The file cannot be read \(.*save it again, or save the data as CSV/).waitFor();
    await page.getByText('Your earlier file stays open: trial.dta.').waitFor();
    await shows(page, 'Patients', '40');
    await openFile(page, 'renamed.csv', book);
    await answered(page);
    await shows(page, 'Patients', '40');
    await openFile(page, 'text.csv', trial(30));
    await answered(page);
    await shows(page, 'Patients', '30');
    assert.equal(requests.length, asked, 'no request for a file');
  }));
}

test('a workbook beyond the limit is refused at once', () => withPage('http', async ({ page }) => {
  await answered(page);
  // Made in the page: too large to be sent there.
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array([0x50, 0x4b, 3, 4]), new Uint8Array(50_000_000)], 'large.xlsx'));
    const input = /** @type {HTMLInputElement} */ (document.querySelector('risk-set')?.shadowRoot?.querySelector('#file'));
    input.files = transfer.files;
    input.dispatchEvent(new Event('change'));
  });
  await page.locator('#problems').getByText(/The file has 51 MB; .* up to 50 MB\. Save the data as CSV/).waitFor();
}));

test('a page that was opened without its readers says so', () => withPage('http', async ({ page }) => {
  await answered(page);
  await giveFile(page, 'essai.xlsx', await file('essai.xlsx'));
  await page.locator('#problems').getByText(/The reader of workbooks, SPSS and Stata files could not be loaded/).waitFor();
  await openFile(page, 'text.csv', trial());
  await shows(page, 'Patients', '40');
}, {
  setUp: (page) => page.route(/\/office\.[0-9a-f]{16}\.js$/, (route) => route.abort()),
  allow: (what) => /office\.[0-9a-f]{16}\.js|ERR_FAILED/.test(what),
}));
