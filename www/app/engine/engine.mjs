// The page's side of the engine, without a browser in it: one request at a time, errors as EngineError, a worker that
// crashed replaced by another. `client.mjs` gives it real workers.

import { HEAD, MAX_OFFICE, isOffice } from './formats.mjs';

/** @typedef {{file?: string, row?: number, line?: number, character?: number, column?: string, cell?: string, path?: string}} Position */

/** What the engine says when it refuses: a stable code, the English sentence, where, and the sentence's parameters. */
export class EngineError extends Error {
  /** @param {{code: string, message: string, position?: Position, params?: Record<string, string>}} problem */
  constructor({ code, message, position = {}, params = {} }) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
    this.position = position;
    this.params = params;
  }
}

/**
 * What is needed of a worker.
 * @typedef {object} Thread
 * @property {(message: unknown, transfer?: any) => void} postMessage
 * @property {() => void} terminate
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onerror
 * @property {(() => void) | null} [ondeath] called when it is gone without a word: ended from outside
 */

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {unknown[]} parameters
 * @property {WebAssembly.Module} [office] reads the file that is opened, or writes the file that is asked for
 * @property {(progress: any) => void} [told] hears what comes before the answer
 * @property {(value: any) => void} resolve
 * @property {(error: EngineError) => void} reject
 * @property {boolean} [isOwn] the engine asks it for itself: nobody waits for the answer
 */

/** Up to this length bytes are kept as they are; more are given to the browser to keep. */
const SMALL = 4 * 2 ** 20;

/** @typedef {{file: Blob | Uint8Array, name: string, options?: string, office?: WebAssembly.Module}} OpenedFile */

/** Methods that are answered from the results of the last run. @type {ReadonlySet<string>} */
const OF_RESULTS = new Set(['figure', 'figure_svg', 'figure_csv', 'figure_lint', 'table_one', 'cox_table']);

/** How often in a row a worker may end unasked, without an answer between, before no other is started by itself. */
export const DEATHS = 3;

/** How far a file is read. @typedef {{bytes: number, of: number, rows: number}} Reading */

/**
 * What a request says before its answer: how much is done, or the entry of an analysis as far as it stands.
 * @typedef {{analysis: number, of?: number, share?: number, entry?: any}} Progress
 */

/**
 * Who listens to a run.
 * @typedef {object} Listener
 * @property {(analysis: number, entry: any) => void} [onPartial] the entry of the analysis of this index with what is known so
 *   far (figures still to come are null, with reason `pending`); each takes the place of the one before
 * @property {(share: number) => void} [onProgress] the share of the whole study that is done, 0 to 1
 */

/**
 * The engine in a worker. Events: `ready` once, when the first worker can compute; `restarted` whenever another one
 * has taken its place, with the opened file in it again; `died` when a worker with nothing to do was ended from outside and another is on its
 * way, `gave_up` when that happened too often in a row: the next request starts one; `reading` before the first
 * byte of a user's file is read, when all that the page asks for is asked for; `unavailable` when none can be started.
 */
export class Engine extends EventTarget {
  /** @type {() => Promise<Thread>} */
  #spawn;
  /** @type {Thread | null} */
  #thread = null;
  /** Counts workers: what a former one still says is not heard. */
  #generation = 0;
  #isReady = false;
  #wasReady = false;
  /** The last worker could not be started; the next request tries again. */
  #isDown = false;
  #isClosed = false;
  /** @type {Request[]} */
  #waiting = [];
  /** @type {Request | null} */
  #current = null;
  #id = 0;
  /** The file that the worker holds, to give it to the next one. @type {OpenedFile | null} */
  #file = null;
  /** The study that was last run on the file, and whether the present worker has its results: else it is run again before a figure. @type {string | null} */
  #study = null;
  #hasResults = false;
  #panic = '';
  /** Workers that ended unasked since the last answer. */
  #deaths = 0;

  /** @type {() => Promise<WebAssembly.Module>} */
  #office;

  /** Version of the engine; empty until `ready`. */
  version = '';

  /**
   * @param {() => Promise<Thread>} spawn makes a worker that has been told to start
   * @param {() => Promise<WebAssembly.Module>} [office] gives the module that reads workbooks, SPSS and Stata files and writes files for a journal
   */
  constructor(spawn, office = () => Promise.reject(new Error('there is none'))) {
    super();
    this.#spawn = spawn;
    this.#office = office;
    this.#start();
  }

