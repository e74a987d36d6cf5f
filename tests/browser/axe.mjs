// What axe finds wrong on the page, in short.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './harness.mjs';

const axe = await readFile(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

/**
 * Frames are looked at one by one: messages to those of another origin are warnings on the console.
 * @param {import('playwright-core').Page | import('playwright-core').Frame} page
 * @param {string} [within] a part of the element to which this is confined, such as an open dialog: what lies behind is out of reach
 * @returns {Promise<string[]>}
 */
export async function violations(page, within) {
  // A colour on its way to another is neither.
  await page.evaluate(async () => {
    const roots = [document, ...[...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ?? [])];
    await Promise.all(roots.flatMap((one) => one.getAnimations()).map(({ finished }) => finished.catch(() => {})));
  });
  // By the debugger, as the policy allows no other script.
  // From the top: what the steps, which stay in sight, half cover would be called too small.
  await page.evaluate(() => scrollTo(0, 0));
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  // What happens to stand half under the steps, which stay in sight, is no small target.
  await page.evaluate(() => scrollTo(0, 0));
  return page.evaluate(async (part) => {
    const { violations: found } = await /** @type {any} */ (window).axe.run(part ? { fromShadowDom: ['risk-set', part] } : document, {
      iframes: false, resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return found.map((/** @type {any} */ item) => `${item.id}: ${item.nodes.map((/** @type {any} */ node) => `${node.target} (${node.any.map((/** @type {any} */ check) => check.message).join('; ')})`).slice(0, 4).join(' | ')}`);
  }, within);
}

/** Opens all that can be opened. @param {import('playwright-core').Page} page */
export const openAll = (page) => page.evaluate(() => {
  for (const details of document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('details') ?? []) details.open = true;
});
