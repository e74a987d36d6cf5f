// Choices between a file and its cohort: how numbers and years are written, presets of endpoints, several origins, the cut-off, an
// inverted coding, sparse levels. Each is undone, and comes back with a saved study.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { openAll, violations } from '../axe.mjs';
import { withPage } from '../harness.mjs';
import { answered, goTo, openFile, shows } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Waits until nothing is computed any more. @param {Page} page */
const idle = (page) => page.locator('#results:not([aria-busy])').waitFor();

/** Goes to a step whose figures are there. @param {Page} page @param {import('../../../www/app/types').Step} step */
async function go(page, step) {
  await goTo(page, step);
  await idle(page);
}

/** The study as the page saves it. @param {Page} page */
async function saved(page) {
  await go(page, 'output');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the study' }).click();
  return readFile(await (await download).path(), 'utf8');
}

/** @param {Page} page @param {string} text */
const giveStudy = (page, text) =>
  page.locator('#study-file').setInputFiles({ name: 'study.json', mimeType: 'application/json', buffer: Buffer.from(text) });

/** Takes everything back. @param {Page} page */
async function undoAll(page) {
  const undo = page.getByRole('button', { name: 'Undo', exact: true });
  while (await undo.isEnabled()) await undo.click();
  await idle(page);
}

/** The values that the table of columns shows. @param {Page} page @param {string} column */
const values = (page, column) => page.locator('.column-table tbody tr').filter({ has: page.locator('th strong').getByText(column, { exact: true }) }).locator('.values');

/**
 * Eight patients. Bleeding may be 1,234 or 1.234; the years of birth have two digits; the treatment began before or after the
 * inclusion, or never.
 */
const FILE = [
  'id\tinclusion\ttreatment\trelapse\tdeath\tcause_of_death\tlast_news\tbirth\tbleeding\tsite',
  'P1\t2020-01-01\t2019-12-02\t\t2020-07-01\tCancer\t2020-07-01\t13/02/31\t1,234\tA',
  'P2\t2020-01-01\t2020-02-01\t2020-05-01\t2020-09-01\tCancer\t2020-09-01\t14/03/28\t567\tB',
  'P3\t2020-01-01\t\t\t2020-10-01\tStroke\t2020-10-01\t15/04/45\t2,345\tC',
  'P4\t2020-01-01\t2020-01-11\t2020-06-01\t\t\t2021-12-01\t16/05/50\t678\tA',
  'P5\t2020-01-01\t2020-01-21\t\t\t\t2021-12-01\t17/06/51\t789\tB',
  'P6\t2020-01-01\t2020-01-31\t\t2021-11-01\tCancer\t2021-11-01\t18/07/52\t890\tC',
  'P7\t2020-01-01\t\t\t\t\t2021-12-01\t19/08/53\t901\tD',
  'P8\t2020-01-01\t2020-01-02\t\t\t\t2021-12-01\t20/09/54\t312\tA',
  '',
].join('\n');

