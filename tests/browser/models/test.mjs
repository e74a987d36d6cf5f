// The models: the published prognostic table, its choices, and what each figure hangs on.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered, cells, colours, goTo, openFile, trial } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Waits for the results of the choices as they are. @param {Page} page */
async function current(page) {
  await page.locator('#results:not([aria-busy])').waitFor();
}

/** The demonstration's models. @param {Page} page */
async function models(page) {
  await answered(page);
  await goTo(page, 'models');
  await page.locator('table.models').first().waitFor();
}

/** What a button of a figure's export menu hands out, as text. @param {Page} page @param {import('playwright-core').Locator} figure @param {string} button */
async function exported(page, figure, button) {
  const menu = figure.locator('details.export');
  if (!(await menu.evaluate((/** @type {HTMLDetailsElement} */ element) => element.open))) await menu.locator('summary').click();
  const coming = page.waitForEvent('download');
  await menu.getByRole('button', { name: button, exact: true }).click();
  return readFile(await (await coming).path(), 'utf8');
}

/** Rows of a prognostic table by their first cell. @param {Page} page @param {number} index */
const table = async (page, index) => new Map((await cells(page.locator('table.models').nth(index))).map(([name, ...rest]) => [name, rest]));

/**
 * Table 4 of Bertrand et al., J Surg Oncol 2024 (doi 10.1002/jso.27765), and what R gives for the synthetic cohort (survival:
 * coxph, likelihood-ratio p). `published` stands only where the cohort gives the printed figure.
 * [row, column, R's estimate, lower and upper limit, published]; a p has no limits.
 * @type {Record<string, [string, "alone" | "together", number[], string?][]>}
 */
const TARGETS = {
  OS: [
    ['R1', 'alone', [1.648, 0.6877, 3.951], '1.65 0.7 4'], ['R2', 'alone', [44.79, 2.744, 731.1], '44.8 2.7 731'], ['Resection margin', 'alone', [0.05445]],
    ['Specimen size per cm', 'alone', [1.067, 0.9672, 1.177], '1.07 1.0 1.2'], ['Grade 2', 'alone', [4.423, 0.5656, 34.59]], ['Grade 3', 'alone', [16.54, 1.84, 148.7]],
    ['FNCLCC grade', 'alone', [0.00445], '0.004'], ['K2', 'alone', [1.583, 0.44, 5.692], '1.58 0.4 5.7'], ['K3', 'alone', [4.533, 1.119, 18.36]],
    ['Kieffer level', 'alone', [0.05989]], ['CT', 'alone', [0.9647, 0.4024, 2.312], '0.96 0.4 2.31'], ['Perioperative chemotherapy', 'alone', [0.9356], '>0.9'],
    ['Grade 2', 'together', [4.172, 0.4404, 39.52]], ['Grade 3', 'together', [19.78, 1.767, 221.5]], ['FNCLCC grade', 'together', [0.00406], '0.004'],
    ['K2', 'together', [1.207, 0.3148, 4.625], '1.21 0.3 5'], ['K3', 'together', [3.484, 0.7895, 15.37], '3.48 0.8 15'], ['Kieffer level', 'together', [0.1149], '0.1'],
    ['CT', 'together', [0.6318, 0.2452, 1.628]], ['Perioperative chemotherapy', 'together', [0.3343], '0.3'],
  ],
  DFS: [
    ['R1', 'alone', [1.937, 0.9189, 4.082]], ['R2', 'alone', [47.81, 2.936, 778.6]], ['Resection margin', 'alone', [0.02461], '0.025'],
    ['K2', 'alone', [1.134, 0.4713, 2.729], '1.1 0.5 2.7'], ['K3', 'alone', [1.759, 0.6241, 4.956]], ['Kieffer level', 'alone', [0.5271], '0.5'],
    ['CT', 'alone', [1.017, 0.4853, 2.131]], ['Perioperative chemotherapy', 'alone', [0.9646], '>0.9'], ['Grade 2', 'alone', [10.67, 1.368, 83.17]],
    ['Grade 3', 'alone', [26.54, 3.141, 224.3]], ['FNCLCC grade', 'alone', [0.0001639], '<0.001'], ['Specimen size per cm', 'alone', [1.119, 1.035, 1.211], '1.12 1.0 1.2'],
    ['CT', 'together', [0.3797, 0.1564, 0.9219], '0.38 0.2 0.92'], ['Perioperative chemotherapy', 'together', [0.02522]], ['Grade 2', 'together', [19.42, 2.207, 170.8]],
    ['Grade 3', 'together', [65.61, 6.287, 684.7]], ['FNCLCC grade', 'together', [0.00001341], '<0.001'],
  ],
};

