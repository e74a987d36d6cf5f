// What the page says of its own silence: the policy line by line, the requests, what is stored; and that it can say otherwise.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openAll, violations } from '../axe.mjs';
import { askedForAll, root, withPage } from '../harness.mjs';
import { answered, cells, openFile, trial } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Opens the dialog. @param {Page} page */
async function open(page) {
  await page.locator('footer .proofs button').first().click();
  const dialog = page.locator('#silence');
  await dialog.locator('table.counts').waitFor();
  return dialog;
}

/** @param {import('playwright-core').Locator} dialog @returns {Promise<Record<string, string>>} */
const counts = async (dialog) => Object.fromEntries((await cells(dialog.locator('table.counts'))).slice(1).map(([name, number]) => [name, number]));

const AFTER = 'Requests after you opened a file', WORKER = 'Requests of the computing worker now running', REFUSED = 'Requests refused by the policy';

for (const form of /** @type {const} */ (['http', 'file'])) {
  test(`the policy in words, no request, nothing stored (${form})`, () => withPage(form, async ({ page, requests, unexpected }) => {
    await answered(page);
    if (form === 'http') await askedForAll(page, requests);
    let dialog = await open(page);
    assert.equal((await counts(dialog))[AFTER], 'no file of yours is open');
    await page.keyboard.press('Escape');
    await openFile(page, 'own.csv', trial());
    await answered(page);
    dialog = await open(page);
    await dialog.getByText('This policy refuses every connection').waitFor();
    assert.doesNotMatch(await dialog.innerText(), /has no words for/);
    await dialog.locator('table.counts tr', { hasText: AFTER }).getByText('0', { exact: true }).waitFor();
    const found = await counts(dialog);
    assert.deepEqual([found['Requests before a file was opened: the program itself'], found[AFTER], found[WORKER], found[REFUSED]], [String(new Set(requests.filter((url) => /\.[0-9a-f]{16}\.js$/.test(url))).size), '0', '0', '0']);
    // The hosted page's own files are kept (tests/browser/offline); nothing else is.
    const own = new RegExp(`^(none|closed to this page by the browser|(riskset )?http://127\\.0\\.0\\.1:\\d+/some/where/( [0-9a-f]+)?)$`);
    for (const [place, held] of (await cells(dialog.locator('table.places'))).slice(1)) assert.match(held, /^(Caches|Service)/.test(place) ? own : /^(none|closed to this page by the browser)$/, place);
    await openAll(page);
    assert.deepEqual(await violations(page, '#silence'), []);

    // What leaks is counted: here by a letter that the policy refuses, and by what is left behind.
    await page.getByRole('button', { name: 'Try to send something' }).click();
    await dialog.locator('table.ways').waitFor();
    assert.deepEqual((await cells(dialog.locator('table.ways'))).slice(1).map(([, answer]) => answer), Array(4).fill('refused by the policy'));
    assert.ok(unexpected.length >= 4 && unexpected.every((what) => /nobody\.invalid|Content Security Policy/.test(what)), unexpected.join('\n'));
    unexpected.length = 0;
    await page.waitForFunction(() => [...(document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('#silence table.counts tr') ?? [])].some((row) => row.textContent === 'Requests refused by the policy4'));
    await page.evaluate(() => { sessionStorage.setItem('left-behind', 'x'); });
    await dialog.locator('table.places').getByText('left-behind').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Français' }).click();
    await page.locator('footer .proofs button').first().click();
    await dialog.getByText('Cette politique refuse toute connexion').waitFor();
    assert.deepEqual(await violations(page, '#silence'), []);
  }));
}

test('a policy that lets something out is told, and the request that left is counted', async () => {
  const html = (await readFile(join(root, 'dist/index.html'), 'utf8')).replace("connect-src 'none'", "connect-src 'self'");
  await withPage('http', async ({ page, unexpected, requests }) => {
    await answered(page);
    await askedForAll(page, requests);
    await openFile(page, 'own.csv', trial());
    await answered(page);
    const dialog = await open(page);
    await dialog.locator('.verdict.differs').getByText('lets something out: connect-src').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Try to send something' }).count(), 0);
    await page.evaluate(() => fetch('index.html?x'));
    await page.waitForFunction(() => [...(document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('#silence tr.differs') ?? [])].some((row) => row.textContent === 'Requests after you opened a file1'));
    assert.ok(unexpected.some((what) => what.startsWith('request after load')));
    unexpected.length = 0;
    assert.deepEqual(await violations(page, '#silence'), []);
  }, { path: 'open.html', pages: { 'open.html': html } });
});
