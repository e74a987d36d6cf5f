// The hosted page is kept by the browser after the first visit: it opens without a network, a newer version is announced and never taken
// in mid-work, and nothing is asked of the host once a file of the user's is opened.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { PATIENCE, giveFile, root, withPage } from '../harness.mjs';
import { filesOf, kept, laterVersion, scriptOf, startHost, withContext } from '../host.mjs';
import { answered, figure, goTo, openFile, shows, trial } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

const dist = join(root, 'dist');
const files = await filesOf(dist);
/** What the browser keeps: all files of the page but the service worker itself and the single file. */
const keptFiles = [...files.keys()].filter((name) => /^(index\.html|manifest\.json|[a-z_]+\.[0-9a-f]{16}\.js)$/.test(name)).sort();
const NEWER = 'A new version is ready; it is used when you next open the page.';

/** Name of the script that a page runs. @param {Page} page */
const runs = (page) => page.evaluate(() => document.scripts[document.scripts.length - 1].src.replace(/.*\//, ''));

/** What is in the browser's caches, by the name of each. @param {Page} page */
const caches = (page) => page.evaluate(async () => Object.fromEntries(await Promise.all((await globalThis.caches.keys()).map(async (name) =>
  [name, (await (await globalThis.caches.open(name)).keys()).map(({ url }) => url).sort()]))));

/** In the page: tells when a file is read. */
function noteReading() {
  for (const method of /** @type {const} */ (['slice', 'arrayBuffer', 'text', 'stream'])) {
    const read = /** @type {any} */ (Blob.prototype)[method];
    /** @type {any} */ (Blob.prototype)[method] = function (/** @type {unknown[]} */ ...given) {
      if (this instanceof File) /** @type {any} */ (window).noteFile();
      return read.apply(this, given);
    };
  }
}

const wait = (/** @type {number} */ ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** An exported PDF of the first figure: what the second wasm does. @param {Page} page */
async function exportsPdf(page) {
  const menu = page.locator('article.curve').first().locator('details.export').filter({ hasText: 'Export this figure' }).first();
  await menu.locator('summary').first().click();
  const coming = page.waitForEvent('download');
  await menu.getByRole('button', { name: 'PDF', exact: true }).click();
  const bytes = await readFile(await (await coming).path());
  assert.equal(bytes.toString('latin1', 0, 5), '%PDF-');
}

test('after the first visit the page opens without a network, with all that it does', async () => {
  const host = await startHost({ '/some/where/': dist });
  await withContext(async ({ context, open }) => {
    const first = await open(`${host.origin}/some/where/`);
    await answered(first);
    await kept(first);
    await first.close();
    await host.stop();
    await context.setOffline(true);
    for (const address of ['', 'index.html', '?from=here']) {
      const page = await open(`${host.origin}/some/where/${address}`);
      await answered(page);
      assert.equal(await figure(page, 'Median OS').innerText(), '54.7 months', address);
      await page.close();
    }
    const page = await open(`${host.origin}/some/where/index.html`);
    await answered(page);
    await page.getByLabel('from surgery', { exact: true }).check();
    await shows(page, 'Median OS', '62.8 months');
    await goTo(page, 'models');
    await page.locator('table.models').first().waitFor();
    await goTo(page, 'curves');
    await exportsPdf(page);
    await openFile(page, 'essai.xlsx', await readFile(join(root, 'tests/browser/office_files/essai.xlsx')));
    await answered(page);
    await shows(page, 'Patients', '40');
    await page.reload();
    await answered(page);
    await page.getByRole('button', { name: 'About this copy' }).click();
    await page.getByText('This browser keeps the page: it opens without a network.').waitFor();
  });
});

test('it keeps its own files and nothing of the user’s', async () => {
  const host = await startHost({ '/some/where/': dist });
  try {
    await withContext(async ({ open }) => {
      const page = await open(`${host.origin}/some/where/`);
      await answered(page);
      await kept(page);
      await page.reload();
      await openFile(page, 'Jean Dupont 1957.csv', trial());
      await answered(page);
      const found = await caches(page), [name] = Object.keys(found);
      assert.match(name, new RegExp(`^riskset ${host.origin}/some/where/ [0-9a-f]{16}$`));
      assert.deepEqual(found, { [name]: keptFiles.map((file) => `${host.origin}/some/where/${file}`).sort() });
    });
  } finally {
    await host.stop();
  }
});

test('a newer version is announced, not taken in mid-work, and used when the page is next opened', async () => {
  const host = await startHost({ '/some/where/': dist });
  const later = laterVersion(files), [before, after] = [scriptOf(files), scriptOf(later)];
  const address = `${host.origin}/some/where/`;
  try {
    await withContext(async ({ context, open }) => {
      const first = await open(address);
      await answered(first);
      await kept(first);
      assert.equal(await first.getByText(NEWER).count(), 0, 'the first version is no newer one');
      await first.close();

      for (const name of files.keys()) host.instead.set(`/some/where/${name}`, later.get(name) ?? null);
      for (const [name, content] of later) host.instead.set(`/some/where/${name}`, content);
      const page = await open(address);
      await answered(page);
      await page.locator('p.newer').getByText(NEWER).waitFor();
      assert.equal(await runs(page), before);
      // Work goes on, and nothing of the new version takes over.
      await openFile(page, 'own.csv', trial());
      await answered(page);
      await page.getByRole('button', { name: 'Français' }).click();
      await page.locator('p.newer').getByText(/^Une nouvelle version est prête/).waitFor();
      await page.getByRole('button', { name: 'English' }).click();
      const asked = host.asked.length;
      await page.evaluate(() => { /** @type {any} */ (window).still = true; });

      // Another page, opened meanwhile, has the new version; it does not announce itself, and the first goes on as it was.
      const second = await open(address);
      await answered(second);
      assert.equal(await runs(second), after);
      await wait(5000);
      assert.equal(await second.getByText(NEWER).count(), 0);
      assert.equal(await page.evaluate(() => /** @type {any} */ (window).still), true);
      assert.equal(await runs(page), before);
      await shows(page, 'Patients', '40');
      await exportsPdf(page);
      const states = await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        return [registration?.active?.state, registration?.waiting?.state];
      });
      assert.deepEqual(states, ['activated', 'installed'], 'it waits');
      assert.deepEqual([...new Set(host.asked.slice(asked))].filter((path) => path !== '/some/where/sw.js'), [], 'the browser only looks for a newer one');

      await page.close();
      await second.close();
      // With no page open the browser lets the new version take the place of the old one.
      const third = await open(address);
      await answered(third);
      assert.equal(await runs(third), after);
      await third.waitForFunction(async () => (await globalThis.caches.keys()).length === 1);
      await host.stop();
      await context.setOffline(true);
      await third.reload();
      await answered(third);
      assert.equal(await runs(third), after);
    });
  } finally {
    await host.stop();
  }
});

for (const visit of /** @type {const} */ (['first', 'next'])) {
  test(`no request once a file is opened, however soon (${visit} visit)`, async () => {
    const host = await startHost({ '/some/where/': dist });
    /** What was asked of the host before the first byte of the file was read. @type {number | undefined} */
    let before;
    try {
      await withContext(async ({ open }) => {
        let page = await open(`${host.origin}/some/where/`);
        if (visit === 'next') {
          await answered(page);
          await kept(page);
          await page.close();
          page = await open(`${host.origin}/some/where/`);
        }
        await page.locator('.headline').waitFor();
        await giveFile(page, 'own.csv', trial());
        await page.locator('.data .file').getByText('own.csv', { exact: true }).waitFor();
        await answered(page);
        await shows(page, 'Patients', '40');
        await wait(6000);
        assert.ok(before);
        assert.deepEqual(host.asked.slice(before), []);
        if (visit === 'next') assert.equal(host.asked.filter((path) => path.endsWith('sw.js')).length, 2, 'the browser has looked for a newer version before');
      }, {
        async setUp(context) {
          await context.exposeFunction('noteFile', () => { before ??= host.asked.length; });
          await context.addInitScript(noteReading);
        },
      });
    } finally {
      await host.stop();
    }
  });
}

for (const slow of /** @type {const} */ (['sw.js', 'manifest.json'])) {
  for (const visit of /** @type {const} */ (['first', 'next'])) {
    test(`a host that does not answer (${slow}, ${visit} visit) keeps no file waiting, and is asked for nothing once a file is opened`, async () => {
      const host = await startHost({ '/some/where/': dist });
      const later = laterVersion(files);
      let answer = () => {};
      /** @type {number | undefined} */
      let before;
      try {
        await withContext(async ({ open }) => {
          if (visit === 'next') {
            const first = await open(`${host.origin}/some/where/`);
            await answered(first);
            await kept(first);
            await first.close();
            for (const [name, content] of later) host.instead.set(`/some/where/${name}`, content);
          }
          const asked = host.asked.length;
          host.held.set(`/some/where/${slow}`, new Promise((resolve) => { answer = () => resolve(undefined); }));
          const page = await open(`${host.origin}/some/where/`);
          await page.locator('.headline').waitFor();
          while (!host.asked.slice(asked).includes(`/some/where/${slow}`)) await wait(20);
          await giveFile(page, 'own.csv', trial());
          await page.locator('.data .file').getByText('own.csv', { exact: true }).waitFor();
          await answered(page);
          await shows(page, 'Patients', '40');
          answer();
          await wait(4000);
          assert.ok(before);
          assert.deepEqual(host.asked.slice(before), []);
          assert.equal(await runs(page), scriptOf(files));
          // It comes with the next visit.
          host.held.clear();
          await page.close();
          const next = await open(`${host.origin}/some/where/`);
          await answered(next);
          if (visit === 'next') await next.locator('p.newer').getByText(NEWER).waitFor();
          else await kept(next);
        }, {
          async setUp(context) {
            await context.exposeFunction('noteFile', () => { before ??= host.asked.length; });
            await context.addInitScript(noteReading);
          },
        });
      } finally {
        answer();
        await host.stop();
      }
    });
  }
}

test('copies side by side keep to themselves, and what others keep stays', async () => {
  const later = laterVersion(files);
  const host = await startHost({ '/a/': new Map(files), '/a/b/': later, '/c/': dist });
  await withContext(async ({ context, open }) => {
    const page = await open(`${host.origin}/a/`);
    await page.evaluate(async () => { await (await globalThis.caches.open('of another program')).put('/x', new Response('x')); });
    await answered(page);
    await kept(page);
    for (const folder of ['/a/b/', '/c/']) {
      const other = await open(host.origin + folder);
      await answered(other);
      await kept(other);
      await other.close();
    }
    // A newer version of the first: the others are untouched by its coming.
    for (const [name, content] of later) host.instead.set(`/a/${name}`, content);
    await page.reload();
    await page.locator('p.newer').waitFor();
    await page.close();
    const next = await open(`${host.origin}/a/`);
    await answered(next);
    await next.waitForFunction(async () => (await globalThis.caches.keys()).length === 4);
    const found = Object.keys(await caches(next)).map((name) => name.replace(/ [0-9a-f]{16}$/, ' …')).sort();
    assert.deepEqual(found, ['of another program', ...['/a/', '/a/b/', '/c/'].map((folder) => `riskset ${host.origin}${folder} …`)]);
    await host.stop();
    await context.setOffline(true);
    for (const [folder, script] of [['/a/', scriptOf(later)], ['/a/b/', scriptOf(later)], ['/c/', scriptOf(files)]]) {
      const other = await open(host.origin + folder);
      await answered(other);
      assert.equal(await runs(other), script, folder);
      await other.close();
    }
  });
});

test('a file that the host has changed is not kept, and the page says so', async () => {
  const host = await startHost({ '/some/where/': dist });
  host.instead.set('/some/where/manifest.json', '{"name":"changed"}');
  try {
    await withContext(async ({ open }) => {
      const page = await open(`${host.origin}/some/where/`);
      await answered(page);
      await page.getByRole('button', { name: 'About this copy' }).click();
      await page.getByText('The browser could not keep the files of the page; it tries again at the next visit.').waitFor();
      assert.deepEqual(await caches(page), {});
    }, { allow: (what) => /manifest\.json/.test(what) });
  } finally {
    await host.stop();
  }
});

// The policy lets a service worker and a manifest come from the page's own host: what would go out that way is seen.
const LEAKS = /** @type {Record<string, () => unknown>} */ ({
  'a service worker': () => navigator.serviceWorker.register('leak.js?x=1').catch(() => {}),
  'a worker': () => { new Worker('leak.js?x=1').onerror = (event) => event.preventDefault(); },
});
for (const [name, leak] of Object.entries(LEAKS)) {
  test(`a leak planted in the address of ${name} is seen`, () => withPage('http', async ({ page, unexpected }) => {
    await answered(page);
    await kept(page);
    await openFile(page, 'own.csv', trial());
    await answered(page);
    assert.deepEqual(unexpected, []);
    await page.evaluate(leak);
    for (const end = Date.now() + PATIENCE; unexpected.length === 0 && Date.now() < end;) await wait(50);
    assert.ok(unexpected.some((what) => /^request .*leak\.js\?x=1$/.test(what)), unexpected.join());
    // What this one still causes belongs to it.
    await wait(300);
    unexpected.length = 0;
  }));
}

for (const [what, without] of /** @type {[string, () => void][]} */ ([
  ['has no service workers', () => { Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'); }],
  ['refuses them', () => { if (navigator.serviceWorker) navigator.serviceWorker.register = () => Promise.reject(new DOMException('no', 'SecurityError')); }],
])) {
  test(`a browser that ${what} shows the page all the same`, async () => {
    const host = await startHost({ '/some/where/': dist });
    try {
      await withContext(async ({ open }) => {
        const page = await open(`${host.origin}/some/where/`);
        await answered(page);
        await page.getByRole('button', { name: 'About this copy' }).click();
        await page.getByText(/^This browser does not keep the page here/).waitFor();
        await page.getByRole('button', { name: 'Close' }).click();
        await openFile(page, 'own.csv', trial());
        await answered(page);
        await shows(page, 'Patients', '40');
      }, { setUp: (context) => context.addInitScript(without) });
    } finally {
      await host.stop();
    }
  });
}
