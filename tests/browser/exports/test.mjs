// Figures and tables as files for a journal, read back by other programs.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered, cells, openFile, goTo, trial } from '../steps.mjs';
import { compare, pdf, png, unzip } from './read.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** The menu under the figure or table within this place, open. @param {import('playwright-core').Locator} place @param {string} name */
async function menu(place, name) {
  const found = place.locator('details.export').filter({ has: place.page().locator('summary').getByText(name, { exact: true }) }).first();
  await found.locator('summary').click();
  return found;
}

/** What a button of a menu hands out. @param {import('playwright-core').Locator} menu @param {string} button */
async function file(menu, button) {
  const page = menu.page(), coming = page.waitForEvent('download');
  await menu.getByRole('button', { name: button, exact: true }).click();
  const download = await Promise.race([coming, menu.getByRole('alert').waitFor().then(async () => { throw new Error(await menu.getByRole('alert').innerText()); })]);
  const name = download.suggestedFilename();
  await menu.getByRole('status').getByText(name).waitFor();
  return { name, bytes: await readFile(await download.path()) };
}

/** The number of the first row of the risk table, group by group, as the alternative has them. @param {Page} page */
const atRisk = (page) => page.locator('.curve .figure table').first().locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));

/** A number of a picture's tones, for what fails. @param {Awaited<ReturnType<typeof compare>>} apart @param {{mean: number, apart: number}} limits */
function alike(apart, limits) {
  assert.ok(apart.inked > 0.1, `${apart.inked} of the picture is not white`);
  assert.ok(apart.mean < limits.mean && apart.apart < limits.apart, JSON.stringify(apart));
}

for (const form of /** @type {const} */ (['http', 'file'])) {
  test(`the demonstration figure as PDF and PNG (${form})`, () => withPage(form, async ({ page }) => {
    await answered(page);
    const figure = await menu(page.locator('article.curve').first(), 'Export this figure');
    const paper = await file(figure, 'PDF');
    assert.match(paper.name, /^kaplan-meier-OS-.*-183mm\.pdf$/);
    // What is laid out for paper leaves the reader on the screen where it was.
    const reader = page.locator('article.curve').first().locator('input[type=range]');
    const laid = await reader.getAttribute('style');
    assert.match(laid ?? '', /width/);
    const picture = await file(figure, 'PNG');
    assert.equal(await reader.getAttribute('style'), laid);
    assert.match(picture.name, /^kaplan-meier-OS-.*-183mm-300dpi\.png$/);

    const size = png(picture.bytes);
    assert.equal(size.width, Math.round(183 / 25.4 * 300));
    assert.equal(size.perMetre, 11811);
    const read = pdf(paper.bytes, size);
    assert.ok(Math.abs(read.width - 183 / 25.4 * 72) < 0.01, `${read.width} points wide`);
    assert.ok(Math.abs(read.height / read.width - size.height / size.width) < 0.001);
    assert.match(read.info, /Title:\s+\S.*Overall survival/);
    assert.match(read.info, /Tagged:\s+yes/);
    // Each says within itself that its steps are the times of patients.
    assert.match(read.info, /Subject:\s+Patient data: the steps and marks of this figure stand at exact times/);
    assert.match(picture.bytes.toString('utf8', 0, 1000), /iTXtComment\0{5}Patient data: the steps/);
    assert.equal(read.fonts.length, 2);
    for (const font of read.fonts) assert.deepEqual({ ...font, name: '' }, { name: '', embedded: true, subset: true, unicode: true });
    // Live text: the axis, the groups, and each number at risk.
    for (const words of ['Months since diagnosis', 'Overall survival', 'No CT', 'At risk', 'Log-rank']) assert.ok(read.text.includes(words), words);
    const rows = (await atRisk(page)).filter(([group]) => group === 'No CT').map((row) => row[5]);
    assert.match(read.text.replace(/\s+/g, ' '), new RegExp(`At risk ${rows[0]} `));

    // The PDF as another program renders it is the picture that the browser painted.
    alike(await compare(page, picture.bytes, read.picture, size), { mean: 1.2, apart: 0.003 });

    // So is the SVG as the browser draws it.
    const drawing = await file(figure, 'SVG');
    assert.match(drawing.name, /^kaplan-meier-OS-.*-183mm\.svg$/);
    const svg = drawing.bytes.toString('utf8');
    assert.match(svg, /^<svg [^>]*width="183mm"/);
    assert.match(svg, /<text[^>]*>No CT<\/text>/);
    assert.match(svg, /<metadata>Patient data: the steps[^<]*<\/metadata>/);
    assert.doesNotMatch(svg, /<script|href=|url\(/);
    alike(await compare(page, picture.bytes, svg, size), { mean: 1.2, apart: 0.005 });
  }, { context: { acceptDownloads: true } }));
}

test('widths and resolutions, and what is not possible is said', () => withPage('http', async ({ page }) => {
  await answered(page);
  const figure = await menu(page.locator('article.curve').first(), 'Export this figure');
  await figure.getByLabel('Width (mm)').fill('85');
  await figure.getByLabel('Resolution of the PNG').selectOption('600');
  const small = png((await file(figure, 'PNG')).bytes);
  assert.deepEqual([small.width, small.perMetre], [Math.round(85 / 25.4 * 600), 23622]);
  const narrow = pdf((await file(figure, 'PDF')).bytes, { width: 400, height: 400 });
  assert.ok(Math.abs(narrow.width - 85 / 25.4 * 72) < 0.01);
  for (const [width, words] of [['5000', /“5000” mm is not possible/], ['', /“–” mm is not possible/], ['abc', /from 60 to 400/]]) {
    await figure.getByLabel('Width (mm)').fill(/** @type {string} */ (width));
    for (const button of ['PDF', 'PNG']) {
      await figure.getByRole('button', { name: button, exact: true }).click();
      await figure.getByRole('alert').getByText(words).waitFor();
    }
  }
  await figure.getByLabel('Width (mm)').fill('400');
  await figure.getByLabel('Resolution of the PNG').selectOption('1200');
  await figure.getByRole('button', { name: 'PNG', exact: true }).click();
  await figure.getByRole('alert').getByText(/pixels; browsers paint at most/).waitFor();
  // A comma is a decimal mark, too.
  await figure.getByLabel('Width (mm)').fill('85,5');
  assert.match((await file(figure, 'PDF')).name, /-85-5mm\.pdf$/);
}, { context: { acceptDownloads: true } }));

test('letters that a PDF has no font for are named, and the picture is still made', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'trial.csv', trial().replaceAll('control', 'Контроль').replaceAll('treated', '漢 ≤ 5'));
  await answered(page);
  await page.getByLabel('Compare curves by').selectOption('arm');
  await page.getByRole('heading', { name: 'Survival curves: arm' }).waitFor();
  await answered(page);
  const figure = await menu(page.locator('article.curve').first(), 'Export this figure');
  await figure.getByRole('button', { name: 'PDF', exact: true }).click();
  await figure.getByRole('alert').getByText(/The fonts of a PDF do not have: .*К.*漢/).waitFor();
  assert.ok(png((await file(figure, 'PNG')).bytes).height > 300);
}, { context: { acceptDownloads: true } }));

