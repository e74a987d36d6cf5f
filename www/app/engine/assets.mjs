// What the script carries: the engine, compiled once for this thread and the worker, and the demonstration cohort.
import { cases, office } from 'riskset:later';
import { demoCsv, demoName, wasmGzipBase64, workerSource } from 'riskset:assets';

/** @type {Promise<WebAssembly.Module> | undefined} */
let compiling;
/** @type {WebAssembly.Module | undefined} */
let compiled;

/** The engine's module, compiled on the first call. */
export function engineModule() {
  compiling ??= gunzip(bytesOf(wasmGzipBase64))
    .then((bytes) => WebAssembly.compile(bytes))
    .then((module) => (compiled = module));
  return compiling;
}

/** The same, for who has waited for it. */
export function compiledModule() {
  if (!compiled) throw new Error('the engine is not ready');
  return compiled;
}

/** Where this script came from, told while it runs: what comes later lies beside it. */
const base = document.currentScript instanceof HTMLScriptElement && document.currentScript.src || document.baseURI;
/** @type {Promise<WebAssembly.Module> | undefined} */
let compilingOffice;
/** @type {Promise<string> | undefined} */
let loadingCases;

/**
 * The module that reads workbooks, SPSS and Stata files, fetched and compiled on the first call. A failure is not tried again: once
 * a file is open the page asks for nothing.
 */
export function officeModule() {
  compilingOffice ??= carried(office)
    .then((base64) => gunzip(bytesOf(base64)))
    .then((bytes) => WebAssembly.compile(bytes));
  return compilingOffice;
}

/** The reference cases as one text, fetched on the first call; a failure is not tried again either. */
export function casesText() {
  loadingCases ??= carried(cases)
    .then((base64) => gunzip(bytesOf(base64)))
    .then((bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  return loadingCases;
}

/** What a later script carries. @param {Later} later @returns {Promise<string>} */
function carried({ base64, src = '', integrity = '' }) {
  if (base64 !== undefined) return Promise.resolve(base64);
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

/** A new worker, not yet started: a classic one from a Blob, the only kind that works under file:// too. */
export function newWorker() {
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  const worker = new Worker(trustedScript(url));
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
