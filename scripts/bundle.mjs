// Trunk's post_build hook: makes the page of Trunk's output and writes both of its forms.
//   dist/index.html     hosted: one script beside it, named by its contents, with its integrity
//   dist/riskset.html   everything in one file, for file://
// Beside the hosted page stand a web manifest and a service worker that keeps all of it for use without a network (hosted.mjs).
// What pages of others embed is written by embedding.mjs.
// The readers of workbooks, SPSS and Stata files and the writers of PDF, Word and Excel files are a second wasm, built here: hosted it is a script of its own, fetched after
// the first figures and before a file is opened; in the single file it is within. So are the reference cases of the self-test.
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
import { functionOf, scriptOf } from '../www/app/engine/script.mjs';
import { writeEmbedding } from './embedding.mjs';
import { SERVICE_WORKER, ascii, writeHosted } from './hosted.mjs';
import { packedCases } from './reference.mjs';
import { packageVersion, tools } from './toolchain.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** What Trunk made, kept for the next run by hand and for the test that runs the page's engine without a browser. */
const kept = join(root, 'target/glue');
const made = process.env.TRUNK_STAGING_DIR ?? kept;
const out = process.env.TRUNK_STAGING_DIR ?? process.env.RISKSET_DIST ?? join(root, 'dist');
const app = join(root, 'www/app');

/** Options of all bundles: modern browsers, no code but ours, and ASCII, which is the same under whatever charset a host declares. */
const common = /** @type {const} */ ({
  bundle: true, write: false, minify: true, format: 'iife', target: 'es2022', charset: 'ascii', legalComments: 'none',
  logLevel: 'warning',
});

/** Words of a page in signs of ASCII. @param {string} text */
const asciiWords = (text) => text.replace(/[^\0-\x7f]/gu, (sign) => `&#${sign.codePointAt(0)};`);

/** @param {string} text @returns {string} */
const sha256 = (text) => createHash('sha256').update(text).digest('base64');

/** The one text of an esbuild result. @param {{outputFiles?: {text: string}[]}} result @returns {string} */
function textOf(result) {
  const file = result.outputFiles?.[0];
  if (!file) throw new Error('esbuild gave no output');
  return ascii(file.text);
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
  await Promise.all(['riskset_bg.wasm', 'riskset.js'].map((name) => copyFile(join(made, name), join(kept, name))));
  await writeFile(join(kept, 'build.json'), JSON.stringify({ commit: process.env.RISKSET_COMMIT ?? null, tools: tools() }));
} else {
  // Scripts of former bundles; Trunk begins with an empty folder.
  await mkdir(out, { recursive: true });
  for (const name of await readdir(out)) if (/^[a-z_]+\.[0-9a-f]{16}\.js$/.test(name)) await rm(join(out, name));
}
const wasm = withoutCustomSections(await readFile(join(made, 'riskset_bg.wasm')));
const glue = await readFile(join(made, 'riskset.js'), 'utf8');
buildOffice();
const officeWasm = withoutCustomSections(await readFile(join(kept, 'office_bg.wasm')));
const officeGlue = await readFile(join(kept, 'office.js'), 'utf8');
const officeBase64 = gzipSync(officeWasm, { level: 9 }).toString('base64');
const casesBase64 = gzipSync(packedCases(join(root, 'tests/reference')), { level: 9 }).toString('base64');
const worker = textOf(await build({ ...common, entryPoints: [join(app, 'engine/worker.mjs')] }));
const demo = await readFile(join(root, 'www/demo/lms_vc_synthetic.csv'), 'utf8');

const version = await packageVersion(join(root, 'Cargo.toml'));
/** Of the engine's build: by hand the engine is that of the last one. */
const built = existsSync(join(kept, 'build.json')) ? JSON.parse(await readFile(join(kept, 'build.json'), 'utf8')) : { commit: null, tools: [] };

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
/** A script that comes later: its element hands over what it carries; no name is given to the whole page. @param {string} name @param {object} what */
function laterScript(name, what) {
  const script = `document.currentScript.carried=${JSON.stringify(what)};`, hash = sha256(script), src = nameOf(script, name);
  return { script, hash, src, place: { src, integrity: `sha256-${hash}` } };
}

/** What a form of the page knows of itself. @param {string} form @param {string | null} [serviceWorker] */
const copyOf = (form, serviceWorker = null) => ({ form, serviceWorker, build: { version, ...built } });

