// Trunk's post_build hook: makes the page of Trunk's output and writes both of its forms.
//   dist/index.html     hosted: one script beside it, named by its contents, with its integrity
//   dist/riskset.html   everything in one file, for file://
// What pages of others embed is written by embedding.mjs.
// The readers of workbooks, SPSS and Stata files and the writers of PDF, Word and Excel files are a second wasm, built here: hosted it is a script of its own, fetched after
// the first figures and before a file is opened; in the single file it is within.
// By hand, `node scripts/bundle.mjs` does so with the engine of the last build: quick, for work on www/app.
// The policy forbids every request, so the script carries the engine: gzipped wasm as base64, its glue once as code for
// this thread and once as text for the worker.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { writeEmbedding } from './embedding.mjs';

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

/**
 * Builds the second wasm and its glue into target/glue. By hand the last one is taken, if there is one. Trunk cannot do it:
 * two links to one package overwrite each other.
 */
function buildOffice() {
  if (made === kept && existsSync(join(kept, 'office_bg.wasm'))) return;
  const target = join(root, 'target/office');
  const options = /** @type {const} */ ({ cwd: root, stdio: 'inherit' });
  execFileSync('cargo', [
    'build', '--release', '--locked', '--lib', '--no-default-features', '--features', 'office', '--target', 'wasm32-unknown-unknown',
    '--target-dir', target,
  ], options);
  execFileSync('wasm-bindgen', [
    '--target', 'no-modules', '--no-typescript', '--out-dir', kept, '--out-name', 'office',
    join(target, 'wasm32-unknown-unknown/release/riskset.wasm'),
  ], options);
}

if (made !== kept) {
  await mkdir(kept, { recursive: true });
  await Promise.all(['riskset_bg.wasm', 'riskset.js', 'index.html'].map((name) => copyFile(join(made, name), join(kept, name))));
} else {
  // Scripts of former bundles; Trunk begins with an empty folder.
  await mkdir(out, { recursive: true });
  for (const name of await readdir(out)) if (/^(riskset|office)\.[0-9a-f]{16}\.js$/.test(name)) await rm(join(out, name));
}
const wasm = withoutCustomSections(await readFile(join(made, 'riskset_bg.wasm')));
const glue = await readFile(join(made, 'riskset.js'), 'utf8');
buildOffice();
const officeWasm = withoutCustomSections(await readFile(join(kept, 'office_bg.wasm')));
const officeGlue = await readFile(join(kept, 'office.js'), 'utf8');
const officeBase64 = gzipSync(officeWasm, { level: 9 }).toString('base64');
const worker = textOf(await build({ ...common, entryPoints: [join(app, 'engine/worker.mjs')] }));
const demo = await readFile(join(root, 'www/demo/lms_vc_synthetic.csv'), 'utf8');

const version = /^version = "(.+)"$/m.exec(await readFile(join(root, 'Cargo.toml'), 'utf8'))?.[1];

const modules = {
  'riskset:version': `export const version = ${JSON.stringify(version)};`,
  // `document` is hidden from the glue: it looks there for its own address, and has none in a srcdoc frame.
  'riskset:glue': `export const instantiate = () => ((document) => { ${glue}\nreturn wasm_bindgen; })(undefined);`,
  'riskset:assets': [
    `export const wasmGzipBase64 = ${JSON.stringify(gzipSync(wasm, { level: 9 }).toString('base64'))};`,
    // Each glue declares `wasm_bindgen`: the second one is kept in a function, which also gives a fresh one after a trap.
    `export const workerSource = ${JSON.stringify(`${glue}\nfunction riskset_office() { ${officeGlue}\nreturn wasm_bindgen; }\n${worker}`)};`,
    `export const demoName = "lms_vc_synthetic.csv";`,
    `export const demoCsv = ${JSON.stringify(demo)};`,
  ].join('\n'),
};

/** @param {string} text @param {string} ending */
const nameOf = (text, ending) => `${ending}.${createHash('sha256').update(text).digest('hex').slice(0, 16)}.js`;
// The element hands over what it carries; no name is given to the whole page.
const officeScript = `document.currentScript.office=${JSON.stringify(officeBase64)};`;
const officeName = nameOf(officeScript, 'office');

/** The page's script, with what it knows of the second wasm. @param {string} office @param {string} [entry] */
async function scriptWith(office, entry = 'main.mjs') {
  const script = textOf(await build({
    ...common,
    entryPoints: [join(app, entry)],
    loader: { '.css': 'text', '.svg': 'text', '.csv': 'text' },
    plugins: [virtual({ ...modules, 'riskset:office': `export const office = ${office};` })],
  }))
    // Inside a script element `<!--` opens a comment of old; in a string or a regular expression this is the same text.
    .replaceAll('<!--', '\\x3C!--');
  if (/<\/script|\r/i.test(script)) throw new Error('the script would end early or change inside a page');
  return script;
}
const script = await scriptWith(JSON.stringify({ src: officeName, integrity: `sha256-${sha256(officeScript)}` }));
const single = await scriptWith(JSON.stringify({ base64: officeBase64 }));

/** @param {string[]} hashes */
const policy = (hashes) =>
  `default-src 'none'; script-src ${hashes.map((hash) => `'sha256-${hash}'`).join(' ')} 'wasm-unsafe-eval'; worker-src blob:; connect-src 'none'; ` +
  `img-src data: blob:; base-uri 'none'; form-action 'none'`;

const page = await readFile(join(made, 'index.html'), 'utf8');

/** @param {...string} hashes */
const policyElement = (...hashes) => `<meta http-equiv="Content-Security-Policy" content="${policy(hashes)}">`;

/** The page with this script element and the hashes of its scripts. @param {string} element @param {...string} hashes */
function pageWith(element, ...hashes) {
  for (const place of ['<!-- policy -->', '<!-- script -->']) {
    if (page.split(place).length !== 2) throw new Error(`www/index.html must hold ${place} once`);
  }
  // Functions: a replacement text would be searched for $ signs.
  return page
    .replace('<!-- policy -->', () => policyElement(...hashes))
    .replace('<!-- script -->', () => element);
}

const hash = sha256(script);
const name = nameOf(script, 'riskset');
await Promise.all([
  writeFile(join(out, name), script),
  writeFile(join(out, officeName), officeScript),
  writeFile(join(out, 'index.html'), pageWith(`<script src="${name}" integrity="sha256-${hash}"></script>`, hash, sha256(officeScript))),
  writeFile(join(out, 'riskset.html'), pageWith(`<script>${single}</script>`, sha256(single))),
]);
const within = JSON.stringify({ base64: officeBase64 });
const embedding = await writeEmbedding({
  root, out,
  scriptWith: (entry) => scriptWith(within, entry),
  plain: async (entry) => textOf(await build({ ...common, entryPoints: [join(app, entry)] })),
  policy: (text) => policyElement(sha256(text)),
});
if (made === out) await Promise.all(['riskset_bg.wasm', 'riskset.js'].map((name) => rm(join(out, name))));

/** @param {Uint8Array | string} data */
const kb = (data) => `${(gzipSync(data, { level: 9 }).length / 1000).toFixed(0)} kB gzipped`;
console.log(`engine ${kb(wasm)}; page with engine ${kb(script)} (${(script.length / 1000).toFixed(0)} kB); second wasm ${kb(officeWasm)}`);
console.log(`element ${kb(embedding.element)}; frame ${kb(embedding.page)}; its client ${kb(embedding.client)}`);
