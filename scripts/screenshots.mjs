// Pictures of every step of the built page at three widths, for docs/screenshots: run by hand after a change of how the page looks,
// and look at them.
//
//   ./dev build && node scripts/screenshots.mjs [name…]
//
// A name (`curves`, `curves-360`) takes only the pictures whose name holds it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withPage } from '../tests/browser/harness.mjs';
import { answered, goTo } from '../tests/browser/steps.mjs';
import { withPalette } from './palette_png.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../docs/screenshots');
const wanted = process.argv.slice(2);

/** @typedef {import('playwright-core').Page} Page */

/** The longest picture, in CSS pixels: a step is longer than anybody looks at in one picture. */
const LONGEST = 8000;

/** Widths: a phone, a laptop, a wall screen. @type {Record<string, import('playwright-core').BrowserContextOptions>} */
const WIDTHS = {
  360: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  1280: { viewport: { width: 1280, height: 900 } },
  1920: { viewport: { width: 1920, height: 1080 } },
};

/** What is shown, beside the steps themselves; hosted unless `form` is the single file on a disk. @type {{name: string, form?: "http" | "file", step: import('../www/app/types').Step, context?: import('playwright-core').BrowserContextOptions, widths?: string[], longest?: number, before?: (page: Page) => Promise<unknown>}[]} */
const VIEWS = [
  ...(/** @type {const} */ (['data', 'cohort', 'patients', 'curves', 'models', 'output'])).map((step) => ({ name: step, step })),
  { name: 'desktop', step: 'curves', widths: ['1280'], longest: 1520 },
  { name: 'curves-dark', step: 'curves', context: { colorScheme: 'dark' }, widths: ['1280'] },
  { name: 'curves-french', step: 'curves', context: { locale: 'fr-FR' }, widths: ['360', '1280'] },
  {
    name: 'figure-settings', step: 'curves', widths: ['360', '1280'],
    before: async (page) => {
      const first = page.locator('.figure-place').first();
      await first.locator('.figure-settings > summary').click();
      await first.locator('.figure-preview > summary').click();
      await first.locator('.figure-check-all > summary').click();
      await first.locator('.figure-paper canvas').waitFor();
      await first.scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'one-file', form: 'file', step: 'curves', widths: ['360', '1280'], longest: 900,
    before: async (page) => { await page.getByRole('button', { name: 'What leaves this machine: nothing' }).click(); await page.locator('dialog.silence table.places').waitFor(); },
  },
  { name: 'console', step: 'curves', widths: ['1280'], before: async (page) => { await page.locator('.how > summary').first().click(); await page.locator('.how[open] table.programs').first().waitFor(); } },
];

mkdirSync(folder, { recursive: true });
for (const { name, form = 'http', step, context = {}, widths = Object.keys(WIDTHS), longest = LONGEST, before } of VIEWS) {
  for (const width of widths) {
    const own = `${name}-${width}`;
    if (wanted.length && !wanted.some((part) => own.includes(part))) continue;
    await withPage(form, async ({ page }) => {
      await answered(page);
      if (step !== 'curves') await goTo(page, step);
      await page.locator('#results:not([aria-busy])').waitFor();
      await page.waitForFunction(() => [...(document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('.figure') ?? [])].every((figure) => figure.querySelector('table')));
      await page.waitForFunction(() => [...(document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('.figure-check') ?? [])].every((check) => check.firstElementChild));
      await before?.(page);
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      const top = before && form === 'http' ? Math.max(0, Number(await page.locator(name === 'console' ? '.how[open]' : '.figure-place').first().evaluate((element) => element.getBoundingClientRect().top + scrollY)) - 80) : 0;
      const file = join(folder, `${own}.png`);
      await page.evaluate(() => scrollTo(0, 0));
      const picture = withPalette(await page.screenshot({ fullPage: true, clip: { x: 0, y: top, width: Number(width), height: Math.min(height - top, longest) } }));
      writeFileSync(file, picture);
      console.log(`${own}.png ${Math.round(picture.length / 1000)} kB, ${height} px in all`);
    }, { context: { ...WIDTHS[width], ...context } });
  }
}

// The browser that the pictures shared would keep this waiting.
process.exit();
