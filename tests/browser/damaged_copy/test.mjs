// Damaged copies of the page, hosted and single: a plain message or a working page, never an empty one.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered } from '../steps.mjs';
import { engineScript, hosted, rehashed, single, withEngine } from './copies.mjs';

/** @typedef {import('playwright-core').Page} Page */

const NOT_STARTED = 'this copy of riskset is damaged or incomplete, or this browser is too old';

/** What stands in the page without its script, in both languages. @param {Page} page */
async function saysNotStarted(page) {
  await page.getByText(NOT_STARTED).waitFor();
  await page.getByText('compare its SHA-256 with the one published beside it').waitFor();
  await page.getByText('cette copie de riskset est endommagée ou incomplète').waitFor();
}

/** Engines that are none. @type {[string, (wasm: Buffer) => Uint8Array | string][]} */
const ENGINES = [
  ['of no bytes', () => new Uint8Array()],
  ['cut in the middle', (wasm) => wasm.subarray(0, wasm.length / 2)],
  ['with a byte changed', (wasm) => { const other = Buffer.from(wasm); other[9] ^= 0x40; return other; }],
  ['of another program', () => Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)],
  ['without a base64 text', () => ''],
  ['of no base64', () => 'H4sI-'.repeat(40)],
  ['of no gzip', () => Buffer.from('not a zipped wasm '.repeat(40)).toString('base64')],
];

for (const [name, change] of ENGINES) {
  test(`an engine ${name}, with all hashes right`, async () => {
    const files = await hosted();
    const script = engineScript(files);
    const pages = rehashed(files, { [script]: withEngine(files[script], change) });
    assert.notEqual(pages['index.html'], files['index.html']);
    await withPage('http', async ({ page }) => {
      await page.locator('#problems').getByText(/The engine in this copy of the page is damaged.*Download the page again, and compare its SHA-256/).waitFor();
      await page.getByText('Open your own file').waitFor();
      assert.equal(await page.getByText(NOT_STARTED).count(), 0);
    }, { pages });
  });
}

test('the same in the single file, in French', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'riskset-'));
  try {
    const text = await single();
    const path = join(folder, 'riskset.html');
    await writeFile(path, rehashed({ 'riskset.html': text }, { 'riskset.html': withEngine(text, (wasm) => wasm.subarray(0, 1000)) })['riskset.html']);
    await withPage('file', async ({ page }) => {
      await page.locator('#problems').getByText(/Le moteur de cette copie de la page est endommagé/).waitFor();
    }, { path, context: { locale: 'fr-FR' } });
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** What the browser says of a script that it refuses, or that is not there. */
const refused = (/** @type {string} */ what) => /integrity|Content Security Policy|script-src|404|failed: /.test(what);

test('a script that is not the one that was built is refused, and the page says so without it', async () => {
  const files = await hosted();
  const script = engineScript(files);
  const middle = Math.floor(files[script].length / 2);
  const other = `${files[script].slice(0, middle)}${files[script][middle] === 'A' ? 'B' : 'A'}${files[script].slice(middle + 1)}`;
  await Promise.all([other, files[script].slice(0, middle), '', null].map((contents) =>
    withPage('http', async ({ page }) => saysNotStarted(page), { pages: { [script]: contents }, allow: refused })));
});

test('a script that this browser cannot read', async () => {
  const files = await hosted();
  const script = engineScript(files);
  const pages = rehashed(files, { [script]: `class { syntax of tomorrow }${files[script]}` });
  await withPage('http', async ({ page }) => saysNotStarted(page), { pages, allow: (what) => /^error: /.test(what) });
});

test('while the script is still on its way nothing is said to be damaged', async () => {
  await withPage('http', async ({ page }) => {
    await answered(page);
    assert.equal(await page.evaluate(() => /** @type {any} */ (window).seen.length), 0);
  }, {
    setUp: (page) => page.addInitScript((words) => {
      const seen = /** @type {string[]} */ ([]);
      Object.assign(window, { seen });
      const look = () => {
        const [text] = [...document.querySelectorAll('risk-set p')].filter((element) => element.textContent?.includes(words));
        if (text && getComputedStyle(text).visibility === 'visible') seen.push('visible');
        requestAnimationFrame(look);
      };
      look();
    }, NOT_STARTED),
  });
});

/** Numbers that look random and are the same each time. @param {number} seed */
function* numbers(seed) {
  for (let x = seed; ;) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    yield x / 2 ** 32;
  }
}

test('the single file, cut or with bits flipped, anywhere', async () => {
  const text = await single();
  const bytes = Buffer.from(text);
  const at = (/** @type {string} */ mark) => bytes.indexOf(mark);
  const body = at('<body>') + '<body>'.length, script = at('<script>') + '<script>'.length, wasm = at('H4sI'), end = bytes.lastIndexOf('</script>');
  // Before its body a page can show nothing: that is the first half thousandth of the file.
  assert.ok(body < 2500, `the head has ${body} bytes`);
  /** @type {[string, Buffer, 'message' | 'works' | 'either'][]} */
  const copies = [
    ['cut where the script begins', bytes.subarray(0, script), 'message'],
    ['cut in the script', bytes.subarray(0, script + 1000), 'message'],
    ['cut in the base64', bytes.subarray(0, wasm + 100_001), 'message'],
    ['cut in the last words of the script', bytes.subarray(0, end - 10), 'message'],
    ['cut in the end of the script element', bytes.subarray(0, end + 4), 'message'],
    ['cut behind the script', bytes.subarray(0, end + '</script>'.length), 'works'],
    ['one byte short', bytes.subarray(0, bytes.length - 1), 'works'],
  ];
  const random = numbers(41);
  for (let i = 0; i < 8; i += 1) {
    const flipped = Buffer.from(bytes), place = Math.floor(script + /** @type {number} */ (random.next().value) * (end - script));
    flipped[place] ^= 1 << (i % 7);
    copies.push([`a bit of byte ${place} flipped`, flipped, 'message']);
  }
  for (let i = 0; i < 6; i += 1) {
    const flipped = Buffer.from(bytes), place = Math.floor(/** @type {number} */ (random.next().value) * script);
    flipped[place] ^= 1 << (i % 7);
    copies.push([`a bit of byte ${place}, before the script, flipped`, flipped, 'either']);
  }
  const folder = await mkdtemp(join(tmpdir(), 'riskset-'));
  try {
    const opens = async (/** @type {typeof copies[0]} */ [name, contents, what]) => {
      const path = join(folder, `${name}.html`);
      await writeFile(path, contents);
      await withPage('file', async ({ page }) => {
        const message = page.getByText(/^The page has not started/), works = page.locator('.headline');
        await (what === 'message' ? message : what === 'works' ? works : message.or(works)).first().waitFor()
          .catch((problem) => { throw new Error(`${name}: ${problem}`); });
      }, { path, allow: () => true });
    };
    // A few at a time: each waits two seconds before it says something.
    for (let i = 0; i < copies.length; i += 7) await Promise.all(copies.slice(i, i + 7).map(opens));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('cut within the message itself, what there is of it is shown', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'riskset-'));
  try {
    const text = await single();
    const path = join(folder, 'riskset.html');
    await writeFile(path, text.slice(0, text.indexOf('Download the page again')));
    await withPage('file', async ({ page }) => {
      await page.getByRole('heading', { name: 'riskset' }).waitFor();
      await page.getByText(NOT_STARTED).waitFor();
    }, { path });
  } finally {
    await rm(folder, { recursive: true });
  }
});
