// The tools that built the page, by name and version, in the order in which they are shown: the same tools give the same bytes.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** What a tool says of itself, in one line; null where it is not there. @param {string} command @param {...string} arguments_ */
function said(command, ...arguments_) {
  try {
    return execFileSync(command, arguments_, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n')[0];
  } catch {
    return null;
  }
}

/** Of the tools on the PATH, as `wasm` of scripts/setup.sh sets it. @returns {[name: string, version: string][]} */
export function tools() {
  const version = (/** @type {string} */ name) => createRequire(import.meta.url)(`${name}/package.json`).version;
  const without = (/** @type {string | null} */ text, /** @type {string} */ name) => text?.replace(`${name} `, '') ?? null;
  const all = /** @type {[string, string | null][]} */ ([
    ['rustc', without(said('rustc', '--version'), 'rustc')],
    ['std for wasm32', process.env.RISKSET_STD ?? null],
    ['cargo', without(said('cargo', '--version'), 'cargo')],
    ['wasm-bindgen', without(said('wasm-bindgen', '--version'), 'wasm-bindgen')],
    ['trunk', without(said('trunk', '--version'), 'trunk')],
    ['esbuild', version('esbuild')],
    ['node', process.versions.node],
    ['zlib', process.versions.zlib],
    ['libdeflate', without(said('libdeflate-gzip', '-V'), 'gzip compression program')?.replace(/^v/, '') ?? null],
  ]);
  return all.flatMap(([name, which]) => (which ? [/** @type {[string, string]} */ ([name, which])] : []));
}

/** The version of the package. @param {string} manifest path of Cargo.toml */
export async function packageVersion(manifest) {
  const version = /^version = "(.+)"$/m.exec(await readFile(manifest, 'utf8'))?.[1];
  if (!version) throw new Error(`${manifest} has no version`);
  return version;
}
