// The worker's side: holds one Session and answers one request after the other. The glue's `wasm_bindgen` stands before
// this code in the same script (see scripts/bundle.mjs).
//
// in:   {type: 'start', module}      out: {type: 'ready', version}
//       {id, method, parameters}          {id, progress}, any number of times
//                                         {id, value} | {id, error} | {id, crash}
//                                         {type: 'panic', message, place} comes before the crash that it explains

/** @type {EngineSession | undefined} */
let session;

/** Methods that the page may call. @type {ReadonlySet<string>} */
const METHODS = new Set(['open', 'inspect', 'run', 'figure']);

/** Of these, the ones that take a listener as their last parameter. @type {ReadonlySet<string>} */
const TELLING = new Set(['run']);

addEventListener('message', ({ data }) => {
  if (data.type === 'start') {
    wasm_bindgen.initSync({ module: data.module });
    wasm_bindgen.watchPanics((message, place) => postMessage({ type: 'panic', message, place }));
    session = new wasm_bindgen.Session();
    postMessage({ type: 'ready', version: session.version });
    return;
  }
  const { id, method, parameters } = data;
  try {
    if (!session || !METHODS.has(method)) throw new TypeError(`the engine has no method "${method}"`);
    const told = TELLING.has(method) ? [(/** @type {EngineProgress} */ progress) => postMessage({ id, progress })] : [];
    postMessage({ id, value: /** @type {any} */ (session)[method](...parameters, ...told) });
  } catch (problem) {
    // The engine throws plain objects with a code. Anything else (a trap, no memory, a stack too deep) leaves the
    // session in an unknown state: the page ends this worker.
    if (problem !== null && typeof problem === 'object' && !(problem instanceof Error) && 'code' in problem) {
      postMessage({ id, error: problem });
    } else {
      postMessage({ id, crash: String(problem) });
    }
  }
});