/** An entry as the source of a function of its parts (www/app/engine/script.mjs): what comes later, and what it knows of itself. @param {string} [entry] */
async function sourceOf(entry = 'main.mjs') {
  return functionOf(textOf(await build({
    ...common,
    entryPoints: [join(app, entry)],
    loader: { '.css': 'text', '.svg': 'text', '.csv': 'text' },
    plugins: [virtual({
      ...modules,
      'riskset:later': 'export const { office, cases } = parts;',
      'riskset:copy': 'export const { form, serviceWorker, build } = parts.copy;',
      'riskset:self': 'export const source = () => riskset.toString();',
    })],
  })));
}
const source = await sourceOf();
const within = { office: { base64: officeBase64 }, cases: { base64: casesBase64 } };
// A supplement is written by the page and carries the page's script: the policy of the file names this hash.
const supplement = Object.fromEntries([['counts', null], ['data', within.office]].map(([kind, office]) =>
  [kind, sha256(scriptOf(source, { office, cases: null, copy: copyOf('element') }))]));
const office = laterScript('office', { base64: officeBase64, supplement }), cases = laterScript('cases', within.cases);
const script = scriptOf(source, { office: office.place, cases: cases.place, copy: copyOf('hosted', SERVICE_WORKER) });
const single = scriptOf(source, { ...within, copy: copyOf('single') });

/** @param {string[]} hashes of the scripts @param {boolean} isHosted with a service worker and a manifest beside it */
const policy = (hashes, isHosted) =>
  `default-src 'none'; script-src ${hashes.map((hash) => `'sha256-${hash}'`).join(' ')} 'wasm-unsafe-eval'; worker-src ${isHosted ? "'self' " : ''}blob:; ` +
  `connect-src 'none'; ${isHosted ? "manifest-src 'self'; " : ''}img-src data: blob:; base-uri 'none'; form-action 'none'`;

// By hand the page's own text is taken, as it may have changed since; Trunk takes its link out.
const page = asciiWords(made === kept ? (await readFile(join(root, 'www/index.html'), 'utf8')).replace(/^.*<link data-trunk .*\n/m, '')
  : await readFile(join(made, 'index.html'), 'utf8'));

/** @param {string[]} hashes @param {boolean} [isHosted] */
const policyElement = (hashes, isHosted = false) => `<meta http-equiv="Content-Security-Policy" content="${policy(hashes, isHosted)}">`;

/** The page with this script element, the hashes of its scripts, and what a host serves besides. @param {string} element @param {string[]} hashes @param {string} [beside] */
function pageWith(element, hashes, beside = '') {
  for (const place of ['<!-- policy -->', '<!-- hosted -->', '<!-- script -->']) {
    if (page.split(place).length !== 2) throw new Error(`www/index.html must hold ${place} once`);
  }
  // Functions: a replacement text would be searched for $ signs.
  return page
    .replace('<!-- policy -->', () => policyElement(hashes, beside !== ''))
    .replace('<!-- hosted -->', () => beside)
    .replace('<!-- script -->', () => element);
}

const hash = sha256(script);
const name = nameOf(script, 'riskset');
const slash = textOf(await build({ ...common, entryPoints: [join(app, 'copy/slash.mjs')] })).trim();
// A host that asks who one is asks for the manifest too: a browser sends no cookie with it unless it is told to.
const beside = `<link rel="manifest" href="manifest.json" crossorigin="use-credentials"><script>${slash}</script>`;
/** All files of the hosted page, by name. */
const hosted = new Map([
  [name, script], [office.src, office.script], [cases.src, cases.script],
  ['index.html', pageWith(`<script src="${name}" integrity="sha256-${hash}"></script>`, [hash, office.hash, cases.hash, sha256(slash)], beside)],
]);
await Promise.all([...hosted, ['riskset.html', pageWith(`<script>${single}</script>`, [sha256(single)])]].map(([file, text]) => writeFile(join(out, file), text)));
await writeHosted(out, hosted, async (modules) => textOf(await build({ ...common, entryPoints: [join(app, 'copy/service_worker.mjs')], plugins: [virtual(modules)] })));
const embedding = await writeEmbedding({
  root, out,
  scriptWith: async (entry) => scriptOf(await sourceOf(entry), { ...within, copy: copyOf('element') }),
  plain: async (entry) => textOf(await build({ ...common, entryPoints: [join(app, entry)] })),
  policy: (text) => policyElement([sha256(text)]),
});
if (made === out) await Promise.all(['riskset_bg.wasm', 'riskset.js'].map((name) => rm(join(out, name))));

/** @param {Uint8Array | string} data */
const kb = (data) => `${(gzipSync(data, { level: 9 }).length / 1000).toFixed(0)} kB gzipped`;
console.log(`engine ${kb(wasm)}; page with engine ${kb(script)} (${(script.length / 1000).toFixed(0)} kB); second wasm ${kb(officeWasm)}; reference cases ${kb(cases.script)}`);
console.log(`element ${kb(embedding.element)}; frame ${kb(embedding.page)}; its client ${kb(embedding.client)}`);
