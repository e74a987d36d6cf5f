// Files that cannot be used: the page says what is wrong, where, and what to do, and goes on working.
import assert from 'node:assert/strict';
import test from 'node:test';
import { giveFile, withPage } from '../harness.mjs';
import { answered, cells, figure, goTo, openFile, shows, trial } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

const ZIP = Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0, 6, 0, 8, 0, 0, 0, 33, 0, 255, 254, 0, 1, 2, 3]);

/** Files that cannot be opened: name, contents, the sentence in English and in French, and the place. */
const UNREADABLE = /** @type {const} */ ([
  ['book.xlsx', ZIP, /not a text table .*Save the sheet as CSV/, /n’est pas un tableau en texte/, {}],
  ['empty.csv', '', /The file is empty\./, /Le fichier est vide/, {}],
  ['header.csv', 'time,status,arm\n', /a header and no row under it/, /aucune ligne de données/, {}],
  ['ragged.csv', 'time,status,arm\n1,1,a\n2,0\n3,1,b\n', /This row has 2 cells where the header has 3/, /a 2 cellules alors que l’en-tête en a 3/, { Row: '2', Line: '3' }],
]);

/** The message is there, has the focus, and names file and place. @param {Page} page @param {RegExp} sentence @param {Record<string, string>} place */
async function complains(page, sentence, place) {
  const message = page.locator('#problems');
  await message.getByText(sentence).first().waitFor();
  await page.waitForFunction(() => document.querySelector('risk-set')?.shadowRoot?.activeElement?.id === 'problems');
  assert.equal(await message.getAttribute('role'), 'alert');
  assert.ok(await message.evaluate((element) => { const { top, bottom } = element.getBoundingClientRect(); return bottom > 0 && top < innerHeight; }), 'in sight');
  const found = Object.fromEntries(await message.locator('.place > div').evaluateAll((parts) =>
    parts.map((part) => [part.querySelector('dt')?.textContent ?? '', part.querySelector('dd')?.textContent ?? ''])));
  for (const [name, value] of Object.entries(place)) assert.equal(found[name], value, `${name} in ${JSON.stringify(found)}`);
}

test('a file that cannot be read leaves the earlier one open', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'good.csv', trial());
  await answered(page);
  for (const [name, contents, sentence, , place] of UNREADABLE) {
    await giveFile(page, name, contents);
    await complains(page, sentence, { ...place, File: name });
    await page.getByText('Your earlier file stays open: good.csv.').waitFor();
    assert.equal(await figure(page, 'Patients').innerText(), '40');
  }
  // All works as before: the choices answer, and the message can be sent away.
  await page.getByRole('button', { name: 'Close this message' }).click();
  await page.locator('#problems').waitFor({ state: 'detached' });
  await page.getByLabel('Compare curves by').selectOption('grade');
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  await page.getByRole('button', { name: 'Back to the demonstration' }).click();
  await shows(page, 'Patients', '41');
}));

test('the same in French', () => withPage('http', async ({ page }) => {
  await answered(page);
  for (const [name, contents, , sentence] of UNREADABLE) {
    await giveFile(page, name, contents);
    await complains(page, sentence, { Fichier: name });
  }
  await page.getByText('Le fichier précédent reste ouvert : lms_vc_synthetic.csv.').waitFor();
}, { context: { locale: 'fr-FR' } }));

/** A file with the time, status and arm of its first row as given. @param {string} first */
const file = (first) => `time,status,arm\n${first}\n${Array.from({ length: 19 }, (_, i) => `${i + 2},${i % 2},${i % 3 ? 'a' : 'b'}`).join('\n')}\n`;

/** Choices for these files, in case a cell kept the page from guessing them. @param {Page} page */
async function choose(page) {
  await page.locator('#a-time').selectOption('time');
  await page.locator('#a-status').selectOption('status');
  await page.locator('#by').selectOption('arm');
}

test('a time that is no number: row, column and cell', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'words.csv', file('twelve,1,a'));
  await page.locator('.data .cautions').getByText('“time” is not a column of numbers because of 1 of 20 cells: twelve.').waitFor();
  await choose(page);
  await complains(page, /./, { Column: 'time', Row: '1', Cell: 'twelve' });
  // The message leads to the choice where it can be mended.
  await page.locator('#problems a').first().click();
  assert.equal(await page.evaluate(() => document.querySelector('risk-set')?.shadowRoot?.activeElement?.id), 'a-time');
}));

test('a negative time: row, column and cell', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'negative.csv', file('-3,1,a'));
  await choose(page);
  await complains(page, /A time cannot be negative/, { Row: '1', Column: 'time', Cell: '-3' });
}));

/** Thirty rows of dates. @param {(i: number) => (string | number)[]} row */
const rows = (row) => Array.from({ length: 30 }, (_, i) => row(i).join(',')).join('\n');

test('no events: the curve is flat, and what cannot be computed says so', () => withPage('http', async ({ page }) => {
  await answered(page);
  // The only death comes after the last news: it is not counted, and the page says that too.
  await openFile(page, 'alive.csv', `diagnosis,death,last_news,chemo\n${rows((i) => ['2010-01-01', i ? '' : '2020-05-01', `201${1 + (i % 8)}-03-05`, i % 2 ? 'yes' : 'no'])}\n`);
  await answered(page);
  await page.locator('#problems').getByText(/No event occurred among the 30 patients/).waitFor();
  await shows(page, 'Patients', '30');
  await shows(page, 'Median OS', 'not reached');
  await page.getByText(/One patient has an event dated after/).first().waitFor();
  await page.getByText(/the curve stays at 100%/).first().waitFor();
  assert.equal(await page.locator('canvas').count(), 1);
}));

test('one group: the curve is drawn, the comparison says why it is not', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'one.csv', `time,status,arm\n${rows((i) => [i < 20 ? i + 1 : '', i % 2, i < 20 ? 'a' : 'b'])}\n`);
  await answered(page);
  await page.locator('#problems').getByText(/Only one group \(“a”\) has patients at risk/).first().waitFor();
  assert.equal(await page.locator('canvas').count(), 1);
  assert.deepEqual((await cells(page.locator('table.groups'))).slice(1).map(([group, events]) => [group, events])[0], ['a', '10 / 20']);
  await goTo(page, 'output');
  await page.locator('summary').getByText('OS: 10 of 30 left out').waitFor();
}));