/** The texts between these marks, with the entities of XML read. @param {string} xml @param {string} mark */
const texts = (xml, mark) => [...xml.matchAll(new RegExp(`<${mark}(?: [^>]*)?>([^<]*)</${mark}>`, 'g'))]
  .map(([, text]) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&'));

test('tables as Word, Excel and CSV files, and on the clipboard', () => withPage('http', async ({ page }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await answered(page);
  await goTo(page, 'models');
  const model = page.locator('.model').first();
  await model.locator('table.models').waitFor();
  const shown = (await cells(model.locator('table.models'))).slice(2);
  const out = await menu(model, 'Export this table');
  const word = await file(out, 'Word'), sheet = await file(out, 'Excel'), text = await file(out, 'CSV');
  assert.deepEqual([word.name, sheet.name, text.name], ['docx', 'xlsx', 'csv'].map((ending) => `prognostic-factors-OS.${ending}`));
  const document = unzip(word.bytes).get('word/document.xml') ?? '', cellsOfSheet = unzip(sheet.bytes).get('xl/worksheets/sheet1.xml') ?? '';
  const csv = text.bytes.toString('utf8');
  assert.ok(csv.startsWith('\ufeff'));
  assert.doesNotMatch(cellsOfSheet, /<f>|<c [^>]*t="(?!inlineStr)/);
  // On the screen narrow spaces stand about the dash of an interval.
  const plain = (/** @type {string} */ words) => words.replaceAll('\u2060', '').replace(/\s*–\s*/g, '–').replace(/\s/g, ' ').trim();
  const found = { word: texts(document, 'w:t').map(plain), sheet: texts(cellsOfSheet, 't').map(plain), csv: plain(csv) };
  for (const row of shown) {
    for (const cell of row.map(plain).filter((words) => words !== '' && /^[^a-z]*$/i.test(words))) {
      assert.ok(found.word.includes(cell), `${cell} in Word`);
      assert.ok(found.sheet.includes(cell), `${cell} in Excel`);
      assert.ok(found.csv.includes(cell), `${cell} in CSV`);
    }
  }
  await out.getByRole('button', { name: 'Copy', exact: true }).click();
  await out.getByRole('status').getByText('on the clipboard').waitFor();
  const copied = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    return { html: await (await item.getType('text/html')).text(), text: await (await item.getType('text/plain')).text() };
  });
  assert.match(copied.html, /<table>.*<th>/s);
  assert.equal(copied.text.split('\n').filter((line) => line.includes('\t')).length, shown.length + 1);

  // Table 1 is made by the engine.
  await goTo(page, 'patients');
  const patients = await menu(page.locator('section.card').filter({ has: page.locator('table.patients') }), 'Export this table');
  const one = await file(patients, 'Word');
  assert.match(one.name, /^patients.*\.docx$/);
  const words = texts(unzip(one.bytes).get('word/document.xml') ?? '', 'w:t');
  const levels = (await cells(page.locator('table.patients'))).map(([head]) => head).filter((head) => ['R0', 'R1', 'R2'].includes(head));
  for (const level of levels) assert.ok(words.includes(level), level);
  assert.ok(words.some((line) => line.startsWith('Numbers: median')), words.join(' | '));
  const first = await file(patients, 'CSV');
  assert.ok(first.bytes.toString('utf8').includes('Overall (n = 41)'));
}, { context: { acceptDownloads: true } }));

