// The engine of a built page, in this process: the bytes and the glue that a user gets, not another build.
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';

/** `H4sI` opens every gzip stream in base64, and no other long string of the page does. */
const ENGINE = /"(H4sI[A-Za-z0-9+/]{1000,}={0,2})"/g;

/**
 * A wasm of this page, by the name of one of its exports. The reference cases are text, and the page holds two wasms.
 * @param {string} page path of riskset.html @param {string} name
 */
export function shippedWasm(page, name) {
  const found = [...readFileSync(page, 'utf8').matchAll(ENGINE)];
  const carried = found.map(([, base64]) => new Uint8Array(gunzipSync(Buffer.from(base64, 'base64'))));
  const ours = carried.filter((bytes) => WebAssembly.validate(bytes))
    .filter((bytes) => WebAssembly.Module.exports(new WebAssembly.Module(bytes)).some((one) => one.name === name));
  if (ours.length !== 1) throw new Error(`${page} holds ${ours.length} wasms with ${name}; run ./dev build`);
  return ours[0];
}

/** The glue of a wasm, which scripts/bundle.mjs leaves in target/glue as it put it into the page, as an expression. @param {string} name */
export const shippedGlue = (name) => `(() => { ${readFileSync(new URL(`../../target/glue/${name}.js`, import.meta.url), 'utf8')}\nreturn wasm_bindgen; })()`;

/** @param {string} page path of riskset.html @param {string} glue @param {string} name an export */
function started(page, glue, name) {
  const bindgen = runInThisContext(shippedGlue(glue));
  bindgen.initSync({ module: new WebAssembly.Module(shippedWasm(page, name)) });
  return bindgen;
}

/** The glue with the engine of this page in it. @param {string} page path of riskset.html */
export const shippedEngine = (page) => started(page, 'riskset', 'session_run');

/** The glue with the second wasm of this page in it. @param {string} page path of riskset.html */
export const shippedOffice = (page) => started(page, 'office', 'convert');
