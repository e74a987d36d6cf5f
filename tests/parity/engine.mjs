// The engine of a built page, in this process: the bytes and the glue that a user gets, not another build.
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';

/** `H4sI` opens every gzip stream in base64, and no other long string of the page does. */
const ENGINE = /"(H4sI[A-Za-z0-9+/]{1000,}={0,2})"/g;

/**
 * The glue with the engine of this page in it. The wasm comes from the page itself; the glue from
 * target/glue, where scripts/bundle.mjs leaves what it put into the page.
 * @param {string} page path of riskset.html
 */
export function shippedEngine(page) {
  const found = [...readFileSync(page, 'utf8').matchAll(ENGINE)];
  const carried = found.map(([, base64]) => new Uint8Array(gunzipSync(Buffer.from(base64, 'base64'))));
  // The reference cases are text, and the second wasm, which reads workbooks, has no session.
  const modules = carried.filter((bytes) => WebAssembly.validate(bytes)).map((bytes) => new WebAssembly.Module(bytes));
  const engines = modules.filter((module) => WebAssembly.Module.exports(module).some(({ name }) => name === 'session_run'));
  if (engines.length !== 1) throw new Error(`${page} holds ${engines.length} engines; run ./dev build`);
  const [module] = engines;
  const glue = readFileSync(new URL('../../target/glue/riskset.js', import.meta.url), 'utf8');
  const bindgen = runInThisContext(`(() => { ${glue}\nreturn wasm_bindgen; })()`);
  bindgen.initSync({ module });
  return bindgen;
}
