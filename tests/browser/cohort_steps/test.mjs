// The way from a file to a cohort: how it was read, its columns, the audit, who is analysed, the table of patients.
import assert from 'node:assert/strict';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered, cells, openFile, shows } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Goes to a step. @param {Page} page @param {string} name */
async function go(page, name) {
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name }).click();
  await page.locator('.step[aria-current="step"]', { hasText: name }).waitFor();
}

/** Waits until nothing is computed any more. @param {Page} page */
const idle = (page) => page.locator('#results:not([aria-busy])').waitFor();

/** Twenty patients with dates, as a French spreadsheet writes them, and titles above. */
const dated = () => {
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const rows = Array.from({ length: 20 }, (_, i) => {
    const died = i % 2 === 0;
    const last = `${two(1 + ((i * 7) % 28))}/${two(1 + (i % 12))}/${2019 + (i % 3)}`;
    return [`P${i + 1}`, `${two(13 + (i % 15))}/0${1 + (i % 9)}/2017`, died ? last : '', last, i % 3 ? 'A' : 'B', `${40 + i},5`, ['I', 'II', 'III'][i % 3]].join(';');
  });
  return ['Cohorte de deux centres;;;;;;', 'id;date_diagnostic;date_deces;date_derniere_nouvelle;bras;age;stade', ...rows, ''].join('\r\n');
};

test('the demonstration, step by step', () => withPage('http', async ({ page }) => {
  await answered(page);
  await go(page, 'Data');
  const preview = await cells(page.getByRole('region', { name: 'First lines of the file' }));
  assert.equal(preview[0][1], 'id');
  assert.equal(preview[1][1], 'SYN-01');
  await page.getByRole('heading', { name: 'The 76 columns' }).waitFor();

  await go(page, 'Cohort');
  await page.getByRole('heading', { name: 'Audit of dates and endpoints' }).waitFor();
  await page.getByRole('heading', { name: 'Who is analysed' }).waitFor();
  await page.locator('.figure table').first().waitFor({ state: 'attached' });

  await go(page, 'Patients');
  const region = page.getByRole('region', { name: 'Characteristics of the patients', exact: true });
  await region.waitFor();
  let table = await cells(region);
  const row = (/** @type {string} */ name) => table.find(([head]) => head.startsWith(name))?.slice(1, 4);
  assert.deepEqual(table[0].slice(0, 4), ['Variable', 'No CT (n = 29)', 'CT (n = 12)', 'Overall (n = 41)']);
  // As published: R0 in 29 (71%), 24 (83%) and 5 (42%).
  assert.deepEqual(row('R0'), ['24 (83)', '5 (42)', '29 (71)']);
  assert.deepEqual(row('Specimen size, cm'), ['8.9 (6.3–11.9)', '12.1 (8.9–12.8)', '9.6 (7.0–12.8)']);
  assert.deepEqual(row('Age at diagnosis, years'), ['60 (54–67)', '52 (42–58)', '58 (52–67)']);
  assert.match(await page.locator('.footnotes').innerText(), /a Wilcoxon rank-sum test.* b Fisher’s exact test\./s);

  // One line for each yes/no column; rows under a heading; and all as before.
  await page.getByRole('button', { name: 'Put the 3 yes/no columns in one block' }).click();
  await region.getByText('Present (yes)').waitFor();
  table = await cells(region);
  assert.deepEqual(row('Metastasis at diagnosis'), ['0 (0)', '1 (8)', '1 (2)']);
  await page.getByRole('button', { name: 'Group rows under a heading' }).click();
  const rows = page.getByRole('group', { name: 'Rows under New heading' });
  await rows.getByLabel('Sex', { exact: true }).check();
  await rows.getByLabel('Age at diagnosis').check();
  await page.locator('#block-1-heading').fill('Patient');
  await page.locator('#block-1-heading').press('Enter');
  await region.getByText('Patient', { exact: true }).waitFor();
  table = await cells(region);
  assert.deepEqual(table.slice(1, 6).map(([head]) => head), ['Patient', 'Age at diagnosis, years', 'Sex', 'Female', 'Male']);
  await page.getByRole('button', { name: 'Take the heading “Patient” away' }).click();
  await region.getByText('Patient', { exact: true }).waitFor({ state: 'detached' });
  while (await page.getByRole('button', { name: 'Undo', exact: true }).isEnabled()) await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await region.getByText('Present (yes)').waitFor({ state: 'detached' });

  await go(page, 'Curves');
  await shows(page, 'Patients', '41');
}));

