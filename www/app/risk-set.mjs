// <risk-set>: the whole program as one element, behind a shadow root, with no style attribute and no style element. Its
// attributes, methods and events are a contract: docs/embedding.md.

import * as engine from "./engine/client.mjs";
import { copy } from "./copy/copy.mjs";
import { unsupported } from "./engine/support.mjs";
import { RiskSetError, problemOf } from "./embed/error.mjs";
import { happened } from "./embed/happened.mjs";
import { parsePart } from "./embed/part.mjs";
import { dataSource, studySource } from "./embed/sources.mjs";
import { whenLater } from "./later/door.mjs";
import { startPage } from "./page.mjs";
import { attempt, startWatch } from "./proof/watch.mjs";
import { currentStudy, lastResults, outcomeOf } from "./state/current.mjs";
import { sheets } from "./styles/sheets.mjs";
import { showUnsupported } from "./ui/unsupported.mjs";
import { refusedView } from "./views/document/refused.mjs";

/** @typedef {import('./types').Problem} Problem */
/** @typedef {import('./types').Results} Results */
/** @typedef {import('./types').ReadChoice} ReadChoice */
/** Data, and who gave them. @typedef {{file: Uint8Array | Blob, name: string, read?: ReadChoice, source: "host" | "file"}} Data */

/** Version of the contract: it changes when something that is documented is taken away or means something else. */
const API_VERSION = 1;

/** What the page calls who gave the data, as the contract has it. */
const SOURCES = /** @type {const} */ ({ demo: "demonstration", file: "user", host: "host" });

const ATTRIBUTES = ["study", "data", "view", "lang", "theme"];

/** The engine as the page sees it: a worker of its own for each element. @returns {import('./types').Client & {close: () => void, started: Promise<void>}} */
function createClient() {
  const own = engine.createEngine(), watch = startWatch();
  own.addEventListener("reading", watch.opened);
  const surroundings = async () => {
    const { policy, from } = await watch.read(), { readPolicy } = await engine.laterPart();
    const scripts = policy.flatMap(readPolicy).filter(({ directive }) => directive === "script-src").flatMap(({ values }) => values.filter((value) => value.startsWith("'sha")));
    return { scripts: scripts.map((value) => value.slice(1, -1)), from, browser: navigator.userAgent };
  };
  const started = new Promise((/** @type {(nothing: void) => void} */ resolve, reject) => {
    own.addEventListener("ready", () => resolve(), { once: true });
    own.addEventListener("unavailable", reject, { once: true });
  });
  return {
    started,
    firstPainted: engine.firstPainted,
    demo: engine.demonstration(),
    open: (file, name, how) => own.open(file, name, how),
    run: (study, listener) => own.run(study, listener),
    compare: (study) => own.compare(study),
    figure: (request) => own.figure(request),
    table: (request) => own.table(request),
    paint: /** @type {any} */ (engine).paint,
    figureSvg: (request) => own.figureSvg(request),
    figureLint: (request) => own.figureLint(request),
    figureCsv: (request) => own.figureCsv(request),
    figurePdf: (scene, request) => own.figurePdf(scene, request),
    coxTable: (request) => own.coxTable(request),
    tableCsv: (table, language) => own.tableCsv(table, language),
    tableDocx: (table, request) => own.tableDocx(table, request),
    tableXlsx: (table) => own.tableXlsx(table),
    traffic: () => own.traffic(),
    watch, attempt,
    selfTest: async (told) => (await engine.laterPart()).runSelfTest({ text: engine.casesText, demo: () => new TextDecoder().decode(engine.demonstration().bytes), createEngine: engine.createEngine, surroundings }, told),
    checksum: (file, name) => own.checksum(file, name),
    aggregate: (request) => own.aggregate(request),
    redo: (document, request) => own.redo(document, request),
    shared: (request) => own.shared(request),
    another: () => engine.createEngine(),
    // Elsewhere the script is not a whole page.
    ...(standing === "page" ? { portable: engine.portable } : {}),
    cancel: () => own.cancel(),
    onDeath(told) {
      own.addEventListener("died", () => told(false));
      own.addEventListener("gave_up", () => told(true));
    },
    close: () => own.close(),
  };
}

/** @typedef {ReturnType<typeof startPage> & {client: ReturnType<typeof createClient>}} OpenPage */

