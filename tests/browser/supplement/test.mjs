// The supplement for a journal: what authors see and save, and what readers open.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { violations } from '../axe.mjs';
import { withPage } from '../harness.mjs';
import { answered, cells, goTo, openFile } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Patients of two arms whose times have digits that nothing else has, with a name in each row. @param {number} [n] */
export function cohort(n = 240) {
  let seed = 12345;
  const next = () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };
  const rows = Array.from({ length: n }, (_, i) => {
    const arm = next() < 0.5 ? 'surgery' : 'control', age = 40 + Math.floor(next() * 40), grade = ['low', 'high'][Math.floor(next() * 2)];
    const death = -Math.log(1 - next()) / (arm === 'control' ? 0.03 : 0.018), end = 12 + 60 * next();
    return [`CANARY${i}`, (Math.min(death, end) + 0.00037).toFixed(5), death <= end ? 1 : 0, arm, age, grade, `Secret street ${i}`].join(',');
  });
  return `patient_name,time,status,arm,age,grade,address\n${rows.join('\n')}\n`;
}

/** Opens the cohort, with groups and a model, and goes to the section. @param {Page} page @param {string} csv */
async function atSection(page, csv) {
  await answered(page);
  await openFile(page, 'canary-file.csv', csv);
  await answered(page);
  await goTo(page, 'models');
  for (const name of ['arm', 'age', 'grade']) await page.locator('.covariate-list').getByLabel(name, { exact: true }).check();
  await page.locator('table.models').getByText('grade').waitFor();
  await page.locator('#results:not([aria-busy])').waitFor();
  await goTo(page, 'output');
  await page.locator('.supplement-card .meter li').first().waitFor();
}

