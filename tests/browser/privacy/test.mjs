// Nothing of a file leaves the page, and nothing of it stays behind.
import assert from 'node:assert/strict';
import test from 'node:test';
import { askedForAll, withPage } from '../harness.mjs';
import { kept } from '../host.mjs';
import { answered, drawn, goTo, openFile, trial } from '../steps.mjs';

/** Everything that a page can leave in a browser. @param {import('playwright-core').Page} page */
const traces = (page) => page.evaluate(async () => {
  /** @param {() => any} read */
  const or = async (read) => { try { return await read(); } catch { return 'refused'; } };
  return {
    local: await or(() => Object.keys(localStorage)),
    session: await or(() => Object.keys(sessionStorage)),
    databases: await or(async () => (await indexedDB.databases()).length),
    caches: await or(async () => Promise.all((await caches.keys()).map(async (name) => [name, ...(await (await caches.open(name)).keys()).map(({ url }) => url)]))),
    workers: await or(async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope, active }) => [scope, active?.state])),
    cookie: await or(() => document.cookie),
    search: location.search, hash: location.hash, name: window.name, title: document.title, history: history.length, state: history.state,
  };
});

for (const form of /** @type {const} */ (['http', 'file'])) {
  test(`a file opened, analysed and saved leaves no trace (${form})`, () => withPage(form, async ({ page, requests, unexpected }) => {
    await answered(page);
    if (form === 'http') await askedForAll(page, requests);
    // The browser keeps the hosted page's own files (tests/browser/offline).
    if (form === 'http') await kept(page);
    const before = await traces(page), asked = requests.length;
    const address = page.url();
    await openFile(page, 'Jean Dupont 1957.csv', trial());
    await answered(page);
    await page.getByText('How the file was read').click();
    await page.getByLabel('Compare curves by').selectOption('grade');
    await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
    await drawn(page);
    await goTo(page, 'models');
    await page.locator('.covariate-list').getByLabel('age').check();
    await page.locator('table.models').getByText('age').waitFor();
    await goTo(page, 'output');
    for (const name of ['Save the study', 'Save the results']) {
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name }).click();
      await saved;
    }
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Français' }).click();
    await goTo(page, 'curves');
    await page.getByRole('heading', { name: 'Chiffres principaux' }).waitFor();

    assert.deepEqual(await traces(page), before);
    assert.deepEqual(Object.entries(before).filter(([, value]) => JSON.stringify(value).includes('Dupont')), []);
    assert.equal(page.url(), address);
    assert.deepEqual(await page.context().cookies(), []);
    assert.equal(requests.length, asked, 'no request after load');
    assert.deepEqual(unexpected, []);
    // Nothing is kept for the next visit either.
    await page.reload();
    await answered(page);
    assert.equal(await page.getByText('Dupont').count(), 0);
  }));
}

// The other way round: a leak, planted, must be seen.
const LEAKS = /** @type {Record<string, () => unknown>} */ ({
  fetch: () => fetch('https://example.org/?x=1').catch(() => {}),
  image: () => { new Image().src = 'https://example.org/x.png'; },
  beacon: () => navigator.sendBeacon('https://example.org/', 'x'),
  socket: () => { try { new WebSocket('wss://example.org/'); } catch { /* the policy refuses it */ } },
  style: () => { const link = document.createElement('link'); link.rel = 'stylesheet'; link.href = 'https://example.org/x.css'; document.head.append(link); },
  frame: () => { const frame = document.createElement('iframe'); frame.src = 'https://example.org/'; document.body.append(frame); },
});

test('the harness sees what would leak, and the policy refuses it', () => withPage('http', async ({ page, unexpected }) => {
  await answered(page);
  for (const [name, leak] of Object.entries(LEAKS)) {
    await page.evaluate(leak);
    const deadline = Date.now() + 10_000;
    while (unexpected.length === 0 && Date.now() < deadline) await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 20); }));
    assert.ok(unexpected.some((what) => /policy|Content Security Policy/.test(what)), `${name}: ${unexpected}`);
    // What this one still causes belongs to it.
    await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 100); }));
    unexpected.length = 0;
  }
}));
