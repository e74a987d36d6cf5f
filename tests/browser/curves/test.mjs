// The step of the curves: what can be chosen, reading by pointer and by keys, the end of the axis, the convention console, the glossary.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { command } from '../../command.mjs';
import { root, withPage } from '../harness.mjs';
import { answered, cells, drawn, goTo } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page */
const idle = (page) => page.locator('#results:not([aria-busy])').waitFor();

/** The figure of an endpoint. @param {Page} page @param {string} key */
const article = (page, key) => page.locator('article.curve').filter({ has: page.locator(`#curve-${key}`) });

/** The text of the study that the page saves. @param {Page} page */
async function saved(page) {
  await goTo(page, 'output');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the study' }).click();
  const text = await readFile(await (await download).path(), 'utf8');
  await goTo(page, 'curves');
  return text;
}

/** What stands under the figure, by group. @param {Page} page @param {string} key */
const reading = async (page, key) => (await cells(article(page, key).locator('.readout table'))).slice(1);

test('tests, pairs, differences and the look of the figure are chosen, undone, saved and read back', () => withPage('http', async ({ page }) => {
  await answered(page);
  const os = article(page, 'a');
  // The group by a click.
  await page.getByRole('group', { name: 'Group by a click' }).getByRole('button', { name: 'FNCLCC grade' }).click();
  await page.getByRole('heading', { name: 'Survival curves: FNCLCC grade' }).waitFor();
  await page.getByLabel('Gehan-Breslow (Wilcoxon)').check();
  await page.getByLabel('Fleming-Harrington').check();
  await page.getByLabel('γ (late)').fill('2');
  await page.getByLabel('γ (late)').press('Enter');
  await page.getByLabel('Test for trend').check();
  await page.getByLabel('Pairs of groups').selectOption('holm');
  await os.locator('table.pairs').waitFor();
  await os.getByText('Fleming-Harrington (ρ = 0, γ = 2)').waitFor();
  const rows = (await cells(os.locator('table.tests'))).slice(1);
  assert.deepEqual(rows.map(([name]) => name), ['Log-rank', 'Gehan-Breslow (Wilcoxon)', 'Fleming-Harrington (ρ = 0, γ = 2)', 'Test for trend']);
  assert.deepEqual(rows.map(([, , df]) => df), ['2', '2', '2', '1']);
  assert.equal((await cells(os.locator('table.pairs'))).length, 4, 'three pairs');
  assert.equal((await cells(os.locator('table.differences'))).length, 3, 'two groups against the first');
  await os.getByText('3 tests of the same question were made.').waitFor();

  // The look.
  await page.getByLabel('Under the figure').selectOption('hidden');
  await page.getByLabel('upward: events').check();
  await page.locator('canvas[aria-label*="1 − Overall survival"]').waitFor();
  const text = await saved(page);
  const study = JSON.parse(text);
  assert.deepEqual(study.figures, { risk_table: 'hidden', upward: true });
  const test2 = study.analyses.find((/** @type {any} */ item) => item.id === 'os.test.fleming-harrington');
  assert.deepEqual(test2.weights, { 'fleming-harrington': [0, 2] });
  assert.deepEqual(study.analyses.find((/** @type {any} */ item) => item.id === 'os.log_rank'), { id: 'os.log_rank', type: 'log_rank', endpoint: 'OS', by: 'fnclcc_grade', trend: true, pairwise: 'holm' });

  // All of it can be undone, and comes back with the saved study.
  for (let i = 0; i < 8; i += 1) await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: 'Survival curves: Perioperative chemotherapy' }).waitFor();
  assert.ok(await page.getByLabel('downward: survival').isChecked());
  assert.ok(!await page.getByLabel('Test for trend').isChecked());
  await page.locator('#study-file').setInputFiles({ name: 'study.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await page.getByRole('heading', { name: 'Survival curves: FNCLCC grade' }).waitFor();
  await os.locator('table.pairs').waitFor();
  assert.ok(await page.getByLabel('upward: events').isChecked());
  assert.deepEqual((await cells(os.locator('table.tests'))).slice(1), rows);
  assert.equal(await saved(page), text, 'the same document');
}));

