// The built page in a real browser. Whatever the page does that nobody expects fails the test: a request after the page's
// own files, a message on the console, an error that nobody caught, a violation of the policy.
//
//   import { withPage } from '../harness.mjs';
//   test('…', () => withPage('http', async ({ page }) => { … }));
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize, resolve } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/** @typedef {import('playwright-core').Page} Page */

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const dist = join(root, 'dist');

/** Not the root of the server: the page must not count on being there. */
const PREFIX = '/some/where/';
const TYPES = new Map([['.html', 'text/html; charset=utf-8'], ['.js', 'text/javascript; charset=utf-8']]);

/** What the hosted page asks for after its first figures: scripts of dist/ that its policy lets run and that it does not begin with. */
async function laterScripts() {
  const page = await readFile(join(dist, 'index.html'), 'utf8');
  const later = [];
  for (const name of await readdir(dist)) {
    if (!name.endsWith('.js') || page.includes(`src="${name}"`)) continue;
    if (page.includes(createHash('sha256').update(await readFile(join(dist, name))).digest('base64'))) later.push(name);
  }
  return later;
}

/** What the service worker may fetch from the folder of the page, and the service worker itself. */
const KEPT = /^(?:sw\.js|index\.html|manifest\.json|[a-z_]+\.[0-9a-f]{16}\.js)$/;

/** Milliseconds that the page has to do what a test waits for, on a slow and busy machine. */
export const PATIENCE = 60_000;

const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];

/**
 * The browsers of this test file, by their further arguments: each test has a context of its own, so that it shares nothing with the others.
 * @type {Map<string, Promise<import('playwright-core').Browser>>}
 */
const browsers = new Map();

after(async () => { for (const browser of browsers.values()) await (await browser).close(); });

/** How a browser is started, with these arguments beside the usual ones. @param {string[]} more */
const how = (more) => ({ executablePath: process.env.RISKSET_CHROMIUM || '/usr/bin/chromium', args: [...ARGUMENTS, ...more] });

/** A browser with these arguments. @param {string[]} more */
export function launched(more = []) {
  const key = more.join(' ');
  const browser = browsers.get(key) ?? chromium.launch(how(more));
  browsers.set(key, browser);
  return browser;
}

/** Whether a request is the page's own; of a window that is only being made nobody knows its frame. @param {import('playwright-core').Request} request @param {Page} page */
function isOf(request, page) {
  try {
    return request.frame() === page.mainFrame();
  } catch {
    return false;
  }
}

