// Why the engine cannot be started here: what the browser lacks, or what the policy of the page around forbids.
import { trustedScript } from './assets.mjs';

/** @typedef {'no_wasm' | 'policy_wasm' | 'policy_worker' | 'policy_trusted_types'} Lack */

/** The smallest module there is: its head. */
const NOTHING = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Milliseconds that a worker of one line has to say something. */
const PATIENCE = 10_000;

/** Everything that is lacking, most telling first; empty where the reason lies elsewhere. @returns {Promise<Lack[]>} */
export async function lacking() {
  if (typeof WebAssembly !== 'object') return ['no_wasm'];
  /** @type {Lack[]} */
  const found = [];
  try {
    new WebAssembly.Module(NOTHING);
  } catch {
    found.push('policy_wasm');
  }
  const worker = await workerLack();
  if (worker) found.push(worker);
  return found;
}

/** @returns {Promise<Lack | null>} */
function workerLack() {
  const url = URL.createObjectURL(new Blob(['postMessage(0)'], { type: 'text/javascript' }));
  return new Promise((resolve) => {
    /** @type {Worker} */
    let worker;
    const done = (/** @type {Lack | null} */ lack) => {
      URL.revokeObjectURL(url);
      worker?.terminate();
      resolve(lack);
    };
    try {
      worker = new Worker(trustedScript(url));
    } catch (problem) {
      // With trusted types a plain text is a TypeError; a policy against the worker itself is a SecurityError.
      const { name } = /** @type {Error} */ (problem);
      done(name === 'TypeError' ? 'policy_trusted_types' : name === 'SecurityError' ? 'policy_worker' : null);
      return;
    }
    worker.onmessage = () => done(null);
    worker.onerror = (event) => {
      event.preventDefault();
      done('policy_worker');
    };
    setTimeout(() => done(null), PATIENCE);
  });
}