test('marks of numbers and the years of two digits, column by column', () => withPage('file', async ({ page }) => {
  await answered(page);
  await openFile(page, 'marks.tsv', FILE);
  await answered(page);
  await go(page, 'data');
  await page.getByRole('button', { name: 'Edit the column bleeding' }).click();
  assert.match(await page.locator('.column-table .check').allInnerTexts().then((all) => all.join('\n')), /1,234 in “bleeding” may be 1234 or 1\.234/);
  await page.getByLabel('Mark between thousands').selectOption(',');
  await values(page, 'bleeding').getByText('312 to 2345', { exact: true }).waitFor();
  // One mark cannot be both.
  await page.getByLabel('Decimal mark of this column').selectOption(',');
  await values(page, 'bleeding').getByText('1.234 to 901', { exact: true }).waitFor();
  assert.equal(await page.getByLabel('Mark between thousands').inputValue(), '');

  await page.getByRole('button', { name: 'Edit the column birth' }).click();
  await values(page, 'birth').getByText('13 Feb 1931 to 14 Mar 2028', { exact: true }).waitFor();
  await page.getByLabel('Years of two digits belong to').selectOption({ label: '1900 to 1999' });
  await values(page, 'birth').getByText('14 Mar 1928 to 20 Sept 1954', { exact: true }).waitFor();
  // A column without such marks or years has no such controls.
  await page.getByRole('button', { name: 'Edit the column inclusion' }).click();
  await page.getByRole('group', { name: 'Edit the column inclusion' }).waitFor();
  for (const id of ['#column-pivot', '#column-thousands']) assert.equal(await page.locator(id).count(), 0, id);

  const study = await saved(page);
  assert.deepEqual(JSON.parse(study).data.columns, { bleeding: { decimal: ',' }, birth: { pivot: 1900 } });
  await undoAll(page);
  await go(page, 'data');
  await values(page, 'birth').getByText('13 Feb 1931 to 14 Mar 2028', { exact: true }).waitFor();
  await giveStudy(page, study);
  await values(page, 'birth').getByText('14 Mar 1928 to 20 Sept 1954', { exact: true }).waitFor();
}));

test('an endpoint for the disease alone, several origins, a cut-off', () => withPage('file', async ({ page }) => {
  await answered(page);
  await openFile(page, 'origins.tsv', FILE);
  await answered(page);
  await shows(page, 'Deaths', '4');
  await go(page, 'cohort');
  const presets = page.locator('.presets button');
  assert.deepEqual(await presets.allInnerTexts(), ['TTP', 'DSS'], 'RFS and PFS would count what DFS counts');
  await presets.filter({ hasText: 'DSS' }).click();
  const card = page.locator('details.endpoint').nth(2);
  await card.getByText(/This endpoint is cause-specific/).waitFor();
  assert.ok(await card.getByLabel('Cancer (3 rows)').isChecked());
  assert.ok(!await card.getByLabel('Stroke (1 row)').isChecked());
  await go(page, 'curves');
  await shows(page, 'Events, DSS', '3');
  await go(page, 'cohort');
  // Without a value the choice is open, and said where it stands.
  await card.getByLabel('Cancer (3 rows)').uncheck();
  await page.getByRole('link', { name: /DSS: tick the values/ }).click();
  assert.equal(await page.evaluate(() => document.querySelector('risk-set')?.shadowRoot?.activeElement?.id), 'c-when-0');
  await card.getByLabel('Cancer (3 rows)').check();

  // P1 was treated 30 days before the inclusion; the six others who were treated, after it.
  await card.getByRole('button', { name: 'Several dates can begin the time' }).click();
  await card.getByLabel('or at this date, if it is earlier').selectOption('treatment');
  await card.getByText('Of several dates of origin the earliest begins each patient’s time (inclusion: 7, treatment: 1).').waitFor();
  // P6 died after the cut-off.
  await card.getByText('Cut-off and other rules').click();
  await card.getByLabel('Administrative cut-off').fill('2021-06-30');
  await go(page, 'curves');
  await shows(page, 'Events, DSS', '2');

  const study = await saved(page);
  const { DSS } = JSON.parse(study).endpoints;
  assert.deepEqual(DSS, {
    origin: ['inclusion', 'treatment'], events: [{ name: 'death from the disease', date: 'death', when: { column: 'cause_of_death', in: ['Cancer'] } }],
    censor: 'last_news', cutoff: '2021-06-30', unit: 'months',
  });
  await undoAll(page);
  await go(page, 'curves');
  await page.getByText('Events, DSS').first().waitFor({ state: 'detached' });
  await giveStudy(page, study);
  await shows(page, 'Events, DSS', '2');
}));

