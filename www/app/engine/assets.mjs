// What the page's scripts carry: the engine, the second wasm, and the demonstration cohort. Hosted, the page's script carries what the first
// curves call of the engine; the rest of it, and the second wasm, are scripts of their own, which hand over what they carry.
import { demoCsv, demoName, wasmGzipBase64 } from 'riskset:assets';
import { cases, office, whole } from 'riskset:parts';
import { addWords } from '../i18n/words.mjs';
import { join } from './join.mjs';

/** Whether the engine of this thread is at first no more than what the first curves call. */
export const isStaged = 'src' in whole;

/** Where this script came from, told while it runs: the others lie beside it. */
const base = document.currentScript instanceof HTMLScriptElement && document.currentScript.src || document.baseURI;

/** The work that was begun, by what it makes: nothing is asked for or compiled twice, unless it failed. @type {Map<unknown, Promise<any>>} */
const begun = new Map();

/** @template T @param {unknown} what @param {() => Promise<T>} make @returns {Promise<T>} */
function once(what, make) {
  const known = begun.get(what);
  if (known) return known;
  const work = make();
  begun.set(what, work);
  work.catch(() => begun.delete(what));
  return work;
}

/** @type {WebAssembly.Module | undefined} */
let compiled;

/** The engine that this script carries, compiled while it is unpacked. */
export function pageModule() {
  return once(pageModule, async () => {
    const wasm = new Response(unpacked(wasmGzipBase64), { headers: { 'content-type': 'application/wasm' } });
    const module = await WebAssembly.compileStreaming(wasm);
    compiled ??= module;
    return module;
  });
}

/** The engine as far as it is there, for who has waited for {@link pageModule}. */
export function compiledModule() {
  if (!compiled) throw new Error('the engine is not ready');
  return compiled;
}

/** The whole engine: its module, and the source of its worker. */
export function wholeEngine() {
  return once(wholeEngine, async () => {
    const { worker, rest, words = {} } = /** @type {WholeEngine} */ (await carried(whole));
    addWords(words);
    if (rest === undefined) return { worker, module: await pageModule() };
    const [first, others] = await Promise.all([wasmGzipBase64, rest].map(async (packed) => new Uint8Array(await new Response(unpacked(packed)).arrayBuffer())));
    compiled = await WebAssembly.compile(join(first, others));
    return { worker, module: compiled };
  });
}

/** @type {Promise<WebAssembly.Module> | undefined} */
let compilingOffice;

/**
 * The second wasm, which reads workbooks, SPSS and Stata files and writes files for a journal. A failure is not tried again: it is asked for
 * when a file is being opened too, and once one is open the page asks for nothing.
 */
export function officeModule() {
  compilingOffice ??= carried(office).then((packed) => new Response(unpacked(packed)).arrayBuffer()).then((wasm) => WebAssembly.compile(wasm));
  return compilingOffice;
}

/** @type {Promise<string> | undefined} */
let loadingCases;

/** The reference cases as one text, fetched on the first call; a failure is not tried again either. */
export function casesText() {
  loadingCases ??= carried(cases).then((packed) => new Response(unpacked(packed)).arrayBuffer())
    .then((bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  return loadingCases;
}

/** What is within, or what a script beside the page hands over. @template T @param {T | Carrier} part @returns {Promise<T>} */
function carried(part) {
  if (part === null || typeof part !== 'object' || !('src' in part)) return Promise.resolve(part);
  const { src, integrity } = /** @type {Carrier} */ (part);
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = new URL(src, base).href;
    script.integrity = integrity;
    if (new URL(script.src).origin !== location.origin) script.crossOrigin = 'anonymous';
    script.onload = () => { script.remove(); resolve(/** @type {any} */ (script).carried); };
    script.onerror = () => { script.remove(); reject(new Error(`${src} cannot be loaded`)); };
    document.head.append(script);
  });
}

/** Address of a script, as a page with trusted types asks for it. @type {((url: string) => string) | undefined} */
let trust;

/** @param {string} url @returns {string} */
export function trustedScript(url) {
  if (!trust) {
    trust = (plain) => plain;
    try {
      // Its name is what a host's policy allows (docs/embedding.md). Where it is refused the worker is, and the page says so.
      const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy('riskset', { createScriptURL: (/** @type {string} */ plain) => plain });
      if (policy) trust = (plain) => policy.createScriptURL(plain);
    } catch { /* not allowed here */ }
  }
  return trust(url);
}

/** A new worker, not yet started: a classic one from a Blob, the only kind that works under file:// too. @param {string} source */
export function newWorker(source) {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(trustedScript(url));
  // The worker has taken its script when it first answers; the address is then of no use.
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  return worker;
}

const demo = { name: demoName, bytes: new TextEncoder().encode(demoCsv) };

/** The demonstration cohort as a file of this name, always the same one. */
export const demonstration = () => demo;

/** @param {string} base64 of something gzipped @returns {ReadableStream<Uint8Array<ArrayBuffer>>} */
function unpacked(base64) {
  return /** @type {any} */ (new Response(bytesOf(base64)).body).pipeThrough(new DecompressionStream('gzip'));
}

/** @param {string} base64 */
function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}
