// A file's analysis by choices: time and status, dates, several events, group, covariates, categories, references.
import assert from 'node:assert/strict';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered, cells, drawn, goTo, openFile, shows, trial } from '../steps.mjs';

test('time and status, chosen by hand', () => withPage('http', async ({ page }) => {
  await answered(page);
  // Names that say nothing, so that nothing is guessed.
  await openFile(page, 'plain.csv', trial().replace('time,status,arm,age,grade', 'c1,c2,c3,c4,c5'));
  await page.getByText('Still to choose').waitFor();
  await page.getByRole('link', { name: /choose the column that holds the follow-up time/ }).click();
  assert.equal(await page.evaluate(() => document.querySelector('risk-set')?.shadowRoot?.activeElement?.id), 'a-time', 'the link leads to the choice');
  await page.getByLabel('Follow-up time').selectOption('c1');
  await page.getByLabel('Status', { exact: true }).selectOption('c2');
  await answered(page);
  await shows(page, 'Patients', '40');
  await shows(page, 'Events, OS', '26');
  await page.getByText('The other values are read as censored.').waitFor();

  await page.getByLabel('Compare curves by').selectOption('c3');
  await page.getByText(/^HR treated vs control: .* log-rank p/).waitFor();
  await goTo(page, 'models');
  const covariates = page.locator('.covariate-list');
  await covariates.getByLabel('c4').check();
  await covariates.getByLabel('c5').check();
  await page.locator('table.models').getByText('c5').waitFor();
  let names = (await cells(page.locator('table.models'))).map(([name]) => name);
  assert.deepEqual(names.slice(2), ['c4 per unit', 'c5', 'I', 'II', 'III']);

  // The reference, and a number taken as a category.
  await page.getByLabel('Reference', { exact: true }).selectOption('II');
  await page.locator('table.models tr.level').first().getByText('II', { exact: true }).waitFor();
  await page.getByLabel('Treat as category').check();
  await page.locator('table.models').getByText('per unit').waitFor({ state: 'detached' });
  await page.getByLabel('Treat as category').uncheck();
  await page.locator('table.models').getByText('per unit').waitFor();

  await goTo(page, 'curves');
  // Other values as events: the censored become the events.
  await page.getByLabel('0 (14 rows)').check();
  await page.getByLabel('1 (26 rows)').uncheck();
  await shows(page, 'Events, OS', '14');

  // One endpoint more.
  await page.getByRole('button', { name: 'Add an endpoint' }).click();
  await page.getByText('Still to choose').waitFor();
  await page.locator('#b-time').selectOption('c1');
  await page.locator('#b-status').selectOption('c2');
  await shows(page, 'Events, DFS', '26');
  await drawn(page);
  assert.equal(await page.locator('canvas').count(), 2);
}));

/** Diagnosis, surgery, recurrence, death, last news. */
function dated() {
  const day = (/** @type {number} */ days) => new Date(Date.UTC(2010, 0, 1) + days * 86_400_000).toISOString().slice(0, 10);
  const rows = Array.from({ length: 30 }, (_, i) => {
    const start = i * 20, end = start + 400 + ((i * 97) % 900);
    return [day(start), day(start + 60 + (i % 40)), i % 3 === 0 ? day(start + 200 + i) : '', i % 2 ? day(end) : '', day(end), i % 2 ? 'yes' : 'no'].join(',');
  });
  return `diagnosis,surgery,relapse,death,last_news,chemo\n${rows.join('\n')}\n`;
}

test('dates, several events, another start', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'dates.csv', dated());
  await answered(page);
  await shows(page, 'Patients', '30');
  await shows(page, 'Deaths', '15');
  await page.getByText('is “chemo” known at diagnosis?').waitFor();
  const before = await page.locator('.figure-number .big').allInnerTexts();
  await page.getByLabel('from surgery', { exact: true }).check();
  await page.getByText('Time 0: surgery.').first().waitFor();
  assert.notDeepEqual(await page.locator('.figure-number .big').allInnerTexts(), before);
  await page.getByLabel('from diagnosis, at risk from surgery on').check();
  await page.getByText('Patients count only from surgery on (late entry).').first().waitFor();

  // An event more for the endpoint: deaths and relapses.
  const [first] = await page.locator('details.endpoint').all();
  await first.getByRole('button', { name: 'Add an event' }).click();
  await first.getByLabel('Date of event 2').selectOption('relapse');
  await first.getByLabel('Name of event 2').fill('relapse');
  await first.getByLabel('Name of event 2').press('Enter');
  await page.getByText(/relapse 10/).waitFor();
  assert.equal(await page.locator('.problems').count(), 0);
}));

test('results that arrive take nothing away from what is being typed', () => withPage('http', async ({ page }) => {
  await answered(page);
  await page.getByLabel('Compare curves by').selectOption('kieffer');
  const milestones = page.getByLabel('Give survival at (months)');
  await milestones.fill('12; 2');
  await page.getByRole('heading', { name: 'Survival curves: Kieffer level' }).waitFor();
  await drawn(page);
  assert.equal(await milestones.inputValue(), '12; 2');
  await milestones.press('4');
  await milestones.press('Tab');
  await page.getByText(/Overall survival at 12 months: .*; at 24 months/).waitFor();
  assert.equal(await milestones.inputValue(), '12; 24');
}));

test('undo and redo, by button and by key', () => withPage('http', async ({ page }) => {
  await answered(page);
  const by = page.getByLabel('Compare curves by');
  const undo = page.getByRole('button', { name: 'Undo' }), redo = page.getByRole('button', { name: 'Redo' });
  assert.ok(await undo.isDisabled() && await redo.isDisabled());
  await by.selectOption('kieffer');
  await page.getByRole('heading', { name: 'Survival curves: Kieffer level' }).waitFor();
  await by.selectOption('');
  await page.getByText('One curve of all patients').first().waitFor();
  await undo.click();
  await page.getByRole('heading', { name: 'Survival curves: Kieffer level' }).waitFor();
  await page.locator('h1').click();
  await page.keyboard.press('Control+z');
  await page.getByRole('heading', { name: 'Survival curves: Perioperative chemotherapy' }).waitFor();
  assert.ok(await undo.isDisabled());
  await redo.click();
  await page.getByRole('heading', { name: 'Survival curves: Kieffer level' }).waitFor();
  await page.keyboard.press('Control+Shift+z');
  await page.getByText('One curve of all patients').first().waitFor();
  assert.ok(await redo.isDisabled());
}));
