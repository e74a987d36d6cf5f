// Copies of the built page with something changed in them, as a bad download, a bad disk or a careless editor leaves them.
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { root } from '../harness.mjs';

const dist = join(root, 'dist');

/** The files of the hosted page. @returns {Promise<Record<string, string>>} */
export async function hosted() {
  const names = (await readdir(dist)).filter((name) => name !== 'riskset.html' && /\.(html|m?js|css|json|webmanifest)$/.test(name));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(dist, name), 'utf8')])));
}

export const single = () => readFile(join(dist, 'riskset.html'), 'utf8');

/** @param {string} text */
const sha256 = (text) => createHash('sha256').update(text).digest('base64');

/** The scripts within a page. @param {string} html */
const inline = (html) => [...html.matchAll(/<script>([^]*?)<\/script>/g)].map((match) => match[1]);

/**
 * Files with other contents whose hashes are right again, wherever one names another's.
 * @param {Record<string, string>} files @param {Record<string, string>} changed
 */
export function rehashed(files, changed) {
  let all = { ...files };
  for (let work = Object.entries(changed); work.length > 0;) {
    const [[name, text], ...rest] = work;
    const swaps = name.endsWith('.html') ? inline(all[name]).map((script, i) => [sha256(script), sha256(inline(text)[i] ?? '')]) : [[sha256(all[name]), sha256(text)]];
    const swap = (/** @type {string} */ other) => swaps.reduce((now, [old, next]) => now.replaceAll(old, next), other);
    all[name] = name.endsWith('.html') ? swap(text) : text;
    work = rest;
    for (const [other, contents] of Object.entries(all)) {
      const next = other === name ? contents : swap(contents);
      if (next !== contents) work.push([other, next]);
    }
  }
  return all;
}

/** A gzipped wasm of a script as base64. */
const GZIP = /H4sI[A-Za-z0-9+/]{20000,}={0,2}/g;

/** The base64 of the engine in a script, which may hold other wasm too. @param {string} text @returns {string | undefined} */
const engineOf = (text) => text.match(GZIP)?.find((base64) => gunzipSync(Buffer.from(base64, 'base64')).includes('session_run'));

/** The text with another engine in it. @param {string} text @param {(wasm: Buffer) => Uint8Array | string} change gives the wasm, or the base64 itself */
export function withEngine(text, change) {
  const base64 = engineOf(text);
  if (!base64) throw new Error('no engine in this text');
  const next = change(gunzipSync(Buffer.from(base64, 'base64')));
  return text.replace(base64, () => (typeof next === 'string' ? next : gzipSync(next).toString('base64')));
}

/** The script of the hosted page, which holds the engine. @param {Record<string, string>} files */
export const engineScript = (files) => /** @type {RegExpExecArray} */ (/<script src="([^"]+)"/.exec(files['index.html']))[1];
