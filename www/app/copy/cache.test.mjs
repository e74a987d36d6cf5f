// The service worker's work, with caches made of maps and a host made of a table.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createCache } from './cache.mjs';

const scope = 'https://example.org/where/';

/** The caches of an origin. @param {Record<string, Record<string, string>>} contents */
function cachesOf(contents) {
  const all = new Map(Object.entries(contents).map(([name, files]) => [name, new Map(Object.entries(files))]));
  const caches = {
    has: async (/** @type {string} */ name) => all.has(name),
    keys: async () => [...all.keys()],
    delete: async (/** @type {string} */ name) => all.delete(name),
    open: async (/** @type {string} */ name) => {
      if (!all.has(name)) all.set(name, new Map());
      const files = /** @type {Map<string, string>} */ (all.get(name));
      return {
        match: async (/** @type {string} */ key) => (files.has(key) ? new Response(files.get(key)) : undefined),
        put: async (/** @type {string} */ key, /** @type {Response} */ response) => { files.set(key, `${response.headers.get('content-type')} ${await response.text()}`); },
      };
    },
  };
  return { all, caches: /** @type {any} */ (caches) };
}

/**
 * A copy in `scope` with this version, on a host with these files.
 * @param {string} version @param {{host?: Record<string, string | undefined>, kept?: Record<string, Record<string, string>>, waiting?: () => Promise<string | null>, caches?: any}} [given]
 */
function copyOf(version, { host = {}, kept = {}, waiting = async () => null, caches } = {}) {
  const script = `riskset.${version.repeat(16)}.js`;
  const origin = cachesOf(kept);
  /** @type {[string, string | undefined][]} */
  const asked = [];
  const files = [{ name: 'index.html', integrity: 'sha256-p', type: 'text/html' }, { name: script, integrity: 'sha256-s', type: 'text/javascript' }];
  const contents = /** @type {Record<string, string>} */ ({ 'index.html': `page ${version}`, [script]: `script ${version}`, ...host });
  const cache = createCache({
    scope, version, files, caches: caches ?? origin.caches, waiting,
    fetch: /** @type {any} */ (async (/** @type {any} */ request, /** @type {any} */ options) => {
      const address = request.url ?? request;
      asked.push([address, options?.cache]);
      const body = contents[address.slice(scope.length)];
      return body === undefined ? new Response('', { status: 404 }) : new Response(body, { headers: { 'content-type': 'text/plain' } });
    }),
  });
  return { cache, asked, all: origin.all, script };
}

const own = (/** @type {string} */ version) => `riskset ${scope} ${version}`;
/** A request as a browser makes it. @param {string} path @param {Partial<Request>} [with_] */
const request = (path, with_ = {}) => /** @type {any} */ ({ url: new URL(path, scope).href, method: 'GET', mode: 'no-cors', ...with_ });
const page = (/** @type {string} */ path) => request(path, { mode: 'navigate' });
const text = async (/** @type {Promise<Response> | null} */ answer) => (await answer)?.text();

test('all files are kept under types of our own, and asked of the host as they must be', async () => {
  const { cache, asked, all, script } = copyOf('a');
  await cache.install();
  assert.deepEqual([...all.keys()], [own('a')]);
  assert.deepEqual(Object.fromEntries(all.get(own('a')) ?? []), { [`${scope}index.html`]: 'text/html page a', [scope + script]: 'text/javascript script a' });
  // What is named by its contents may come from the browser's own cache; what is not, not unasked.
  assert.deepEqual(asked, [[`${scope}index.html`, 'no-cache'], [scope + script, 'force-cache']]);
});

test('a file that is missing leaves nothing behind', async () => {
  const { cache, all } = copyOf('a', { host: { 'index.html': undefined } });
  await assert.rejects(cache.install(), /index\.html: 404/);
  assert.equal(all.size, 0);
});

test('what is stopped leaves nothing behind', async () => {
  const stop = new AbortController(), origin = cachesOf({});
  const cache = createCache({
    scope, version: 'a', files: [{ name: 'index.html', integrity: 'sha256-p', type: 'text/html' }], caches: origin.caches, waiting: async () => null,
    fetch: /** @type {any} */ ((/** @type {string} */ address, /** @type {RequestInit} */ { signal }) => new Promise((resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))),
  });
  const installing = cache.install(stop.signal);
  setTimeout(() => stop.abort());
  await assert.rejects(installing, { name: 'AbortError' });
  assert.equal(origin.all.size, 0);
});

