// The page's side of being kept, with a browser made of events.
import assert from 'node:assert/strict';
import test from 'node:test';
import { MAY_FETCH, mayFetch, OPENED } from './ask.mjs';
import { createKeep } from './keep.mjs';

const script = 'https://example.org/where/sw.js', own = 'riskset.aaaaaaaaaaaaaaaa.js';

/** A service worker with these files. */
class FakeWorker extends EventTarget {
  /** @param {string} state @param {string[]} files */
  constructor(state, files = [own]) {
    super();
    this.state = state;
    this.files = files;
    /** What it was told. @type {unknown[]} */
    this.told = [];
  }

  /** @param {string} state */
  become(state) {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }

  /** @param {unknown} question @param {MessagePort[]} [ports] */
  postMessage(question, [port] = []) {
    if (!port) {
      this.told.push(question);
      return;
    }
    assert.equal(question, 'which riskset is this?');
    port.postMessage({ cache: 'c', files: this.files });
  }
}

/** @param {{installing?: any, waiting?: any, active?: any}} workers */
const registrationOf = (workers) => Object.assign(new EventTarget(), { installing: null, waiting: null, active: null, ...workers });

/** @param {any} registration @param {object} [given] */
function keepOf(registration, given = {}) {
  /** @type {any[]} */
  const asked = [];
  /** @type {import('./keep.mjs').Keeping[]} */
  const heard = [];
  const events = new EventTarget();
  const container = { addEventListener: events.addEventListener.bind(events), register: async (/** @type {any[]} */ ...request) => { asked.push(request); if (registration instanceof Error) throw registration; return registration; } };
  const keep = createKeep({ container: () => /** @type {any} */ (container), script, own, ...given });
  keep.subscribe((state) => heard.push(state));
  /** The page as a service worker asks it. */
  const page = { postMessage: (/** @type {unknown} */ data, /** @type {any[]} */ ports) => { events.dispatchEvent(new MessageEvent('message', { data, ports })); } };
  return { keep, asked, heard, page, last: () => heard[heard.length - 1] };
}

const moment = () => new Promise((resolve) => { setTimeout(resolve, 20); });

test('asked once, for the folder of the page, with nothing from the browser’s own cache', async () => {
  const { keep, asked, last } = keepOf(registrationOf({ active: new FakeWorker('activated') }));
  keep.start();
  keep.start();
  await moment();
  assert.deepEqual(asked, [[script, { scope: 'https://example.org/where/', updateViaCache: 'none' }]]);
  assert.deepEqual(last(), { kept: 'kept', isNewer: false });
});

test('the first version is kept, and announced to nobody', async () => {
  const worker = new FakeWorker('installing'), registration = registrationOf({ installing: worker });
  const { keep, last } = keepOf(registration);
  keep.start();
  await moment();
  assert.equal(last().kept, 'coming');
  worker.become('installed');
  registration.active = worker;
  worker.become('activated');
  await moment();
  assert.deepEqual(last(), { kept: 'kept', isNewer: false });
});

test('a version that could not be fetched', async () => {
  const worker = new FakeWorker('installing');
  const { keep, last } = keepOf(registrationOf({ installing: worker }));
  keep.start();
  await moment();
  worker.become('redundant');
  await moment();
  assert.equal(last().kept, 'failed');
  // Beside one that stands it changes nothing.
  const second = new FakeWorker('redundant');
  const other = keepOf(registrationOf({ active: new FakeWorker('activated'), installing: second }));
  other.keep.start();
  await moment();
  assert.deepEqual(other.last(), { kept: 'kept', isNewer: false });
});

test('a newer version is told when it is complete, not before', async () => {
  const worker = new FakeWorker('installing', ['riskset.bbbbbbbbbbbbbbbb.js']);
  const registration = registrationOf({ active: new FakeWorker('activated') });
  const { keep, last } = keepOf(registration);
  keep.start();
  await moment();
  registration.installing = worker;
  registration.dispatchEvent(new Event('updatefound'));
  await moment();
  assert.equal(last().isNewer, false);
  registration.installing = null;
  registration.waiting = worker;
  worker.become('installed');
  await moment();
  assert.deepEqual(last(), { kept: 'kept', isNewer: true });
});

