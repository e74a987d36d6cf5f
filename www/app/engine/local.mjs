// A thread that is none: the engine of the first curves on the page's own thread, heard and spoken to as a worker is.
import { createResponder } from './responder.mjs';

/**
 * @param {Glue} glue with no wasm in it yet
 * @returns {import('./engine.mjs').Thread}
 */
export function localThread(glue) {
  // Messages wait in the port until somebody listens, and are copied as a worker's are.
  const { port1, port2 } = new MessageChannel();
  const respond = createResponder(glue, (message) => port2.postMessage(message));
  port2.onmessage = ({ data }) => {
    try {
      respond(data);
    } catch (problem) {
      thread.onerror?.({ message: String(problem) });
    }
  };
  /** @type {import('./engine.mjs').Thread} */
  const thread = {
    postMessage: (message) => port1.postMessage(message),
    terminate() {
      port1.close();
      port2.close();
    },
    get onmessage() { return port1.onmessage; },
    set onmessage(listener) { port1.onmessage = listener; },
    onerror: null,
  };
  return thread;
}