/** Half a unit of the last digit that is shown. @param {string} shown */
const half = (shown) => 0.5 * 10 ** -(shown.split('.')[1] ?? '').length;

for (const [index, name] of ['OS', 'DFS'].entries()) {
  test(`the published prognostic table, ${name}`, () => withPage('http', async ({ page }) => {
    await models(page);
    const rows = await table(page, index);
    assert.equal(TARGETS[name].length, name === 'OS' ? 20 : 17);
    for (const [row, column, expected, published] of TARGETS[name]) {
      const found = rows.get(row);
      assert.ok(found, `${row} in ${[...rows.keys()]}`);
      const isP = expected.length === 1;
      const text = found[{ alone: 2, together: 4 }[column] + (isP ? 1 : 0)];
      const what = `${name}, ${row} ${column}: “${text}” for ${expected}${published ? `, published ${published}` : ''}`;
      if (/^[<>]/.test(text)) assert.ok(text[0] === '<' ? expected[0] < Number(text.slice(1)) : expected[0] > Number(text.slice(1)), what);
      const shown = text.replaceAll(',', '').match(/[\d.]+/g) ?? [];
      assert.equal(shown.length, expected.length, what);
      // R's figures are given to four digits, so that the last of them may be off by half itself.
      if (!/^[<>]/.test(text)) expected.forEach((value, i) => assert.ok(Math.abs(Number(shown[i]) - value) <= half(shown[i]) + value * 5e-4, what));
      if (!published) continue;
      if (/^[<>]/.test(published)) assert.ok(published[0] === '<' ? expected[0] < Number(published.slice(1)) : expected[0] > Number(published.slice(1)), what);
      else published.split(' ').forEach((value, i) => assert.ok(Math.abs(Number(shown[i]) - Number(value)) <= half(value) + half(shown[i]), what));
    }
    const counts = new Map([...rows].map(([key, [n, events]]) => [key, [n, events]]));
    assert.deepEqual(counts.get('Grade 1'), name === 'OS' ? ['5', '1'] : ['5', '2']);
    assert.deepEqual(rows.get('Grade 1')?.slice(2), ['1 (reference)', '', '1 (reference)', '']);
    assert.deepEqual(rows.get('R0')?.slice(2), ['1 (reference)', '', '', '']);
    assert.match((await cells(page.locator('table.models').nth(index)))[0].join(' | '), name === 'OS'
      ? /Univariable \(n = 41, 22 events\) \| Multivariable \(n = 41, 22 events\)/ : /Univariable \(n = 41, 33 events\) \| Multivariable \(n = 41, 33 events\)/);
  }));
}

test('the test of a factor is switched and named, and undone', () => withPage('http', async ({ page }) => {
  await models(page);
  await page.getByText('p: likelihood-ratio test of the whole factor').first().waitFor();
  await page.getByRole('button', { name: 'Wald', exact: true }).click();
  await page.getByText('p: Wald test of the whole factor').first().waitFor();
  // R: Wald p of the margin for overall survival 0.02058, of the Kieffer level 0.04562 (alone) and 0.09514.
  let rows = await table(page, 0);
  assert.deepEqual([rows.get('Resection margin')?.[3], rows.get('Kieffer level')?.[3], rows.get('Kieffer level')?.[5]], ['0.021', '0.046', '0.095']);
  await page.getByRole('button', { name: 'Score', exact: true }).click();
  await page.getByText('p: score test of the whole factor').first().waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('p: likelihood-ratio test of the whole factor').first().waitFor();
  rows = await table(page, 0);
  assert.equal(rows.get('Resection margin')?.[3], '0.054', 'three decimals near .05');
}));

