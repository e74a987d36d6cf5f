// Nothing of a file leaves the page, and nothing of it stays behind; and whatever did would be seen.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openAll } from '../axe.mjs';
import { PATIENCE, anotherTab, askedForAll, giveFile, root, withPage } from '../harness.mjs';
import { kept } from '../host.mjs';
import { answered, drawn, goTo, openFile } from '../steps.mjs';
import { OUTSIDE, PLANTS, planted } from './plants.mjs';
import { cohort, fieldsIn, newSecret, ofStudy, storedSince, traces, watched } from './watched.mjs';

/** @typedef {import('playwright-core').Page} Page */

/**
 * Hands out every kind of file that the step on show has, each kind once in a journey: a browser asks its user before it lets a page hand out
 * dozens of files.
 * @param {Page} page @param {Set<string>} kinds that were handed out already, to which these are added
 * @returns {Promise<string[]>} names
 */
async function exportAll(page, kinds) {
  await page.locator('#results:not([aria-busy])').waitFor();
  await openAll(page);
  const names = [];
  for (const menu of await page.locator('.export').all()) {
    for (const button of await menu.locator('.row button').all()) {
      const words = await button.innerText();
      if (/copy/i.test(words) || kinds.has(words)) continue;
      kinds.add(words);
      const coming = page.waitForEvent('download').catch(async (error) => { throw new Error(`${words}, after ${names}: ${error.message}: ${await menu.innerText()}`); });
      await button.click();
      const refused = menu.getByRole('alert').waitFor().then(async () => { throw new Error(`${words}: ${await menu.getByRole('alert').innerText()}`); });
      names.push((await Promise.race([coming, refused])).suggestedFilename());
      refused.catch(() => {});
      await menu.getByRole('status').getByText(names[names.length - 1]).waitFor();
    }
  }
  return names;
}

/** Work of a whole afternoon, in short. @param {Page} page @param {string} secret */
async function work(page, secret) {
  await openFile(page, `${secret} 1957.csv`, cohort(secret));
  await answered(page);
  await page.getByText('How the file was read').click();
  await page.getByLabel('Compare curves by').selectOption(`${ofStudy(secret)}-arm`);
  await page.getByRole('heading', { name: `Survival curves: ${ofStudy(secret)}-arm` }).waitFor();
  await drawn(page);
  /** @type {Set<string>} */
  const kinds = new Set();
  const names = await exportAll(page, kinds);
  await goTo(page, 'data');
  await page.locator(`#edit-${ofStudy(secret)}_2d_arm`).click();
  await page.locator('#column-editor input[type=text]').first().fill(`${ofStudy(secret)} typed`);
  await page.keyboard.press('Tab');
  await goTo(page, 'cohort');
  await page.locator('#results:not([aria-busy])').waitFor();
  names.push(...await exportAll(page, kinds));
  await goTo(page, 'patients');
  names.push(...await exportAll(page, kinds));
  await goTo(page, 'models');
  await page.locator('.covariate-list').getByLabel('age').check();
  await page.locator('.covariate-list').getByLabel('grade').check();
  await page.locator('table.models').getByText('age').waitFor();
  await drawn(page);
  names.push(...await exportAll(page, kinds));
  // A screenful for paper.
  await page.pdf();
  await goTo(page, 'output');
  for (const name of ['Save the study', 'Save the results']) {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name }).click();
    const file = await saved;
    names.push(file.suggestedFilename());
    if (name !== 'Save the study') continue;
    await goTo(page, 'data');
    await giveFile(page, 'study.json', await readFile(await file.path()), 'application/json');
    await page.locator('#results:not([aria-busy])').waitFor();
    await goTo(page, 'output');
  }
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Français' }).click();
  await page.locator('footer .proofs button').first().click();
  await page.locator('#silence table.counts').waitFor();
  await page.keyboard.press('Escape');
  await goTo(page, 'curves');
  await page.getByRole('heading', { name: 'Chiffres principaux' }).waitFor();
  await drawn(page);
  return names;
}

for (const form of /** @type {const} */ (['http', 'file'])) {
  test(`a file opened, analysed and exported in every way leaves no trace, in the browser or on disk (${form})`, async () => {
    const secret = newSecret();
    const { found, browsers } = await watched(form, secret, async ({ page, requests, settled }) => {
      await answered(page);
      if (form === 'http') await askedForAll(page, requests);
      await settled();
      const before = requests.length;
      const names = await work(page, secret);
      // Every kind of file was made.
      for (const kind of ['svg', 'pdf', 'png', 'csv', 'docx', 'xlsx', 'json']) assert.ok(names.some((name) => name.endsWith(`.${kind}`)), `${kind} among ${names}`);
      assert.equal(requests.length, before, 'no request');
      // A while, for what is late.
      await page.waitForTimeout(2000);
    }, { context: { acceptDownloads: true } });
    assert.deepEqual(found, []);
    // A browser that fills in forms asks its maker about their fields, by fingerprints of names: all have one name, which is none of a column.
    const known = ['text', 'search', 'date', 'select-one', 'radio', 'checkbox', 'number'].map((kind) => createHash('sha1').update(`field&${kind}`).digest('hex').slice(0, 8));
    const fields = browsers.filter((what) => what.includes('autofill')).flatMap(fieldsIn);
    assert.deepEqual(fields.filter((field) => !known.includes(field)), []);
  });
}