test('without room for all of it nothing is kept', async () => {
  const origin = cachesOf({});
  const open = origin.caches.open;
  origin.caches.open = async (/** @type {string} */ name) => ({ ...(await open(name)), put: async () => { throw new Error('QuotaExceededError'); } });
  const { cache } = copyOf('a', { caches: origin.caches });
  await assert.rejects(cache.install(), /Quota/);
  assert.equal(origin.all.size, 0);
});

test('a version that is kept already is not fetched again', async () => {
  const first = copyOf('a');
  await first.cache.install();
  const kept = Object.fromEntries([...first.all].map(([name, files]) => [name, Object.fromEntries(files)]));
  const again = copyOf('a', { kept });
  await again.cache.install();
  assert.deepEqual(again.asked, []);
  // Part of it is not enough.
  delete kept[own('a')][`${scope}index.html`];
  const part = copyOf('a', { kept });
  await part.cache.install();
  assert.equal(part.asked.length, 2);
});

test('other versions in this folder go, what others keep stays', async () => {
  const others = ['riskset https://example.org/where/else/ a', 'riskset https://example.org/ a', 'riskset https://example.org/wherever/ a', 'some program', `x${own('a')}`];
  const { cache, all } = copyOf('b', { kept: Object.fromEntries([own('a'), own('b'), own('z'), ...others].map((name) => [name, {}])) });
  await cache.activate();
  assert.deepEqual([...all.keys()].sort(), [own('b'), ...others].sort());
});

test('the page is opened by its folder and by its name, and answered without the host', async () => {
  const { cache, asked, script } = copyOf('a');
  await cache.install();
  asked.length = 0;
  for (const path of ['', 'index.html', '?x=1', 'index.html?x=1#y']) assert.equal(await text(cache.answer(page(path))), 'text/html page a', path);
  assert.equal(await text(cache.answer(request(script))), 'text/javascript script a');
  assert.deepEqual(asked, []);
});

test('any other request is none of its business', () => {
  const { cache, script } = copyOf('a');
  for (const other of [
    request('riskset.html'), page('riskset.html'), page('else/'), page('else/index.html'), request('sw.js'), page('../'), request('https://other.org/where/index.html'),
    request('index.html', { method: 'POST' }), request('index.html', { method: 'HEAD' }), request(`else/${script}`), request(`${script}?x`), request('riskset.abc.js'),
  ]) assert.equal(cache.answer(other), null, `${other.method} ${other.url}`);
});

test('while a newer version waits, a page is opened from it, and each version finds its own scripts', async () => {
  const first = copyOf('a'), second = copyOf('b');
  await first.cache.install();
  await second.cache.install();
  const kept = Object.fromEntries([...first.all, ...second.all].map(([name, files]) => [name, Object.fromEntries(files)]));
  /** @type {string | null} */
  let waiting = null;
  const { cache, asked } = copyOf('a', { kept, waiting: async () => waiting });
  assert.equal(await text(cache.answer(page(''))), 'text/html page a');
  waiting = own('b');
  assert.equal(await text(cache.answer(page(''))), 'text/html page b');
  for (const { script } of [first, second]) assert.match(await text(cache.answer(request(script))) ?? '', /^text\/javascript script/);
  // A worker that does not answer, or names what is not there.
  for (const name of ['riskset https://example.org/where/ gone', 'some program']) {
    waiting = name;
    assert.equal(await text(cache.answer(page(''))), 'text/html page a');
  }
  assert.deepEqual(asked, []);
});

test('what the browser has thrown away comes from the host', async () => {
  const { cache, asked, script } = copyOf('a', { kept: { [own('a')]: {} }, waiting: async () => { throw new Error('no'); } });
  assert.equal(await text(cache.answer(page('index.html'))), 'page a');
  assert.equal(await text(cache.answer(request(script))), 'script a');
  assert.deepEqual(asked.map(([address]) => address), [`${scope}index.html`, scope + script]);
});
