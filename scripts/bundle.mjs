// Trunk's post_build hook: makes the page of Trunk's output and writes both of its forms.
//   dist/index.html     hosted: its script, beside it, carries what the first curves call of the engine; the rest of the engine, and the second
//                       wasm (readers of workbooks, SPSS and Stata files, writers of PDF, Word and Excel files), are scripts of their own,
//                       fetched after the first curves and before a file is opened. Each is named by its contents, with its integrity.
//   dist/riskset.html   everything in one file, for file://: the whole engine and the second wasm, within
// Beside the hosted page stand a web manifest and a service worker that keeps all of it for use without a network (hosted.mjs).
// What pages of others embed is written by embedding.mjs.
// Trunk builds the engine, split.mjs takes it apart. The second wasm (office/) is built here.
// The reference cases of the self-test are a script of their own, or within, as the second wasm is.
// By hand, `node scripts/bundle.mjs` does so with the engine of the last build: quick, for work on www/app.
// The policy forbids every request, so a script carries its wasm: gzipped, as base64. The glue of the engine is code of the page,
// and the worker is made of the text of it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { functionOf, scriptOf } from '../www/app/engine/script.mjs';
import { writeEmbedding } from './embedding.mjs';
import { split } from './split.mjs';
import { parted } from '../www/app/i18n/later.mjs';
import { LANGUAGES } from '../www/app/i18n/words.mjs';
import { SERVICE_WORKER, ascii, writeHosted } from './hosted.mjs';
import { packedCases } from './reference.mjs';
import { packageVersion, tools } from './toolchain.mjs';
import { CUSTOM, namesOf, sectionsOf } from './wasm_code.mjs';

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
    plugin.onLoad({ filter: /.*/, namespace: 'riskset' }, ({ path }) => ({ contents: modules[path], loader: 'js', resolveDir: app }));
  },
});

/**
 * The module without its custom sections: the names of functions would be a twentieth of the page, and a panic tells its
 * place without them. (Cargo's `strip` would also take what wasm-bindgen reads.)
 * @param {Buffer} module
 */
const withoutCustomSections = (module) =>
  Buffer.concat([module.subarray(0, 8), ...sectionsOf(module).filter(({ kind }) => kind !== CUSTOM).map(({ start, end }) => module.subarray(start, end))]);

/** Builds the second wasm (office/) and its glue into target/glue. By hand the last one is taken, if there is one. */
function buildOffice() {
  if (made === kept && existsSync(join(kept, 'office_bg.wasm'))) return;
  const target = join(root, 'target/parts');
  // The folder of the clone is not to stand in the wasm: the source beside the package is told to the compiler by its whole path. How eagerly
  // functions are inlined follows from the level of optimization.
  const given = (process.env.CARGO_ENCODED_RUSTFLAGS ?? '').split('\x1f').filter((flag) => flag && !flag.includes('inline-threshold'));
  const flags = [...given, `--remap-path-prefix=${root}/=`].join('\x1f');
  execFileSync('cargo', [
    'build', '--release', '--locked', '--manifest-path', join(root, 'office/Cargo.toml'), '--target', 'wasm32-unknown-unknown', '--target-dir', target,
  ], { cwd: root, stdio: 'inherit', env: { ...process.env, CARGO_ENCODED_RUSTFLAGS: flags } });
  execFileSync('wasm-bindgen', [
    '--target', 'no-modules', '--no-typescript', '--out-dir', kept, '--out-name', 'office',
    join(target, 'wasm32-unknown-unknown/release/riskset.wasm'),
  ], { cwd: root, stdio: 'inherit' });
}

/** A wasm and its glue; `packed` is the wasm gzipped, in base64. @param {string} folder @param {string} name */
async function part(folder, name) {
  const [module, glue] = await Promise.all([readFile(join(folder, `${name}_bg.wasm`)), readFile(join(folder, `${name}.js`), 'utf8')]);
  const wasm = withoutCustomSections(module);
  return { wasm, names: namesOf(module), glue, packed: packed(wasm) };
}

