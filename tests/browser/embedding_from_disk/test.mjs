// The examples of pages that embed riskset, opened from a disk by double click: the element and the frame work there too, and ask for nothing.
import assert from 'node:assert/strict';
import test from 'node:test';
import { withPage } from '../harness.mjs';

for (const name of ['article', 'course', 'dashboard']) {
  test(`the element (${name})`, () => withPage('file', async ({ page, requests }) => {
    await page.waitForFunction(() => {
      const elements = [...document.querySelectorAll('risk-set')];
      return elements.length > 0 && elements.every((element) => element.shadowRoot?.querySelector('canvas, table') && !(/** @type {any} */ (element).busy));
    });
    assert.ok(requests.every((url) => url.startsWith('file:')), requests.join());
  }, { path: `examples/${name}.html` }));
}

test('the frame: its page has no origin, and drives it through a port', () => withPage('file', async ({ page, requests }) => {
  await page.locator('#said').getByText(/^Log-rank p = \d/).waitFor();
  await page.locator('button[data-by=fnclcc_grade]').click();
  await page.frameLocator('iframe').locator('canvas').first().waitFor();
  assert.ok(requests.every((url) => url.startsWith('file:')), requests.join());
}, { path: 'examples/frame.html' }));

test('a page on a disk that a frame does not name is not heard', () => withPage('file', async ({ page }) => {
  const code = await page.evaluate(async () => {
    const frame = document.createElement('iframe');
    frame.src = '../embed.html#origin=https://journal.example';
    frame.setAttribute('sandbox', 'allow-scripts');
    document.body.append(frame);
    return /** @type {any} */ (globalThis).RiskSetFrame.connect(frame, { timeout: 4000 }).then(() => 'heard', (/** @type {any} */ error) => error.code);
  });
  assert.equal(code, 'frame_silent');
}, { path: 'examples/frame.html', allow: (what) => /^request after load: file:.*embed\.html/.test(what) }));