test('a coding that looks inverted is said on the card, and swapped', () => withPage('file', async ({ page }) => {
  await answered(page);
  // 1 stands for alive: the longest followed all have it.
  const rows = Array.from({ length: 20 }, (_, i) => `${i + 1},${i < 6 ? 0 : 1},${i % 2 ? 'a' : 'b'}`);
  await openFile(page, 'inverted.csv', `time,status,arm\n${rows.join('\n')}\n`);
  await answered(page);
  await go(page, 'cohort');
  const card = page.locator('details.endpoint').first();
  await card.getByText('Is the coding inverted?').waitFor();
  await card.getByText(/14 events, 6 censorings/).waitFor();
  await card.getByRole('button', { name: 'Take as events instead: 0' }).click();
  await card.getByText('Is the coding inverted?').waitFor({ state: 'detached' });
  await idle(page);
  await go(page, 'curves');
  await shows(page, 'Events, OS', '6');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await shows(page, 'Events, OS', '14');
}));

test('sparse levels: what merging does is said while it is done', () => withPage('file', async ({ page }) => {
  await answered(page);
  await go(page, 'data');
  await page.getByRole('button', { name: 'Edit the column kieffer' }).click();
  await page.locator('#column-editor').waitFor();
  assert.equal(await page.locator('.merge-effect').count(), 0);
  await page.getByLabel('“K3” in the file').fill('K2');
  await page.getByLabel('“K3” in the file').press('Enter');
  await idle(page);
  const effect = page.getByRole('group', { name: 'What merging does to the models' });
  // 22 deaths: 22/5 = 4.4 and 22/4 = 5.5; 33 recurrences or deaths: 33/2 = 16.5 and 33/1 = 33.
  const now = () => effect.locator('li').allInnerTexts();
  const wanted = [
    'OS, multivariable model: 22 events for 4 parameters instead of 5, so 5.5 events per parameter instead of 4.4.',
    'DFS, this column alone: 33 events for 1 parameter instead of 2, so 33.0 events per parameter instead of 16.5.',
  ];
  assert.deepEqual(await now(), wanted);
  // The engine counts the same, once it has run.
  await go(page, 'models');
  await page.getByText(/22 events for 4 parameters \(5\.5 each\)/).first().waitFor({ state: 'attached' });
  await go(page, 'data');
  assert.deepEqual(await now(), wanted);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await effect.waitFor({ state: 'detached' });
}));

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

for (const [name, context] of /** @type {[string, import('playwright-core').BrowserContextOptions][]} */ ([
  ['dark', { colorScheme: 'dark' }], ['phone, French', { ...PHONE, locale: 'fr-FR' }],
])) {
  test(`${name}: axe finds nothing in these cards, and nothing is wider than the page`, () => withPage('file', async ({ page }) => {
    await answered(page);
    const fine = async (/** @type {string} */ what) => {
      await idle(page);
      await page.evaluate(() => scrollTo(0, 0));
      assert.deepEqual(await violations(page), [], what);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what} fits`);
    };
    await go(page, 'data');
    await page.locator('#edit-kieffer').click();
    await page.locator('#recode-K3').fill('K2');
    await page.locator('#recode-K3').press('Enter');
    await page.locator('.merge-effect').waitFor();
    await fine('merging');
    await go(page, 'patients');
    await openAll(page);
    for (const button of [1, 0]) await page.locator('.blocks > button').nth(button).click();
    await page.locator('#block-1-in-sex').check();
    await page.locator('.patients').waitFor();
    await fine('the table of patients');
    await go(page, 'data');
    await openFile(page, 'cards.tsv', FILE);
    await idle(page);
    for (const column of ['bleeding', 'birth']) {
      await go(page, 'data');
      await page.locator(`#edit-${column}`).click();
      await page.locator(column === 'birth' ? '#column-pivot' : '#column-thousands').waitFor();
      await fine(column);
    }
    await go(page, 'cohort');
    await openAll(page);
    await page.locator('.presets button').filter({ hasText: 'DSS' }).click();
    await page.locator('#c-name').waitFor();
    await openAll(page);
    await page.locator('.origins').nth(2).locator('button').click();
    await page.locator('#c-origin-0').waitFor();
    await fine('endpoints');
  }, { context }));
}
