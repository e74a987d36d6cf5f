// Draws the icons of the web manifest from the mark (www/icons/mark.svg), in Chromium: `node scripts/icons.mjs`. A maskable icon is cut
// to any shape by the system: its ground fills the square, and the mark stays within the middle four fifths.
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../www/icons');

/** The icons: name, pixels on a side, and the share of the side that the mark has. */
export const ICONS = /** @type {const} */ ([['icon-192.png', 192, 1], ['icon-512.png', 512, 1], ['icon-maskable-512.png', 512, 0.75]]);

/**
 * An icon as a PNG file.
 * @param {import('playwright-core').Page} page @param {string} svg @param {number} side @param {number} share
 */
export async function draw(page, svg, side, share) {
  const data = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  await page.setViewportSize({ width: side, height: side });
  const place = share < 1 ? `background:#fff` : 'background:transparent';
  await page.setContent(`<body style="margin:0;${place};display:grid;place-items:center;height:${side}px"><img src="${data}" width="${side * share}" height="${side * share}">`);
  await page.locator('img').evaluate((/** @type {HTMLImageElement} */ image) => image.decode());
  return page.screenshot({ omitBackground: share === 1 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const svg = await readFile(join(folder, 'mark.svg'), 'utf8');
  const browser = await chromium.launch({ executablePath: process.env.RISKSET_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--force-color-profile=srgb'] });
  const page = await browser.newPage();
  for (const [name, side, share] of ICONS) await writeFile(join(folder, name), await draw(page, svg, side, share));
  await browser.close();
}
