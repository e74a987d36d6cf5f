// A reload keeps the study, never the data: in the tab's own store, by the checksum of the file, without a cell. Where the browser refuses
// that, the page works all the same and says what to do. Leaving asks only where something would be lost.
import assert from 'node:assert/strict';
import test from 'node:test';
import { anotherTab, framed, unkept, withPage } from '../harness.mjs';
import { answered, cells, goTo, openFile, shows, trial } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

const KEY = 'riskset-kept-studies/1';
const WAITS = /A study that you made in this tab is kept, without its data\. Open its file again/;
const TAKEN = 'Your study of this file was taken up again as you left it.';

/** @param {Page | import('playwright-core').FrameLocator} page */
const group = (page) => page.getByLabel('Compare curves by');

/** What the tab keeps. @param {Page} page @returns {Promise<Record<string, string>>} */
const kept = (page) => page.evaluate(() => ({ ...sessionStorage }));

/** Waits until the tab keeps a study in which this stands. @param {Page} page @param {string} words */
const keeps = (page, words) => page.waitForFunction(([key, text]) => sessionStorage.getItem(key)?.includes(text), [KEY, words]);

/** Loads the page again; what the browser asks of an unsaved study is answered by leaving. @param {Page} page */
async function reload(page) {
  page.once('dialog', (dialog) => dialog.accept());
  await page.reload();
  page.removeAllListeners('dialog');
}

/** Opens a file, compares its curves by another column and puts a number into the models. @param {Page} page @param {string} name @param {string} contents */
async function study(page, name, contents) {
  await openFile(page, name, contents);
  await answered(page);
  await group(page).selectOption('grade');
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  await goTo(page, 'models');
  await page.locator('.covariate-list').getByLabel('age').check();
  await page.locator('table.models').getByText('age').waitFor();
  await keeps(page, '"age"');
}

