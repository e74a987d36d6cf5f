// Each example of each view, in both languages and both schemes: axe finds nothing, and on a phone nothing sticks out.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { build } from 'esbuild';
import { violations } from '../axe.mjs';
import { root, withPage } from '../harness.mjs';

const made = await build({
  bundle: true, write: false, format: 'iife', target: 'es2022', charset: 'utf8', entryPoints: [join(root, 'www/app/testing/gallery.mjs')], loader: { '.css': 'text' }, logLevel: 'warning',
});
const pages = {
  'gallery.js': made.outputFiles[0].text,
  'gallery.html': '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>Examples</title>'
    + '</head><body><main><h1>Examples</h1><h2>Example</h2><div></div></main><script src="gallery.js"></script></body></html>',
};

/** @type {[string, 'en' | 'fr', import('playwright-core').BrowserContextOptions][]} */
const ways = [
  ['English', 'en', {}], ['French, dark', 'fr', { colorScheme: 'dark' }], ['French, on a phone', 'fr', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
];

for (const [name, language, context] of ways) {
  test(name, () => withPage('http', async ({ page }) => {
    const names = await page.evaluate(() => /** @type {any} */ (window).gallery.names);
    assert.ok(names.length > 40, `${names.length} examples`);
    /** @type {string[]} */
    const faults = [];
    for (const [view, example] of names) {
      await page.evaluate(([one, other, words]) => /** @type {any} */ (window).gallery.show(one, other, words), [view, example, language]);
      await page.waitForFunction(() => [...document.querySelector('main > div')?.shadowRoot?.querySelectorAll('.figure-check') ?? []].every((check) => check.firstElementChild));
      for (const fault of await violations(page)) faults.push(`${view}, ${example}: ${fault}`);
      const out = await page.evaluate(() => [...document.querySelector('main > div')?.shadowRoot?.querySelectorAll('*') ?? []]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !element.closest('.scroll, .figure, .figure-paper, .unseen, .skip, dialog'))
        .map((element) => `${element.localName}.${element.className}`));
      for (const element of out) faults.push(`${view}, ${example}: ${element} is wider than the page`);
    }
    assert.deepEqual(faults, []);
  }, { context, path: 'gallery.html', pages }));
}

test('a fault is found', () => withPage('http', async ({ page }) => {
  await page.evaluate(() => { document.querySelector('main > div')?.shadowRoot?.append(document.createElement('select')); });
  assert.match((await violations(page)).join(), /select-name/);
}, { path: 'gallery.html', pages }));
