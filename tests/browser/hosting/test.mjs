// The hosted page works wherever its files are put: under any folder, and under what hosts do to files and addresses.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { root } from '../harness.mjs';
import { kept, startHost, withContext } from '../host.mjs';
import { answered, figure, openFile, shows, trial } from '../steps.mjs';

const dist = join(root, 'dist');
const JS = /** @type {const} */ (['text/javascript', 'application/javascript', 'application/x-javascript', 'text/javascript; charset=iso-8859-1']);

/** @typedef {import('../host.mjs').Habits} Habits */

/**
 * Opens the page at `path` of a host with these habits: it answers, in French with its accents, and reads a file.
 * @param {string} path @param {Habits} habits
 * @param {{folder?: string, keeps?: boolean, allow?: (what: string) => boolean, at?: string}} [expected] `at`: the path where it ends
 */
async function works(path, habits, { folder = '/some/where/', keeps = true, allow, at = path } = {}) {
  const host = await startHost({ [folder]: dist }, habits);
  try {
    await withContext(async ({ context, open }) => {
      const page = await open(host.origin + path);
      await answered(page);
      assert.equal(new URL(page.url()).pathname, at);
      assert.equal(await figure(page, 'Median OS').innerText(), '54.7 months');
      await page.getByRole('button', { name: 'Français' }).click();
      await page.getByRole('heading', { name: 'Chiffres principaux' }).waitFor();
      await page.getByText('Décès', { exact: true }).first().waitFor();
      await page.getByRole('button', { name: 'English' }).click();
      if (keeps) await kept(page);
      await openFile(page, 'own.csv', trial());
      await answered(page);
      await shows(page, 'Patients', '40');
      await page.close();
      if (!keeps) return;
      await host.stop();
      await context.setOffline(true);
      const again = await open(host.origin + at);
      await answered(again);
    }, { allow });
  } finally {
    await host.stop();
  }
}

test('at the root of a host', () => works('/', {}, { folder: '/' }));
test('with the page named', () => works('/some/where/index.html', {}));
test('deep down, with signs in the path', () => works('/~anna/a%20b/c+d/', {}, { folder: '/~anna/a b/c+d/' }));
test('a folder without its slash, sent on', () => works('/some/where', { slash: 'redirect' }, { at: '/some/where/' }));
test('a folder without its slash, served as it is', () => works('/some/where', { slash: 'serve' }, {
  // Its script is looked for one folder too high, and then at the right place.
  at: '/some/where/', allow: (what) => /404|Failed to load resource|MIME type/.test(what),
}));
test('a bucket of files that serves no folder', () => works('/some/where/index.html', { index: false }));
test('a host that sends index.html to its folder', () => works('/some/where/index.html', { unnamed: './' }, { at: '/some/where/' }));

for (const type of JS) test(`scripts as ${type}`, () => works('/some/where/', { types: { '.js': type } }));
// A browser takes no service worker of such a type: the page works, and is not kept.
for (const type of ['text/plain', 'application/octet-stream', 'binary/octet-stream', '']) {
  test(`scripts as ${type || 'nothing'}`, () => works('/some/where/', { types: { '.js': type } }, { keeps: false, allow: (what) => /MIME type|sw\.js/.test(what) }));
}
test('the page in another charset, the manifest as text', () => works('/some/where/', {
  types: { '.html': 'text/html; charset=iso-8859-1', '.json': 'text/plain; charset=utf-16', '.png': 'application/octet-stream' },
}));

test('an address that is not secure, as of an intranet', async () => {
  const host = await startHost({ '/some/where/': dist });
  try {
    await withContext(async ({ open }) => {
      const page = await open(`${host.origin.replace('127.0.0.1', 'intranet.example')}/some/where/`);
      await answered(page);
      assert.deepEqual(await page.evaluate(() => [isSecureContext, 'serviceWorker' in navigator]), [false, false]);
      await openFile(page, 'own.csv', trial());
      await answered(page);
      await shows(page, 'Patients', '40');
      await page.getByRole('button', { name: 'About this copy' }).click();
      await page.getByText(/^This browser does not keep the page here/).waitFor();
      // Checksums are the engine's: the browser's own are not there.
      await page.getByLabel('Your copy of riskset.html').setInputFiles({ name: 'abc', mimeType: 'text/plain', buffer: Buffer.from('abc') });
      await page.getByText('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad').waitFor();
    }, { args: ['--host-resolver-rules=MAP intranet.example 127.0.0.1'] });
  } finally {
    await host.stop();
  }
});