for (const form of /** @type {const} */ (['http', 'file'])) {
  test(`after a reload the file is opened again, and the study is there (${form})`, () => withPage(form, async ({ page }) => {
    await answered(page);
    await study(page, 'Jean Dupont 1957.csv', trial());
    const table = await cells(page.locator('table.models'));
    // All that is kept, word for word: neither the file's name nor a value of it but the code of an event, which is the study's.
    const all = await kept(page);
    assert.deepEqual(Object.keys(all), [KEY]);
    assert.doesNotMatch(JSON.stringify(all), /Dupont|\.csv|control|treated|\bI{1,3}\b/);
    for (const row of trial().trimEnd().split('\n').slice(1)) assert.ok(!all[KEY].includes(row));

    await reload(page);
    await answered(page);
    await page.getByText(WAITS).waitFor();
    assert.equal(await page.getByText('Dupont').count(), 0);
    // Under another name: what it holds is what counts. The page goes on where it was.
    await openFile(page, 'renamed.csv', trial());
    await page.getByText(TAKEN).waitFor();
    await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
    await goTo(page, 'models');
    await page.locator('table.models').getByText('age').waitFor();
    assert.deepEqual(await cells(page.locator('table.models')), table);

    // From the beginning, and back.
    await page.getByRole('button', { name: 'Start afresh' }).click();
    await goTo(page, 'curves');
    await page.getByRole('heading', { name: 'Survival curves: arm' }).waitFor();
    await page.getByText(TAKEN).waitFor({ state: 'detached' });
    await page.waitForFunction(() => sessionStorage.length === 0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
    await keeps(page, 'grade');
    // Another file is another study; each has its own.
    await openFile(page, 'other.csv', trial(60));
    await page.getByRole('heading', { name: 'Survival curves: arm' }).waitFor();
    assert.equal(await page.getByText(TAKEN).count(), 0);
    await openFile(page, 'renamed.csv', trial());
    await page.getByText(TAKEN).waitFor();

    // Forgotten for good.
    await goTo(page, 'output');
    await page.getByText('this tab keeps what you chose, by the checksum of the file and without a cell of it').waitFor();
    await page.getByRole('button', { name: 'Forget what is kept' }).click();
    await page.waitForFunction(() => sessionStorage.length === 0);
    await reload(page);
    await answered(page);
    assert.equal(await page.getByText(WAITS).count(), 0);
  }));
}

test('the demonstration as it was changed comes back too, and the button brings the original', () => withPage('http', async ({ page }) => {
  await answered(page);
  await group(page).selectOption('kieffer');
  await keeps(page, 'kieffer');
  await page.reload();
  await page.getByRole('heading', { name: 'Survival curves: Kieffer level' }).waitFor();
  await page.getByText(TAKEN).waitFor();
  await page.getByRole('button', { name: 'Start afresh' }).click();
  await page.getByRole('heading', { name: 'Survival curves: Perioperative chemotherapy' }).waitFor();
  await shows(page, 'Median OS', '54.7 months');
}));

test('a file that is read in a way of one’s own, and choices not made to the end', () => withPage('http', async ({ page }) => {
  await answered(page);
  const text = `a title that is no header\n${trial().replaceAll(',', ';')}`;
  await openFile(page, 'own.csv', text);
  await goTo(page, 'data');
  await page.getByLabel('Line of the column names').fill('2');
  await page.getByLabel('Line of the column names').press('Enter');
  await page.locator('tr.preview-header').getByText('status', { exact: true }).waitFor();
  await goTo(page, 'curves');
  await shows(page, 'Patients', '40');
  await page.getByRole('button', { name: 'Add an endpoint' }).click();
  await page.locator('#b-name').waitFor();
  await keeps(page, '"key":"b"');
  await reload(page);
  await answered(page);
  await openFile(page, 'own.csv', text);
  await page.getByText(TAKEN).waitFor();
  await page.locator('#b-name').waitFor();
  await shows(page, 'Patients', '40');
}, { setUp: unkept }));

test('levels that could name patients are not kept, and the page says so', () => withPage('http', async ({ page }) => {
  await answered(page);
  const rows = trial(12).trimEnd().split('\n').map((row, i) => (i === 0 ? `name,${row}` : `Dupont-${Math.min(i, 7)},${row}`));
  await openFile(page, 'named.csv', rows.join('\n'));
  await answered(page);
  await goTo(page, 'data');
  await page.getByRole('button', { name: 'Edit the column name' }).click();
  const level = page.getByLabel('“Dupont-1” in the file');
  await level.fill('someone');
  await level.press('Enter');
  await page.getByText('For a reload this study is kept without the levels of name').waitFor();
  assert.doesNotMatch(JSON.stringify(await kept(page)), /Dupont|someone/);
}));

test('two tabs keep to themselves', () => withPage('http', async ({ page, base }) => {
  await answered(page);
  const second = await page.context().newPage();
  await second.goto(base);
  await answered(second);
  await openFile(page, 'same.csv', trial());
  await openFile(second, 'same.csv', trial());
  await answered(page);
  await answered(second);
  await group(page).selectOption('grade');
  await group(second).selectOption('');
  await keeps(page, 'grade');
  await second.waitForFunction((key) => sessionStorage.getItem(key) !== null, KEY);
  for (const tab of [page, second]) {
    await reload(tab);
    await answered(tab);
    await openFile(tab, 'same.csv', trial());
    await tab.getByText(TAKEN).waitFor();
  }
  assert.equal(await group(page).inputValue(), 'grade');
  assert.equal(await group(second).inputValue(), '');
  await shows(second, 'Patients', '40');
  // A copy of a tab has what the tab had, and goes its own way from there.
  const [copy] = await Promise.all([page.context().waitForEvent('page'), page.evaluate(() => { window.open(location.href); })]);
  await answered(copy);
  await openFile(copy, 'same.csv', trial());
  await copy.getByText(TAKEN).waitFor();
  assert.equal(await group(copy).inputValue(), 'grade');
  await group(copy).selectOption('arm');
  await copy.waitForFunction((key) => !sessionStorage.getItem(key)?.includes('"by":"grade"'), KEY);
  assert.match((await kept(page))[KEY], /"by":"grade"/);
}, { allow: anotherTab, setUp: unkept }));

/** Ways in which a browser refuses to keep something. @type {Record<string, {refuse: () => void, sentence: RegExp}>} */
const REFUSALS = {
  'a full store': {
    refuse: () => {
      const full = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); };
      Storage.prototype.setItem = full;
      IDBFactory.prototype.open = full;
    },
    sentence: /The browser has no room left to keep your study for a reload\. Save it to a file before you leave\./,
  },
  'a store that is denied': {
    refuse: () => {
      const get = () => { throw new DOMException('Access is denied for this document.', 'SecurityError'); };
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, { get });
    },
    sentence: /This browser does not let the page keep your study for a reload\. Save it to a file before you leave\./,
  },
};
for (const [name, { refuse, sentence }] of Object.entries(REFUSALS)) {
  test(`${name}: the page works, says so, and the study can be saved`, () => withPage('http', async ({ page }) => {
    await answered(page);
    await openFile(page, 'own.csv', trial());
    await answered(page);
    assert.equal(await page.getByText(sentence).count(), 0, 'there is nothing to keep yet');
    await group(page).selectOption('grade');
    await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
    const notice = page.locator('.notice').filter({ hasText: sentence });
    await notice.waitFor();
    // As long as the page is there, the study of a file is too.
    await openFile(page, 'other.csv', trial(60));
    await answered(page);
    await openFile(page, 'own.csv', trial());
    await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
    const saved = page.waitForEvent('download');
    await notice.getByRole('button', { name: 'Save the study' }).click();
    assert.equal((await saved).suggestedFilename(), 'riskset-study.json');
    await notice.waitFor({ state: 'detached' });
  }, { setUp: (page) => page.addInitScript(refuse) }));
}

