// A host as the page meets them: files under any folder of an origin, no special header, and a list of what was asked of it.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

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
  return { origin: `http://127.0.0.1:${port}`, asked, instead, stop, /** Answers again, at the same address. */ start: () => listen(port) };
}
