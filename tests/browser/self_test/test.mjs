// The self-test: every reference case in this browser, against the figures of R; and it can fail.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { violations } from '../axe.mjs';
import { askedForAll, root, withPage } from '../harness.mjs';
import { answered, openFile, trial } from '../steps.mjs';
import { withCases } from './cases.mjs';

/** @typedef {import('playwright-core').Page} Page */

const reference = join(root, 'tests/reference');
const rules = JSON.parse(readFileSync(join(reference, 'rules.json'), 'utf8'));
const names = readdirSync(join(reference, 'cases'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
const expected = names.map((name) => ({ name, ...JSON.parse(readFileSync(join(reference, 'cases', name, 'expected.json'), 'utf8')) }));

/** Numbers that a document holds. @param {any} value @returns {number} */
const numbers = (value) => typeof value === 'number' ? 1 : value === null || typeof value !== 'object' ? 0 : Object.values(value).reduce((sum, item) => sum + numbers(item), 0);
const isOffered = (/** @type {string} */ name, /** @type {string} */ id) => !rules.not_offered.some(([of, analysis]) => of === name && analysis === id);
const analyses = expected.flatMap(({ name, results }) => results.map((/** @type {any} */ want) => ({ name, want, offered: isOffered(name, want.id) })));
const figures = analyses.reduce((sum, { want, offered }) => sum + (offered ? numbers(want) : 0), 0);

/** Opens the dialog and runs the test. @param {Page} page */
async function run(page) {
  await page.locator('footer .proofs button').nth(1).click();
  const dialog = page.locator('#self_test');
  await dialog.locator('button').nth(1).click();
  await dialog.locator('.report').waitFor();
  return dialog;
}

/** A file that the page hands out. @param {Page} page @param {string} button */
async function saved(page, button) {
  const coming = page.waitForEvent('download');
  await page.locator('#self_test').getByRole('button', { name: button, exact: true }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

for (const form of /** @type {const} */ (['http', 'file'])) {
  test(`every figure of every reference case agrees with R in this browser, with a file open (${form})`, () => withPage(form, async ({ page, requests }) => {
    await answered(page);
    if (form === 'http') await askedForAll(page, requests);
    // The user's file, its figures and its choices stay as they are.
    await openFile(page, 'own.csv', trial());
    await answered(page);
    const before = await page.locator('.headline').innerText(), asked = requests.length;
    const dialog = await run(page);
    const n = analyses.filter(({ offered }) => offered).length;
    assert.match(await dialog.locator('.verdict').innerText(), new RegExp(`^Agrees with R: ${figures.toLocaleString('en')} figures of ${n} analyses in ${names.length} reference cases`));
    assert.ok(figures > 20_000 && n >= 55);

    // A row for each analysis, and what is not offered is not said to agree.
    const rows = await dialog.locator('table.analyses tbody tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
    assert.deepEqual(rows.map(([name, id]) => `${name}/${id}`), analyses.map(({ name, want }) => `${name}/${want.id}`));
    rows.forEach((row, i) => {
      const { want, offered } = analyses[i];
      assert.equal(row[4], offered ? numbers(want).toLocaleString('en') : '–', row.join(' | '));
      assert.equal(row[2], offered ? 'agrees' : 'not offered, not compared');
      if (offered) assert.ok(Number(row[6]) < 1e-6, row.join(' | '));
    });

    // The files whose SHA-256 is told are the ones of the project.
    const prints = await dialog.locator('table.files tbody tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
    const hash = (/** @type {string} */ name, /** @type {string} */ file) => createHash('sha256').update(readFileSync(join(reference, 'cases', name, file))).digest('hex');
    assert.deepEqual(prints, names.map((name) => [name, hash(name, 'study.json'), hash(name, 'data.csv'), hash(name, 'expected.json')]));
    assert.deepEqual(await violations(page, '#self_test'), []);

    const facts = await dialog.locator('dl').innerText();
    for (const words of ['riskset 0.', 'Chrome/', 'R 4.', 'survival 3.', ...(await policyHashes(page))]) assert.ok(facts.includes(words), words);
    assert.equal(facts.includes('a file on this computer'), form === 'file');

    await dialog.getByText('Save the report').click();
    const html = await saved(page, 'HTML'), csv = await saved(page, 'CSV');
    assert.match(html.name, /^riskset-0-\d+-\d+-self-test-\d{4}-\d\d-\d\d\.html$/);
    assert.match(csv.name, /\.csv$/);
    for (const { text } of [html, csv]) for (const words of ['Agrees with R', 'lung_kaplan_meier', hash('lung_cox', 'expected.json')]) assert.ok(text.includes(words), words);
    assert.doesNotMatch(html.text, /<script|src=|href=/);
    assert.equal(csv.text.split('\r\n').filter((line) => line.startsWith('lung_cox,')).length, 7);

    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.headline').innerText(), before);
    assert.equal(await page.locator('.data .file').innerText().then((text) => text.includes('own.csv')), true);
    assert.equal(requests.length, asked, 'no request');
  }, { context: { acceptDownloads: true } }));
}

/** @param {Page} page @returns {Promise<string[]>} */
const policyHashes = (page) => page.evaluate(() => [.../** @type {HTMLMetaElement} */ (document.querySelector('meta[http-equiv]')).content.matchAll(/'(sha256-[^']+)'/g)].map(([, hash]) => hash));

test('in French, on a phone and on paper', () => withPage('file', async ({ page }) => {
  await answered(page);
  await page.getByRole('button', { name: 'Français' }).click();
  const dialog = await run(page);
  assert.match(await dialog.locator('.verdict').innerText(), /^Conforme à R\s:/);
  assert.deepEqual(await violations(page, '#self_test'), []);
  await dialog.getByText('Enregistrer le rapport').click();
  const html = await saved(page, 'HTML'), csv = await saved(page, 'CSV');
  assert.match(html.text, /<html lang="fr">[^]*Conforme à R/);
  assert.match(csv.text, /;\d(,\d)?e-\d\d;/);
  // On paper, to its last line.
  const paper = await page.pdf({ format: 'A4' });
  const text = execFileSync('pdftotext', ['-raw', '-', '-'], { input: paper, encoding: 'utf8' }).replace(/\s+/g, '');
  for (const words of ['ConformeàR', 'lung_kaplan_meier', 'loglogistic', createHash('sha256').update(readFileSync(join(reference, 'cases', 'veteran', 'study.json'))).digest('hex')]) assert.ok(text.includes(words), words);
  assert.ok(!text.includes('Facteurspronostiques') && !text.includes('Lancerl’autotest'), 'the report alone');
  // The dialog is as it was.
  await dialog.locator('.report').waitFor();
  await page.keyboard.press('Escape');
  await dialog.locator('.report').waitFor({ state: 'detached' });
}, { context: { acceptDownloads: true, viewport: { width: 360, height: 740 } } }));

test('a wrong figure among the expected ones makes it fail, visibly', async () => {
  // The median of men under conf.type "log", 270 days.
  const html = withCases(await readFile(join(root, 'dist/riskset.html'), 'utf8'), (text) => text.replace('"estimate": 270,', '"estimate": 271,'));
  await withPage('http', async ({ page }) => {
    await answered(page);
    const dialog = await run(page);
    assert.match(await dialog.locator('.verdict.differs').innerText(), /^DOES NOT AGREE WITH R: 1 of \d+ analyses differ/);
    const row = dialog.locator('table.analyses tr.differs');
    assert.deepEqual(await row.evaluateAll((all) => all.map((item) => item.children[1].textContent)), ['km_log']);
    assert.match(await row.innerText(), /DIFFERS/);
    assert.match(await dialog.locator('table.differences tbody').innerText(), /km_log\.curves\[0\]\.quantiles\[1\]\.estimate\s+271\s+270/);
    assert.deepEqual(await violations(page, '#self_test'), []);
    await dialog.getByText('Save the report').click();
    assert.match((await saved(page, 'HTML')).text, /class="verdict bad">DOES NOT AGREE WITH R/);
  }, { path: 'spoiled.html', pages: { 'spoiled.html': html }, context: { acceptDownloads: true } });
});

test('an analysis that this version should offer, and that is missing, is no agreement', async () => {
  const html = withCases(await readFile(join(root, 'dist/riskset.html'), 'utf8'), (text) => text.replace(/("id": "km_log",\s*"type": )"kaplan_meier"/, '$1"rmst___meier"'));
  await withPage('http', async ({ page }) => {
    await answered(page);
    assert.match(await (await run(page)).locator('.verdict.differs').innerText(), /^(DOES NOT AGREE|NOT COMPLETE)/);
  }, { path: 'spoiled.html', pages: { 'spoiled.html': html } });
});

test('cases that cannot be loaded are said, and nothing else suffers', () => withPage('http', async ({ page }) => {
  await answered(page);
  await page.locator('footer .proofs button').nth(1).click();
  await page.getByRole('button', { name: 'Run the self-test' }).click();
  await page.locator('#self_test [role=alert]').getByText(/could not be loaded with the page \(cases\.[0-9a-f]+\.js/).waitFor();
  await page.keyboard.press('Escape');
  await openFile(page, 'own.csv', trial());
  await answered(page);
}, {
  setUp: (page) => page.route(/\/cases\.[0-9a-f]{16}\.js$/, (route) => route.abort()),
  allow: (what) => /cases\.[0-9a-f]{16}\.js|ERR_FAILED/.test(what),
}));