/** A server of dist/ (and of files made by the test) on a free port of this machine. @param {Record<string, string | Uint8Array | null>} extra null: there is none */
async function serve(extra) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const name = path.startsWith(PREFIX) ? normalize(path.slice(PREFIX.length) || 'index.html') : '..';
    try {
      if (name.startsWith('..')) throw new Error('outside');
      const body = Object.hasOwn(extra, name) ? extra[name] : await readFile(join(dist, name));
      if (body === null) throw new Error('not there');
      response.writeHead(200, { 'content-type': TYPES.get(extname(name)) ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { server, base: `http://127.0.0.1:${address.port}${PREFIX}` };
}

/**
 * Opens the page, runs `use` on it, and fails on anything that was not expected.
 *
 * `http` is dist/index.html on a server, `file` is dist/riskset.html from disk. `path` opens another page of the
 * server instead, or of the disk with `file`; `pages` gives the server files made by the test, by name.
 * @param {'http' | 'file'} form
 * @param {(opened: {page: Page, base: string, requests: string[], unexpected: string[]}) => Promise<void>} use
 * @param {{context?: import('playwright-core').BrowserContextOptions, path?: string, pages?: Record<string, string | Uint8Array | null>,
 *   args?: string[], allow?: (what: string) => boolean, setUp?: (page: Page) => Promise<unknown>,
 *   record?: import('./recorder.mjs').Recorder, secret?: string}} [options]
 *   `context` is playwright's (viewport, colorScheme, locale); `args` are further arguments of the browser; `allow` says of an unexpected thing that it is meant;
 *   `setUp` runs before the page is loaded; `record` sees the browser from outside, one of its own with a profile on disk; `secret` is a
 *   text that no console, message to another window or clipboard may get
 */
export async function withPage(form, use, { context = {}, path = '', pages = {}, args = [], allow = () => false, setUp, record, secret } = {}) {
  const { server, base } = await serve(pages);
  const address = form === 'http' ? base + path : pathToFileURL(resolve(dist, path || 'riskset.html')).href;
  const later = await laterScripts();
  record?.at(form === 'http' ? base : '');
  const settings = { locale: 'en-GB', ...context };
  const visit = record
    ? await chromium.launchPersistentContext(record.profile, { ...how([...args, ...record.args]), ...settings, downloadsPath: record.downloads })
    : await (await launched(args)).newContext(settings);
  try {
    visit.setDefaultTimeout(PATIENCE);
    // A profile on disk begins with a window.
    const page = visit.pages()[0] ?? (await visit.newPage());
    /** @type {string[]} */
    const requests = [];
    /** @type {string[]} */
    const unexpected = [];
    /** @param {string} what */
    const note = (what) => { if (!allow(what)) unexpected.push(what); };
    let loaded = false;
    let isFileOpened = false;
    // Of every window and worker.
    visit.on('page', (another) => { if (another !== page) note(`window: ${another.url()}`); });
    // What the policy refuses to a worker is told to the worker alone.
    page.on('worker', (worker) => {
      worker.evaluate(() => {
        addEventListener('securitypolicyviolation', (event) => console.error(`policy, in a worker: ${event.violatedDirective} ${event.blockedURI}`));
      }).catch(() => {});
    });
    page.on('websocket', (socket) => note(`socket: ${socket.url()}`));
    visit.on('request', (request) => {
      const url = request.url();
      // blob: and data: stay inside the browser.
      if (/^(blob|data):/.test(url)) return;
      requests.push(url);
      // The page loaded again, by this address and no other: its own files may come once more.
      if (url === address && request.serviceWorker() === null && request.isNavigationRequest() && isOf(request, page)) loaded = false;
      // Some scripts come after the first figures, and never once a file is read.
      // A service worker keeps all of the page's files meanwhile.
      const isLater = form === 'http' && !isFileOpened && (request.serviceWorker() ? url.startsWith(base) : later.some((name) => url === base + name));
      if (loaded && !isLater) note(`request after load: ${url}`);
      else if (!loaded && (form === 'http' ? !url.startsWith(base) : !url.startsWith('file:'))) note(`request: ${url}`);
    });
    // The service worker fetches the page's own files once the first figures are there, and nothing once a file is read.
    visit.on('request', (request) => {
      if (request.serviceWorker() && (isFileOpened || !KEPT.test(request.url().slice(base.length)) || !request.url().startsWith(base))) note(`request for the service worker: ${request.url()}`);
    });
    // Another document has no file yet.
    page.on('framenavigated', (frame) => { if (frame === page.mainFrame()) isFileOpened = false; });
    page.on('load', () => { loaded = true; });
    page.on('console', (message) => {
      if (secret !== undefined && message.text().includes(secret)) note(`console, with the secret: ${message.text()}`);
      if (message.type() === 'error' || message.type() === 'warning') note(`console ${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => note(`error: ${error.stack ?? error}`));
    page.on('requestfailed', (request) => note(`failed: ${request.url()}`));
    await page.exposeFunction('noteViolation', (/** @type {string} */ what) => note(`policy: ${what}`));
    await page.exposeFunction('noteFile', () => { isFileOpened = true; record?.opened(); });
    if (secret !== undefined) {
      await page.exposeFunction('noteLeak', note);
      await page.addInitScript(listenFor, secret);
    }
    await page.addInitScript(() => {
      for (const method of /** @type {const} */ (['slice', 'arrayBuffer', 'text', 'stream'])) {
        const read = /** @type {any} */ (Blob.prototype)[method];
        /** @type {any} */ (Blob.prototype)[method] = function (/** @type {unknown[]} */ ...given) {
          if (this instanceof File) /** @type {any} */ (window).noteFile();
          return read.apply(this, given);
        };
      }
      addEventListener('securitypolicyviolation', (event) => {
        /** @type {any} */ (window).noteViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    await setUp?.(page);
    await page.goto(address);
    await use({ page, base, requests, unexpected });
    // What is under way may still go wrong.
    await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 50); }));
    assert.deepEqual(unexpected, []);
  } finally {
    await visit.close();
    server.closeAllConnections();
    server.close();
  }
}

/**
 * In the page: tells of what leaves it without a request. A message that holds the secret, and whatever is put on the clipboard.
 * @param {string} secret
 */
function listenFor(secret) {
  const tell = (/** @type {string} */ what) => /** @type {any} */ (window).noteLeak(what);
  const shown = (/** @type {unknown} */ what) => { try { return JSON.stringify(what) ?? ''; } catch { return ''; } };
  addEventListener('message', ({ data }) => { if (shown(data).includes(secret)) tell(`message: ${shown(data).slice(0, 200)}`); });
  for (const method of /** @type {const} */ (['write', 'writeText'])) {
    const own = /** @type {any} */ (globalThis.Clipboard?.prototype)?.[method];
    // Plain http has no clipboard.
    if (own) /** @type {any} */ (Clipboard.prototype)[method] = function (/** @type {unknown[]} */ ...given) {
      tell(`clipboard: ${method}`);
      return own.apply(this, given);
    };
  }
  document.addEventListener('copy', () => tell('clipboard: copy'), true);
}

/** What a test allows that opens the page in another tab: the window, and the page's own files. @param {string} what */
export const anotherTab = (what) => /^window: |^request after load: http:\/\/127\.0\.0\.1:\d+\/some\/where\/(?:[a-z_]+\.[0-9a-f]{16}\.js)?$/.test(what);

/** For `setUp`: no service worker. Where one has answered for the page, a file waits for some seconds (www/app/copy/copy.mjs), which is not what each test is about. @param {Page} page */
export const unkept = (page) => page.context().addInitScript(() => { Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'); });

/** Waits until the hosted page has asked for all that it will ever ask for. @param {Page} page @param {string[]} requests */
export async function askedForAll(page, requests) {
  const end = Date.now() + PATIENCE, later = await laterScripts();
  while (!later.every((name) => requests.some((url) => url.endsWith(`/${name}`)))) {
    if (Date.now() > end) throw new Error('the page did not ask for all of its scripts');
    await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 20); }));
  }
}

/**
 * Gives the page a file as the user would, through its file input. Playwright sees into open shadow roots.
 * @param {Page} page @param {string} name @param {string | Uint8Array} contents @param {string} [mimeType]
 */
export async function giveFile(page, name, contents, mimeType = 'text/csv') {
  await page.locator('input[type=file]').first().setInputFiles({ name, mimeType, buffer: Buffer.from(contents) });
}

/**
 * A page that holds the single file in a srcdoc frame, as an embedding page does.
 * @param {{sandbox?: string}} [options] `sandbox` is the frame's attribute
 */
export async function framed({ sandbox } = {}) {
  const file = (await readFile(join(dist, 'riskset.html'), 'utf8')).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const attribute = sandbox === undefined ? '' : ` sandbox="${sandbox}"`;
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>frame</title><iframe${attribute} style="width:100%;height:900px" srcdoc="${file}"></iframe>`;
}
