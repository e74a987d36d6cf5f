// The side that computes: holds one Session and answers one request after the other. It runs in a worker, or, with the engine of the
// first curves, on the page's own thread.
//
// in:   {type: 'start', module}           out: {type: 'ready', version} | {type: 'failed', message, noMemory}
//       {id, method, parameters, office?}      {id, progress}, any number of times
//       (`office` comes with what the          {id, value} | {id, error} | {id, crash}
//       second wasm does)
//                                              {type: 'panic', message, place} comes before the crash that it explains;
//                                              a crash for want of memory says `noMemory`

/** Methods that the page may call. @type {ReadonlySet<string>} */
const METHODS = new Set(['open', 'inspect', 'run', 'compare', 'figure', 'figure_svg', 'figure_csv', 'figure_lint', 'table_one', 'cox_table', 'table_csv', 'aggregate', 'redo', 'shared', 'checksum']);

/** Methods of the second wasm that the page may call: what they write is a file. @type {ReadonlySet<string>} */
const WRITERS = new Set(['figurePdf', 'tableDocx', 'tableXlsx']);

/** Of the first, the ones that take a listener as their last parameter. @type {ReadonlySet<string>} */
const TELLING = new Set(['run']);

/** Bytes of a text file that are read at a time. */
const PIECE = 4 * 2 ** 20;

/**
 * @param {Glue} glue the engine's glue, with no wasm in it yet
 * @param {(message: unknown) => void} post says something to the page
 * @param {() => OfficeGlue} [newOffice] a fresh instance of the glue of the second wasm
 * @returns {(data: any) => void} hears what the page says
 */
export function createResponder(glue, post, newOffice = () => { throw new Error('there is none'); }) {
  /** @type {EngineSession | undefined} */
  let session;
  /** The engine said why it stops. */
  let hasPanicked = false;

  /** @type {OfficeGlue | undefined} */
  let office;
  let officePanic = '';

  /**
   * Asks the second wasm. It has a memory of its own: after a trap it is thrown away, and the session is as it was.
   * @template T
   * @param {WebAssembly.Module} module @param {(office: OfficeGlue) => T} use
   * @param {(reason: string) => unknown} defect the refusal that a trap becomes
   */
  function withOffice(module, use, defect) {
    try {
      officePanic = '';
      if (!office) {
        office = newOffice();
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

  /**
   * A file for a journal.
   * @param {WebAssembly.Module} module @param {'figurePdf' | 'tableDocx' | 'tableXlsx'} method @param {any[]} parameters
   */
  function written(module, method, parameters) {
    return withOffice(module, (second) => second[method](.../** @type {[any, any]} */ (parameters)),
      (reason) => ({ code: 'export_failed', message: reason, position: {}, params: { reason } }));
  }

  /**
   * Reads a file: of text one piece after the other, so that the memory in use is the table and one piece.
   * @param {EngineSession} engine @param {(progress: unknown) => void} tell @param {WebAssembly.Module | undefined} module
   * @param {Blob | Uint8Array} file @param {string} name @param {string} [options]
   */
  async function open(engine, tell, module, file, name, options) {
    if (module) return engine.open(converted(module, await bytesOf(file, name), name, options), name, options);
    engine.begin(name, options);
    const of = file instanceof Uint8Array ? file.length : file.size;
    for (let at = 0; at < of; at += PIECE) {
      const { bytes, rows } = engine.push(await bytesOf(file.slice(at, at + PIECE), name));
      tell({ bytes, of, rows });
    }
    return engine.finish();
  }

  /** @param {any} data */
  async function answer({ id, method, parameters, office: module }) {
    try {
      if (!session || !(METHODS.has(method) || (module && WRITERS.has(method)))) throw new TypeError(`the engine has no method "${method}"`);
      const tell = (/** @type {unknown} */ progress) => post({ id, progress });
      /** @type {any} */
      const engine = session;
      let value;
      if (method === 'checksum') value = session.checksum(await bytesOf(.../** @type {[Blob, string]} */ (parameters)));
      else if (method === 'open') value = await open(engine, tell, module, ...(/** @type {[Blob, string, string?]} */ (parameters)));
      else if (module && WRITERS.has(method)) value = written(module, method, parameters);
      else value = engine[method](...parameters, ...(TELLING.has(method) ? [tell] : []));
      post({ id, value });
    } catch (problem) {
      // Anything but a refusal leaves the session in an unknown state: the page ends this worker.
      if (isRefusal(problem)) post({ id, error: problem });
      else post({ id, crash: String(problem), noMemory: isNoMemory(problem, hasPanicked) });
    }
  }

  /** The answer under way: a request waits for the one before, which may wait for the file. */
  let turn = Promise.resolve();

  return (data) => {
    if (data.type === 'start') {
      try {
        glue.initSync({ module: data.module });
        glue.watchPanics((message, place) => {
          hasPanicked = true;
          post({ type: 'panic', message, place });
        });
        session = new glue.Session();
        post({ type: 'ready', version: session.version });
      } catch (problem) {
        // The module was compiled, and is none that belongs to this script.
        post({ type: 'failed', message: String(problem), noMemory: isNoMemory(problem, hasPanicked) });
      }
      return;
    }
    turn = turn.then(() => answer(data));
  };
}

/** Whether the engine refused with a code; anything else (a trap, no memory) leaves an instance in an unknown state. @param {unknown} problem */
function isRefusal(problem) {
  return problem !== null && typeof problem === 'object' && !(problem instanceof Error) && 'code' in problem;
}

/**
 * Whether there was no memory. Rust's allocator then stops without a word, which nothing else in the engine does; the browser, asked for a
 * large array, throws a RangeError.
 * @param {unknown} problem @param {boolean} hasPanicked it said why
 */
function isNoMemory(problem, hasPanicked) {
  return problem instanceof RangeError ? /memory|alloc|array (?:buffer )?length/i.test(problem.message)
    : problem instanceof WebAssembly.RuntimeError && !hasPanicked && /unreachable/i.test(problem.message);
}

/** @param {Blob | Uint8Array} file @param {string} name */
async function bytesOf(file, name) {
  if (file instanceof Uint8Array) return file;
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (problem) {
    // It was moved or changed since it was chosen, or there is no memory for it.
    const reason = String(problem);
    throw { code: 'file_unreadable', message: reason, position: { file: name }, params: { reason } };
  }
}