/** @template T */
function deferred() {
  /** @type {(value: T) => void} */
  let resolve = () => {};
  /** @type {(reason: unknown) => void} */
  let reject = () => {};
  const promise = new Promise((/** @type {(value: T) => void} */ yes, no) => { resolve = yes; reject = no; });
  // Who does not wait for it need not hear of its failure.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** How the element stands: as all of a document, in a page of somebody else, or in a frame within such a page. @type {"page" | "element" | "frame"} */
let standing = "element";

/** The custom element. */
export class RiskSet extends HTMLElement {
  /** Version of the program. */
  static version = engine.version;
  static apiVersion = API_VERSION;
  static observedAttributes = ATTRIBUTES;

  /** @type {OpenPage | null} */
  #page = null;
  /** What methods gave; it stands before the attributes. @type {{data: Data | null, study: string | null}} */
  #given = { data: null, study: null };
  /** Opening what was given last: null when it went well. @type {Promise<Problem | null>} */
  #opening = Promise.resolve(null);
  #opened = /** @type {ReturnType<typeof deferred<void>>} */ (deferred());
  #ready = /** @type {ReturnType<typeof deferred<{version: string, apiVersion: number}>>} */ (deferred());
  #isReady = false;
  /** Why the engine cannot be started. @type {string[]} */
  #lacks = [];
  /** Attributes that changed and were not looked at yet. @type {Set<string>} */
  #changed = new Set();
  /** @type {ReturnType<typeof sheets> | null} */
  #sheets = null;
  /** Copies of results for the host, which may change them. @type {WeakMap<object, any>} */
  #copies = new WeakMap();

  connectedCallback() {
    // What was set before the element was defined is a property of its own, and hides the one of the class.
    for (const name of /** @type {const} */ (["study", "data", "view", "theme"])) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      /** @type {any} */ (this)[name] = value;
    }
    if (this.#page) return;
    // An element that the attributes name may stand further down.
    const names = this.hasAttribute("study") || this.hasAttribute("data");
    if (names && document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.#open(), { once: true });
    else this.#open();
  }

  disconnectedCallback() {
    // A page that moves an element takes it out and puts it in again at once: nothing is lost by that.
    queueMicrotask(() => { if (!this.isConnected) this.#close(); });
  }

  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (!this.#page) {
      // The latest word counts, said while the element was out of the page too.
      if (name === "data") this.#given = { data: null, study: null };
      if (name === "study") this.#given.study = null;
      return;
    }
    // Two attributes that are set one after the other are one change.
    if (this.#changed.size === 0) queueMicrotask(() => this.#follow());
    this.#changed.add(name);
  }

  /** Resolves when the engine can compute; rejected when it cannot be started here, with the reason. */
  get ready() {
    return this.#ready.promise;
  }

  /** Whether work is under way. */
  get busy() {
    return this.#page?.store.get().work != null;
  }

  /** Who gave the data that are open; null before there are any. @returns {"demonstration" | "user" | "host" | null} */
  get source() {
    const state = this.#page?.store.get();
    return state?.inspection ? SOURCES[state.source] : null;
  }

  /** The last results document; null while there is none. @returns {Results | null} */
  get results() {
    const results = this.#page && lastResults(this.#page.store.get());
    return results ? this.#copy(results) : null;
  }

  /** The id of an element that holds the study document, or the document itself. A document that is set becomes the attribute. */
  get study() { return this.getAttribute("study"); }
  set study(value) { this.#reflect("study", value !== null && typeof value === "object" ? JSON.stringify(value) : value); }

  /** The id of an element that holds the data, or the data themselves. */
  get data() { return this.getAttribute("data"); }
  set data(value) { this.#reflect("data", value); }

  /** What is on show. */
  get view() { return this.getAttribute("view") ?? "all"; }
  set view(value) { this.#reflect("view", value); }

  /** @returns {"auto" | "light" | "dark"} */
  get theme() {
    const theme = this.getAttribute("theme");
    return theme === "light" || theme === "dark" ? theme : "auto";
  }
  set theme(value) { this.#reflect("theme", value); }

  /** The study in force as a document, with what the user has changed; null before there are data. @returns {Record<string, any> | null} */
  get currentStudy() {
    const study = this.#page && currentStudy(this.#page.store.get())?.study;
    return study ? structuredClone(study) : null;
  }

  /**
   * Opens data. A study that was given before is taken up for them.
   * @param {string | Blob | Uint8Array | ArrayBuffer} data @param {{name?: string, read?: ReadChoice}} [how]
   */
  async load(data, { name, read } = {}) {
    const file = typeof data === "string" ? new TextEncoder().encode(data)
      : data instanceof Uint8Array ? data.slice() : data instanceof ArrayBuffer ? new Uint8Array(data.slice(0)) : data instanceof Blob ? data : null;
    if (!file) throw this.#error({ code: "embed_option", params: { option: "data", found: typeof data, expected: "string, Blob, Uint8Array, ArrayBuffer" } });
    const before = this.#given.data;
    const given = { file, name: String(name ?? (data instanceof File ? data.name : "data.csv")), read, source: /** @type {const} */ ("host") };
    this.#given.data = given;
    let opening = this.#page ? (this.#opening = this.#openData(given)) : null;
    const page = await this.#connected();
    // Given before the element was in the page, it was opened with it.
    opening ??= this.#given.data === given ? this.#opening : Promise.resolve({ code: "superseded" });
    const problem = await opening;
    if (problem) {
      if (this.#given.data === given) this.#given.data = before;
      throw await this.#reason(problem);
    }
    return structuredClone(page.store.get().inspection);
  }

  /**
   * Runs a study on the data; without one, the study in force. Later data are analysed by it too.
   * @param {Record<string, any> | string} [study] @returns {Promise<Results>}
   */
  async run(study) {
    const text = study === undefined ? null : typeof study === "string" ? study : JSON.stringify(study);
    const page = await this.#connected();
    await this.#opening;
    const { store, runner } = page;
    if (!store.get().inspection) throw this.#error({ code: "no_file" });
    if (text !== null) {
      const problem = runner.take(text);
      if (problem) throw this.#error(problem);
      this.#given.study = text;
      runner.pin(text);
    }
    return this.#settled();
  }

  /** A figure, a table or the results as a file. @param {import('./embed/files.mjs').Wanted} [wanted] */
  async export(wanted = {}) {
    const page = await this.#connected();
    try {
      return await (await engine.laterPart()).fileOf(wanted, page.store.get(), page.context());
    } catch (thrown) {
      throw this.#error(problemOf(thrown));
    }
  }

  /** Takes back one change of the user's or the host's. */
  undo() { this.#page?.undo("undo"); }
  redo() { this.#page?.undo("redo"); }

  /** Forgets what methods gave, and begins again with what the attributes say. */
  async reset() {
    this.#given = { data: null, study: null };
    await this.#connected();
    const problem = await this.#begin();
    if (problem) throw this.#error(problem);
  }

  /** @param {string} name @param {string | null | undefined} value */
  #reflect(name, value) {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, String(value));
  }

  async #connected() {
    while (!this.#page) await this.#opened.promise;
    return this.#page;
  }

  #open() {
    if (!this.isConnected || this.#page) return;
    // What stood in our own page said that nothing had started.
    if (standing === "page") this.textContent = "";
    const lack = unsupported();
    // Of a policy around, its owner is told what to add.
    if (lack && (standing === "page" || (lack !== "policy" && lack !== "webassembly"))) {
      showUnsupported(this, this.shadowRoot ?? this, lack);
      this.#ready.reject(this.#error({ code: "engine_unavailable", params: { lacks: lack } }));
      this.#tellError({ code: "engine_unavailable", params: { lacks: lack } }, "start");
      return;
    }
    try {
      this.#build();
    } catch (problem) {
      if (standing !== "page") throw problem;
      showUnsupported(this, this.shadowRoot ?? this, "failed", problem);
    }
  }

  #build() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const embedded = standing === "element";
    // `medium` is the size that the reader has set, whatever the page around makes of its root.
    if (embedded) {
      const probe = document.createElement("span");
      probe.style.fontSize = "medium";
      root.append(probe);
      this.#sheets = sheets({ embedded, rem: parseFloat(getComputedStyle(probe).fontSize) || 16 });
      probe.remove();
    } else this.#sheets = sheets();
    root.adoptedStyleSheets = this.#sheets.all;
    whenLater(() => { root.adoptedStyleSheets = this.#sheets?.all ?? []; });
    this.#changed.clear();
    const client = createClient();
    const page = startPage(this, root, client, {
      around: () => (standing === "page" ? null : { given: this.#hasData(), apart: standing === "frame" }),
      part: () => parsePart(this.getAttribute("view")),
      theme: () => { const theme = this.#theme(); return theme === "auto" ? null : theme; },
      refused: () => (this.#lacks.length ? refusedView(this.#lacks, page.words(page.store.get().language), standing === "element") : null),
      home: () => { this.#begin(true); },
      keep: standing === "page",
      copy: standing === "page" ? copy : null,
    });
    this.#page = { ...page, client };
    this.#sheets.follow(this.#theme());
    this.#listen(page.store);
    client.started.then(() => {
      const detail = { version: RiskSet.version, apiVersion: API_VERSION };
      this.#isReady = true;
      this.#ready.resolve(detail);
      this.#tell("ready", detail);
    }, () => this.#lacking());
    this.#begin();
    this.#opened.resolve();
  }

  #close() {
    const page = this.#page;
    if (!page) return;
    this.#page = null;
    // What the user and the host made of it is there again when the element is.
    const state = page.store.get(), study = currentStudy(state)?.study, held = page.runner.held();
    if (study && held && state.source !== "demo") {
      this.#given = { data: { file: held.file, name: held.name, read: JSON.parse(held.read), source: state.source }, study: JSON.stringify(study) };
    }
    page.stop();
    page.client.close();
    this.#opened = deferred();
    this.#ready.reject(this.#error({ code: "cancelled" }, page));
    this.#ready = deferred();
    this.#isReady = false;
    this.#lacks = [];
  }

  /** Whether the page around gives the data. */
  #hasData() {
    return this.#given.data?.source === "host" || this.hasAttribute("data");
  }

  /** Opens what methods or attributes give; else the demonstration (`anew`: as it is at first), or nothing where there is a study for data to come. */
  #begin(anew = false) {
    const page = this.#page;
    if (!page) return Promise.resolve(null);
    const study = this.#given.study === null ? this.#fromAttribute("study") : { text: this.#given.study };
    page.runner.pin(study && "text" in study ? study.text : null);
    this.#opening = this.#beginWith(page, study, anew);
    return this.#opening;
  }

  /** @param {OpenPage} page @param {{text: string} | {problem: Problem} | null} study @param {boolean} anew @returns {Promise<Problem | null>} */
  async #beginWith({ runner, store }, study, anew) {
    const data = this.#given.data ?? (this.getAttribute("data")?.trim() === "" ? "" : this.#fromAttribute("data"));
    const problem = study && "problem" in study ? study.problem : data && typeof data === "object" && "problem" in data ? data.problem : null;
    if (problem) {
      store.dispatch({ type: "failed", during: study && "problem" in study ? "study" : "open", problem });
      return problem;
    }
    if (data && typeof data === "object" && "file" in data) return this.#openData(data);
    if (data && typeof data === "object" && "text" in data) return this.#openData({ file: new TextEncoder().encode(data.text), name: `${data.name ?? "data"}.csv`, source: "host" });
    // Where data are to come the demonstration would be in the way.
    if (data === null && !study) await runner.openDemo(anew);
    else if (store.get().inspection || store.get().work) runner.forget();
    return null;
  }

  /** @param {Data} data @returns {Promise<Problem | null>} */
  #openData({ file, name, read, source }) {
    // Whoever loads data often asks for a study at once: what the page would have guessed waits for a moment.
    return this.#page?.runner.open(file, name, source, { read, rest: true }) ?? Promise.resolve(null);
  }

  /** @param {"study" | "data"} name */
  #fromAttribute(name) {
    const value = this.getAttribute(name);
    if (value === null) return null;
    const root = /** @type {Document | ShadowRoot} */ (this.getRootNode());
    const find = (/** @type {string} */ id) => root.getElementById?.(id) ?? document.getElementById(id);
    return name === "study" ? studySource(value, find) : dataSource(value, find);
  }

  /** Does what changed attributes ask for. */
  #follow() {
    const changed = new Set(this.#changed), page = this.#page;
    this.#changed.clear();
    if (!page) return;
    const { store, runner } = page, { lang } = this;
    if (changed.has("lang") && (lang === "en" || lang === "fr")) store.dispatch({ type: "language", language: lang });
    if (changed.has("theme")) this.#sheets?.follow(this.#theme());
    if (changed.has("theme") || changed.has("view")) page.draw();
    // The latest word counts, whoever said it.
    if (changed.has("data")) this.#given.data = null;
    if (changed.has("study")) this.#given.study = null;
    const study = changed.has("study") ? this.#fromAttribute("study") : null;
    if (changed.has("study") && !changed.has("data") && study && "text" in study && store.get().inspection && store.get().source !== "demo") {
      runner.pin(study.text);
      const problem = runner.take(study.text);
      if (problem) store.dispatch({ type: "failed", during: "study", problem });
      else runner.changed();
    } else if (changed.has("study") || changed.has("data")) this.#begin();
  }

  /** The theme in force: in a page that does not say that it can be dark, light. */
  #theme() {
    if (this.theme !== "auto" || standing !== "element") return this.theme;
    const scheme = getComputedStyle(this.parentElement ?? document.documentElement).colorScheme;
    return !scheme.includes("dark") ? "light" : scheme.includes("light") ? "auto" : "dark";
  }

  /** @param {import('./state/store.mjs').Store} store */
  #listen(store) {
    let before = store.get();
    store.subscribe(() => {
      const after = store.get(), found = happened(before, after);
      // At once, as nothing may be told of a file of the user's before who listens knows that it is one.
      const isNew = before.source !== after.source || before.inspection?.sha256 !== after.inspection?.sha256;
      before = after;
      if (isNew) this.dispatchEvent(new Event("source"));
      for (const item of found) {
        if (item.type === "results") this.#tell("results", { results: this.#copy(item.results) });
        else if (item.type === "change") this.#tell("change", { study: structuredClone(item.study) });
        // The reason of this one is looked for first.
        else if (item.problem.code !== "engine_unavailable" || this.#isReady) {
          this.#tellError(item.problem, item.problem.during, item.problem.source ? SOURCES[item.problem.source] : this.source);
        }
      }
    });
  }

  /** @param {Problem} problem @param {string} during @param {RiskSet["source"]} [source] who gave what it is about */
  #tellError(problem, during, source = this.source) {
    const { code, message, position, params } = this.#error(problem);
    this.#tell("error", { code, message, position, params, during, source });
  }

  /** Finds out and says why the engine cannot be started. */
  async #lacking() {
    // All of a document has a policy of its own, and says what is wrong in its own place.
    const page = this.#page, lacks = standing === "page" ? [] : await engine.lacking();
    if (!page || page !== this.#page) return;
    this.#lacks = lacks;
    page.draw();
    const code = lacks[0] ?? "engine_unavailable", problem = { code, params: { lacks: lacks.join(" ") } };
    this.#ready.reject(this.#error(problem));
    this.#tellError(problem, "start");
  }

  /** Waits until the study in force is answered. @returns {Promise<Results>} */
  #settled() {
    const { store, runner } = /** @type {OpenPage} */ (this.#page);
    const computed = currentStudy(store.get())?.computed ?? "";
    return new Promise((resolve, reject) => {
      const before = store.get().problem;
      const look = () => {
        const found = outcomeOf(store.get(), computed, before);
        if (!found) return false;
        stop();
        if ("results" in found) resolve(this.#copy(found.results));
        else this.#reason(found.problem).then(reject);
        return true;
      };
      let stop = () => {};
      stop = store.subscribe(look);
      if (look()) return;
      if (this.#lacks.length) return reject(this.#error({ code: this.#lacks[0] }));
      // What was stopped before is asked for again; what is under way goes on.
      runner.again().then(() => {
        if (store.get().fixed === null && currentStudy(store.get())?.computed === computed && !store.get().answer && !store.get().work && !store.get().problem) {
          stop();
          reject(this.#error({ code: "embed_no_endpoint" }));
        }
      });
    });
  }

  /** @param {object} results */
  #copy(results) {
    if (!this.#copies.has(results)) this.#copies.set(results, structuredClone(results));
    return this.#copies.get(results);
  }

  /** @param {"ready" | "results" | "error" | "change"} name @param {object} detail */
  #tell(name, detail) {
    // Not in the midst of a change: a listener may call the element.
    queueMicrotask(() => this.dispatchEvent(new CustomEvent(`riskset:${name}`, { detail, bubbles: true, composed: true })));
  }

  /** The error of a problem; where the engine cannot be started, why. @param {Problem} problem */
  async #reason(problem) {
    if (problem.code !== "engine_unavailable") return this.#error(problem);
    await this.#ready.promise.catch(() => {});
    return this.#error(this.#lacks.length ? { code: this.#lacks[0], params: { lacks: this.#lacks.join(" ") } } : problem);
  }

  /** @param {Problem} problem @param {OpenPage | null} [page] */
  #error(problem, page = this.#page) {
    const words = page?.words(page.store.get().language);
    return new RiskSetError(problem, words ? words.code("error", problem) : problem.message ?? problem.code);
  }
}

/**
 * Defines the element, once: of two scripts in a page the first stands.
 * @param {"page" | "element" | "frame"} how how its elements stand
 */
export function defineRiskSet(how) {
  if (customElements.get("risk-set")) return;
  engine.takeInWithin();
  standing = how;
  customElements.define("risk-set", RiskSet);
}
