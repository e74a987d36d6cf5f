// The worker's side: holds one Session and answers one request after the other. The glue's `wasm_bindgen` stands before
// this code in the same script (see scripts/bundle.mjs).
//
// in:   {type: 'start', module, life}     out: {type: 'ready', version} | {type: 'failed', message, noMemory}
//                                              {type: 'alive'}: it holds the lock named `life` until it ends
//       {id, method, parameters, office?}      {id, progress}, any number of times
//       (`office` comes with what the          {id, value} | {id, error} | {id, crash}
//       second wasm does)
//                                              {type: 'panic', message, place} comes before the crash that it explains;
//                                              a crash for want of memory says `noMemory`
// The method `traffic` is this file's own: what this worker asked of the network.

/** What the policy refused to this worker. */
let refused = 0;
addEventListener('securitypolicyviolation', () => { refused += 1; });

/** What this worker asked of the network since it began, and what it was refused. */
function traffic() {
  return { requests: performance.getEntriesByType('resource').filter(({ name }) => !/^(blob|data):/.test(name)).length, refused };
}

/** @type {EngineSession | undefined} */
let session;

/** @type {ReturnType<typeof riskset_office> | undefined} */
let office;
let officePanic = '';

/**
 * Asks the second wasm. It has a memory of its own: after a trap it is thrown away, and the session is as it was.
 * @template T
 * @param {WebAssembly.Module} module @param {(office: ReturnType<typeof riskset_office>) => T} use
 * @param {(reason: string) => unknown} defect the refusal that a trap becomes
 */
function withOffice(module, use, defect) {
  try {
    officePanic = '';
    if (!office) {
      office = riskset_office();
      office.initSync({ module });
      office.watchPanics((message, place) => { officePanic = `${message} (${place})`; });
    }
    return use(office);
  } catch (problem) {
    if (isRefusal(problem)) throw problem;
    office = undefined;
    if (isNoMemory(problem, officePanic !== '')) throw { code: 'out_of_memory', message: String(problem), position: {}, params: {} };
    throw defect(officePanic || String(problem));
  }
}

/**
 * The table of a workbook, SPSS or Stata file.
 * @param {WebAssembly.Module} module @param {Uint8Array} bytes @param {string} name @param {string} [options]
 */
function converted(module, bytes, name, options) {
  return withOffice(module, (second) => second.convert(bytes, name, options),
    (reason) => ({ code: 'office_defect', message: reason, position: { file: name }, params: { reason } }));
}

/** Whether the engine refused with a code; anything else (a trap, no memory) leaves an instance in an unknown state. @param {unknown} problem */
function isRefusal(problem) {
  return problem !== null && typeof problem === 'object' && !(problem instanceof Error) && 'code' in problem;
}

/** The engine said why it stops. */
let hasPanicked = false;

/**
 * Whether there was no memory. Rust's allocator then stops without a word, which nothing else in the engine does; the browser, asked for a
 * large array, throws a RangeError.
 * @param {unknown} problem @param {boolean} hasPanicked it said why
 */
function isNoMemory(problem, hasPanicked) {
  return problem instanceof RangeError ? /memory|alloc|array (?:buffer )?length/i.test(problem.message)
    : problem instanceof WebAssembly.RuntimeError && !hasPanicked && /unreachable/i.test(problem.message);
}

/** Methods that the page may call. @type {ReadonlySet<string>} */
const METHODS = new Set(['open', 'inspect', 'run', 'compare', 'figure', 'figure_svg', 'figure_csv', 'figure_lint', 'table_one', 'cox_table', 'table_csv', 'aggregate', 'redo', 'shared', 'checksum']);

/** Methods of the second wasm that the page may call: what they write is a file. @type {ReadonlySet<string>} */
const WRITERS = new Set(['figurePdf', 'tableDocx', 'tableXlsx']);

/**
 * A file for a journal.
 * @param {WebAssembly.Module} module @param {'figurePdf' | 'tableDocx' | 'tableXlsx'} method @param {any[]} parameters
 */
function written(module, method, parameters) {
  return withOffice(module, (second) => second[method](.../** @type {[any, any]} */ (parameters)),
    (reason) => ({ code: 'export_failed', message: reason, position: {}, params: { reason } }));
}

/** Of the first, the ones that take a listener as their last parameter. @type {ReadonlySet<string>} */
const TELLING = new Set(['run']);

/** Bytes of a text file that are read at a time. */
const PIECE = 4 * 2 ** 20;

/** @param {Blob} file @param {string} name */
async function bytesOf(file, name) {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (problem) {
    // It was moved or changed since it was chosen, or there is no memory for it.
    const reason = String(problem);
    throw { code: 'file_unreadable', message: reason, position: { file: name }, params: { reason } };
  }
}

/**
 * Reads a file: of text one piece after the other, so that the memory in use is the table and one piece.
 * @param {EngineSession} engine @param {(progress: unknown) => void} tell @param {WebAssembly.Module | undefined} module
 * @param {Blob} file @param {string} name @param {string} [options]
 */
async function open(engine, tell, module, file, name, options) {
  if (module) return engine.open(converted(module, await bytesOf(file, name), name, options), name, options);
  engine.begin(name, options);
  for (let at = 0; at < file.size; at += PIECE) {
    const { bytes, rows } = engine.push(await bytesOf(file.slice(at, at + PIECE), name));
    tell({ bytes, of: file.size, rows });
  }
  return engine.finish();
}

/** @param {any} data */
async function answer({ id, method, parameters, office: module }) {
  try {
    if (method === 'traffic') {
      postMessage({ id, value: traffic() });
      return;
    }
    if (!session || !(METHODS.has(method) || (module && WRITERS.has(method)))) throw new TypeError(`the engine has no method "${method}"`);
    const tell = (/** @type {unknown} */ progress) => postMessage({ id, progress });
    /** @type {any} */
    const engine = session;
    let value;
    if (method === 'checksum') value = session.checksum(await bytesOf(.../** @type {[Blob, string]} */ (parameters)));
    else if (method === 'open') value = await open(engine, tell, module, ...(/** @type {[Blob, string, string?]} */ (parameters)));
    else if (module && WRITERS.has(method)) value = written(module, method, parameters);
    else value = engine[method](...parameters, ...(TELLING.has(method) ? [tell] : []));
    postMessage({ id, value });
  } catch (problem) {
    // Anything but a refusal leaves the session in an unknown state: the page ends this worker.
    if (isRefusal(problem)) postMessage({ id, error: problem });
    else postMessage({ id, crash: String(problem), noMemory: isNoMemory(problem, hasPanicked) });
  }
}

/** The answer under way: a request waits for the one before, which may wait for the file. */
let turn = Promise.resolve();

addEventListener('message', ({ data }) => {
  if (data.type === 'start') {
    const held = () => { postMessage({ type: 'alive' }); return new Promise(() => {}); };
    // Some browsers have no locks here, or refuse them.
    if (data.life) globalThis.navigator?.locks?.request(data.life, held).catch(() => {});
    try {
      wasm_bindgen.initSync({ module: data.module });
      wasm_bindgen.watchPanics((message, place) => {
        hasPanicked = true;
        postMessage({ type: 'panic', message, place });
      });
      session = new wasm_bindgen.Session();
      postMessage({ type: 'ready', version: session.version });
    } catch (problem) {
      // The module was compiled, and is none that belongs to this script.
      postMessage({ type: 'failed', message: String(problem), noMemory: isNoMemory(problem, hasPanicked) });
    }
    return;
  }
  turn = turn.then(() => answer(data));
});
