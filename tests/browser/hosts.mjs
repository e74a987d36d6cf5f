// Pages of others that embed riskset, each on an origin of its own, in a real browser. Whatever nobody expects fails the test: a
// request after the page's own files, a message on the console, an error, a violation of a policy.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { PATIENCE, launched, root } from './harness.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** A page of a host, with the policy that its server states. @typedef {{body: string | Uint8Array, csp?: string, type?: string}} HostPage */

const TYPES = new Map([['.html', 'text/html; charset=utf-8'], ['.js', 'text/javascript; charset=utf-8'], ['.css', 'text/css; charset=utf-8']]);

/** The host's policy under which all works: no connection is allowed. */
export const STRICT = "default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'none'";

/** A host's page. @param {string} body @param {string} [head] */
export const hostPage = (body, head = '<script src="/dist/riskset-embed.js"></script>') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>A host</title>${head}</head><body>${body}</body></html>`;

/** A server of dist/ under /dist/, and of pages. @param {Record<string, HostPage>} pages */
async function serve(pages) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    try {
      const page = pages[path];
      const name = normalize(path.slice('/dist/'.length));
      if (!page && (!path.startsWith('/dist/') || name.startsWith('..'))) throw new Error('outside');
      const body = page ? page.body : await readFile(join(root, 'dist', name));
      const headers = { 'content-type': page?.type ?? TYPES.get(extname(path)) ?? 'text/html; charset=utf-8', ...(page?.csp ? { 'content-security-policy': page.csp } : {}) };
      response.writeHead(200, headers).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  return { server, origin: `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}` };
}

/**
 * Opens the page `/` of the first host and runs `use` on it.
 * @param {(origins: string[]) => Record<string, HostPage>[]} hosts the pages of each host by path, when all origins are known
 * @param {(opened: {page: Page, origins: string[], requests: string[], unexpected: string[]}) => Promise<void>} use
 * @param {{context?: import('playwright-core').BrowserContextOptions, allow?: (what: string) => boolean, setUp?: (page: Page) => Promise<unknown>}} [options]
 */
export async function withHosts(hosts, use, { context = {}, allow = () => false, setUp } = {}) {
  /** @type {Record<string, HostPage>[]} */
  const pages = [{}, {}];
  const servers = await Promise.all(pages.map(serve));
  const origins = servers.map(({ origin }) => origin);
  hosts(origins).forEach((own, i) => Object.assign(pages[i], own));
  const visit = await (await launched()).newContext({ locale: 'en-GB', ...context });
  try {
    visit.setDefaultTimeout(PATIENCE);
    const page = await visit.newPage();
    /** @type {string[]} */
    const requests = [];
    /** @type {string[]} */
    const unexpected = [];
    const note = (/** @type {string} */ what) => { if (!allow(what)) unexpected.push(what); };
    let loaded = false;
    page.on('request', (request) => {
      const url = request.url();
      if (/^(blob|data|about):/.test(url)) return;
      requests.push(url);
      if (!origins.some((origin) => url.startsWith(`${origin}/`)) && !url.startsWith('file:')) note(`request: ${url}`);
      else if (loaded) note(`request after load: ${url}`);
    });
    page.on('load', () => { loaded = true; });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') note(`console ${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => note(`error: ${error.stack ?? error}`));
    await page.exposeFunction('noteViolation', (/** @type {string} */ what) => note(`policy: ${what}`));
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => { /** @type {any} */ (window).noteViolation?.(`${event.violatedDirective} ${event.blockedURI}`); });
    });
    await setUp?.(page);
    await page.goto(`${origins[0]}/`);
    await use({ page, origins, requests, unexpected });
    await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 50); }));
    assert.deepEqual(unexpected, []);
  } finally {
    await visit.close();
    for (const { server } of servers) {
      server.closeAllConnections();
      server.close();
    }
  }
}

/** A small study of a time and a status, which the page's controls cannot make: its ids are the host's. @param {Record<string, any>} [more] */
export const study = (more = {}) => ({
  format: 'riskset-study/1', title: 'A study of the host',
  endpoints: { OS: { time: 'time', status: 'status', event: [1], unit: 'months' } },
  analyses: [
    { id: 'curve', type: 'kaplan_meier', endpoint: 'OS', by: 'arm', times: [12] },
    { id: 'test', type: 'log_rank', endpoint: 'OS', by: 'arm' },
    { id: 'model', type: 'cox', endpoint: 'OS', covariates: ['arm'] },
    { id: 'who', type: 'summary', variables: ['age', 'grade'], by: 'arm' },
  ], ...more,
});