test('a click on a level makes it the reference; a tick changes the model and its events per parameter at once', () => withPage('http', async ({ page }) => {
  await models(page);
  const os = page.locator('#per-parameter-a');
  assert.match(await os.innerText(), /22 events for 5 parameters: 4\.4 each\. Too few/);
  await page.getByRole('button', { name: 'K2: make it the reference of Kieffer level' }).first().click();
  await page.getByRole('button', { name: 'K2: the reference of Kieffer level' }).first().waitFor();
  const rows = await table(page, 0);
  assert.equal(rows.get('K2')?.[2], '1 (reference)');
  assert.match(rows.get('K1')?.[2] ?? '', /^0\.63 \(/, '1 / 1.583');
  assert.equal(rows.get('Kieffer level')?.[3], '0.060', 'the factor as a whole is as it was');
  assert.equal(await page.evaluate(() => document.querySelector('risk-set')?.shadowRoot?.activeElement?.textContent), 'K2', 'the focus stays with the level');

  await page.getByRole('group', { name: 'FNCLCC grade' }).getByLabel('OS').uncheck();
  await page.waitForFunction(() => /22 events for 3 parameters: 7\.3 each\. Few/.test(document.querySelector('risk-set')?.shadowRoot?.getElementById('per-parameter-a')?.innerText ?? ''));
  await current(page);
  assert.deepEqual((await table(page, 0)).get('Grade 3')?.slice(4), ['', '']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'K1: the reference of Kieffer level' }).first().waitFor();
  await current(page);
  assert.match((await table(page, 0)).get('Grade 3')?.[4] ?? '', /^19\.8 \(/);
}));

test('the unit of a ratio, strata, profile limits and ties: in the table, the saved study, and back', () => withPage('http', async ({ page }) => {
  await models(page);
  const before = await table(page, 1);
  await page.getByLabel('Ratio per how many cm').fill('5');
  await page.getByLabel('Ratio per how many cm').press('Enter');
  await page.locator('table.models').nth(1).getByText('per 5 cm').waitFor();
  // 1.119 (1.035 to 1.211) per cm, to the fifth power.
  const [ratio, low, high] = ((await table(page, 1)).get('Specimen size per 5 cm')?.[2].match(/[\d.]+/g) ?? []).map(Number);
  for (const [found, one] of [[ratio, 1.1193], [low, 1.0346], [high, 1.2108]]) assert.ok(Math.abs(found - one ** 5) < 0.02, `${found} for ${one} ** 5`);

  await page.getByText('Further options of the models').click();
  await page.getByLabel('Interval of the hazard ratios').selectOption('profile');
  await page.getByText('hazard ratio with its profile-likelihood 95% interval').first().waitFor();
  await page.getByLabel('Ties in the Cox model').selectOption('breslow');
  await page.getByLabel('Stratify by').selectOption('centre');
  await page.getByText('Every model has a baseline hazard of its own for each level of: Centre.').first().waitFor();
  await current(page);
  const changed = await table(page, 1);
  assert.notDeepEqual(changed.get('CT'), before.get('CT'));

  await goTo(page, 'output');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the study' }).click();
  const text = await readFile(await (await saving).path(), 'utf8');
  const study = JSON.parse(text);
  const asked = study.analyses.find((/** @type {any} */ analysis) => analysis.id === 'dfs.table');
  assert.deepEqual([asked.strata, asked.conf, asked.ties, study.data.columns.specimen_size_cm], [['centre'], 'profile', 'breslow', { per: 5 }]);

  // Taken back, then read from the study.
  for (let i = 0; i < 4; i += 1) await page.getByRole('button', { name: 'Undo' }).click();
  await goTo(page, 'models');
  await current(page);
  assert.deepEqual([...await table(page, 1)], [...before]);
  await goTo(page, 'data');
  await page.locator('#study-file').setInputFiles({ name: 'study.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await goTo(page, 'models');
  await page.locator('table.models').nth(1).getByText('per 5 cm').waitFor();
  await current(page);
  assert.deepEqual([...await table(page, 1)], [...changed]);
  await page.getByText('Further options of the models').click();
  await page.getByRole('button', { name: 'Remove: no longer stratify by Centre' }).click();
  await page.getByText('Every model has a baseline hazard of its own').first().waitFor({ state: 'detached' });
}));

/** Everybody at level C dies first, nobody at level D dies; three levels besides that are ordinary. */
function separated() {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const level = ['A', 'A', 'B', 'B', 'C', 'D'][i % 6];
    const time = level === 'C' ? 1 + i / 100 : 5 + ((i * 37) % 61);
    const status = level === 'C' ? 1 : level === 'D' ? 0 : i % 3 ? 1 : 0;
    return [time, status, level, i % 7 === 0 ? '' : 40 + ((i * 11) % 37), i % 2 ? 'yes' : 'no'].join(',');
  });
  return `time,status,level,marker,smoker\n${rows.join('\n')}\n`;
}

test('separation, patients lost to missing values, and large files', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'separated.csv', separated());
  await answered(page);
  await goTo(page, 'models');
  for (const name of ['level', 'marker', 'smoker']) await page.locator('.covariate-list').getByLabel(name, { exact: true }).check();
  await page.locator('table.models').getByText('smoker').first().waitFor();
  await current(page);
  const rows = await table(page, 0);
  for (const level of ['C', 'D']) {
    assert.match(rows.get(level)?.[2] ?? '', level === 'C' ? /^not estimable: separation ?lower limit [\d.,]+ ?Firth: [\d.]+ \([\d.]+ – >?[\d.]+\)$/ : /^not estimable: separation ?upper limit [\d.,]+ ?Firth: [\d.]+ \([\d.]+ – >?[\d.]+\)$/, level);
  }
  await page.getByText('Firth’s estimate, drawn towards 1', { exact: false }).waitFor();
  // 9 of 60 markers are missing: the models do not use the same patients, and the table says so.
  await page.getByText('The multivariable model leaves out 9 of 60 patients (15%)').waitFor();
  await page.getByText('The models of this table do not use the same patients (51 to 60)').waitFor();
  assert.deepEqual([rows.get('smoker')?.[0], rows.get('marker per unit')?.[0]], ['60', '51']);
  const head = (await cells(page.locator('table.models')))[0].join(' | ');
  assert.match(head, /Univariable \| Multivariable \(n = 51, /, 'no common n is claimed of the models of one factor');
  await page.getByRole('heading', { name: 'What the ratios mean in patients' }).waitFor();

  // So many rows that each patient is not left out in turn until the user asks.
  await goTo(page, 'curves');
  await openFile(page, 'large.csv', trial(1200));
  await answered(page);
  await goTo(page, 'models');
  await page.getByText('In a file of this size this is not computed at every click.').waitFor();
  assert.equal(await page.getByRole('heading', { name: 'What the ratios mean in patients' }).count(), 0);
  await page.getByRole('button', { name: 'Compute it' }).click();
  await page.getByRole('heading', { name: 'What the ratios mean in patients' }).waitFor();
  await page.getByText(/One step of the fit for each patient/).waitFor();
}));

