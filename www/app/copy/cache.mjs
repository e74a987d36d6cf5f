// What the service worker does with the browser's caches, without a service worker in it. A cache holds one version of the page,
// all of it, and nothing else: never anything of the user's.
//
// Names of caches are of the whole origin, which other pages and other copies of this one may share: they begin with the program and
// with the folder that the copy lies in.

/** A file of the page: its name, its checksum as `integrity` has it, its type. @typedef {{name: string, integrity: string, type: string}} File */

/**
 * @typedef {object} Surroundings
 * @property {string} scope address of the folder that the page lies in, with its last slash
 * @property {string} version names these files: another one has other files
 * @property {File[]} files all files of the page
 * @property {CacheStorage} caches
 * @property {typeof fetch} fetch
 * @property {() => Promise<string | null>} waiting name of the cache of a newer version that is complete, if there is one
 */

/** The page itself; it is asked for by the folder too. */
const PAGE = 'index.html';

/** Files named by their contents, of any version: such an address never means anything else. */
const BY_CONTENTS = /^[a-z_]+\.[0-9a-f]{16}\.js$/;

/** What the names of all caches of the copy in this folder begin with: an address has no space in it. @param {string} scope */
const prefixOf = (scope) => `riskset ${scope} `;

/** @param {Surroundings} surroundings */
export function createCache({ scope, version, files, caches, fetch, waiting }) {
  const own = prefixOf(scope) + version;
  const names = new Set(files.map((file) => file.name));

  /**
   * Fetches all files and keeps them, all or none. A file that is not the released one (changed by the host, or of another
   * version while files are being replaced) is refused by its checksum.
   * @param {AbortSignal} [stop]
   */
  async function install(stop) {
    if (await isComplete()) return;
    // What is named by its contents the browser may have from opening the page.
    // All are asked for at once, and nothing is kept before the last one is there.
    const found = await Promise.all(files.map(async ({ name, integrity, type }) => {
      const response = await fetch(scope + name, { integrity, cache: BY_CONTENTS.test(name) ? 'force-cache' : 'no-cache', signal: stop });
      if (!response.ok) throw new Error(`${name}: ${response.status}`);
      // A response of our own: one that was redirected may not answer a navigation, and hosts send what types they like.
      return { name, response: new Response(await response.arrayBuffer(), { headers: { 'content-type': type } }) };
    }));
    try {
      const cache = await caches.open(own);
      await Promise.all(found.map(({ name, response }) => cache.put(scope + name, response)));
    } catch (problem) {
      // No room: a part of a version is of no use.
      await caches.delete(own);
      throw problem;
    }
  }

  /** Whether this version is kept already: the host has gone back to it. */
  async function isComplete() {
    if (!(await caches.has(own))) return false;
    const cache = await caches.open(own);
    return (await Promise.all(files.map(({ name }) => cache.match(scope + name)))).every(Boolean);
  }

  /** Removes the other versions in this folder; what others keep stays. */
  async function activate() {
    const old = (await caches.keys()).filter((name) => name.startsWith(prefixOf(scope)) && name !== own);
    await Promise.all(old.map((name) => caches.delete(name)));
  }

  /**
   * The answer to a request, if it is for a file of the page; null where the request is none of our business.
   * @param {Request} request
   * @returns {Promise<Response> | null}
   */
  function answer(request) {
    if (request.method !== 'GET' || !request.url.startsWith(scope)) return null;
    const isPage = request.mode === 'navigate';
    // What follows the address of the page is for its script, if anything is.
    const name = request.url.slice(scope.length).replace(isPage ? /[?#].*$/s : /#.*$/s, '') || PAGE;
    if (BY_CONTENTS.test(name)) return find(scope + name, request);
    return names.has(name) ? newest().then((cache) => find(scope + name, request, cache)) : null;
  }

  /** The cache of the newest version that is complete: a page is opened from it, and running pages keep theirs. */
  async function newest() {
    return (await waiting().catch(() => null)) ?? own;
  }

  /**
   * A file from `first`, from this version, from another one in this folder, else from the host.
   * @param {string} address @param {Request} request @param {string} [first]
   */
  async function find(address, request, first = own) {
    const others = (await caches.keys()).filter((name) => name.startsWith(prefixOf(scope)));
    for (const name of new Set([first, own, ...others])) {
      const found = others.includes(name) && (await (await caches.open(name)).match(address));
      if (found) return found;
    }
    return fetch(request);
  }

  return { name: own, install, activate, answer };
}