  /**
   * Opens a file and gives its summary: how it was read, its columns, its problems. The worker reads a text file in pieces; a
   * workbook, SPSS or Stata file is read whole, by another wasm. On an error the former file stays open.
   * @param {Uint8Array | ArrayBuffer | Blob} source
   * @param {string} name
   * @param {{options?: object, onProgress?: (reading: Reading) => void}} [how] `options` is `data.read` of a study; `onProgress`
   *   hears how far a text file is read
   */
  async open(source, name, { options, onProgress } = {}) {
    // A copy of bytes: the file must be the same one when it is opened again after a crash. A File is read anew, or not at all if
    // it has changed.
    const isOfUser = !(source instanceof Uint8Array || source instanceof ArrayBuffer);
    const file = isOfUser ? source : source.byteLength > SMALL ? new Blob([new Uint8Array(source)]) : new Uint8Array(source).slice();
    // A user's file: what the page has still to ask for is asked for now, before anything of the file is read.
    const coming = isOfUser ? this.#office() : null;
    coming?.catch(() => {});
    if (isOfUser) this.dispatchEvent(new Event('reading'));
    /** @type {Uint8Array} */
    let head;
    try {
      head = file instanceof Uint8Array ? file.subarray(0, HEAD) : new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
    } catch (problem) {
      throw new EngineError({ code: 'file_unreadable', message: String(problem), position: { file: name }, params: { reason: String(problem) } });
    }
    /** @type {WebAssembly.Module | undefined} */
    let office;
    if (isOffice(head)) {
      const size = file instanceof Uint8Array ? file.length : file.size;
      if (size > MAX_OFFICE) {
        const params = { mb: String(Math.ceil(size / 1e6)), limit: String(MAX_OFFICE / 1e6) };
        throw new EngineError({
          code: 'file_too_large', position: { file: name }, params,
          message: `The file has ${params.mb} MB; workbooks, SPSS and Stata files are read up to ${params.limit} MB. Save the data as CSV (UTF-8) and open that file.`,
        });
      }
      try {
        office = await (coming ?? this.#office());
      } catch (problem) {
        throw new EngineError({ code: 'office_unavailable', message: String(problem), position: { file: name } });
      }
    }
    const read = options && JSON.stringify(options);
    return this.#ask('open', [file, name, read], () => {
      this.#file = { file, name, options: read, office };
      this.#study = null;
      this.#hasResults = false;
    }, onProgress, office);
  }

  /** The summary of the opened file. */
  inspect() {
    return this.#ask('inspect', []);
  }

  /**
   * Runs a study, given as JSON text, on the opened file and gives the results document.
   * @param {string} study @param {Listener} [listener]
   */
  run(study, { onPartial, onProgress } = {}) {
    return this.#ask('run', [study], () => { this.#study = study; this.#hasResults = true; }, (/** @type {Progress} */ { analysis, of, share, entry }) => {
      if (entry !== undefined) onPartial?.(analysis, entry);
      else if (of && share !== undefined) onProgress?.((analysis + share) / of);
    });
  }

  /** What the worker asked of the network since it began, and what the policy refused it. @returns {Promise<{requests: number, refused: number}>} */
  traffic() {
    return this.#ask('traffic', []);
  }

  /** Runs another study without taking its results for the last: figures stay those of `run`. @param {string} study */
  compare(study) {
    return this.#ask('compare', [study]);
  }

  /** The scene of a figure. @param {object} request */
  figure(request) {
    return this.#ask('figure', [JSON.stringify(request)]);
  }

  /** A figure as SVG. @param {object} request @returns {Promise<string>} */
  figureSvg(request) {
    return this.#ask('figure_svg', [JSON.stringify(request)]);
  }

  /** The data behind a figure, a text or several. @param {object} request @returns {Promise<{name: string, text: string}[]>} */
  figureCsv(request) {
    return this.#ask('figure_csv', [JSON.stringify(request)]);
  }

  /** Table 1 of the last results, set. @param {object} request */
  table(request) {
    return this.#ask('table_one', [JSON.stringify(request)]);
  }

  /** The prognostic table of the last results. @param {object} request */
  coxTable(request) {
    return this.#ask('cox_table', [JSON.stringify(request)]);
  }

  /** Counts of the last results for a journal's readers, and what could be learnt from them. @param {string} request @returns {Promise<{document: string, meter: any}>} */
  aggregate(request) {
    return this.#ask('aggregate', [request]);
  }

  /** What readers make again of such counts. @param {string} document @param {string} request @returns {Promise<any>} */
  redo(document, request) {
    return this.#ask('redo', [document, request]);
  }

  /** The cohort of the last results as its authors share it. @param {string} request @returns {Promise<any>} */
  shared(request) {
    return this.#ask('shared', [request]);
  }

  /**
   * The PDF of a scene.
   * @param {unknown} scene @param {{title: string, language: string, width_mm: number}} request
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  figurePdf(scene, request) {
    return this.#write('figurePdf', scene, request);
  }

  /** A table as comma-separated text, as sheets of this language take it. @param {unknown} table @param {string} language @returns {Promise<string>} */
  tableCsv(table, language) {
    return this.#ask('table_csv', [table, language]);
  }

  /** A table as a Word file. @param {unknown} table @param {{language: string}} request @returns {Promise<Uint8Array<ArrayBuffer>>} */
  tableDocx(table, request) {
    return this.#write('tableDocx', table, request);
  }

  /** A table as an Excel file. @param {unknown} table @returns {Promise<Uint8Array<ArrayBuffer>>} */
  tableXlsx(table) {
    return this.#write('tableXlsx', table);
  }

  /** Asks the second wasm for a file. @param {string} method @param {unknown} what @param {object} [request] */
  async #write(method, what, request) {
    /** @type {WebAssembly.Module} */
    let office;
    try {
      office = await this.#office();
    } catch (problem) {
      throw new EngineError({ code: 'export_unavailable', message: String(problem) });
    }
    return this.#ask(method, [what, ...(request ? [JSON.stringify(request)] : [])], undefined, undefined, office);
  }

  /** The SHA-256 checksum of any file, in hexadecimal; nothing else is done with it. @param {Blob} file @param {string} name @returns {Promise<string>} */
  checksum(file, name) {
    return this.#ask('checksum', [file, name]);
  }

  /** What the acceptance list finds in a figure. @param {object} request @returns {Promise<import('../types').Finding[]>} */
  figureLint(request) {
    return this.#ask('figure_lint', [JSON.stringify(request)]);
  }

  /** Ends what is being computed and what waits; both are rejected with the code `cancelled`. The file stays open. */
  cancel() {
    if (!this.#current && this.#waiting.length === 0) return;
    this.#rejectAll({ code: 'cancelled', message: 'The computation was cancelled.' });
    this.#start();
  }

  /** Ends the worker for good. */
  close() {
    this.#isClosed = true;
    this.#rejectAll({ code: 'cancelled', message: 'The engine was closed.' });
    this.#end();
  }

  /**
   * @param {string} method @param {unknown[]} parameters
   * @param {() => void} [done] runs as soon as the answer is there, before the next request
   * @param {(progress: any) => void} [told] hears what comes before the answer
   * @param {WebAssembly.Module} [office]
   * @returns {Promise<any>}
   */
  #ask(method, parameters, done, told, office) {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new EngineError({ code: 'cancelled', message: 'The engine was closed.' }));
        return;
      }
      this.#waiting.push({ method, parameters, told, office, reject, resolve: (value) => { done?.(); resolve(value); } });
      if (this.#isDown) this.#start();
      this.#next();
    });
  }

  /** Ends the present worker and starts another, with the opened file in it. */
  async #start() {
    this.#end();
    this.#isDown = false;
    const generation = this.#generation;
    try {
      const thread = await this.#spawn();
      if (generation !== this.#generation) {
        thread.terminate();
        return;
      }
      this.#thread = thread;
      thread.onmessage = ({ data }) => { if (generation === this.#generation) this.#hear(data); };
      thread.onerror = (event) => {
        event.preventDefault?.();
        if (generation === this.#generation) this.#crashed(event.message || 'the worker ended');
      };
      thread.ondeath = () => { if (generation === this.#generation) this.#died(); };
    } catch (problem) {
      if (generation !== this.#generation) return;
      this.#crashed(String(problem), /** @type {any} */ (problem)?.code);
    }
  }

  #end() {
    this.#generation += 1;
    this.#isReady = false;
    this.#hasResults = false;
    this.#thread?.terminate();
    this.#thread = null;
  }

  /** @param {any} data */
  #hear(data) {
    if (data.type === 'panic') {
      this.#panic = data.place ? `${data.message} (${data.place})` : data.message;
    } else if (data.type === 'ready') {
      this.version = data.version;
      this.#reopen();
    } else if (data.type === 'failed') {
      this.#crashed(data.message, data.noMemory ? 'out_of_memory' : 'engine_damaged');
    } else if (this.#current && data.id === this.#id) {
      if ('crash' in data) {
        this.#crashed(data.crash, data.noMemory ? 'out_of_memory' : undefined);
        return;
      }
      if ('progress' in data) {
        this.#current.told?.(data.progress);
        return;
      }
      const request = this.#current;
      this.#current = null;
      if (this.#isReady && !request.isOwn) this.#deaths = 0;
      if ('error' in data) request.reject(new EngineError(data.error));
      else request.resolve(data.value);
      this.#next();
    }
  }

  /** A new worker stands: gives it the opened file, then lets requests through. */
  #reopen() {
    const ready = () => {
      this.#isReady = true;
      const event = this.#wasReady ? 'restarted' : 'ready';
      this.#wasReady = true;
      this.dispatchEvent(new Event(event));
      this.#next();
    };
    if (this.#file === null) {
      ready();
      return;
    }
    // It was opened before; should it fail now, later requests say that no file is open.
    const lost = () => { this.#file = null; ready(); };
    const { file, name, options, office } = this.#file;
    this.#send({ method: 'open', parameters: [file, name, options], office, resolve: ready, reject: lost });
  }

  /**
   * The worker cannot go on: `code` says why, where more is known than that it crashed.
   * @param {string} what @param {string} [code]
   */
  #crashed(what, code) {
    const message = this.#panic || what;
    this.#panic = '';
    const request = this.#current;
    this.#current = null;
    this.#deaths += 1;
    if (!this.#isReady) {
      // It never stood up. A file that breaks it is forgotten; otherwise another start would end the same way.
      if (this.#file !== null && request) {
        this.#file = null;
        this.#study = null;
        this.#start();
        return;
      }
      this.#giveUp({ code: code ?? 'engine_unavailable', message });
      this.dispatchEvent(new Event('unavailable'));
      return;
    }
    if (this.#deaths > DEATHS) {
      request?.reject(new EngineError({ code: 'engine_unstable', message }));
      this.#giveUp({ code: 'engine_unstable', message });
      return;
    }
    this.#start();
    request?.reject(new EngineError({ code: code ?? 'engine_crashed', message }));
  }

  /** The worker is gone, and said nothing: ended by the browser or from outside. */
  #died() {
    const message = 'the worker was ended from outside';
    // While it took the file in again: the file need not be what ended it.
    if (!this.#isReady && this.#current && this.#deaths < DEATHS) {
      this.#current = null;
      this.#deaths += 1;
      this.#start();
      return;
    }
    if (this.#current || !this.#isReady) {
      this.#crashed(message);
      return;
    }
    this.#deaths += 1;
    if (this.#deaths > DEATHS) {
      this.#giveUp({ code: 'engine_unstable', message });
      this.dispatchEvent(new Event('gave_up'));
      return;
    }
    this.#start();
    this.dispatchEvent(new Event('died'));
  }

  /** No other worker until something is asked again. @param {{code: string, message: string}} problem */
  #giveUp(problem) {
    this.#end();
    this.#isDown = true;
    this.#rejectAll(problem);
  }

  /** @param {{code: string, message: string}} problem */
  #rejectAll(problem) {
    // While not ready, what is under way is the engine's own: the file, which the next worker opens again.
    const requests = [...(this.#current && this.#isReady ? [this.#current] : []), ...this.#waiting];
    this.#current = null;
    this.#waiting = [];
    for (const request of requests) request.reject(new EngineError(problem));
  }

  #next() {
    if (!this.#isReady || this.#current || this.#waiting.length === 0) return;
    if (this.#study !== null && !this.#hasResults && OF_RESULTS.has(this.#waiting[0].method)) {
      this.#runAgain(this.#study);
      return;
    }
    this.#send(/** @type {Request} */ (this.#waiting.shift()));
  }

  /** Another worker has the file but not the results that a figure is asked of. @param {string} study */
  #runAgain(study) {
    this.#send({
      method: 'run', parameters: [study], isOwn: true, resolve: () => { this.#hasResults = true; },
      // What ran before and does not now is not tried for each figure. Stopped, it is still to be done.
      reject: ({ code }) => { if (code !== 'cancelled') this.#study = null; },
    });
  }

  /** @param {Request} request */
  #send(request) {
    this.#current = request;
    this.#id += 1;
    const { method, parameters, office } = request;
    this.#thread?.postMessage({ id: this.#id, method, parameters, ...(office && { office }) });
  }
}
