// What the page's scripts carry: the engine, the second wasm, and the demonstration cohort. Hosted, the page's script carries what the first
// curves call of the engine; the rest of it, and the second wasm, are scripts of their own, which hand over what they carry.
import { demoCsv, demoName, wasmGzipBase64 } from 'riskset:assets';
import { glue } from 'riskset:glue';
import { within } from 'riskset:later';
import { cases, handOver, office, whole } from 'riskset:parts';
import { addWords } from '../i18n/words.mjs';
import { arrived, later } from '../later/door.mjs';
import { join } from './join.mjs';
import { unsupported } from './support.mjs';

/** Whether the engine of this thread is at first no more than what the first curves call. */
export const isStaged = 'src' in whole;

/** The element of this script, told while it runs. */
export const ownScript = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
/** Where this script came from: the others lie beside it. */
const base = ownScript?.src || document.baseURI;

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

/** Does what any supported browser can do with the bytes that were built. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
async function undamaged(work) {
  const lack = unsupported();
  if (lack) throw new Error(`not in this browser, or not under this policy: ${lack}`);
  try {
    return await work();
  } catch (problem) {
    throw Object.assign(new Error(String(problem)), { code: /memory/i.test(String(problem)) ? 'out_of_memory' : 'engine_damaged' });
  }
}

/** The engine that this script carries. Rejects with a code where this copy is damaged. */
export function pageModule() {
  return once(pageModule, async () => {
    // Compiled while it is unpacked.
    const module = await undamaged(async () => WebAssembly.compileStreaming(new Response(unpacked(wasmGzipBase64), { headers: { 'content-type': 'application/wasm' } })));
    compiled ??= module;
    return module;
  });
}

/** The engine as far as it is there, for who has waited for {@link pageModule}. */
export function compiledModule() {
  if (!compiled) throw new Error('the engine is not ready');
  return compiled;
}

/** What the whole engine is made of, and with it the words and the part of the page that come later. @returns {Promise<WholeEngine>} */
export function wholeParts() {
  return once(wholeParts, async () => {
    const parts = await carried(whole);
    takeIn(parts);
    return parts;
  });
}

/** Takes in the words and the part of the page that come later. @param {WholeEngine} parts */
function takeIn({ words = {}, page }) {
  if (later()) return;
  addWords(words);
  if (page) arrived(page(handOver()));
}

/** To be called before the page begins: what comes later elsewhere may be here. */
export function takeInWithin() {
  if (within) arrived(within);
  else if (!('src' in whole)) takeIn(whole);
}

/** The part of the page that comes later. @returns {Promise<import('../later/door.mjs').Part>} */
export async function laterPart() {
  await wholeParts();
  return /** @type {import('../later/door.mjs').Part} */ (later());
}

/** The whole engine: its module, and the source of its worker. */
export function wholeEngine() {
  return once(wholeEngine, async () => {
    const { worker: responder, rest } = await wholeParts();
    const worker = `const wasm_bindgen=(${glue()})();${responder}`;
    if (rest === undefined) return { worker, module: await pageModule() };
    const module = await undamaged(async () => WebAssembly.compile(join(await bytesOf(wasmGzipBase64), await bytesOf(rest))));
    compiled = module;
    return { worker, module };
  });
}

/** @type {Promise<OfficePart> | undefined} */
let loadingOffice;
/** @type {Promise<WebAssembly.Module> | undefined} */
let compilingOffice;

/**
 * The second wasm as it comes. A failure is not tried again: it is asked for when a file is being opened too, and once one is open the page
 * asks for nothing.
 * @returns {Promise<OfficePart>}
 */
export function officePart() {
  loadingOffice ??= office === null ? Promise.reject(new Error('this page has no readers and writers of such files')) : carried(office);
  return loadingOffice;
}

/** The second wasm, which reads workbooks, SPSS and Stata files and writes files for a journal. */
export function officeModule() {
  compilingOffice ??= officePart().then(({ packed }) => bytesOf(packed)).then((wasm) => WebAssembly.compile(wasm));
  return compilingOffice;
}

/** @type {Promise<string> | undefined} */
let loadingCases;

/** The reference cases as one text, fetched on the first call; a failure is not tried again either. */
export function casesText() {
  loadingCases ??= (cases === null ? Promise.reject(new Error('this page has no reference cases')) : carried(cases).then(bytesOf))
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

/**
 * A new worker, not yet started: a classic one from a Blob, the only kind that works under file:// too.
 * @param {string} source @returns {import('./engine.mjs').Thread & Worker}
 */
export function newWorker(source) {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = /** @type {import('./engine.mjs').Thread & Worker} */ (new Worker(trustedScript(url)));
  // The worker has taken its script when it first answers; the address is then of no use.
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  return worker;
}

const demo = { name: demoName, bytes: new TextEncoder().encode(demoCsv) };

/** The demonstration cohort as a file of this name, always the same one. */
export const demonstration = () => demo;

/** What was gzipped. @param {string} base64 @returns {Promise<Uint8Array<ArrayBuffer>>} */
async function bytesOf(base64) {
  return new Uint8Array(await new Response(unpacked(base64)).arrayBuffer());
}

/** The same as it is unpacked. @param {string} base64 @returns {ReadableStream<Uint8Array<ArrayBuffer>>} */
function unpacked(base64) {
  return /** @type {any} */ (new Response(decoded(base64)).body).pipeThrough(new DecompressionStream('gzip'));
}

/** @param {string} base64 @returns {Uint8Array<ArrayBuffer>} */
function decoded(base64) {
  // Newer browsers do it at once.
  const { fromBase64 } = /** @type {any} */ (Uint8Array);
  if (fromBase64) return fromBase64.call(Uint8Array, base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}
