// The page starts the same way over http, from a file and inside a frame, and the engine answers in each.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { askedForAll, framed, root, withPage } from '../harness.mjs';

/** The demonstration cohort has 41 patients: this is the engine's answer on the page. @param {import('playwright-core').Page | import('playwright-core').FrameLocator} place */
const answered = (place) => place.locator('risk-set').getByText(/\b41\b/).first().waitFor({ timeout: 60_000 });

test('over http', () => withPage('http', async ({ page, requests }) => {
  await answered(page);
  await askedForAll(page, requests);
  // The service worker asks for the same files once more, and for its own.
  const names = new Set(requests.map((url) => url.replace(/.*\//, '').replace(/\.[0-9a-f]{16}\.js$/, '')));
  for (const own of ['sw.js', 'index.html', 'manifest.json']) names.delete(own);
  assert.deepEqual([...names].sort(), ['', 'cases', 'engine', 'office', 'riskset'], 'the page, its script, what comes later, nothing else');
}));

test('from a file', () => withPage('file', async ({ page, requests }) => {
  await answered(page);
  assert.equal(requests.length, 1, 'the page, nothing else');
}));

test('in a frame made of text', async () => {
  const pages = { 'host.html': await framed() };
  await withPage('http', async ({ page }) => answered(page.frameLocator('iframe')), { path: 'host.html', pages });
});

test('in a sandboxed frame', async () => {
  const pages = { 'host.html': await framed({ sandbox: 'allow-scripts' }) };
  await withPage('http', async ({ page }) => answered(page.frameLocator('iframe')), { path: 'host.html', pages });
});

test('the policy lets nothing out and no other script in', async () => {
  for (const name of ['index.html', 'riskset.html']) {
    const text = await readFile(join(root, 'dist', name), 'utf8');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? '';
    // Hosted, the rest of the engine and the readers of workbooks are scripts of their own, and one in the head adds a missing slash to the address; a service worker and a
    // manifest may come from the page's own host, which the single file has none of.
    const isHosted = name === 'index.html';
    assert.match(policy, /^default-src 'none'; script-src (?:'sha256-[A-Za-z0-9+/]{43}=' )+'wasm-unsafe-eval'; worker-src (?:'self' )?blob:; connect-src 'none'; /, name);
    assert.equal(policy.includes("worker-src 'self' blob:") && policy.includes("manifest-src 'self'"), isHosted, name);
    assert.equal(policy.split("'self'").length - 1, isHosted ? 2 : 0, name);
    assert.equal(policy.split('sha256-').length - 1, isHosted ? 5 : 1, name);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval' |https?:|\*/, name);
    assert.equal([...text.matchAll(/<script\b.*?<\/script>/gs)].length, isHosted ? 2 : 1, `scripts of ${name}`);
  }
  await withPage('http', async ({ page, unexpected }) => {
    await answered(page);
    const reached = await page.evaluate(() => fetch('index.html').then(() => true, () => false));
    assert.equal(reached, false);
    await page.waitForFunction(() => true);
    assert.ok(unexpected.length > 0, 'the harness sees a request that the policy refuses');
    unexpected.length = 0;
  });
});