test('in a sandboxed frame, which has no store', async () => {
  const pages = { 'host.html': await framed({ sandbox: 'allow-scripts' }) };
  await withPage('http', async ({ page }) => {
    const frame = page.frameLocator('iframe');
    await frame.locator('.headline').waitFor();
    await frame.locator('#file').setInputFiles({ name: 'own.csv', mimeType: 'text/csv', buffer: Buffer.from(trial()) });
    await frame.locator('.data .file').getByText('own.csv').waitFor();
    await group(frame).selectOption('grade');
    await frame.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
    await frame.getByText(/This browser does not let the page keep your study for a reload/).waitFor();
  }, { path: 'host.html', pages });
});

test('leaving asks only where something would be lost', () => withPage('http', async ({ page }) => {
  /** @type {string[]} */
  const asked = [];
  page.on('dialog', (dialog) => { asked.push(dialog.type()); dialog.accept(); });
  const leave = async () => {
    asked.length = 0;
    await page.reload();
    await answered(page);
    return asked.length;
  };
  await answered(page);
  // The demonstration, changed or not, and a file as the page proposes it, are nobody's work.
  await group(page).selectOption('kieffer');
  await page.getByRole('heading', { name: 'Survival curves: Kieffer level' }).waitFor();
  assert.equal(await leave(), 0);
  await openFile(page, 'own.csv', trial());
  await answered(page);
  assert.equal(await leave(), 0);
  await openFile(page, 'own.csv', trial());
  await answered(page);
  await group(page).selectOption('grade');
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  await keeps(page, 'grade');
  assert.equal(await leave(), 1);
  // Taken up again it is still in no file; saved, nothing asks, also after another reload; changed again, something does.
  const again = async () => {
    await openFile(page, 'own.csv', trial());
    await page.getByText(TAKEN).waitFor();
    await answered(page);
  };
  await again();
  await goTo(page, 'output');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the study' }).click();
  await saved;
  await keeps(page, '"saved":true');
  assert.equal(await leave(), 0);
  await again();
  assert.equal(await leave(), 0);
  await again();
  await group(page).selectOption('');
  await page.waitForFunction((key) => !sessionStorage.getItem(key)?.includes('"saved":true'), KEY);
  assert.equal(await leave(), 1);
}, { setUp: unkept }));