test('what a browser asks about fields is read', () => {
  const question = 'ChVDaHJvbWUvMTU2LjAuODA3OC4xMDgSMAmLGPGbVGUMJxIRDbtTjKoqCggFEAEYASAASAYhhDUaFYArfXspvySajn8ByuEyAA==';
  assert.deepEqual(fieldsIn(`https://content-autofill.googleapis.com/v1/pages/${question}?alt=proto`), ['aa8c53bb']);
  // A name of a column would be another fingerprint.
  assert.notEqual(createHash('sha1').update('reference-grade&text').digest('hex').slice(0, 8), 'aa8c53bb');
});

test('nothing is kept for the next visit', () => withPage('http', async ({ page }) => {
  await answered(page);
  await openFile(page, 'Jean Dupont 1957.csv', cohort('CANARY'));
  await answered(page);
  await page.reload();
  await answered(page);
  assert.equal(await page.getByText(/Dupont|CANARY/).count(), 0);
  // Nor, in another tab, the study (tests/browser/kept_study).
  const next = await page.context().newPage();
  await next.goto(page.url());
  await answered(next);
  assert.equal(await next.evaluate(() => sessionStorage.length + localStorage.length), 0);
}, { allow: anotherTab }));

// The other way round: every leak that is planted is seen, and fails what the tests above assert.
const html = await readFile(join(root, 'dist/index.html'), 'utf8');

/** @param {Record<string, {code: string}>} leaks */
const withLeaks = (leaks) => ({ path: 'planted.html', pages: { 'planted.html': planted(html, leaks) } });

/** Lets a leak happen. @param {Page | import('playwright-core').Frame} page @param {{name: string, secret: string, port?: number}} leak */
const leaks = (page, leak) => page.evaluate((detail) => { dispatchEvent(new CustomEvent('leak', { detail })); }, leak);

/** Waits until one of what is found has the sign; gives what was found last. @param {RegExp} sign @param {() => string[] | Promise<string[]>} find */
async function seen(sign, find) {
  let found = await find();
  for (const end = Date.now() + PATIENCE; !found.some((what) => sign.test(what)) && Date.now() < end; found = await find()) await new Promise((resolve) => { setTimeout(resolve, 20); });
  return found;
}

test('planted leaks are seen', async (t) => {
  const secret = newSecret();
  await withPage('http', async ({ page, requests, unexpected }) => {
    await answered(page);
    await askedForAll(page, requests);
    await kept(page);
    await openFile(page, 'own.csv', cohort(secret));
    await answered(page);
    for (const [name, { sign, only }] of Object.entries(PLANTS)) {
      await t.test(name, async () => {
        const own = `${secret}-${name}`, before = await traces(page), said = unexpected.length;
        await leaks(page, { name, secret: own });
        const found = await seen(sign, async () => [
          ...unexpected.slice(said).filter((what) => only || what.includes(own)), ...storedSince(before, await traces(page), own),
        ]);
        assert.ok(found.some((what) => sign.test(what)), found.join('\n'));
      });
    }
    unexpected.length = 0;
  }, { ...withLeaks(PLANTS), secret });
});

for (const [name, { code, sign, proxy }] of Object.entries(OUTSIDE)) {
  test(`a planted leak is seen: ${name}`, async () => {
    const secret = newSecret();
    const { found } = await watched('http', secret, async ({ page, requests, unexpected, settled }, record) => {
      await answered(page);
      await askedForAll(page, requests);
      await settled();
      await openFile(page, 'own.csv', cohort(secret));
      await leaks(page, { name, secret, port: record.datagramPort });
      // What only the browser's own log has is read when the browser is closed.
      if (proxy === false) await page.waitForTimeout(2000);
      else await seen(sign, () => [...unexpected, ...record.heard()]);
    }, { ...withLeaks({ [name]: { code } }), proxy });
    assert.ok(found.some((what) => sign.test(what)), `${name}: ${found.join('\n')}`);
  });
}

test('what is written to disk is found there', async () => {
  const secret = newSecret();
  const { found } = await watched('http', secret, async ({ page, settled }) => {
    await answered(page);
    await settled();
    for (const name of /** @type {const} */ (['local', 'database'])) {
      await leaks(page, { name, secret });
      await seen(PLANTS[name].sign, async () => storedSince({ databases: [] }, await traces(page), secret));
    }
    // A browser writes when it likes, at the latest when it is closed.
    await page.waitForTimeout(1000);
  }, withLeaks(PLANTS));
  for (const place of [/left on disk: .*Local Storage/, /left on disk: .*IndexedDB/]) assert.ok(found.some((what) => place.test(what)), found.join('\n'));
});

test('a message from a frame to the page about it is seen', async () => {
  const secret = newSecret();
  const { found } = await watched('http', secret, async ({ page, unexpected, settled }) => {
    await page.frameLocator('iframe').locator('.headline').waitFor();
    await settled();
    await leaks(page.frames()[1], { name: 'message', secret });
    await seen(/message: .*CANARY/, () => unexpected);
  }, {
    path: 'about.html',
    pages: { 'about.html': '<!doctype html><link rel="icon" href="data:,"><title>about</title><iframe src="planted.html"></iframe>', 'planted.html': planted(html, { message: { code: 'parent.postMessage({ secret }, "*")' } }) },
  });
  assert.ok(found.some((what) => /message: .*CANARY/.test(what)), found.join('\n'));
});
