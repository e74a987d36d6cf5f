// axe finds no violation in any state of the page.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openAll, violations } from '../axe.mjs';
import { giveFile, withPage } from '../harness.mjs';
import { answered, openFile, trial } from '../steps.mjs';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

for (const [name, context] of /** @type {[string, import('playwright-core').BrowserContextOptions][]} */ ([
  ['light', {}], ['dark', { colorScheme: 'dark' }], ['French', { locale: 'fr-FR' }], ['phone', PHONE],
])) {
  test(`${name}: the demonstration, an own file, an error`, () => withPage('http', async ({ page }) => {
    await answered(page);
    assert.deepEqual(await violations(page), [], 'the demonstration');
    // All that can be opened, open.
    await openAll(page);
    assert.deepEqual(await violations(page), [], 'with everything open');
    for (const step of ['data', 'cohort', 'patients', 'models', 'output', 'curves']) {
      await page.locator(`#step-${step}`).click();
      if (step === 'data') await page.locator('#edit-margin').click();
      await page.locator('#results:not([aria-busy])').waitFor();
      await openAll(page);
      // What other programs print takes a moment.
      if (step === 'models' || step === 'curves') await page.locator('.how[open] table.programs').last().waitFor();
      assert.deepEqual(await violations(page), [], step);
    }
    await page.locator('.tools [aria-haspopup=dialog]').click();
    await page.locator('#glossary[open]').waitFor();
    assert.deepEqual(await violations(page), [], 'the glossary');
    await page.keyboard.press('Escape');
    await page.locator('footer .proofs button').last().click();
    await page.locator('#about[open]').waitFor();
    assert.deepEqual(await violations(page), [], 'about this copy');
    await page.keyboard.press('Escape');
    await openFile(page, 'own.csv', trial());
    await answered(page);
    assert.deepEqual(await violations(page), [], 'an own file');
    await openFile(page, 'plain.csv', trial().replace('time,status,arm,age,grade', 'c1,c2,c3,c4,c5'));
    await giveFile(page, 'ragged.csv', 'time,status\n1,1\n2\n');
    await page.locator('#problems').waitFor();
    assert.deepEqual(await violations(page), [], 'an error');
  }, { context }));
}
