// The page in Firefox, hosted and as one file: the first curves, a file of the user's, exported figures; the element in
// a page on disk. And nothing that the browser says against it.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from '../harness.mjs';
import { startHost } from '../host.mjs';
import { trial } from '../steps.mjs';
import { withFirefox } from './bidi.mjs';

/** @typedef {import('./bidi.mjs').Firefox} Firefox */

/** Text of the headline. @param {Firefox} firefox */
const headline = (firefox) => firefox.evaluate(() => document.querySelector('risk-set')?.shadowRoot?.querySelector('.headline')?.textContent ?? '');

/** Waits for these words in the headline, and until nothing is computed and each figure is drawn. @param {Firefox} firefox @param {string} words */
const shows = (firefox, words) => firefox.until((/** @type {string} */ wanted) => {
  const page = document.querySelector('risk-set')?.shadowRoot;
  const figures = [...(page?.querySelectorAll('.figure') ?? [])];
  return page?.querySelector('.headline')?.textContent?.replace(/\s+/g, ' ').includes(wanted) && !page.querySelector('#results[aria-busy]')
    && figures.length > 0 && figures.every((figure) => figure.querySelector('table'));
}, words);

/** @param {Firefox} firefox @param {string} address @param {string} file */
async function works(firefox, address, file) {
  const { unexpected, requests } = firefox;
  await firefox.open(address);
  await shows(firefox, '54.7 months');
  // The curves are painted: a canvas of one colour has nothing on it.
  const colours = await firefox.evaluate(() => [...(document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('canvas') ?? [])].map((canvas) => {
    const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  }));
  assert.ok(colours.length === 2 && colours.every((n) => n > 20), `${colours} colours`);
  // What it asks for after the first figures: its other scripts, and the browser's own keeping of them.
  if (address.startsWith('http')) {
    await firefox.until(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated');
    await firefox.until(() => performance.getEntriesByType('resource').some(({ name }) => /\/office\.[0-9a-f]{16}\.js$/.test(name)));
  }
  const before = requests.length;
  await firefox.setFiles(() => /** @type {Element} */ (document.querySelector('risk-set')?.shadowRoot?.querySelector('#file')), file);
  await shows(firefox, 'Patients40');
  assert.match(await headline(firefox), /40/);
  await firefox.evaluate(() => {
    /** @type {HTMLButtonElement} */ ([...(document.querySelector('risk-set')?.shadowRoot?.querySelectorAll('button') ?? [])].find((button) => button.textContent === 'Français')).click();
  });
  await firefox.until(() => document.documentElement.lang === 'fr' && document.querySelector('risk-set')?.shadowRoot?.textContent?.includes('Chiffres principaux'));
  assert.deepEqual(requests.slice(before), [], 'no request once a file is opened');
  assert.deepEqual(unexpected, []);
}

/** Clicks a button of the page by its words, once it can be clicked; within a part of it, where there are several. @param {Firefox} firefox @param {string} words @param {string} [within] */
async function press(firefox, words, within = '') {
  await firefox.until((/** @type {string} */ text, /** @type {string} */ part) => {
    const page = document.querySelector('risk-set')?.shadowRoot;
    const button = [...(page?.querySelectorAll(`${part} button`) ?? [])].find((one) => one.textContent === text);
    if (!(button instanceof HTMLButtonElement) || button.disabled) return false;
    button.click();
    return true;
  }, words, within);
}

test('exported figures', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'riskset-'));
  try {
    const file = join(folder, 'own.csv');
    await writeFile(file, trial(120));
    await withFirefox(async (firefox) => {
      await firefox.open(pathToFileURL(join(root, 'dist/riskset.html')).href);
      await shows(firefox, '54.7 months');
      await firefox.setFiles(() => /** @type {Element} */ (document.querySelector('risk-set')?.shadowRoot?.querySelector('#file')), file);
      await shows(firefox, 'Patients120');
      for (const [words, ending, begins] of [['SVG', '.svg', '<svg '], ['PDF', '.pdf', '%PDF-'], ['PNG', '.png', '\x89PNG']]) {
        await press(firefox, words, 'article.curve details.export');
        const { bytes } = await firefox.saved(ending);
        assert.equal(bytes.toString('latin1', 0, begins.length), begins);
      }
      assert.deepEqual(firefox.requests.filter((url) => !url.startsWith('file:')), []);
      assert.deepEqual(firefox.unexpected, []);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

// The frame does not connect from a disk in Firefox (docs/embedding.md).
for (const name of ['article', 'course', 'dashboard']) {
  test(`the example “${name}” works from a disk`, () => withFirefox(async (firefox) => {
    await firefox.open(pathToFileURL(join(root, `dist/examples/${name}.html`)).href);
    await firefox.until(() => {
      const elements = [...document.querySelectorAll('risk-set')];
      return elements.length > 0 && elements.every((element) => element.shadowRoot?.querySelector('canvas, table') && !(/** @type {any} */ (element).busy));
    });
    assert.deepEqual(firefox.requests.filter((url) => !url.startsWith('file:')), []);
    assert.deepEqual(firefox.unexpected, []);
  }));
}

test('hosted, from disk, and hosted without a network', async () => {
  const host = await startHost({ '/some/where/': join(root, 'dist') });
  const folder = await mkdtemp(join(tmpdir(), 'riskset-'));
  const file = join(folder, 'own.csv'), address = `${host.origin}/some/where/`;
  try {
    await writeFile(file, trial());
    await withFirefox(async (firefox) => {
      await works(firefox, address, file);
      await works(firefox, pathToFileURL(join(root, 'dist/riskset.html')).href, file);
      await host.stop();
      await firefox.open(address);
      await shows(firefox, '54.7 months');
    });
  } finally {
    await host.stop();
    await rm(folder, { recursive: true });
  }
});
