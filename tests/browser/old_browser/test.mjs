// A browser, or a policy of the page around, without what the engine needs: a clear message before anything heavy, never a broken page.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { root, withPage } from '../harness.mjs';
import { BROWSERS } from '../../../www/app/engine/support.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** The message is all that is there, and says what to use instead. @param {Page} page @param {RegExp} sentence @param {boolean} [versions] */
async function refuses(page, sentence, versions = true) {
  const alert = page.getByRole('alert');
  await alert.getByText(sentence).waitFor();
  if (versions) await alert.getByText(`riskset needs Chrome or Edge ${BROWSERS.chrome}, Firefox ${BROWSERS.firefox} or Safari ${BROWSERS.safari}, or a later version.`).waitFor();
  await alert.getByText('No file was read.').waitFor();
  assert.equal(await page.locator('input[type=file]').count(), 0);
  assert.equal(await page.getByText('The page has not started.').count(), 0);
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).compiled ?? 0), 0, 'the engine was not even compiled');
}

/** Counts what is compiled in earnest. @param {Page} page */
const watch = (page) => page.addInitScript(() => {
  const { compile } = WebAssembly;
  Object.assign(window, { compiled: 0 });
  WebAssembly.compile = (bytes) => { /** @type {any} */ (window).compiled += 1; return compile(bytes); };
});

// A processor of before 2008: Chromium then has no SIMD.
const args = ['--js-flags=--no-enable-sse4-1 --no-enable-ssse3'];
for (const form of /** @type {const} */ (['http', 'file'])) {
  test(`without the wide registers (${form})`, () => withPage(form, async ({ page }) => {
    await refuses(page, /lacks the wide registers of WebAssembly \(SIMD\)/);
  }, { args, setUp: watch }));
}

test('without the wide registers, in French', () => withPage('http', async ({ page }) => {
  await page.getByRole('alert').getByText(/n’a pas les registres larges de WebAssembly \(SIMD\)/).waitFor();
  await page.getByRole('alert').getByText('riskset demande Chrome ou Edge 97, Firefox 113 ou Safari 16.4, ou une version plus récente.').waitFor();
  assert.equal(await page.getByRole('alert').getAttribute('lang'), 'fr');
}, { args, context: { locale: 'fr-FR' } }));

/** Things taken away before the page's script. @type {Record<string, {take: () => void, sentence: RegExp}>} */
const LACKS = {
  WebAssembly: { take: () => { delete /** @type {any} */ (window).WebAssembly; }, sentence: /has no WebAssembly, or it is switched off/ },
  DecompressionStream: { take: () => { delete /** @type {any} */ (window).DecompressionStream; }, sentence: /cannot open compressed data/ },
  Worker: { take: () => { delete /** @type {any} */ (window).Worker; }, sentence: /no workers/ },
  adoptedStyleSheets: {
    take: () => {
      for (const owner of [Document.prototype, ShadowRoot.prototype]) delete /** @type {any} */ (owner).adoptedStyleSheets;
      window.CSSStyleSheet = /** @type {any} */ (class { constructor() { throw new TypeError('Illegal constructor'); } });
    },
    sentence: /lacks the kind of style sheets/,
  },
};
for (const [name, { take, sentence }] of Object.entries(LACKS)) {
  test(`without ${name}`, () => withPage('http', async ({ page }) => refuses(page, sentence), { setUp: (page) => page.addInitScript(take) }));
}

test('under a policy that forbids WebAssembly', async () => {
  const page = (await readFile(join(root, 'dist/index.html'), 'utf8')).replaceAll(" 'wasm-unsafe-eval'", '');
  await withPage('http', async (opened) => {
    await refuses(opened.page, /The policy of the page around forbids WebAssembly\. .*'wasm-unsafe-eval'/, false);
  }, { pages: { 'index.html': page }, setUp: watch, allow: (what) => /wasm-eval|WebAssembly/.test(what) });
});
