// Settings stand open where there is room beside the results. A frame has none before it is laid out, and a window may grow: they open then,
// what the user has opened or closed stays so, and nothing that is open closes by itself.
import assert from 'node:assert/strict';
import test from 'node:test';
import { framed, withPage } from '../harness.mjs';
import { hostPage, withHosts } from '../hosts.mjs';
import { answered, goTo, openFile, trial } from '../steps.mjs';

const NARROW = { width: 600, height: 800 }, ROOMY = { width: 1280, height: 800 };

/** @param {import('playwright-core').Page | import('playwright-core').FrameLocator} place */
const group = (place) => place.getByLabel('Compare curves by');
/** @param {import('playwright-core').Page} page */
const heading = (page) => page.locator('#settings > summary');
/** @param {import('playwright-core').Page} page */
const isOpen = (page) => page.locator('#settings').evaluate((element) => /** @type {HTMLDetailsElement} */ (element).open);

/** Waits until the page has been laid out in a window of this size. @param {import('playwright-core').Page} page @param {{width: number, height: number}} size */
async function resize(page, size) {
  await page.setViewportSize(size);
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve, 0)); }));
}

test('a frame that is shown later', async () => {
  const pages = { 'host.html': (await framed()).replace('style="', 'style="display:none;') };
  await withPage('http', async ({ page }) => {
    const frame = page.frameLocator('iframe');
    await frame.locator('.headline').waitFor({ state: 'attached' });
    await page.locator('iframe').evaluate((element) => { /** @type {HTMLElement} */ (element).style.display = ''; });
    await group(frame).waitFor();
    await group(frame).selectOption('kieffer');
    await frame.getByRole('heading', { name: 'Survival curves: Kieffer level' }).waitFor();
  }, { path: 'host.html', pages, context: { viewport: ROOMY } });
});

test('a part of a page that is shown later', () => withHosts(() => [{ '/': { body: hostPage('<div id="place" hidden><risk-set></risk-set></div>') } }, {}], async ({ page }) => {
  await page.locator('.headline').waitFor({ state: 'attached' });
  await page.evaluate(() => { /** @type {HTMLElement} */ (document.getElementById('place')).hidden = false; });
  await group(page).waitFor();
}, { context: { viewport: ROOMY } }));

test('a window that grows, and becomes narrow again', () => withPage('http', async ({ page }) => {
  await answered(page);
  assert.equal(await isOpen(page), false);
  await resize(page, ROOMY);
  await group(page).waitFor();
  await resize(page, NARROW);
  assert.equal(await isOpen(page), true, 'what is open does not close by itself');
}, { context: { viewport: NARROW } }));

test('settings that the user has closed', () => withPage('http', async ({ page }) => {
  await answered(page);
  await heading(page).click();
  await group(page).waitFor();
  await heading(page).click();
  await group(page).waitFor({ state: 'hidden' });
  await resize(page, ROOMY);
  await openFile(page, 'own.csv', trial());
  await answered(page);
  assert.equal(await isOpen(page), false, 'they stay closed');
  await heading(page).press('Enter');
  await group(page).selectOption('grade');
  await page.getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
  assert.equal(await isOpen(page), true, 'they stay open');
  // In another step there is room from the beginning.
  await goTo(page, 'models');
  await page.locator('.covariate-list').waitFor();
}, { context: { viewport: NARROW } }));
