// Figures are as sharp as the screen, and are drawn again when the page, the screen or its colours change.
import assert from 'node:assert/strict';
import test from 'node:test';
import { PATIENCE, withPage } from '../harness.mjs';
import { answered, colours } from '../steps.mjs';

/** @param {import('playwright-core').Page} page */
const sizes = (page) => page.evaluate(() => [...document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('canvas') ?? []].map((canvas) => {
  const { width, height } = canvas.getBoundingClientRect();
  return { width, height, device: [canvas.width, canvas.height], place: /** @type {HTMLElement} */ (canvas.parentElement).clientWidth };
}));

/** As many device pixels as the screen has, and as wide as the place. @param {Awaited<ReturnType<typeof sizes>>} found @param {number} ratio */
function sharp(found, ratio) {
  assert.equal(found.length, 2);
  for (const { width, height, device, place } of found) {
    assert.deepEqual(device, [Math.round(width * ratio), Math.round(height * ratio)]);
    assert.equal(width, place);
  }
}

/** Waits for canvases as wide as their places. @param {import('playwright-core').Page} page @param {number} [not] a width that is over */
const fitted = (page, not = 0) => page.waitForFunction((former) => [...document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('canvas') ?? []]
  .every((canvas) => canvas.getBoundingClientRect().width === canvas.parentElement?.clientWidth && canvas.getBoundingClientRect().width !== former), not);

for (const ratio of [1, 1.5, 3]) {
  test(`${ratio} device pixels per pixel, and a window that changes`, () => withPage('http', async ({ page }) => {
    await answered(page);
    const before = await sizes(page);
    sharp(before, ratio);
    await page.setViewportSize({ width: 700, height: 800 });
    await fitted(page, before[0].width);
    const after = await sizes(page);
    sharp(after, ratio);
    assert.ok(after[0].width < before[0].width);
    for (const canvas of await page.locator('canvas').all()) assert.ok((await colours(canvas)).length > 20, 'drawn again');
    await page.setViewportSize({ width: 1280, height: 800 });
    await fitted(page, after[0].width);
    sharp(await sizes(page), ratio);
  }, { context: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: ratio } }));
}

test('dark and light, as the system says', () => withPage('http', async ({ page }) => {
  await answered(page);
  /** @returns {Promise<number>} */
  const corner = () => page.locator('canvas').first().evaluate((/** @type {HTMLCanvasElement} */ element) => {
    const copy = new OffscreenCanvas(4, 4), context = /** @type {OffscreenCanvasRenderingContext2D} */ (copy.getContext('2d', { willReadFrequently: true }));
    context.drawImage(element, 0, 0);
    return context.getImageData(1, 1, 1, 1).data[0];
  });
  assert.ok(await corner() > 200);
  await page.emulateMedia({ colorScheme: 'dark' });
  await assert.doesNotReject(async () => {
    for (const deadline = Date.now() + PATIENCE; await corner() > 100;) if (Date.now() > deadline) throw new Error('still light');
  });
}));

test('a page twice as large (400% of 1280 pixels) needs no scrolling sideways', () => withPage('http', async ({ page }) => {
  await answered(page);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
  sharp(await sizes(page), 4);
}, { context: { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 } }));
