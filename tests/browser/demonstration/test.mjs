// The page opens with the demonstration, and shows what the native command computes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { command } from '../../command.mjs';
import { root, withPage } from '../harness.mjs';
import { answered, cells, colours, drawn, figure, goTo, shows } from '../steps.mjs';

/** A study as the native command computes it: gives the curve of an analysis without groups. @param {string} study */
function native(study) {
  const run = spawnSync(command, ['run', study], { encoding: 'utf8', maxBuffer: 1e9 });
  assert.equal(run.status, 0, run.stderr);
  const { results } = JSON.parse(run.stdout);
  /** @param {string} type @param {string} endpoint */
  return (type, endpoint) => results.find((/** @type {any} */ result) => result.type === type && result.endpoint === endpoint && !result.by).curves[0];
}

/** @param {any} curve */
function median(curve) {
  const { estimate } = curve.quantiles.find((/** @type {any} */ quantile) => quantile.prob === 0.5);
  return estimate === null ? 'not reached' : `${estimate.toFixed(1)} months`;
}

test('the headline figures are those of the native command', () => withPage('http', async ({ page }) => {
  await answered(page);
  const curve = native(join(root, 'www/demo/study.json'));
  const [os, dfs, followUp] = [curve('kaplan_meier', 'OS'), curve('kaplan_meier', 'DFS'), curve('follow_up', 'OS')];
  const expected = {
    Patients: '41', Deaths: '22', 'Events, DFS': '33', 'Median OS': '54.7 months', 'Median DFS': '22.2 months', 'Median follow-up': '69.7 months',
  };
  assert.deepEqual(expected, {
    Patients: String(os.n), Deaths: String(os.n_event), 'Events, DFS': String(dfs.n_event), 'Median OS': median(os), 'Median DFS': median(dfs),
    'Median follow-up': median(followUp),
  }, 'the native command');
  for (const [term, value] of Object.entries(expected)) assert.equal(await figure(page, term).innerText(), value, term);
}));

test('it is labelled synthetic, warns of immortal time, and both figures are drawn', () => withPage('http', async ({ page }) => {
  await answered(page);
  await page.getByText('Synthetic demonstration data, no real patient.').waitFor();
  await page.getByText('Caution, immortal time').waitFor();
  const canvases = page.locator('canvas');
  assert.equal(await canvases.count(), 2);
  for (const canvas of await canvases.all()) {
    const found = await colours(canvas);
    assert.ok(found.length > 20 && found[0] < 0.95, `${found.length} colours, ${found[0]} of one`);
  }
  assert.match(await canvases.first().getAttribute('aria-label') ?? '', /No CT: 29 patients, 14 events, median 69\.3\. CT: 12 patients, 8 events, median 54\.7/);
}));

test('the numbers at risk stand in a table beside each figure', () => withPage('http', async ({ page }) => {
  await answered(page);
  const [head, ...rows] = await cells(page.locator('.figure table').first());
  assert.deepEqual(head, ['Group', 'Months since diagnosis', 'Estimate', 'Lower limit', 'Upper limit', 'At risk', 'Censored', 'Events']);
  assert.deepEqual(rows.find((row) => row[0] === 'No CT' && row[1] === '60'), ['No CT', '60', '52.1', '33.9', '80.0', '9', '10', '10']);
  assert.deepEqual(rows.find((row) => row[0] === 'CT' && row[1] === '36'), ['CT', '36', '74.1', '52.6', '100.0', '8', '1', '3']);
}));

test('the prognostic table', () => withPage('http', async ({ page }) => {
  await answered(page);
  await goTo(page, 'models');
  const tables = page.locator('table.models');
  assert.equal(await tables.count(), 2);
  const rows = new Map((await cells(tables.nth(1))).map(([name, ...rest]) => [name, rest]));
  assert.deepEqual(rows.get('R2'), ['1', '1', '47.8 (2.94 – 779)', '', '', '']);
  assert.deepEqual(rows.get('Resection margin'), ['41', '33', '', '0.025', '', '']);
  assert.deepEqual(rows.get('CT'), ['12', '11', '1.02 (0.49 – 2.13)', '', '0.38 (0.16 – 0.92)', '']);
  assert.deepEqual(rows.get('FNCLCC grade'), ['41', '33', '', '<0.001', '', '<0.001']);
  assert.deepEqual(rows.get('Grade 3'), ['10', '10', '26.5 (3.14 – 224)', '', '65.6 (6.29 – 685)', '']);
  const overall = new Map((await cells(tables.nth(0))).map(([name, ...rest]) => [name, rest]));
  assert.deepEqual(overall.get('Kieffer level'), ['41', '22', '', '0.060', '', '0.11']);
  await page.getByText('22 events for 5 parameters (4.4 each)').first().waitFor();
}));

test('counting from surgery, or from surgery on, changes the figures; the saved study gives the same natively', () => withPage('http', async ({ page }) => {
  await answered(page);
  await page.getByLabel('from surgery', { exact: true }).check();
  await shows(page, 'Median OS', '62.8 months');
  await drawn(page);
  await page.locator('canvas[aria-label*="Months since surgery"]').first().waitFor();
  await page.getByLabel('from diagnosis, at risk from surgery on').check();
  await page.getByText('Patients count only from surgery on (late entry).').first().waitFor();
  await page.locator('canvas[aria-label*="Months since diagnosis"]').first().waitFor();
  const late = await figure(page, 'Median OS').innerText();
  const folder = await mkdtemp(join(tmpdir(), 'riskset-'));
  try {
    await goTo(page, 'output');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the study' }).click();
    await (await saved).saveAs(join(folder, 'study.json'));
    await copyFile(join(root, 'www/demo/lms_vc_synthetic.csv'), join(folder, 'lms_vc_synthetic.csv'));
    const study = JSON.parse(await readFile(join(folder, 'study.json'), 'utf8'));
    assert.equal(study.endpoints.OS.entry, 'date_of_surgery');
    assert.equal(late, median(native(join(folder, 'study.json'))('kaplan_meier', 'OS')), 'the native command, on the saved study');
  } finally {
    await rm(folder, { recursive: true });
  }
  await goTo(page, 'curves');
  await page.getByLabel('from diagnosis', { exact: true }).check();
  await shows(page, 'Median OS', '54.7 months');
  for (const canvas of await page.locator('canvas').all()) assert.ok((await colours(canvas)).length > 20, 'still drawn');
}));

test('one endpoint at a time', () => withPage('http', async ({ page }) => {
  await answered(page);
  await page.getByRole('button', { name: 'DFS', exact: true }).click();
  await page.getByRole('heading', { name: 'Overall survival (OS)' }).first().waitFor({ state: 'detached' });
  assert.equal(await page.locator('canvas').count(), 1);
  await goTo(page, 'models');
  assert.equal(await page.locator('table.models').count(), 1, 'in each step');
  await page.getByRole('button', { name: 'Both' }).click();
  await page.locator('table.models').nth(1).waitFor();
  assert.equal(await page.locator('table.models').count(), 2);
  await goTo(page, 'curves');
  await page.getByRole('heading', { name: 'Overall survival (OS)' }).first().waitFor();
}));
