// A step on paper: the results and nothing to press, on white, also from a dark screen; no figure cut off.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered, drawn, goTo } from '../steps.mjs';

/** What of the page is printed. @param {import('playwright-core').Page} page */
const printed = (page) => page.evaluate(() => {
  const all = [...document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('*') ?? []];
  const seen = all.filter((element) => element.getClientRects().length && !element.closest('.unseen, .skip'));
  return {
    // What opens keeps its heading: closed on paper it says what is there.
    controls: seen.filter((element) => element.matches('button:not(.level-choice), input, select')).map((element) => `${element.localName}.${element.className} ${element.textContent?.slice(0, 30)}`),
    wide: seen.filter((element) => element.matches('canvas, table, .card') && element.getBoundingClientRect().right > innerWidth + 1).map((element) => `${element.localName}.${element.className}`),
    canvases: seen.filter((element) => element.localName === 'canvas').length,
    ground: getComputedStyle(/** @type {Element} */ (document.querySelector('risk-set'))).backgroundColor,
  };
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`from a ${colorScheme} screen`, () => withPage('http', async ({ page }) => {
    await answered(page);
    for (const [step, canvases] of /** @type {[import('../../../www/app/types').Step, number][]} */ ([['curves', 2], ['models', 4], ['cohort', 3]])) {
      await goTo(page, step);
      await drawn(page);
      await page.emulateMedia({ media: 'print', colorScheme });
      const found = await printed(page);
      assert.deepEqual({ controls: found.controls, wide: found.wide, ground: found.ground }, { controls: [], wide: [], ground: 'rgb(255, 255, 255)' }, step);
      assert.ok(found.canvases >= canvases, `${found.canvases} figures`);
      const pages = execFileSync('pdftotext', ['-layout', '-', '-'], { input: await page.pdf({ format: 'A4' }), encoding: 'utf8' });
      assert.match(pages, { curves: /Overall survival \(OS\)/, models: /Prognostic factors \(Cox models\)/, cohort: /Each patient/ }[/** @type {'curves'} */ (step)] ?? /./);
      await page.emulateMedia({ media: null, colorScheme });
    }
  }, { context: { colorScheme, viewport: { width: 794, height: 1123 } } }));
}
