// The worker: what it hears and says is written in responder.mjs. Told of a `life` when it starts, it says {type: 'alive'} and holds the lock of that
// name until it ends. The glues' `wasm_bindgen` and `riskset_office` stand before this code in the same script (see scripts/bundle.mjs).

import { createResponder } from './responder.mjs';

/** What the policy refused to this worker. */
let refused = 0;
addEventListener('securitypolicyviolation', () => { refused += 1; });

/** What this worker asked of the network since it began, and what it was refused. */
function traffic() {
  return { requests: performance.getEntriesByType('resource').filter(({ name }) => !/^(blob|data):/.test(name)).length, refused };
}

const respond = createResponder(wasm_bindgen, (message) => postMessage(message), riskset_office);
addEventListener('message', ({ data }) => {
  // This method is this file's own.
  if (data.method === 'traffic') postMessage({ id: data.id, value: traffic() });
  else {
    const held = () => { postMessage({ type: 'alive' }); return new Promise(() => {}); };
    // Some browsers have no locks here, or refuse them.
    if (data.life) globalThis.navigator?.locks?.request(data.life, held).catch(() => {});
    respond(data);
  }
});