test('in French, files and words', () => withPage('http', async ({ page }) => {
  await answered(page);
  await page.getByRole('button', { name: 'Français' }).click();
  const figure = await menu(page.locator('article.curve').first(), 'Exporter cette figure');
  const read = pdf((await file(figure, 'PDF')).bytes, { width: 400, height: 400 });
  assert.match(read.text, /À risque/);
  await goTo(page, 'models');
  const out = await menu(page.locator('.model').first(), 'Exporter ce tableau');
  assert.match((await file(out, 'CSV')).bytes.toString('utf8'), /\d,\d\d \(\d+,\d\d/);
}, { context: { acceptDownloads: true } }));

test('the data behind a figure as CSV', () => withPage('http', async ({ page }) => {
  await answered(page);
  const figure = await menu(page.locator('article.curve').first(), 'Export this figure');
  const curve = await file(figure, 'Curve as CSV'), counts = await file(figure, 'Counts as CSV');
  assert.match(curve.name, /-curve-PATIENT-DATA\.csv$/);
  assert.match(counts.name, /-risk-table\.csv$/);
  for (const { bytes } of [curve, counts]) assert.ok(bytes.toString('utf8').startsWith('\ufeff'));
  const lines = curve.bytes.toString('utf8').trim().split('\r\n');
  // 41 patients, no two with one time: a line at 0 and one per patient, in two groups.
  assert.equal(lines.length, 1 + 41 + 2);
  await figure.getByText('exact event times').waitFor();
  // Every other figure has its data, too.
  await goTo(page, 'models');
  for (const [button, name] of [['Ratios as CSV', /^forest-plot-OS-forest\.csv$/], ['Residuals as CSV', /-residuals-PATIENT-DATA\.csv$/], ['Smooth as CSV', /-smooth\.csv$/]]) {
    const place = page.locator('details.export').filter({ has: page.getByRole('button', { name: String(button), exact: true, includeHidden: true }) }).first();
    if (!(await place.evaluate((/** @type {HTMLDetailsElement} */ element) => element.open))) await place.locator('summary').click();
    assert.match((await file(place, String(button))).name, /** @type {RegExp} */ (name));
  }
  await goTo(page, 'cohort');
  const flow = await menu(page.locator('section').filter({ has: page.locator('#flow-title') }), 'Export this figure');
  assert.match((await file(flow, 'Numbers as CSV')).name, /^flow-diagram-table\.csv$/);
}, { context: { acceptDownloads: true } }));

test('every patient can be read off a timeline, and its files say so', () => withPage('http', async ({ page }) => {
  await answered(page);
  await goTo(page, 'cohort');
  const timeline = page.locator('article').filter({ has: page.locator('[id^="timeline-"]') }).first();
  await timeline.locator('canvas').waitFor();
  const figure = await menu(timeline, 'Export this figure');
  await figure.getByText('Every patient can be read off this').waitFor();
  assert.match((await file(figure, 'PDF')).name, /-PATIENT-DATA\.pdf$/);
}, { context: { acceptDownloads: true } }));
