// The worker's side: holds one Session and answers one request after the other. The glue's `wasm_bindgen` stands before
// this code in the same script (see scripts/bundle.mjs).
//
// in:   {type: 'start', module}      out: {type: 'ready', version}
//       {id, method, parameters, office?} {id, progress}, any number of times
//       (`office` comes with a workbook,  {id, value} | {id, error} | {id, crash}
//       SPSS or Stata file: its reader)
//                                         {type: 'panic', message, place} comes before the crash that it explains

/** @type {EngineSession | undefined} */
let session;

/** @type {ReturnType<typeof riskset_office> | undefined} */
let office;
let officePanic = '';

/**
 * The table of a workbook, SPSS or Stata file. Its reader has a memory of its own: after a trap it is thrown away, and the
 * session is as it was.
 * @param {WebAssembly.Module} module @param {Uint8Array} bytes @param {string} name @param {string} [options]
 */
function converted(module, bytes, name, options) {
  try {
    officePanic = '';
    if (!office) {
      office = riskset_office();
      office.initSync({ module });
      office.watchPanics((message, place) => { officePanic = `${message} (${place})`; });
    }
    return office.convert(bytes, name, options);
  } catch (problem) {
    if (isRefusal(problem)) throw problem;
    office = undefined;
    const reason = officePanic || String(problem);
    throw { code: 'office_defect', message: reason, position: { file: name }, params: { reason } };
  }
}

/** Whether the engine refused with a code; anything else (a trap, no memory) leaves an instance in an unknown state. @param {unknown} problem */
function isRefusal(problem) {
  return problem !== null && typeof problem === 'object' && !(problem instanceof Error) && 'code' in problem;
}

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
    if (data.office) parameters[0] = converted(data.office, parameters[0], parameters[1], parameters[2]);
    const told = TELLING.has(method) ? [(/** @type {EngineProgress} */ progress) => postMessage({ id, progress })] : [];
    postMessage({ id, value: /** @type {any} */ (session)[method](...parameters, ...told) });
  } catch (problem) {
    // The engine throws plain objects with a code. Anything else (a trap, no memory, a stack too deep) leaves the
    // session in an unknown state: the page ends this worker.
    if (isRefusal(problem)) {
      postMessage({ id, error: problem });
    } else {
      postMessage({ id, crash: String(problem) });
    }
  }
});
