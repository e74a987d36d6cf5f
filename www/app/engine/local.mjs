// A thread that is none: the engine of the first curves on the page's own thread, heard and spoken to as a worker is. It answers without
// giving way to anything else: nothing can be shown before the first curves, and they are to be shown once.
import { createResponder } from './responder.mjs';

/**
 * @param {Glue} glue with no wasm in it yet
 * @returns {import('./engine.mjs').Thread}
 */
export function localThread(glue) {
  /** What was said before somebody listens. @type {unknown[]} */
  const waiting = [];
  /** @type {((event: any) => void) | null} */
  let listener = null;
  let isEnded = false;
  const say = (/** @type {unknown} */ data) => queueMicrotask(() => {
    if (isEnded) return;
    if (listener) listener({ data });
    else waiting.push(data);
  });
  const respond = createResponder(glue, say);
  /** @type {import('./engine.mjs').Thread} */
  const thread = {
    postMessage: (data) => queueMicrotask(() => {
      if (isEnded) return;
      try {
        respond(data);
      } catch (problem) {
        thread.onerror?.({ message: String(problem) });
      }
    }),
    terminate() { isEnded = true; },
    get onmessage() { return listener; },
    set onmessage(given) {
      listener = given;
      for (const data of waiting.splice(0)) say(data);
    },
    onerror: null,
  };
  return thread;
}