test('milestones are taken out one by one, and put in as a list', () => withPage('http', async ({ page }) => {
  await answered(page);
  const heads = async () => (await cells(article(page, 'a').locator('table.groups').first()))[0].slice(3);
  assert.deepEqual(await heads(), ['At 36 months (95% CI)', 'At 60 months (95% CI)']);
  await page.getByRole('button', { name: 'Remove the milestone 36 months' }).click();
  await page.waitForFunction(() => !document.querySelector('risk-set')?.shadowRoot?.querySelector('table.groups')?.textContent?.includes('At 36'));
  assert.deepEqual(await heads(), ['At 60 months (95% CI)']);
  const list = page.getByLabel('Give survival at (months)');
  await list.fill('12; 24; 48');
  await list.press('Enter');
  await article(page, 'a').getByText('At 48 months (95% CI)').first().waitFor();
  assert.deepEqual(await heads(), ['At 12 months (95% CI)', 'At 24 months (95% CI)', 'At 48 months (95% CI)']);
}));

test('a curve is read by pointing and by keys, alike, and said', () => withPage('http', async ({ page }) => {
  await answered(page);
  await drawn(page);
  const os = article(page, 'a'), slider = page.locator('#read-figure-a');
  assert.deepEqual(await reading(page, 'a'), [['No CT', '74.8%', '59.0 – 94.9', '15'], ['CT', '74.1%', '52.6 – 100.0', '8']], 'the first milestone, before anything is done');
  assert.equal(await os.locator('.reader-said').innerText(), '', 'and nothing is said');

  await slider.focus();
  for (let i = 0; i < 24; i += 1) await page.keyboard.press('ArrowRight');
  await os.locator('.readout').getByText('At 60.0 months').waitFor();
  const byKeys = await reading(page, 'a');
  // As in the table of milestones, and as the figure counts at risk under its tick.
  assert.deepEqual(byKeys, [['No CT', '52.1%', '33.9 – 80.0', '9'], ['CT', '46.3%', '24.5 – 87.5', '5']]);
  assert.equal(await slider.getAttribute('aria-valuetext'), '60.0 months');
  await os.locator('.reader-said', { hasText: 'At 60.0 months No CT: 52.1% (33.9' }).waitFor();
  await os.locator('.reader-line').evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const line = await os.locator('.reader-line').boundingBox();
  assert.ok(line && line.y > 0);

  // The same place by pointer, after another.
  const canvas = await os.locator('canvas').boundingBox();
  assert.ok(canvas);
  await page.mouse.move(canvas.x + canvas.width / 5, line.y + line.height / 2);
  await page.waitForFunction(() => !document.querySelector('risk-set')?.shadowRoot?.querySelector('.readout')?.textContent?.includes('60.0'));
  assert.notDeepEqual(await reading(page, 'a'), byKeys);
  await page.mouse.move(line.x + 0.5, line.y + line.height / 2);
  await os.locator('.readout').getByText('At 60.0 months').waitFor();
  assert.deepEqual(await reading(page, 'a'), byKeys);
  // Beside the plot nothing changes.
  await page.mouse.move(canvas.x + canvas.width - 3, canvas.y + canvas.height - 3);
  assert.deepEqual(await reading(page, 'a'), byKeys);

  // After the last patient of a group; and counted upwards.
  await slider.focus();
  await page.keyboard.press('End');
  await os.locator('.readout').getByText('no longer followed').first().waitFor({ state: 'detached' });
  assert.deepEqual((await reading(page, 'a')).map(([group, estimate]) => [group, estimate]), [['No CT', '11.2%'], ['CT', '0.0%']], 'a curve at 0 stays there');
  await page.getByLabel('upward: events').check();
  await os.locator('.readout').getByText('88.8%').waitFor();
}));