test('a French spreadsheet with a title, and another line for the names', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'cohorte.csv', dated());
  await answered(page);
  await go(page, 'Data');
  const rows = page.getByRole('region', { name: 'First lines of the file' }).locator('tr');
  assert.match(await rows.nth(0).innerText(), /Cohorte de deux centres/);
  assert.equal(await rows.nth(0).getAttribute('class'), 'preview-title');
  assert.equal(await rows.nth(1).getAttribute('class'), 'preview-header');
  await page.getByLabel('Decimal mark').selectOption(',');
  await page.getByLabel('Line of the column names').fill('2');
  await page.getByLabel('Line of the column names').press('Enter');
  await idle(page);
  assert.equal(await page.locator('tr.preview-header').count(), 1);
  await go(page, 'Curves');
  await shows(page, 'Patients', '20');
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await shows(page, 'Patients', '20');
}));

test('levels merged, a number cut into classes, and all taken back', () => withPage('http', async ({ page }) => {
  await answered(page);
  await go(page, 'Data');
  await page.getByRole('button', { name: 'Edit the column margin' }).click();
  await page.locator('#column-editor').waitFor();
  for (const level of ['R1', 'R2']) {
    await page.getByLabel(`“${level}” in the file`).fill('R1 or R2');
    await page.getByLabel(`“${level}” in the file`).press('Enter');
  }
  await page.locator('.level-name', { hasText: 'R1 or R2' }).waitFor();
  assert.equal(await page.locator('.level-order li').count(), 2);
  await go(page, 'Curves');
  await answered(page);
  await go(page, 'Models');
  const models = (await page.locator('.models').first().innerText()).replace(/\s+/g, ' ');
  assert.match(models, /R1 or R2/);
  assert.doesNotMatch(models, /R1 or R2.*\bR2\b 1 1\b/);

  await go(page, 'Data');
  await page.getByRole('button', { name: 'Edit the column specimen_size_cm' }).click();
  await page.getByLabel('Make classes at').fill('5; 10');
  await page.getByLabel('Make classes at').press('Enter');
  await page.locator('#column-editor', { hasText: '< 5 · 5 – < 10 · ≥ 10' }).waitFor();
  await go(page, 'Curves');
  await page.locator('#by').selectOption('specimen_size_cm (classes)');
  await page.getByRole('heading', { name: 'Survival curves: specimen_size_cm (classes)' }).waitFor();
  await answered(page);
  assert.match(await page.locator('.groups').first().innerText(), /≥ 10/);
  while (await page.getByRole('button', { name: 'Undo', exact: true }).isEnabled()) await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByRole('heading', { name: 'Survival curves: Perioperative chemotherapy' }).waitFor();
}));

test('the audit names the rows, and what is decided is kept, counted and undone', () => withPage('http', async ({ page }) => {
  await answered(page);
  // The fourth patient has a recurrence two years after death.
  const text = [
    'id,date_of_diagnosis,date_of_recurrence,date_of_death,date_of_last_follow_up',
    ...Array.from({ length: 12 }, (_, i) => `P${i + 1},2015-01-1${i % 9},${i % 3 ? '' : `201${i === 3 ? 9 : 6}-05-05`},${i % 2 ? '2017-03-03' : ''},${i % 2 ? '2017-03-03' : '2020-06-30'}`),
  ].join('\n');
  await openFile(page, 'audit.csv', text);
  await answered(page);
  await go(page, 'Cohort');
  const finding = page.locator('.finding', { hasText: 'Row 4' }).first();
  await finding.waitFor();
  const open = await page.locator('.finding:not(.decided) button').count();
  assert.ok(open > 0);
  await finding.getByRole('button', { name: 'Exclude this row' }).click();
  await page.getByText('1 row left out of everything').waitFor();
  await idle(page);
  await go(page, 'Curves');
  await page.getByText('11 analysed').waitFor();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await shows(page, 'Patients', '12');
}));
