// A host as the page meets them: files under any folder of an origin, no special header, and a list of what was asked of it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { PATIENCE, launched } from './harness.mjs';

/**
 * What the host does with a folder's address.
 * @typedef {object} Habits
 * @property {Record<string, string>} [types] content type by the ending of a file, where it is not the usual one; an empty one sends none
 * @property {'redirect' | 'serve' | 'none'} [slash] a folder without its last slash: sent to the address with it, served as it is, or not found
 * @property {boolean} [index] whether the page is served at its folder too (a bucket of files does not)
 * @property {string} [unnamed] where `index.html` is sent to: some hosts do not like the name
 */

const TYPES = /** @type {Record<string, string>} */ ({ '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.png': 'image/png' });

/**
 * @param {Record<string, string | Map<string, string | Buffer>>} sites by folder, such as `/some/where/`: a folder of this machine, or files by name
 * @param {Habits} [habits]
 */
export async function startHost(sites, { types = {}, slash = 'redirect', index = true, unnamed } = {}) {
  /** Paths that were asked for, in order. @type {string[]} */
  const asked = [];
  /** What is served instead, by path; null is not found. @type {Map<string, string | Buffer | null>} */
  const instead = new Map();
  /** What answers wait for, by path. @type {Map<string, Promise<unknown>>} */
  const held = new Map();

  /** @param {string} folder @param {string} name */
  async function contentOf(folder, name) {
    const path = folder + name, site = sites[folder];
    if (instead.has(path)) return instead.get(path) ?? undefined;
    if (site instanceof Map) return site.get(name);
    return /^[\w.-]+$/.test(name) ? readFile(join(site, name)).catch(() => undefined) : undefined;
  }

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    asked.push(path);
    await held.get(path);
    const without = Object.keys(sites).find((folder) => folder === `${path}/`);
    if (without && slash === 'redirect') return response.writeHead(301, { location: `${path}/` }).end();
    const folder = without && slash === 'serve' ? without : Object.keys(sites).sort((a, b) => b.length - a.length).find((known) => path.startsWith(known));
    let name = folder && (path.slice(folder.length) || (index ? 'index.html' : ''));
    if (name === 'index.html' && unnamed && path.endsWith('index.html')) return response.writeHead(308, { location: unnamed }).end();
    const content = folder && name ? await contentOf(folder, name) : undefined;
    if (content === undefined) return response.writeHead(404).end();
    const type = types[extname(name ?? '')] ?? TYPES[extname(name ?? '')] ?? 'application/octet-stream';
    response.writeHead(200, type ? { 'content-type': type } : {}).end(content);
  });
  /** @param {number} port */
  const listen = (port) => new Promise((resolve, reject) => { server.once('error', reject).listen(port, '127.0.0.1', () => resolve(undefined)); });
  await listen(0);
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const stop = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return { origin: `http://127.0.0.1:${port}`, asked, instead, held, stop, /** Answers again, at the same address. */ start: () => listen(port) };
}

/** The files of dist/ by name. @param {string} folder @returns {Promise<Map<string, string | Buffer>>} */
export async function filesOf(folder) {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
  return new Map(await Promise.all(names.map(async (name) => /** @type {[string, Buffer]} */ ([name, await readFile(join(folder, name))]))));
}

/** @param {string | Buffer} content */
export const integrityOf = (content) => `sha256-${createHash('sha256').update(content).digest('base64')}`;

/** Name of the page's script. @param {Map<string, string | Buffer>} files */
export const scriptOf = (files) => [...files.keys()].find((name) => /^riskset\.[0-9a-f]{16}\.js$/.test(name)) ?? '';

/** Another version of these files, as a build of a later commit gives it: the script differs, and with it all that names it. @param {Map<string, string | Buffer>} files */
export function laterVersion(files) {
  const old = scriptOf(files), script = `${files.get(old)}\n// later`;
  const name = `riskset.${createHash('sha256').update(script).digest('hex').slice(0, 16)}.js`;
  /** @param {string} file @param {...[string, string]} changes */
  const changed = (file, ...changes) => changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${file} does not name ${from}`);
    return text.replaceAll(from, to);
  }, String(files.get(file)));
  const rename = /** @type {[string, string][]} */ ([[old, name], [integrityOf(files.get(old) ?? ''), integrityOf(script)]]);
  const page = changed('index.html', ...rename);
  const worker = changed('sw.js', ...rename, [integrityOf(files.get('index.html') ?? ''), integrityOf(page)]);
  const version = /"([0-9a-f]{16})"/.exec(worker)?.[1] ?? 'no version';
  const later = new Map([...files, [name, script], ['index.html', page], ['sw.js', worker.replaceAll(version, [...version].reverse().join(''))]]);
  later.delete(old);
  return later;
}

/**
 * Opens pages of a host in a browser context of their own, and fails on what nobody expects: a message on the console, an error that
 * nobody caught, a violation of the policy.
 * @param {(visit: {context: import('playwright-core').BrowserContext, open: (address: string) => Promise<import('playwright-core').Page>, unexpected: string[]}) => Promise<void>} use
 * @param {{args?: string[], allow?: (what: string) => boolean, context?: import('playwright-core').BrowserContextOptions, setUp?: (context: import('playwright-core').BrowserContext) => Promise<unknown>}} [options]
 */
export async function withContext(use, { args = [], allow = () => false, context: given = {}, setUp } = {}) {
  const browser = await launched(args);
  const context = await browser.newContext({ locale: 'en-GB', ...given });
  /** @type {string[]} */
  const unexpected = [];
  const note = (/** @type {string} */ what) => { if (!allow(what)) unexpected.push(what); };
  try {
    context.setDefaultTimeout(PATIENCE);
    context.on('console', (message) => { if (['error', 'warning'].includes(message.type())) note(`console ${message.type()}: ${message.text()}`); });
    context.on('weberror', (error) => note(`error: ${error.error().stack ?? error.error()}`));
    await context.exposeFunction('noteViolation', (/** @type {string} */ what) => note(`policy: ${what}`));
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => { /** @type {any} */ (window).noteViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`); });
    });
    await setUp?.(context);
    await use({
      context, unexpected,
      async open(address) {
        const page = await context.newPage();
        await page.goto(address);
        return page;
      },
    });
    assert.deepEqual(unexpected, []);
  } finally {
    await context.close();
  }
}

/** Waits until the browser keeps the page. @param {import('playwright-core').Page} page */
export async function kept(page) {
  await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated');
}