test('the axis ends where it is dragged to, or where the slider stands; Escape shows it whole', () => withPage('http', async ({ page }) => {
  await answered(page);
  await drawn(page);
  const os = article(page, 'a'), slider = page.locator('#read-figure-a'), limit = page.getByLabel('OS: end of the time axis (months)');
  await slider.focus();
  for (let i = 0; i < 24; i += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /** @type {HTMLInputElement | undefined} */ (document.querySelector('risk-set')?.shadowRoot?.querySelector('#a-x_max'))?.value === '60');
  await os.locator('canvas[aria-label*="from 0 to 60"]').waitFor();
  assert.equal(await slider.getAttribute('max'), '60');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => /** @type {HTMLInputElement | undefined} */ (document.querySelector('risk-set')?.shadowRoot?.querySelector('#a-x_max'))?.value === '');
  await page.locator('h1').click();
  await page.keyboard.press('Control+z');
  await os.locator('canvas[aria-label*="from 0 to 60"]').waitFor();
  assert.equal(await limit.inputValue(), '60', 'undone like any choice');
  await os.getByRole('button', { name: 'Whole axis' }).click();
  await os.getByRole('button', { name: 'Whole axis' }).waitFor({ state: 'detached' });
  await drawn(page);

  // By dragging.
  await slider.focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 40; i += 1) await page.keyboard.press('ArrowRight');
  await os.locator('.reader-line:not([hidden])').waitFor();
  await os.locator('canvas').scrollIntoViewIfNeeded();
  const box = await os.locator('.reader-line').boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 150, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + box.height / 2, { steps: 4 });
  await os.locator('.reader-drag').waitFor();
  await page.mouse.up();
  await page.waitForFunction(() => Number(/** @type {HTMLInputElement | undefined} */ (document.querySelector('risk-set')?.shadowRoot?.querySelector('#a-x_max'))?.value) > 40);
  // As a control, and back.
  await limit.fill('36');
  await limit.press('Enter');
  await os.locator('canvas[aria-label*="from 0 to 36"]').waitFor();
  assert.equal(JSON.parse(await saved(page)).figures.x_max.OS, 36);
}));

test('the console gives what the native command computes by each preset, and says what a program does not print', () => withPage('http', async ({ page }) => {
  await answered(page);
  const text = await saved(page);
  const folder = await mkdtemp(join(tmpdir(), 'riskset-'));
  /** @param {string} conventions @param {string} conf_type */
  async function native(conventions, conf_type) {
    const study = JSON.parse(text);
    for (const analysis of study.analyses) if ('conf_type' in analysis) analysis.conf_type = conf_type;
    await writeFile(join(folder, 'study.json'), JSON.stringify({ ...study, conventions }));
    const run = spawnSync(command, ['run', join(folder, 'study.json')], { encoding: 'utf8', maxBuffer: 1e9 });
    assert.equal(run.status, 0, run.stderr);
    return JSON.parse(run.stdout).results.find((/** @type {any} */ result) => result.id === 'os.by').curves[0];
  }
  try {
    await copyFile(join(root, 'www/demo/lms_vc_synthetic.csv'), join(folder, 'lms_vc_synthetic.csv'));
    const os = article(page, 'a');
    await os.getByText('How computed: medians and rates').click();
    const table = os.getByRole('region', { name: 'What each program would print: medians and rates' });
    await table.waitFor();
    const rows = new Map((await cells(table)).map(([name, ...rest]) => [name, rest.map((words) => words.replace(/\s+/g, ' '))]));
    const one = (/** @type {number} */ value) => value.toFixed(1);
    const limits = (/** @type {any} */ item, scale = 1) => `(${one(item.conf_low * scale)} – ${item.conf_high === null ? 'NR' : one(item.conf_high * scale)})`;
    const [r, spss, stata] = [await native('r', 'log'), await native('spss', 'plain'), await native('stata', 'log-log')];
    const middle = (/** @type {any} */ curve) => curve.quantiles[1];
    assert.deepEqual(rows.get('No CT: median, months'), [
      `${one(middle(r).estimate)}${limits(middle(r))}`, `${one(middle(spss).estimate)}${limits(middle(spss))}`, `${one(middle(stata).estimate)}${limits(middle(stata))}`,
      `${one(middle(stata).estimate)}${limits(middle(stata))}`, `${one(middle(r).estimate)}1`,
    ]);
    assert.deepEqual(rows.get('No CT: % at 36 months')?.slice(0, 3), [`${one(100 * r.at[0].estimate)}${limits(r.at[0], 100)}`, `${one(100 * spss.at[0].estimate)}2`, `${one(100 * stata.at[0].estimate)}${limits(stata.at[0], 100)}`]);
    await os.getByText('Prism prints no interval of a median.').first().waitFor();
    assert.match((await cells(table))[0].join(' '), /R\s?tested against R SPSS\s?by documented rule/);

    // The figure under it is still that of the study on show; one switch sets everything.
    await page.setViewportSize({ width: 1000, height: 800 });
    await drawn(page);
    assert.match(await os.locator('canvas').getAttribute('aria-label') ?? '', /No CT: 29 patients, 14 events/);
    await page.getByLabel('Follow the conventions of').selectOption('stata');
    await os.getByText(`${one(100 * stata.at[0].estimate)}% ${limits(stata.at[0], 100)}`.replace(/ – /, '\u202f–\u2060\u202f')).first().waitFor();
    const study = JSON.parse(await saved(page));
    assert.equal(study.conventions, 'stata');
    assert.ok(study.analyses.filter((/** @type {any} */ item) => item.type === 'cox').every((/** @type {any} */ item) => item.ties === 'breslow'));
    await idle(page);
  } finally {
    await rm(folder, { recursive: true });
  }
}));

