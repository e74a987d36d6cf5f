// What can be set of a figure beside it, the program's own check of the figure, and what mends what fails.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { pdf, png } from '../exports/read.mjs';
import { withPage } from '../harness.mjs';
import { answered, drawn, goTo } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** The place of a figure, by the id of a heading in the part that holds it. @param {Page} page @param {string} id */
const place = (page, id) => page.locator('article, section, .model, .absolute').filter({ has: page.locator(`#${id}`) }).last().locator('.figure-place').first();

/** Opens the settings of a figure. @param {import('playwright-core').Locator} figure */
async function settings(figure) {
  await figure.locator('.figure-settings > summary').click();
  return figure.locator('.figure-settings');
}

/** What a button of the export menu hands out. @param {import('playwright-core').Locator} figure @param {string} button */
async function file(figure, button) {
  const menu = figure.locator('details.export');
  if (!(await menu.evaluate((/** @type {HTMLDetailsElement} */ element) => element.open))) await menu.locator('summary').click();
  const coming = figure.page().waitForEvent('download');
  await menu.getByRole('button', { name: button, exact: true }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Shares of pixels of a canvas that have a hue: the page's ink is nearly grey. @param {import('playwright-core').Locator} canvas */
const coloured = (canvas) => canvas.evaluate((/** @type {HTMLCanvasElement} */ element) => {
  const copy = new OffscreenCanvas(element.width, element.height), context = /** @type {OffscreenCanvasRenderingContext2D} */ (copy.getContext('2d', { willReadFrequently: true }));
  context.drawImage(element, 0, 0);
  const { data } = context.getImageData(0, 0, copy.width, copy.height);
  let found = 0;
  for (let i = 0; i < data.length; i += 4) if (Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 40) found += 1;
  return found / (data.length / 4);
});

const READY = /^Ready for a journal/;

test('every figure of the demonstration is ready for a journal', () => withPage('http', async ({ page }) => {
  await answered(page);
  for (const [step, least] of /** @type {[import('../../../www/app/types').Step, number][]} */ ([['curves', 2], ['models', 4], ['cohort', 3]])) {
    await goTo(page, step);
    await drawn(page);
    const checks = page.locator('.figure-check-summary'), figures = await page.locator('.figure').count();
    assert.ok(figures >= least, `${figures} figures`);
    await page.waitForFunction((n) => document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('.figure-check-summary').length === n, figures);
    for (const check of await checks.all()) assert.match(await check.innerText(), READY, `${step}: ${await check.locator('xpath=..').innerText()}`);
  }
}));

test('what fails is said beside the figure, and a click mends it', () => withPage('http', async ({ page }) => {
  await answered(page);
  const figure = place(page, 'curve-a'), check = figure.locator('.figure-check');
  await check.getByText(READY).waitFor();
  await page.getByLabel('Under the figure').selectOption('hidden');
  await check.getByText('Not yet ready for a journal: 1 point').waitFor();
  await check.getByText('The numbers at risk are hidden.').first().waitFor();
  await check.getByRole('button', { name: 'Show them' }).click();
  await check.getByText(READY).waitFor();
  assert.equal(await page.getByLabel('Under the figure').inputValue(), 'full');
  assert.equal(await page.evaluate(() => document.querySelector('risk-set')?.shadowRoot?.activeElement?.textContent), 'All 21 points of the list', 'the focus stays beside the figure');

  const set = await settings(figure);
  await set.getByLabel('confidence band').uncheck();
  await check.getByRole('button', { name: 'Draw the band' }).click();
  await check.getByText(READY).waitFor();
  assert.ok(await set.getByLabel('confidence band').isChecked());
  await set.getByLabel('Size of the text (pt)').fill('5');
  await set.getByLabel('Size of the text (pt)').press('Enter');
  await check.getByRole('button', { name: 'Set the text in 7 points' }).click();
  await check.getByText(READY).waitFor();
  await set.getByLabel('Where few are at risk').selectOption('full');
  await check.getByRole('button', { name: 'Draw them thin from fewer than 5 at risk on' }).click();
  await check.getByText(READY).waitFor();
  // Too wide for a page, and too pale for the paper.
  await set.getByLabel('Width (mm)').fill('300');
  await set.getByLabel('Width (mm)').press('Enter');
  await check.getByRole('button', { name: 'Make it as wide as a page' }).click();
  await check.getByText(READY).waitFor();
  await set.getByLabel('Colour of CT').selectOption('own');
  await set.getByLabel('Another colour of CT').fill('#ffe9b0');
  await check.getByText('The colour of CT is too pale on this paper.').first().waitFor();
  await check.getByRole('button', { name: 'Take the usual colour' }).click();
  await check.getByText(READY).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await check.getByText('The colour of CT is too pale on this paper.').first().waitFor();
}));

test('a journal, a title and names are in every file, and come back with the study', () => withPage('http', async ({ page }) => {
  await answered(page);
  const figure = place(page, 'curve-a'), set = await settings(figure);
  await set.getByLabel('Journal').selectOption('nejm');
  await set.getByLabel('Width', { exact: true }).selectOption('single');
  for (const [label, words] of [['Title', 'Survival ≤ 10 years & after'], ['Name of CT', 'Chimio ≥ 1 < 6'], ['Vertical axis', 'Alive (%)'], ['Further lines of the legend', 'Two centres.']]) {
    await set.getByLabel(label, { exact: true }).fill(words);
    await set.getByLabel(label, { exact: true }).press('Enter');
  }
  await set.getByLabel('lines at the medians').check();
  await page.locator('canvas[aria-label*="Chimio ≥ 1 < 6: 12 patients"]').first().waitFor();
  await page.locator('canvas[aria-label*="Survival ≤ 10 years & after"]').waitFor();
  const paper = await file(figure, 'PDF');
  assert.match(paper.name, /-86mm\.pdf$/);
  const read = pdf(paper.bytes, { width: 400, height: 400 });
  assert.ok(Math.abs(read.width - 86 / 25.4 * 72) < 0.01);
  for (const words of ['Survival ≤ 10 years & after', 'Chimio ≥ 1 < 6', 'Alive (%)', 'Two centres.', '0.40 to 2.31', 'P = 0.94']) assert.ok(read.text.includes(words), `${words} in ${read.text}`);
  const svg = (await file(figure, 'SVG')).bytes.toString('utf8');
  assert.match(svg, /width="86mm"/);
  assert.match(svg, />Chimio ≥ 1 &lt; 6</);
  const picture = png((await file(figure, 'PNG')).bytes);
  assert.deepEqual([picture.width, picture.perMetre], [Math.round(86 / 25.4 * 300), 11811]);
  // The other endpoint has the journal and the name of the group, and a title of its own.
  await page.locator('canvas[aria-label*="Chimio ≥ 1 < 6: 12 patients"]').nth(1).waitFor();
  assert.equal(await page.locator('canvas[aria-label*="10 years"]').count(), 1);
  // As it is printed, so that it can be seen before.
  await figure.locator('.figure-preview > summary').click();
  const preview = figure.locator('.figure-paper canvas');
  await preview.waitFor();
  assert.equal(Math.round((await preview.boundingBox())?.width ?? 0), Math.round(86 / 25.4 * 96), 'in its true size');

  await goTo(page, 'output');
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the study' }).click();
  const text = await readFile(await (await coming).path(), 'utf8');
  const { figures } = JSON.parse(text);
  assert.deepEqual(figures.look, { preset: 'nejm', column: 'single' });
  assert.deepEqual(figures.groups, { chemo: { CT: { label: 'Chimio ≥ 1 < 6' } } });
  await goTo(page, 'curves');
  for (let i = 0; i < 7; i += 1) await page.getByRole('button', { name: 'Undo' }).click();
  await page.locator('canvas[aria-label*="10 years"]').waitFor({ state: 'detached' });
  assert.equal(await set.getByLabel('Journal').inputValue(), 'plain');
  await page.locator('#study-file').setInputFiles({ name: 'study.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await page.locator('canvas[aria-label*="Survival ≤ 10 years & after"]').waitFor();
  await settings(place(page, 'curve-a'));
  await place(page, 'curve-a').getByRole('button', { name: 'As proposed again' }).click();
  await page.locator('canvas[aria-label*="10 years"]').waitFor({ state: 'detached' });
}, { context: { acceptDownloads: true } }));

test('levels are named in place on the forest plot, by their own variable, and wherever else a figure names them', () => withPage('http', async ({ page }) => {
  await answered(page);
  await goTo(page, 'models');
  const figure = place(page, 'forest-a'), set = await settings(figure);
  const field = set.getByLabel('Perioperative chemotherapy: name of CT', { exact: true });
  assert.equal(await field.inputValue(), 'CT');
  await field.fill('given ≤ 6 × & é');
  await field.press('Enter');
  const canvas = figure.locator('.figure canvas'), numbers = figure.locator('.figure table');
  await numbers.getByText('given ≤ 6 × & é').waitFor({ state: 'attached' });
  assert.match((await file(figure, 'SVG')).bytes.toString('utf8'), />given ≤ 6 × &amp; é</);
  assert.match((await file(figure, 'Ratios as CSV')).bytes.toString('utf8'), /,given ≤ 6 × & é,/);
  await figure.locator('.figure-check').getByText(READY).waitFor();
  // The table keeps the file's name, and the curves take the new one.
  assert.ok(await page.locator('.models .level-choice', { hasText: /^CT$/ }).count() > 0);
  await goTo(page, 'curves');
  await page.locator('canvas[aria-label*="given ≤ 6 × & é: 12 patients"]').first().waitFor();
  await goTo(page, 'models');
  await settings(figure);
  await figure.getByRole('button', { name: 'As proposed again' }).click();
  await numbers.getByText('given ≤ 6 × & é').waitFor({ state: 'detached' });
  assert.equal(await field.inputValue(), 'CT');
  await canvas.waitFor();
}, { context: { acceptDownloads: true } }));

test('greyscale is grey, on the screen and on paper', () => withPage('http', async ({ page }) => {
  await answered(page);
  const figure = place(page, 'curve-a'), set = await settings(figure);
  assert.ok(await coloured(figure.locator('.figure canvas')) > 0.002);
  await figure.locator('.figure-preview > summary').click();
  const preview = figure.locator('.figure-paper canvas');
  await preview.waitFor();
  assert.ok(await coloured(preview) > 0.002);
  await set.getByLabel('Journal').selectOption('greyscale');
  for (const canvas of [figure.locator('.figure canvas'), preview]) {
    for (const end = Date.now() + 20_000; await coloured(canvas) > 0;) assert.ok(Date.now() < end, 'still coloured');
  }
}));

test('cumulative hazard and log-minus-log are drawn, checked and exported', () => withPage('http', async ({ page }) => {
  await answered(page);
  const figure = place(page, 'curve-a'), check = figure.locator('.figure-check');
  await page.getByLabel('cumulative hazard (Nelson-Aalen)').check();
  await page.locator('canvas[aria-label*="Cumulative hazard curves (Nelson-Aalen)"]').first().waitFor();
  await check.getByText(READY).waitFor();
  assert.match((await file(figure, 'SVG')).bytes.toString('utf8'), /Cumulative hazard: death/);
  await page.getByLabel('log-minus-log').check();
  await page.locator('canvas[aria-label*="where they run parallel"]').first().waitFor();
  await check.getByText(READY).waitFor();
  assert.equal(await page.locator('#read-figure-a').count(), 0, 'a logarithmic axis has no time 0 to read from');
  assert.match((await file(figure, 'SVG')).bytes.toString('utf8'), /log\(−log Overall survival\)/);
  await page.getByLabel('downward: survival').check();
  await page.locator('#read-figure-a').waitFor();
}, { context: { acceptDownloads: true } }));
