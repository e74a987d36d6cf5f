// On a phone: nothing sticks out sideways, the figure can be read, the choices can be reached.
import assert from 'node:assert/strict';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered, colours, openFile, shows, trial } from '../steps.mjs';

/** What is wider than the page although nothing lets it scroll. @param {import('playwright-core').Page} page */
const tooWide = (page) => page.evaluate(() => {
  const wide = [...document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('*') ?? []]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !element.closest('.scroll, .figure, .unseen, .skip'));
  return { page: document.documentElement.scrollWidth - innerWidth, elements: wide.map((element) => `${element.localName}.${element.className}`) };
});

for (const [width, height] of [[360, 740], [320, 640]]) {
  test(`${width} × ${height}`, () => withPage('http', async ({ page }) => {
    await answered(page);
    assert.deepEqual(await tooWide(page), { page: 0, elements: [] });
    const [canvas] = await page.locator('canvas').all();
    const box = await canvas.boundingBox();
    assert.ok(box && box.width >= 240 && box.x >= 0 && box.x + box.width <= width, JSON.stringify(box));
    assert.ok((await colours(canvas)).length > 20);
    assert.equal(await canvas.evaluate((/** @type {HTMLCanvasElement} */ element) => element.width), Math.round((box?.width ?? 0) * 3));

    // The settings are one touch away and leave the results where they are.
    await page.getByText('Endpoint, group and methods').tap();
    await page.getByLabel('Compare curves by').selectOption('kieffer');
    await page.getByRole('heading', { name: 'Survival curves: Kieffer level' }).waitFor();
    await page.evaluate(() => { for (const details of document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('details') ?? []) details.open = true; });
    assert.deepEqual(await tooWide(page), { page: 0, elements: [] }, 'with everything open');

    // Targets are large enough for a finger (WCAG 2.2: 24 px).
    const small = await page.evaluate(() => [...document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('button, select, summary, .tick label') ?? []]
      .filter((element) => { const { width: w, height: h } = element.getBoundingClientRect(); return w > 0 && h > 0 && h < 23.5; })
      .map((element) => element.textContent?.slice(0, 30)));
    assert.deepEqual(small, []);

    await openFile(page, 'own.csv', trial());
    await shows(page, 'Patients', '40');
    await answered(page);
    assert.deepEqual(await tooWide(page), { page: 0, elements: [] }, 'an own file');
  }, { context: { viewport: { width, height }, deviceScaleFactor: 3, hasTouch: true, isMobile: true } }));
}