/** Confirms and saves. @param {Page} page */
async function saved(page) {
  await page.locator('#supplement-seen').check();
  if (await page.locator('#supplement-allowed').count()) await page.locator('#supplement-allowed').check();
  const coming = page.waitForEvent('download');
  await page.locator('#supplement-save').click();
  const download = await coming;
  await page.locator('.supplement-card').getByText(`Saved as ${download.suggestedFilename()}.`).waitFor();
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

/** @param {string} text @param {(path: string) => Promise<void>} use */
async function onDisk(text, use) {
  const folder = await mkdtemp(join(tmpdir(), 'supplement-'));
  try {
    await writeFile(join(folder, 'supplement.html'), text);
    await use(join(folder, 'supplement.html'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the file shows, as data. @param {string} text */
const shown = (text) => JSON.parse(/id="riskset-supplement">(.*?)<\/script>/su.exec(text)?.[1] ?? 'null');

for (const form of /** @type {const} */ (['http', 'file'])) {
  test(`counts: authors see what could be learnt, readers redo curves (${form})`, async () => {
    const csv = cohort();
    let text = '';
    await withPage(form, async ({ page }) => {
      await atSection(page, csv);
      const section = page.locator('.supplement-card');
      await section.getByText('No published count stands for fewer patients').waitFor();
      await section.getByText(/The fewest who leave in a bin: \d+ patients/).waitFor();
      // Nothing is saved before it was looked at.
      assert.ok(await page.locator('#supplement-save').isDisabled());
      await section.locator('details summary').getByText('What the file holds').click();
      await section.getByText('Groups: control; surgery').waitFor();
      await page.locator('#supplement-cite-authors').fill('Doe J, Müller <b>K</b>');
      await page.locator('#supplement-cite-title').fill('A trial');
      await page.locator('#supplement-cite-doi').fill('10.1000/1');
      assert.deepEqual(await violations(page), []);
      const file = await saved(page);
      assert.equal(file.name, 'A-trial-supplement.html');
      text = file.text;
    });

    // No row, no cell, no exact time, neither name nor checksum of the file.
    const payload = shown(text), inside = JSON.stringify(payload);
    for (const word of ['CANARY', 'Secret', 'canary', 'address', 'patient_name', 'sha256', 'exclude']) assert.ok(!inside.includes(word), word);
    for (const line of csv.trim().split('\n').slice(1)) {
      const time = line.split(',')[1];
      for (const digits of [5, 4, 3]) assert.ok(!inside.includes(Number(time).toFixed(digits)), time);
    }
    const counts = JSON.parse(payload.document);
    assert.equal(counts.format, 'riskset-aggregate/1');
    for (const group of counts.endpoints[0].groups) {
      group.n_event.forEach((/** @type {number} */ events, /** @type {number} */ i) => assert.ok(events + group.n_censor[i] >= 5));
    }

    await onDisk(text, (path) => withPage('file', async ({ page, requests }) => {
      await page.getByRole('heading', { name: 'A trial', level: 1 }).waitFor();
      await page.getByText('Doe J, Müller <b>K</b>. A trial. 10.1000/1').waitFor();
      await page.locator('svg.life .curve-line').first().waitFor();
      assert.equal(await page.getByText('Approximate: from times grouped in bins.').count(), 2);
      // By keyboard: the curves are read at another time.
      const before = await page.locator('#read').innerText();
      await page.locator('#at').press('ArrowRight');
      await page.locator('#read').getByText(before, { exact: true }).waitFor({ state: 'detached' });
      assert.match(await page.locator('#read').innerText(), /arm: control: \d+\.\d%; arm: surgery: \d+\.\d%/);
      const table = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Medians, restricted means and test' }) });
      const found = await cells(table.locator('table'));
      assert.match(found[1].slice(0, 2).join(' '), /^arm: control \d+$/);
      await table.getByText(/Log-rank test of these counts: χ² = \d+\.\d\d, 1 df, p \S+ In the article, from exact times: p /).waitFor();
      await page.locator('#tau').fill('24');
      await page.locator('#tau').press('Enter');
      await table.getByText('Mean up to 24', { exact: true }).waitFor();
      await page.locator('#tau').fill('9999');
      await page.locator('#tau').press('Enter');
      await page.locator('.notice.error').waitFor();
      await page.locator('#tau').fill('24');
      await page.locator('#tau').press('Enter');
      await page.locator('.notice.error').waitFor({ state: 'detached' });
      await page.getByLabel('All patients together').check();
      await page.locator('svg.life .curve-line').nth(2).waitFor({ state: 'detached' });
      // The models as printed.
      const models = await cells(page.locator('section').filter({ has: page.getByRole('heading', { name: 'The models as printed' }) }).locator('table'));
      assert.ok(models.some(([name]) => name.startsWith('age')), JSON.stringify(models));
      const coming = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Counts as CSV' }).click();
      assert.match(await readFile(await (await coming).path(), 'utf8'), /^\ufeffendpoint,group,unit,start,end,n_risk,n_event,n_censor\n/);
      assert.deepEqual(await violations(page), []);
      await page.getByRole('button', { name: 'Français' }).click();
      await page.getByRole('heading', { name: 'Les effectifs' }).waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
      await page.setViewportSize({ width: 360, height: 740 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      assert.deepEqual(await violations(page), []);
      assert.equal(requests.length, 1);
    }, { path }));
  });

  test(`data: the readers' figures are the authors' (${form})`, async () => {
    const csv = cohort();
    let text = '', median = '';
    await withPage(form, async ({ page }) => {
      await atSection(page, csv);
      await goTo(page, 'curves');
      median = await page.locator('.figure-number').first().locator('xpath=..').locator('.big').nth(1).innerText();
      await goTo(page, 'output');
      await page.locator('#supplement-data').check();
      const section = page.locator('.supplement-card');
      await section.getByText(/are alone with their times/).waitFor();
      // Names and addresses are offered with what speaks against them, and not shared.
      await section.locator('summary').getByText(/other columns?$/).click();
      assert.ok(!await page.locator('#supplement-column-patient_name').isChecked());
      await section.getByText('name of an identifier').first().waitFor();
      await page.locator('#supplement-licence').fill('CC BY 4.0');
      assert.deepEqual(await violations(page), []);
      const file = await saved(page);
      assert.match(file.name, /-supplement-PATIENT-DATA\.html$/);
      await section.getByText(/The shared data give the same [\d,]+ figures/).waitFor();
      text = file.text;
    });
    const payload = shown(text), inside = JSON.stringify(payload);
    for (const word of ['CANARY', 'Secret', 'canary', 'exclude']) assert.ok(!inside.includes(word), word);
    assert.equal(payload.csv.trim().split('\n').length, 241);

    await onDisk(text, (path) => withPage('file', async ({ page, requests }) => {
      await page.getByText('CC BY 4.0').waitFor();
      await answered(page);
      await page.locator('.headline').getByText(median, { exact: true }).first().waitFor();
      assert.deepEqual(await violations(page), []);
      assert.equal(requests.length, 1);
    }, { path }));
  });
}

test('a cohort that is too small for counts by group is refused by name, and can be shown as one', () => withPage('http', async ({ page }) => {
  await answered(page);
  await goTo(page, 'output');
  const section = page.locator('.supplement-card');
  await section.locator('.notice.error').getByText(/Too few patients.*OS, CT: \d+/).waitFor();
  assert.ok(await page.locator('#supplement-save').isDisabled());
  await section.getByRole('button', { name: 'All patients together' }).click();
  await section.getByText('The fewest who leave in a bin').or(section.locator('.notice.error').getByText(/No bin|differ/)).first().waitFor();
}));