/** Gzipped, in base64: by libdeflate, whose best is a twentieth smaller than zlib's. @param {Uint8Array | string} bytes */
function packed(bytes) {
  return execFileSync('libdeflate-gzip', ['-12', '-c'], { input: bytes, maxBuffer: 2 ** 28 }).toString('base64');
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
buildOffice();
const [whole, office] = await Promise.all([part(made, 'riskset'), part(kept, 'office')]);
const { first, rest, called, of } = await split(whole.wasm, whole.names, whole.glue, root);
const casesPacked = packed(packedCases(join(root, 'tests/reference')));
const demo = await readFile(join(root, 'www/demo/lms_vc_synthetic.csv'), 'utf8');

const version = await packageVersion(join(root, 'Cargo.toml'));
/** Of the engine's build: by hand the engine is that of the last one. */
const built = existsSync(join(kept, 'build.json')) ? JSON.parse(await readFile(join(kept, 'build.json'), 'utf8')) : { commit: null, tools: [] };

// Before it stands the engine's glue, which the page's script has (www/app/engine/assets.mjs). Each glue declares `wasm_bindgen`: the second one is
// kept in a function, which also gives a fresh one after a trap.
const worker = [
  `function riskset_office() { ${office.glue}\nreturn wasm_bindgen; }`,
  textOf(await build({ ...common, entryPoints: [join(app, 'engine/worker.mjs')] })),
].join('\n');

/** @param {string} text @param {string} ending */
const nameOf = (text, ending) => `${ending}.${createHash('sha256').update(text).digest('hex').slice(0, 16)}.js`;

/** What a form of the page knows of itself. @param {string} form @param {string | null} [serviceWorker] */
const copyOf = (form, serviceWorker = null) => ({ form, serviceWorker, build: { version, ...built } });

/**
 * A script that hands over `what` to the element that asked for it: no name is given to the whole page.
 * @param {string} name @param {unknown} what @param {string} [page] the source of a function, to hand over with it
 */
function carrier(name, what, page) {
  const data = JSON.stringify(what), whole = page ? `${data.slice(0, -1)},"page":${page}}` : data;
  const text = ascii(`document.currentScript.carried=${whole};`), hash = sha256(text);
  return { text, hash, name: nameOf(text, name), link: { src: nameOf(text, name), integrity: `sha256-${hash}` } };
}

/** The words of each language, without those that come later, and those. */
const early = /** @type {Record<string, object>} */ ({}), later = /** @type {Record<string, Record<string, object>>} */ ({});
for (const [language] of LANGUAGES) {
  later[language] = {};
  for (const file of /** @type {const} */ (['page', 'engine'])) {
    const words = parted(file, JSON.parse(await readFile(join(app, `i18n/${file}.${language}.json`), 'utf8')));
    early[`${file}.${language}.json`] = words.early;
    later[language][file] = words.later;
  }
}

/** Leaves out the words that come later. @type {import('esbuild').Plugin} */
const earlyWords = {
  name: 'early words',
  setup(plugin) {
    plugin.onLoad({ filter: /i18n[\\/](page|engine)\.[a-z]+\.json$/ }, ({ path }) => ({ contents: JSON.stringify(early[basename(path)]), loader: 'json' }));
  },
};

/** The part of the page that comes later, where it does. */
const laterPart = join(app, 'later/part.mjs');

/**
 * What an entry is built with: the engine of its thread, and the part of the page that comes later, if that is to be within.
 * @param {{glue: string, packed: string}} engine @param {boolean} isWhole
 */
function partsOf(engine, isWhole) {
  return {
    'riskset:later': isWhole ? 'export * as within from "./later/part.mjs";' : 'export const within = null;',
    'riskset:copy': 'export const { form, serviceWorker, build } = parts.copy;',
    'riskset:version': `export const version = ${JSON.stringify(version)};`,
    // `document` is hidden from the glue: it looks there for its own address, and has none in a srcdoc frame.
    'riskset:glue': `const make = (document) => { ${engine.glue}\nreturn wasm_bindgen; };
      export const instantiate = () => make(undefined), glue = () => make.toString();`,
    'riskset:assets': [
      `export const wasmGzipBase64 = ${JSON.stringify(engine.packed)};`,
      `export const demoName = "lms_vc_synthetic.csv";`,
      `export const demoCsv = ${JSON.stringify(demo)};`,
    ].join('\n'),
    'riskset:parts': `export const { whole, office, cases } = later ? { ...parts, whole: { ...parts.whole, page: later } } : parts;
      export const source = () => riskset.toString(), handOver = () => parts.shared;`,
  };
}

const loader = /** @type {const} */ ({ '.css': 'text', '.svg': 'text', '.csv': 'text' });

/** An entry, all within, as the source of a function of its parts (www/app/engine/script.mjs). @param {string} entry */
async function sourceOf(entry) {
  return functionOf(textOf(await build({ ...common, entryPoints: [join(app, entry)], loader, plugins: [virtual(partsOf(whole, true))] })));
}

/**
 * The page in two: what its first curves need, as the source of a function of its parts, and what comes later, as the source of a function of
 * what it uses of the first. Each module is in one of the two.
 * @param {{glue: string, packed: string}} engine
 */
async function sourcesOf(engine) {
  const { outputFiles, metafile } = await build({
    ...common, format: 'esm', splitting: true, metafile: true, outdir: '/', entryPoints: { first: join(app, 'main.mjs'), later: laterPart }, loader,
    plugins: [virtual(partsOf(engine, false)), earlyWords],
  });
  for (const path of Object.keys(metafile.inputs)) {
    // What is handed over is handed over once.
    if (path.endsWith('.mjs') && /^export (let|var)\b/m.test(await readFile(path, 'utf8'))) throw new Error(`${path} exports what can change`);
  }
  const files = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const [shared, ...more] = [...files.keys()].filter((name) => name.startsWith('chunk-'));
  if (!shared || more.length) throw new Error('the two parts of the page are to share one chunk');
  const names = Object.entries(metafile.outputs).find(([path]) => basename(path) === shared)?.[1].exports.join() ?? '';
  /** One of the two, bundled anew with these modules. @param {Record<string, string>} modules @param {string} entry @param {import('esbuild').BuildOptions} [options] */
  const again = async (modules, entry, options) => textOf(await build({
    ...common, ...options, stdin: { contents: entry, resolveDir: '/' },
    plugins: [{
      name: 'parts of the page',
      setup(plugin) {
        plugin.onResolve({ filter: /^\.\// }, ({ path }) => ({ path: path.slice(2), namespace: 'part' }));
        plugin.onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({ contents: modules[path], loader: 'js' }));
      },
    }],
  }));
  const first = await again({
    'first.js': files.get('first.js') ?? '', [shared]: files.get(shared) ?? '',
    'handover.js': `import {${names}} from "./${shared}"; parts.shared = {${names}};`,
  }, 'import "./handover.js"; import "./first.js";');
  const later = await again({ 'later.js': files.get('later.js') ?? '', [shared]: `export const {${names}} = shared;` }, 'export * from "./later.js";', { globalName: 'part' });
  return { source: functionOf(first), page: `function(shared){${later.trimEnd()}\nreturn part}` };
}

const packedFirst = packed(first);
const { source, page: laterPage } = await sourcesOf({ glue: whole.glue, packed: packedFirst });
const engineParts = { worker, rest: packed(rest), words: later };
const engineScript = carrier('engine', engineParts, laterPage), casesScript = carrier('cases', casesPacked);
// A supplement is written by the page and carries the page's script with its parts within: the policy of the file names this hash.
const supplement = Object.fromEntries([['counts', null], ['data', { packed: office.packed }]].map(([kind, own]) =>
  [kind, sha256(scriptOf(source, { whole: engineParts, office: own, cases: null, copy: copyOf('element') }, laterPage))]));
const officeScript = carrier('office', { packed: office.packed, supplement });
const links = { whole: engineScript.link, office: officeScript.link, cases: casesScript.link };
const script = ascii(scriptOf(source, { ...links, copy: copyOf('hosted', SERVICE_WORKER) }));
/** All within. @param {string} form @param {string} [entry] */
const scriptWithAll = async (form, entry = 'main.mjs') =>
  ascii(scriptOf(await sourceOf(entry), { whole: { worker }, office: { packed: office.packed }, cases: casesPacked, copy: copyOf(form) }));
const single = await scriptWithAll('single');

/** @param {string[]} hashes of the scripts @param {boolean} isHosted with a service worker and a manifest beside it */
const policy = (hashes, isHosted) =>
  `default-src 'none'; script-src ${hashes.map((hash) => `'sha256-${hash}'`).join(' ')} 'wasm-unsafe-eval'; worker-src ${isHosted ? "'self' " : ''}blob:; ` +
  `connect-src 'none'; ${isHosted ? "manifest-src 'self'; " : ''}img-src data: blob:; base-uri 'none'; form-action 'none'`;

// The page's own text, whoever calls: Trunk writes another one, and two builds of the same engine are to give the same bytes. Its link goes out.
const page = asciiWords((await readFile(join(root, 'www/index.html'), 'utf8')).replace(/^.*<link data-trunk .*\n/m, ''));

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
const inHead = textOf(await build({ ...common, entryPoints: [join(app, 'early.mjs')] })).trim();
// A host that asks who one is asks for the manifest too: a browser sends no cookie with it unless it is told to.
const beside = `<link rel="manifest" href="manifest.json" crossorigin="use-credentials"><script>${inHead}</script>`;
/** All files of the hosted page, by name. */
const hosted = new Map([
  [name, script], [engineScript.name, engineScript.text], [officeScript.name, officeScript.text], [casesScript.name, casesScript.text],
  ['index.html', pageWith(`<script src="${name}" integrity="sha256-${hash}"></script>`, [hash, engineScript.hash, officeScript.hash, casesScript.hash, sha256(inHead)], beside)],
]);
await Promise.all([...hosted, ['riskset.html', pageWith(`<script>${single}</script>`, [sha256(single)])]].map(([file, text]) => writeFile(join(out, file), text)));
await writeHosted(out, hosted, async (modules) => textOf(await build({ ...common, entryPoints: [join(app, 'copy/service_worker.mjs')], plugins: [virtual(modules)] })));
const embedding = await writeEmbedding({
  root, out,
  scriptWith: (entry) => scriptWithAll('element', entry),
  plain: async (entry) => textOf(await build({ ...common, entryPoints: [join(app, entry)] })),
  policy: (text) => policyElement([sha256(text)]),
});
if (made === out) await Promise.all(['riskset_bg.wasm', 'riskset.js'].map((name) => rm(join(out, name))));

/** @param {(Uint8Array | string)[]} files */
const kb = (...files) => `${(files.reduce((sum, data) => sum + gzipSync(data, { level: 9 }).length, 0) / 1000).toFixed(0)} kB`;
console.log(`gzipped: first curves ${kb(hosted.get('index.html') ?? '', script)} (of that ${called} of the engine's ${of} functions ${(packedFirst.length * 0.75 / 1000).toFixed(0)} kB), rest of the engine ${kb(engineScript.text)}, ` +
  `second wasm ${kb(officeScript.text)}; hosted in all ${kb(...hosted.values())}, single file ${kb(single)}`);
console.log(`element ${kb(embedding.element)}; frame ${kb(embedding.page)}; its client ${kb(embedding.client)}`);
