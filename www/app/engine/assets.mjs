// What the script carries: the engine, compiled once for this thread and the worker, and the demonstration cohort.
import { cases, office } from 'riskset:later';
import { demoCsv, demoName, wasmGzipBase64, workerSource } from 'riskset:assets';
import { unsupported } from './support.mjs';

/** @type {Promise<WebAssembly.Module> | undefined} */
let compiling;
/** @type {WebAssembly.Module | undefined} */
let compiled;

/** The engine's module, compiled on the first call. Rejects with a code where this copy is damaged. */
export function engineModule() {
  compiling ??= compile().then((module) => (compiled = module));
  return compiling;
}

async function compile() {
  const lack = unsupported();
  if (lack) throw new Error(`not in this browser, or not under this policy: ${lack}`);
  try {
    return await WebAssembly.compile(await gunzip(bytesOf(wasmGzipBase64)));
  } catch (problem) {
    // The browser can do it, as was tried: the bytes are not those that were built.
    throw Object.assign(new Error(String(problem)), { code: /memory/i.test(String(problem)) ? 'out_of_memory' : 'engine_damaged' });
  }
}

/** The same, for who has waited for it. */
export function compiledModule() {
  if (!compiled) throw new Error('the engine is not ready');
  return compiled;
}

/** The element of this script, told while it runs. */
export const ownScript = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
/** Where this script came from: what comes later lies beside it. */
const base = ownScript?.src || document.baseURI;
/** @type {Promise<Carried> | undefined} */
let loadingOffice;
/** @type {Promise<WebAssembly.Module> | undefined} */
let compilingOffice;
/** @type {Promise<string> | undefined} */
let loadingCases;

/**
 * The module that reads workbooks, SPSS and Stata files, fetched and compiled on the first call. A failure is not tried again: once
 * a file is open the page asks for nothing.
 */
export function officeModule() {
  compilingOffice ??= officePart()
    .then(({ base64 }) => gunzip(bytesOf(base64)))
    .then((bytes) => WebAssembly.compile(bytes));
  return compilingOffice;
}

/** The second wasm as it comes; a failure is not tried again. */
export function officePart() {
  loadingOffice ??= carried(office);
  return loadingOffice;
}

/** The reference cases as one text, fetched on the first call; a failure is not tried again either. */
export function casesText() {
  loadingCases ??= carried(cases)
    .then(({ base64 }) => gunzip(bytesOf(base64)))
    .then((bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  return loadingCases;
}

/** What is within, or what a later script carries. @param {Later | null} later @returns {Promise<Carried>} */
function carried(later) {
  if (!later) return Promise.reject(new Error('this page does without'));
  const { base64, src = '', integrity = '' } = later;
  if (base64 !== undefined) return Promise.resolve({ base64 });
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
 * @returns {import('./engine.mjs').Thread & Worker}
 */
export function newWorker() {
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  const worker = /** @type {import('./engine.mjs').Thread & Worker} */ (new Worker(trustedScript(url)));
  // The worker has taken its script when it first answers; the address is then of no use.
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  return worker;
}

/** The demonstration cohort as a file of this name. */
export const demonstration = () => ({ name: demoName, bytes: new TextEncoder().encode(demoCsv) });

/** @param {string} base64 */
function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function gunzip(bytes) {
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}
