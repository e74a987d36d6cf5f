// The hosted page: what its first curves need, how large that is, and what the page does while the rest is on its way.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { root, withPage } from '../harness.mjs';
import { answered, drawn, figure, goTo, shows } from '../steps.mjs';

const dist = join(root, 'dist');
const ENGINE = /\/engine\.[0-9a-f]{16}\.js$/;

/** Bytes of these files of the hosted page as a server sends them. @param {string[]} names */
const gzipped = (names) => names.reduce((sum, name) => sum + gzipSync(readFileSync(join(dist, name)), { level: 9 }).length, 0);

// Of the page itself, without the engine, 95 kB.
test('the first curves need at most 350 kB, the hosted page at most 1.6 MB', () => {
  const named = (/** @type {RegExp} */ pattern) => {
    const found = readdirSync(dist).filter((name) => pattern.test(name));
    assert.equal(found.length, 1, `${pattern}: ${found}`);
    return found[0];
  };
  const first = ['index.html', named(/^riskset\.[0-9a-f]{16}\.js$/)];
  const all = [...first, named(/^engine\.[0-9a-f]{16}\.js$/), named(/^office\.[0-9a-f]{16}\.js$/), named(/^cases\.[0-9a-f]{16}\.js$/)];
  const bytes = gzipped(first), whole = gzipped(all);
  assert.ok(bytes <= 350_000, `the first curves need ${bytes} bytes`);
  // The engine is the longest word of the script, and one that gzip cannot shorten.
  const script = readFileSync(join(dist, first[1]), 'utf8'), engine = script.match(/[A-Za-z0-9+/=]{10000,}/g)?.sort((a, b) => b.length - a.length)[0] ?? '';
  assert.ok(engine.startsWith('H4sI'), 'the engine is gzipped, in base64');
  const page = gzipSync(script.replace(engine, ''), { level: 9 }).length;
  assert.ok(page <= 95_000, `the page itself has ${page} bytes`);
  assert.ok(whole <= 1_600_000, `the hosted page has ${whole} bytes`);
});

/** Holds the rest of the engine back until it is let go. @param {import('playwright-core').Page} page */
async function held(page) {
  /** @type {() => void} */
  let release = () => {};
  const let_go = new Promise((resolve) => { release = () => resolve(undefined); });
  await page.route(ENGINE, async (route) => { await let_go; await route.continue(); });
  return () => release();
}

/** Waits for the curves of the first stage. @param {import('playwright-core').Page} page */
async function firstCurves(page) {
  await page.locator('.headline').waitFor();
  await drawn(page);
}

test('nothing but the page and its script is asked for before the first curve', () => withPage('http', async ({ page, requests }) => {
  await answered(page);
  const [mark, resources] = await page.evaluate(() => [
    performance.getEntriesByName('riskset:first-curve')[0].startTime,
    performance.getEntriesByType('resource').filter((entry) => /^http/.test(entry.name)).map((entry) => ({ name: entry.name, start: entry.startTime })),
  ]);
  const before = resources.filter(({ start }) => start < mark).map(({ name }) => name.replace(/.*\//, ''));
  assert.equal(before.length, 1, String(before));
  assert.match(before[0], /^riskset\.[0-9a-f]{16}\.js$/);
  assert.equal(new URL(requests[0]).pathname, '/some/where/');
}));

test('while the rest is on its way curves follow the choices, and nothing is lost when it comes', () => {
  /** @type {() => void} */
  let release = () => {};
  return withPage('http', async ({ page }) => {
    await firstCurves(page);
    assert.equal(await figure(page, 'Median OS').innerText(), '54.7 months');
    await page.getByText('hazard ratio: computing…').first().waitFor();
    // Another choice has its curves at once.
    const by = page.getByLabel('Compare curves by');
    await by.focus();
    await by.selectOption('margin');
    await page.getByRole('heading', { name: 'Survival curves: Resection margin' }).waitFor();
    await drawn(page);
    await goTo(page, 'models');
    await page.getByText('The rest of the engine is still on its way').waitFor();
    await goTo(page, 'curves');
    await by.focus();
    release();
    await answered(page);
    assert.equal(await by.inputValue(), 'margin');
    assert.equal(await by.evaluate((element) => element === /** @type {ShadowRoot} */ (element.getRootNode()).activeElement), true, 'the focus is where it was');
    assert.equal(await page.getByText('hazard ratio: computing…').count(), 0);
    await shows(page, 'Median OS', '54.7 months');
    await goTo(page, 'models');
    await page.locator('table.models').first().waitFor();
  }, { setUp: async (page) => { release = await held(page); } });
});

test('without the rest the curves stand, the page says what is missing, and it can be asked for again', () => {
  let isDown = true;
  return withPage('http', async ({ page }) => {
    await firstCurves(page);
    await page.locator('#problems').getByText(/The rest of the engine could not be loaded/).waitFor();
    await drawn(page);
    assert.equal(await figure(page, 'Median OS').innerText(), '54.7 months');
    await goTo(page, 'models');
    await page.locator('#results').getByText(/The rest of the engine could not be loaded/).waitFor();
    isDown = false;
    await page.locator('#results').getByRole('button', { name: 'Try again' }).click();
    await page.locator('table.models').first().waitFor();
    assert.equal(await page.locator('#problems').count(), 0);
  }, {
    setUp: (page) => page.route(ENGINE, (route) => (isDown ? route.abort() : route.continue())),
    allow: (what) => /engine\.[0-9a-f]{16}\.js|ERR_FAILED/.test(what),
  });
});
