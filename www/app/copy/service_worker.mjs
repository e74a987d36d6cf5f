// sw.js: keeps the hosted page for use without a network. It knows the page's own files and touches no other request.
//
// A new version is fetched beside the old one and waits until no page of the old one is open: it never takes over a running page
// (no skipWaiting, no reload). A page that is opened meanwhile comes from the new version all the same: its files are complete, and
// each version finds its own by their names.
//
// Nothing is fetched once a file of the user's is opened: before, and whenever a page says that it opens one, the pages are asked. What was
// not fetched by then is given up, and comes with the next visit.
import { files, version } from 'riskset:files';
import { createCache } from './cache.mjs';
import { ask, mayFetch, OPENED } from './ask.mjs';

/**
 * What is needed of the service worker's global; the types of a page's global are another library.
 * @type {{registration: ServiceWorkerRegistration, caches: CacheStorage, clients: {matchAll: (which: object) => Promise<readonly any[]>}, addEventListener: (type: string, listener: (event: any) => void) => void}}
 */
const worker = /** @type {any} */ (globalThis);
const { registration } = worker;

const cache = createCache({
  scope: registration.scope, version, files, caches: worker.caches, fetch: (...request) => fetch(...request),
  waiting: async () => (registration.waiting ? (await ask(registration.waiting))?.cache ?? null : null),
});

const pages = () => worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
const stop = new AbortController();

async function install() {
  if (!await mayFetch(pages)) throw new Error('a file is opened');
  await cache.install(stop.signal);
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(cache.activate()));
worker.addEventListener('fetch', (event) => {
  const answer = cache.answer(event.request);
  if (answer) event.respondWith(answer);
});
// `ask.mjs` has the other side.
worker.addEventListener('message', ({ data, ports }) => {
  if (data === OPENED) mayFetch(pages).then((may) => { if (!may) stop.abort(); });
  if (data === 'which riskset is this?') ports[0]?.postMessage({ cache: cache.name, files: files.map(({ name }) => name) });
});
