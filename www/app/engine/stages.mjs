// The engine in two stages. The page's own script carries what the first curves of the demonstration call of it, and they are computed on the
// page's own thread; meanwhile the rest is fetched, and the whole engine, in a worker, opens the demonstration too and answers everything from
// then on. A user's file is read by the whole engine only. Where the first stage fails, as it does when it is asked for a function that it has
// not, nothing is said: the whole engine answers.
import { EngineError } from './engine.mjs';

/** @typedef {import('./engine.mjs').Engine} Engine */
/** @typedef {import('./engine.mjs').Listener & {onFirst?: (results: any) => void}} Listener `onFirst` hears the results of the first curves, where the whole engine is still to come */

/** Types of analysis that the first curves need. */
const FIRST = new Set(['kaplan_meier', 'follow_up', 'log_rank']);

/** Of a study, what the first stage computes. @param {string} text */
export function firstOf(text) {
  const study = JSON.parse(text);
  return JSON.stringify({ ...study, analyses: study.analyses.filter((/** @type {{type: string}} */ { type }) => FIRST.has(type)) });
}

/** Two engines that answer as one does, with the same events; `ready` comes with each. */
export class StagedEngine extends EventTarget {
  /** @type {Engine} */
  #first;
  /** @type {() => Promise<Engine>} */
  #fetch;
  /** @type {Promise<Engine> | undefined} */
  #coming;
  /** The whole engine, once it stands. @type {Engine | undefined} */
  #whole;
  /** Whose results are on show. @type {Engine} */
  #shown;
  /** The demonstration as it was opened. @type {[Uint8Array, string] | undefined} */
  #demo;
  /** Ends the runs that wait for the whole engine. */
  #stop = new AbortController();

  /** @type {() => void} */
  #hurry;

  /** @type {(source: unknown) => boolean} */
  #isDemo;
  /** @type {() => void} */
  #answered = () => {};
  /** Resolves when the whole engine has answered a run. */
  #answer = new Promise((resolve) => { this.#answered = () => resolve(undefined); });

  /**
   * @param {Engine} first @param {() => Promise<Engine>} fetch gives the whole engine when the first curves are shown; called again after a failure
   * @param {() => void} hurry asks for all that is still to be fetched, at once @param {(source: unknown) => boolean} isDemo
   */
  constructor(first, fetch, hurry, isDemo) {
    super();
    this.#isDemo = isDemo;
    this.#first = first;
    // That the first stage cannot start is nothing to be said: the whole engine may.
    this.#pass(first, "ready");
    this.#shown = first;
    this.#fetch = fetch;
    this.#hurry = hurry;
  }

  /** The whole engine, fetched on the first call, and on the next after a failure. @returns {Promise<Engine>} */
  #rest() {
    this.#coming ??= this.#fetch().then(
      async (whole) => {
        this.#pass(whole, "ready", "reading", "restarted", "unavailable", "died", "gave_up");
        // What a run would be asked of. Should it fail, the run says so.
        if (this.#demo) await whole.open(...this.#demo).catch(() => {});
        return (this.#whole = whole);
      },
      (problem) => {
        this.#coming = undefined;
        throw new EngineError({ code: problem?.code ?? 'engine_not_loaded', message: String(problem) });
      },
    );
    return this.#coming;
  }

