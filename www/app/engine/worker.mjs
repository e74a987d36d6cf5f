// The worker. The glues' `wasm_bindgen` and `riskset_office` stand before this code in the same script (see scripts/bundle.mjs).

import { createResponder } from './responder.mjs';

const respond = createResponder(wasm_bindgen, (message) => postMessage(message), riskset_office);
addEventListener('message', ({ data }) => respond(data));
