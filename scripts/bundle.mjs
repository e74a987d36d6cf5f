// Trunk's post_build hook: makes the page of Trunk's output and writes both of its forms.
//   dist/index.html     hosted: one script beside it, named by its contents, with its integrity
//   dist/riskset.html   everything in one file, for file://
// By hand, `node scripts/bundle.mjs` does so with the engine of the last build: quick, for work on www/app.
// The policy forbids every request, so the script carries the engine: gzipped wasm as base64, its glue once as code for
// this thread and once as text for the worker.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** What Trunk made, kept for the next run by hand and for the test that runs the page's engine without a browser. */
const kept = join(root, 'target/glue');
const made = process.env.TRUNK_STAGING_DIR ?? kept;
const out = process.env.TRUNK_STAGING_DIR ?? join(root, 'dist');
const app = join(root, 'www/app');

/** Options of both bundles: modern browsers, no code but ours. */
const common = /** @type {const} */ ({
  bundle: true, write: false, minify: true, format: 'iife', target: 'es2022', charset: 'utf8', legalComments: 'none',
  logLevel: 'warning',
});

/** @param {string} text @returns {string} */
const sha256 = (text) => createHash('sha256').update(text).digest('base64');

/** The one text of an esbuild result. @param {{outputFiles?: {text: string}[]}} result @returns {string} */
function textOf(result) {
  const file = result.outputFiles?.[0];
  if (!file) throw new Error('esbuild gave no output');
  return file.text;
}

/**
 * The modules that exist only in a build; their types are in www/app/engine/virtual.d.ts.
 * @param {Record<string, string>} modules
 * @returns {import('esbuild').Plugin}
 */
const virtual = (modules) => ({
  name: 'virtual',
  setup(plugin) {
    plugin.onResolve({ filter: /^riskset:/ }, ({ path }) => ({ path, namespace: 'riskset' }));
    plugin.onLoad({ filter: /.*/, namespace: 'riskset' }, ({ path }) => ({ contents: modules[path], loader: 'js' }));
  },
});

/**
 * The module without its custom sections: the names of functions would be a twentieth of the page, and a panic tells its
 * place without them. (Cargo's `strip` would also take what wasm-bindgen reads.) A module is an eight-byte head, then
 * sections: a kind (0 is custom), a length in LEB128, the contents.
 * @param {Buffer} module
 */
function withoutCustomSections(module) {
  const kept = [module.subarray(0, 8)];
  for (let at = 8; at < module.length;) {
    const start = at;
    let length = 0;
    at += 1;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++];
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += length;
    if (module[start] !== 0) kept.push(module.subarray(start, at));
  }
  return Buffer.concat(kept);
}

if (made !== kept) {
  await mkdir(kept, { recursive: true });
  await Promise.all(['riskset_bg.wasm', 'riskset.js', 'index.html'].map((name) => copyFile(join(made, name), join(kept, name))));
} else {
  // Scripts of former bundles; Trunk begins with an empty folder.
  await mkdir(out, { recursive: true });
  for (const name of await readdir(out)) if (/^riskset\.[0-9a-f]{16}\.js$/.test(name)) await rm(join(out, name));
}
const wasm = withoutCustomSections(await readFile(join(made, 'riskset_bg.wasm')));
const glue = await readFile(join(made, 'riskset.js'), 'utf8');
const worker = textOf(await build({ ...common, entryPoints: [join(app, 'engine/worker.mjs')] }));
const demo = await readFile(join(root, 'www/demo/lms_vc_synthetic.csv'), 'utf8');

const modules = {
  // `document` is hidden from the glue: it looks there for its own address, and has none in a srcdoc frame.
  'riskset:glue': `export const instantiate = () => ((document) => { ${glue}\nreturn wasm_bindgen; })(undefined);`,
  'riskset:assets': [
    `export const wasmGzipBase64 = ${JSON.stringify(gzipSync(wasm, { level: 9 }).toString('base64'))};`,
    `export const workerSource = ${JSON.stringify(`${glue}\n${worker}`)};`,
    `export const demoName = "lms_vc_synthetic.csv";`,
    `export const demoCsv = ${JSON.stringify(demo)};`,
  ].join('\n'),
};

const script = textOf(await build({
  ...common,
  entryPoints: [join(app, 'main.mjs')],
  loader: { '.css': 'text', '.svg': 'text', '.csv': 'text' },
  plugins: [virtual(modules)],
}))
  // Inside a script element `<!--` opens a comment of old; in a string or a regular expression this is the same text.
  .replaceAll('<!--', '\\x3C!--');
if (/<\/script|\r/i.test(script)) throw new Error('the script would end early or change inside a page');

/** @param {string} hash */
const policy = (hash) =>
  `default-src 'none'; script-src 'sha256-${hash}' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'none'; ` +
  `img-src data: blob:; base-uri 'none'; form-action 'none'`;

const page = await readFile(join(made, 'index.html'), 'utf8');

/** The page with this script element, whose contents have this hash. @param {string} element @param {string} hash */
function pageWith(element, hash) {
  for (const place of ['<!-- policy -->', '<!-- script -->']) {
    if (page.split(place).length !== 2) throw new Error(`www/index.html must hold ${place} once`);
  }
  // Functions: a replacement text would be searched for $ signs.
  return page
    .replace('<!-- policy -->', () => `<meta http-equiv="Content-Security-Policy" content="${policy(hash)}">`)
    .replace('<!-- script -->', () => element);
}

const hash = sha256(script);
const name = `riskset.${createHash('sha256').update(script).digest('hex').slice(0, 16)}.js`;
await Promise.all([
  writeFile(join(out, name), script),
  writeFile(join(out, 'index.html'), pageWith(`<script src="${name}" integrity="sha256-${hash}"></script>`, hash)),
  writeFile(join(out, 'riskset.html'), pageWith(`<script>${script}</script>`, hash)),
]);
if (made === out) await Promise.all(['riskset_bg.wasm', 'riskset.js'].map((name) => rm(join(out, name))));

/** @param {Uint8Array | string} data */
const kb = (data) => `${(gzipSync(data, { level: 9 }).length / 1000).toFixed(0)} kB gzipped`;
console.log(`engine ${kb(wasm)}; page with engine ${kb(script)} (${(script.length / 1000).toFixed(0)} kB)`);
