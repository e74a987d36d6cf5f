// What tests of the page do and look for, in the page's own words.
import { giveFile } from './harness.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Waits until figures and the canvases that go with them are there. @param {Page} page */
export async function answered(page) {
  await page.locator('.headline').waitFor();
  await page.locator('#results:not([aria-busy])').waitFor();
  await drawn(page);
}

/** Goes to a step. @param {Page} page @param {import('../../www/app/types').Step} name */
export async function goTo(page, name) {
  await page.locator(`#step-${name}`).click();
  await page.locator(`#step-${name}[aria-current="step"]`).waitFor();
}

/** Waits until each figure on show is drawn: it has its text only then. @param {Page} page */
export async function drawn(page) {
  await page.waitForFunction(() => {
    const figures = [...(document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('.figure') ?? [])];
    return figures.length > 0 && figures.every((figure) => figure.querySelector('table'));
  });
}

/** Opens a file and waits for its results. @param {Page} page @param {string} name @param {string | Uint8Array} contents */
export async function openFile(page, name, contents) {
  await giveFile(page, name, contents);
  await page.locator('.data .file').getByText(name, { exact: true }).waitFor();
}

/** A number of the headline, by its term: `54.7 months`. @param {Page} page @param {string} term */
export const figure = (page, term) =>
  page.locator('.figure-number').filter({ has: page.locator('dt').getByText(term, { exact: true }) }).locator('.big');

/** Waits until a number of the headline is this. @param {Page} page @param {string} term @param {string} value */
export const shows = (page, term, value) =>
  page.locator('.figure-number').filter({ has: page.locator('dt').getByText(term, { exact: true }) })
    .locator('.big').getByText(value, { exact: true }).waitFor();

/** The cells of a table, row by row, without the characters that keep a number together. @param {import('playwright-core').Locator} table */
export const cells = (table) => table.locator('tr').evaluateAll((rows) => rows.map((row) =>
  [...row.querySelectorAll('th, td')].map((cell) => (cell.textContent ?? '').replaceAll('\u2060', '').replace(/\s/g, ' ').trim())));

/** Shares of the canvas' pixels, by colour, the most frequent first. @param {import('playwright-core').Locator} canvas */
export const colours = (canvas) => canvas.evaluate((/** @type {HTMLCanvasElement} */ element) => {
  // A copy: the browser would warn of many readings of the canvas itself.
  const copy = new OffscreenCanvas(element.width, element.height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (copy.getContext('2d', { willReadFrequently: true }));
  context.drawImage(element, 0, 0);
  const { data } = context.getImageData(0, 0, copy.width, copy.height);
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (let i = 0; i < data.length; i += 4) {
    const colour = data.slice(i, i + 4).join();
    counts.set(colour, (counts.get(colour) ?? 0) + 4 / data.length);
  }
  return [...counts.values()].sort((a, b) => b - a);
});

/** A small file of two groups with a time and a status: the first dies earlier. @param {number} [n] */
export function trial(n = 40) {
  const rows = Array.from({ length: n }, (_, i) => [
    ((i * 37) % 41) + (i % 2 ? 6 : 1), i % 3 ? 1 : 0, i % 2 ? 'treated' : 'control', 40 + ((i * 7) % 23), ['I', 'II', 'III'][(i * 5) % 3],
  ].join(','));
  return `time,status,arm,age,grade\n${rows.join('\n')}\n`;
}