  /**
   * As `Engine.open`. Anything but the demonstration waits for the whole engine.
   * @param {Uint8Array | ArrayBuffer | Blob} source @param {string} name @param {Parameters<Engine['open']>[2]} [how]
   */
  async open(source, name, how) {
    if (this.#isDemo(source) && !this.#whole) {
      this.#demo = [/** @type {Uint8Array} */ (source), name];
      try {
        return await this.#first.open(source, name, how);
      } catch {
        return (await this.#rest()).open(source, name, how);
      }
    }
    // No run of the demonstration is waited for any more, and nothing is read before everything is there.
    this.#abort();
    this.#hurry();
    const whole = await this.#rest();
    const inspection = await whole.open(source, name, how);
    this.#shown = whole;
    return inspection;
  }

  /**
   * As `Engine.run`; a later run ends one that still waits for the whole engine.
   * @param {string} study @param {Listener} [listener]
   */
  async run(study, listener = {}) {
    this.#abort();
    const { signal } = this.#stop;
    if (!this.#whole) {
      const results = await this.#first.run(firstOf(study)).catch(() => null);
      if (results && !signal.aborted) listener.onFirst?.(results);
      await Promise.race([this.#rest(), ended(signal)]);
    }
    const whole = await this.#rest();
    if (signal.aborted) throw cancelled();
    const results = await whole.run(study, listener);
    this.#shown = whole;
    this.#answered();
    return results;
  }

  /** Of the results on show. @param {object} request */
  async figure(request) {
    if (this.#shown !== this.#first) return this.#shown.figure(request);
    try {
      return await this.#first.figure(request);
    } catch {
      await this.#answer;
      return this.#shown.figure(request);
    }
  }

  // Everything else waits for the whole engine.
  /** @param {Parameters<Engine['compare']>} given */
  async compare(...given) { return (await this.#rest()).compare(...given); }
  async traffic() { return (await this.#rest()).traffic(); }
  async inspect() { return (await this.#rest()).inspect(); }
  /** @param {Parameters<Engine['figureSvg']>} given */
  async figureSvg(...given) { return (await this.#rest()).figureSvg(...given); }
  /** @param {Parameters<Engine['figureCsv']>} given */
  async figureCsv(...given) { return (await this.#rest()).figureCsv(...given); }
  /** @param {Parameters<Engine['figureLint']>} given */
  async figureLint(...given) { return (await this.#rest()).figureLint(...given); }
  /** @param {Parameters<Engine['figurePdf']>} given */
  async figurePdf(...given) { return (await this.#rest()).figurePdf(...given); }
  /** @param {Parameters<Engine['table']>} given */
  async table(...given) { return (await this.#rest()).table(...given); }
  /** @param {Parameters<Engine['coxTable']>} given */
  async coxTable(...given) { return (await this.#rest()).coxTable(...given); }
  /** @param {Parameters<Engine['aggregate']>} given */
  async aggregate(...given) { return (await this.#rest()).aggregate(...given); }
  /** @param {Parameters<Engine['redo']>} given */
  async redo(...given) { return (await this.#rest()).redo(...given); }
  /** @param {Parameters<Engine['shared']>} given */
  async shared(...given) { return (await this.#rest()).shared(...given); }
  /** @param {Parameters<Engine['checksum']>} given */
  async checksum(...given) { return (await this.#rest()).checksum(...given); }
  /** @param {Parameters<Engine['tableCsv']>} given */
  async tableCsv(...given) { return (await this.#rest()).tableCsv(...given); }
  /** @param {Parameters<Engine['tableDocx']>} given */
  async tableDocx(...given) { return (await this.#rest()).tableDocx(...given); }
  /** @param {Parameters<Engine['tableXlsx']>} given */
  async tableXlsx(...given) { return (await this.#rest()).tableXlsx(...given); }

  /** As `Engine.cancel`. */
  cancel() {
    this.#abort();
    this.#first.cancel();
    this.#whole?.cancel();
  }

  /** As `Engine.close`. */
  close() {
    this.#abort();
    this.#first.close();
    this.#coming?.then((whole) => whole.close(), () => {});
  }

  /** @param {Engine} engine @param {...string} events */
  #pass(engine, ...events) {
    for (const name of events) engine.addEventListener(name, () => this.dispatchEvent(new Event(name)));
  }

  #abort() {
    this.#stop.abort();
    this.#stop = new AbortController();
  }
}

const cancelled = () => new EngineError({ code: 'cancelled', message: 'The computation was cancelled.' });

/** Never resolves; rejects when it is ended. @param {AbortSignal} signal @returns {Promise<never>} */
function ended(signal) {
  return new Promise((_, reject) => { signal.addEventListener('abort', () => reject(cancelled())); if (signal.aborted) reject(cancelled()); });
}
