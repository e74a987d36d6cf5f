// The worker: what it hears and says is written in responder.mjs. Told of a `life` when it starts, it first says {type: 'alive'} and
// holds the lock of that name until it ends: no work of it ends without the page hearing of it. The glues' `wasm_bindgen` and `riskset_office` stand before this code in the same script (see scripts/bundle.mjs).

import { createResponder } from './responder.mjs';

/** What the policy refused to this worker. */
let refused = 0;
addEventListener('securitypolicyviolation', () => { refused += 1; });

/** What this worker asked of the network since it began, and what it was refused. */
function traffic() {
  return { requests: performance.getEntriesByType('resource').filter(({ name }) => !/^(blob|data):/.test(name)).length, refused };
}

/** Milliseconds that a worker waits for its lock; then it starts without. */
const PATIENCE = 2000;

/** Holds the lock of this name for good; resolves once it does, or will not. @param {string} name */
const hold = (name) => new Promise((/** @type {(nothing?: unknown) => void} */ resolve) => {
  const alarm = setTimeout(resolve, PATIENCE);
  const go = () => { clearTimeout(alarm); resolve(); };
  const held = () => { postMessage({ type: 'alive' }); go(); return new Promise(() => {}); };
  // Some browsers have no locks here, or refuse them.
  const { locks } = globalThis.navigator ?? {};
  if (locks) locks.request(name, held).catch(go);
  else go();
});

const respond = createResponder(wasm_bindgen, (message) => postMessage(message), riskset_office);
addEventListener('message', async ({ data }) => {
  // This method is this file's own.
  if (data.method === 'traffic') postMessage({ id: data.id, value: traffic() });
  else {
    if (data.life) await hold(data.life);
    respond(data);
  }
});