test('one that waits is told, but not to the page that was opened from it', async () => {
  for (const [name, isNewer] of /** @type {const} */ ([['riskset.bbbbbbbbbbbbbbbb.js', true], [own, false]])) {
    const { keep, last } = keepOf(registrationOf({ active: new FakeWorker('activated', []), waiting: new FakeWorker('installed', ['index.html', name]) }));
    keep.start();
    await moment();
    assert.deepEqual(last(), { kept: 'kept', isNewer });
  }
});

test('where the browser does not do it, or the page is one file', async () => {
  const refused = keepOf(new Error('SecurityError'));
  refused.keep.start();
  await moment();
  assert.equal(refused.last().kept, 'unable');
  const none = keepOf(registrationOf({}), { container: () => undefined });
  none.keep.start();
  await none.keep.quiet();
  assert.deepEqual([none.last().kept, none.asked], ['unable', []]);
  const single = keepOf(registrationOf({}), { script: null });
  single.keep.start();
  await single.keep.quiet();
  assert.deepEqual([single.last().kept, single.asked], ['off', []]);
});

test('after a file nothing is asked any more', async () => {
  const { keep, asked, last } = keepOf(registrationOf({}));
  await keep.quiet();
  keep.start();
  await moment();
  assert.deepEqual([asked, last().kept], [[], 'off']);
});

test('a file waits for what is under way, and not for ever', async () => {
  const worker = new FakeWorker('installing'), registration = registrationOf({ installing: worker });
  /** @type {(value?: unknown) => void} */
  let look = () => {};
  const { keep } = keepOf(registration, { looked: () => new Promise((resolve) => { look = resolve; }) });
  keep.start();
  let isQuiet = false;
  keep.quiet().then(() => { isQuiet = true; });
  await moment();
  assert.equal(isQuiet, false, 'the browser has not looked for a newer version yet');
  look();
  await moment();
  assert.equal(isQuiet, false, 'files are being fetched');
  worker.become('installed');
  await moment();
  assert.equal(isQuiet, true);

});

test('what is not there in time is given up, and so is what the browser finds later', async () => {
  const worker = new FakeWorker('installing'), registration = registrationOf({ installing: worker });
  const { keep, page } = keepOf(registration, { limit: 30 });
  keep.start();
  assert.equal(await mayFetch(async () => [page]), true);
  await keep.quiet();
  assert.deepEqual(worker.told, [OPENED]);
  assert.equal(await mayFetch(async () => [page]), false);
  const later = new FakeWorker('installing');
  registration.installing = later;
  registration.dispatchEvent(new Event('updatefound'));
  assert.deepEqual(later.told, [OPENED]);
});

test('a registration that does not come is not waited for', async () => {
  const hanging = /** @type {any} */ ({ addEventListener() {}, register: () => new Promise(() => {}) });
  const { keep } = keepOf(registrationOf({}), { container: () => hanging, limit: 30 });
  keep.start();
  await keep.quiet();
});

test('files are fetched while one page has no file of the user’s, or does not know the question', async () => {
  const page = (/** @type {boolean | null} */ answer) => ({
    postMessage(/** @type {unknown} */ question, /** @type {any[]} */ [port]) {
      assert.equal(question, MAY_FETCH);
      if (answer !== null) port.postMessage(answer);
    },
  });
  const may = (/** @type {(boolean | null)[]} */ ...answers) => mayFetch(async () => answers.map(page), 30);
  assert.deepEqual(await Promise.all([may(), may(true), may(false), may(false, true), may(false, false), may(null), may(false, null)]), [true, true, false, true, false, true, true]);
});