test('programs are compared only while a console is open', () => withPage('http', async ({ page }) => {
  await answered(page);
  const os = article(page, 'a'), pending = os.getByText('What other programs would print is being computed…').first();
  const summary = os.getByText('How computed: medians and rates');
  await summary.click();
  const table = os.getByRole('region', { name: 'What each program would print: medians and rates' });
  await table.getByText('No CT: median, months').waitFor();
  // Kept up to date while it is open.
  await page.getByLabel('Compare curves by').selectOption('kieffer');
  await table.getByText('K1: median, months').waitFor();
  // Closed, it is brought up to date when it is opened again.
  await summary.click();
  await page.getByLabel('Compare curves by').selectOption('chemo');
  await page.getByRole('heading', { name: 'Survival curves: Perioperative chemotherapy' }).waitFor();
  await idle(page);
  await pending.waitFor({ state: 'attached' });
  await summary.click();
  await table.getByText('No CT: median, months').waitFor();
}));

test('each set of conventions comes back from its saved study', () => withPage('http', async ({ page }) => {
  await answered(page);
  const select = page.getByLabel('Follow the conventions of');
  for (const program of ['spss', 'sas', 'prism', 'stata']) {
    await select.selectOption(program);
    await idle(page);
    const text = await saved(page);
    await select.selectOption('r');
    await page.locator('#study-file').setInputFiles({ name: 'study.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await page.waitForFunction((name) => /** @type {HTMLSelectElement | undefined} */ (document.querySelector('risk-set')?.shadowRoot?.querySelector('#conventions'))?.value === name, program);
  }
}));

test('the glossary opens, is closed by a key, and gives the focus back', () => withPage('http', async ({ page }) => {
  await answered(page);
  const opener = page.getByRole('button', { name: 'Glossary' });
  await opener.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Glossary' }).waitFor();
  await page.getByText('How many times as fast events come in one group as in another.', { exact: false }).first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Glossary' }).waitFor({ state: 'detached' }).catch(() => {});
  assert.equal(await page.evaluate(() => document.querySelector('risk-set')?.shadowRoot?.activeElement?.textContent), 'Glossary');
  await page.getByLabel('What is: Confidence interval').first().click();
  await page.getByText('The values that the data do not contradict.', { exact: false }).first().waitFor();
}));
