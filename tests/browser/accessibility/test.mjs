// axe finds no violation in any state of the page.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { giveFile, root, withPage } from '../harness.mjs';
import { answered, openFile, trial } from '../steps.mjs';

const axe = await readFile(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** What axe finds, in short. @param {import('playwright-core').Page} page */
async function violations(page) {
  // By the debugger, as the policy allows no other script.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations: found } = await /** @type {any} */ (window).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return found.map((/** @type {any} */ item) => `${item.id}: ${item.nodes.map((/** @type {any} */ node) => `${node.target} (${node.any.map((/** @type {any} */ check) => check.message).join('; ')})`).slice(0, 4).join(' | ')}`);
  });
}

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

for (const [name, context] of /** @type {[string, import('playwright-core').BrowserContextOptions][]} */ ([
  ['light', {}], ['dark', { colorScheme: 'dark' }], ['French', { locale: 'fr-FR' }], ['phone', PHONE],
])) {
  test(`${name}: the demonstration, an own file, an error`, () => withPage('http', async ({ page }) => {
    await answered(page);
    assert.deepEqual(await violations(page), [], 'the demonstration');
    // All that can be opened, open.
    await page.evaluate(() => { for (const details of document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('details') ?? []) details.open = true; });
    assert.deepEqual(await violations(page), [], 'with everything open');
    for (const step of ['data', 'cohort', 'patients', 'models', 'output', 'curves']) {
      await page.locator(`#step-${step}`).click();
      if (step === 'data') await page.locator('#edit-margin').click();
      await page.locator('#results:not([aria-busy])').waitFor();
      await page.evaluate(() => { for (const details of document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('details') ?? []) details.open = true; });
      assert.deepEqual(await violations(page), [], step);
    }
    await openFile(page, 'own.csv', trial());
    await answered(page);
    assert.deepEqual(await violations(page), [], 'an own file');
    await openFile(page, 'plain.csv', trial().replace('time,status,arm,age,grade', 'c1,c2,c3,c4,c5'));
    await giveFile(page, 'ragged.csv', 'time,status\n1,1\n2\n');
    await page.locator('#problems').waitFor();
    assert.deepEqual(await violations(page), [], 'an error');
  }, { context }));
}