test('proportional hazards in words, and who alone changes a conclusion', () => withPage('http', async ({ page }) => {
  await models(page);
  // R: cox.zph of the multivariable model of overall survival (transform km): chisq 0.375, 2.080, 0.000; global 2.824, p 0.727.
  const hazards = await cells(page.locator('table.hazards').first());
  assert.deepEqual(hazards.slice(1).map((row) => row.slice(0, 4)), [
    ['FNCLCC grade', '0.38', '2', '0.83'], ['Kieffer level', '2.08', '2', '0.35'], ['Perioperative chemotherapy', '0.00', '1', '0.99'], ['All together', '2.82', '5', '0.73'],
  ]);
  assert.equal(hazards[1][4], 'No sign that the effect of FNCLCC grade changes over time.');
  const said = (await page.locator('.influence-list').first().locator('li').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
  assert.deepEqual(said, [
    'Without patient SYN-03 (row 3), the interval of Grade 3 vs Grade 1 (FNCLCC grade) includes 1. HR 19.8, p 0.015 becomes HR 8.42, p 0.063.',
    'Without patient SYN-06 (row 6), the ratio of Grade 2 vs Grade 1 (FNCLCC grade) can no longer be estimated: what is left separates the events. HR 4.17, p 0.21 with everybody; without, no finite ratio.',
    'Without patient SYN-06 (row 6), the ratio of Grade 3 vs Grade 1 (FNCLCC grade) can no longer be estimated: what is left separates the events. HR 19.8, p 0.015 with everybody; without, no finite ratio.',
    'Without patient SYN-13 (row 13), the interval of K3 vs K1 (Kieffer level) no longer includes 1. HR 3.48, p 0.099 becomes HR 4.69, p 0.040.',
  ]);
}));

test('the forest plot and the smooths are drawn', () => withPage('http', async ({ page }) => {
  await models(page);
  await page.waitForFunction(() => [...(document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('.figure') ?? [])].filter((figure) => figure.querySelector('table')).length === 8);
  const canvases = page.locator('canvas');
  assert.equal(await canvases.count(), 8);
  for (const canvas of await canvases.all()) assert.ok((await colours(canvas)).length > 10);
  assert.match(await canvases.nth(0).getAttribute('aria-label') ?? '', /Forest plot/);
  assert.match(await canvases.nth(6).getAttribute('aria-label') ?? '', /Scaled Schoenfeld residuals/);
  const ratios = await cells(page.locator('.figure table').first());
  assert.ok(ratios.some((row) => row.includes('Grade 3')), JSON.stringify(ratios));
}));

test('adjusted curves stand beside the observed ones, say what they are adjusted for, and follow the model', () => withPage('http', async ({ page }) => {
  await models(page);
  const section = page.locator('section[aria-labelledby="adjusted-title"]'), part = section.locator('.model').first();
  await section.getByText('Curves adjusted for the other factors: Perioperative chemotherapy').waitFor();
  await part.getByText('Adjusted for FNCLCC grade, Kieffer level; a model of 41 patients.').waitFor();
  const adjusted = part.locator('.figure-place').nth(1);
  // R: f <- coxph(Surv(t, s) ~ chemo + grade + kieffer), rowMeans(summary(survfit(f, newdata = the 41 patients with everyone in one group), times)$surv).
  const rows = await cells(part.locator('table.dense'));
  assert.deepEqual(rows.slice(1).map(([group, months, , share]) => [group, months, share.split(/[ %(]/)[0]]), [['No CT', '36', '70.6'], ['CT', '36', '78.4'], ['No CT', '60', '50.1'], ['CT', '60', '60.5']]);
  await adjusted.locator('canvas[aria-label*="Curves are adjusted for FNCLCC grade, Kieffer level"]').waitFor();
  await adjusted.locator('.figure-check').getByText(/^Ready for a journal/).waitFor();
  const csv = await exported(page, adjusted, 'Curve as CSV'), svg = await exported(page, adjusted, 'SVG');
  assert.match(csv, /Overall survival, adjusted/);
  assert.match(svg, /Adjusted hazard ratio, CT v/);
  // Counts under both are those observed, and a factor taken out of the model is adjusted for no more.
  const counted = async (/** @type {number} */ index) => (await cells(part.locator('.figure-place').nth(index).locator('.figure table'))).map(([group, time, , , , ...counts]) => [group, time, ...counts]);
  assert.deepEqual(await counted(1), await counted(0));
  await page.locator('#multi-a-kieffer').uncheck();
  await part.getByText('Adjusted for FNCLCC grade; a model of 41 patients.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await part.getByText('Adjusted for FNCLCC grade, Kieffer level; a model of 41 patients.').waitFor();
}, { context: { acceptDownloads: true } }));
