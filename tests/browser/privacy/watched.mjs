// A visit to the page with everything watched: by the harness within, by the recorder without, and on disk once the browser is closed.
import { randomBytes } from 'node:crypto';
import { withPage } from '../harness.mjs';
import { kept } from '../host.mjs';
import { startRecorder } from '../recorder.mjs';

/** @typedef {import('playwright-core').Page} Page */

/**
 * Fingerprints of fields (a name and a kind) in what a browser asked about the forms of a page, in hexadecimal. Its question is a protocol
 * buffer: the forms are its field 2, the fields of a form likewise, a fingerprint is field 1 of those, 32 bits.
 * @param {string} url
 * @returns {string[]}
 */
export function fieldsIn(url) {
  const bytes = Buffer.from(/\/pages\/([^?]+)/.exec(url)?.[1] ?? '', 'base64url');
  return parts(bytes, 2).flatMap((form) => parts(form, 2)).flatMap((field) => parts(field, 1)).map((four) => Buffer.from(four).reverse().toString('hex'));
}

/** The values of a field of a protocol buffer. @param {Buffer} bytes @param {number} wanted @returns {Buffer[]} */
function parts(bytes, wanted) {
  const found = [];
  let at = 0;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (!(byte >= 0x80)) return value;
    }
  };
  while (at < bytes.length) {
    const key = number(), kind = key % 8;
    const from = at;
    let length = 0;
    if (kind === 0) number();
    else if (kind === 2) length = number();
    else length = kind === 1 ? 8 : 4;
    const start = kind === 0 ? from : at;
    at += length;
    if (Math.floor(key / 8) === wanted) found.push(bytes.subarray(start, at));
  }
  return found;
}

/** A text that occurs nowhere else. */
export const newSecret = () => `CANARY${randomBytes(6).toString('hex')}`;

/**
 * A text for the names of columns and what the user types of them: they are the study's, which the tab keeps (docs/storage.md), and may go
 * nowhere else.
 * @param {string} secret
 */
export const ofStudy = (secret) => `STUDY${[...secret.slice('CANARY'.length)].reverse().join('')}`;

/** The name under which a tab keeps studies. */
const KEPT = 'riskset-kept-studies/1';

/**
 * A cohort whose patients' names and groups hold the secret; its columns have another.
 * @param {string} secret @param {number} [n]
 */
export function cohort(secret, n = 40) {
  const rows = Array.from({ length: n }, (_, i) => [
    `${secret}-patient-${i}`, ((i * 37) % 41) + (i % 2 ? 6 : 1), i % 3 ? 1 : 0, i % 2 ? `${secret}-treated` : `${secret}-control`, 40 + ((i * 7) % 23), ['I', 'II', 'III'][(i * 5) % 3],
  ].join(','));
  return `${ofStudy(secret)}-name,time,status,${ofStudy(secret)}-arm,age,grade\n${rows.join('\n')}\n`;
}

/** Everything that a page can leave in a browser, by name of its place. @param {Page} page @returns {Promise<Record<string, any>>} */
export const traces = (page) => page.evaluate(async () => {
  /** @param {() => any} read */
  const or = async (read) => { try { return await read(); } catch { return 'refused'; } };
  return {
    local: await or(() => Object.entries(localStorage)),
    session: await or(() => Object.entries(sessionStorage)),
    databases: await or(async () => (await indexedDB.databases()).map(({ name }) => name)),
    caches: await or(async () => Promise.all((await caches.keys()).sort().map(async (name) => [name, ...(await (await caches.open(name)).keys()).map(({ url }) => url)]))),
    workers: await or(async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope, active }) => [scope, active?.state])),
    files: await or(async () => {
      const names = [];
      for await (const name of /** @type {any} */ (await navigator.storage.getDirectory()).keys()) names.push(name);
      return names;
    }),
    cookie: await or(() => document.cookie),
    search: location.search, hash: location.hash, name: window.name, title: document.title, history: history.length, state: history.state,
  };
});

/** What is stored now and was not before, or holds the secret. @param {Record<string, any> | undefined} before @param {Record<string, any>} now @param {string} secret */
export function storedSince(before, now, secret) {
  // The tab may keep a study of what was chosen, in its own store: with no word of the file's cells or name in it.
  const session = Array.isArray(now.session) ? { session: now.session.filter(([key, text]) => key !== KEPT || text.includes(secret)) } : {};
  return Object.entries({ ...now, ...session })
    .filter(([place, held]) => JSON.stringify(held) !== JSON.stringify(before?.[place]) || JSON.stringify(held).includes(secret))
    .map(([place, held]) => `stored: ${place} ${JSON.stringify(held)}`);
}

/**
 * What a visit gave away: whatever the harness did not expect, whatever was stored during it, whatever went out, and files on disk with the
 * secret in them. A visit that gives nothing away gives an empty list.
 * @param {'http' | 'file'} form
 * @param {string} secret
 * @param {(opened: Parameters<Parameters<typeof withPage>[1]>[0] & {settled: () => Promise<void>}, record: import('../recorder.mjs').Recorder) => Promise<void>} use
 *   calls `settled` once the page has all that it asks for and nothing of the user's
 * @param {NonNullable<Parameters<typeof withPage>[2]> & {proxy?: boolean}} [options]
 * @returns {Promise<{found: string[], browsers: string[]}>} `browsers` is what the browser asked by itself
 */
export async function watched(form, secret, use, { proxy, ...options } = {}) {
  const record = await startRecorder({ proxy });
  /** @type {string[]} */
  const found = [];
  try {
    await withPage(form, async (opened) => {
      const { page, unexpected } = opened;
      /** @type {Record<string, any> | undefined} */
      let before;
      await use({ ...opened, async settled() {
        // The browser keeps the hosted page's own files (tests/browser/offline).
        if (form === 'http' && page.frames().length === 1) await kept(page);
        before = await traces(page);
      } }, record);
      // A page that was left cannot be asked.
      found.push(...storedSince(before, await traces(page).catch(() => ({})), secret), ...unexpected);
      unexpected.length = 0;
    }, { ...options, secret, record });
    const { sent, browsers } = await record.seen();
    found.push(...sent, ...browsers.filter((what) => what.includes(secret) || what.includes(ofStudy(secret))), ...(await record.remains(secret)).map((file) => `left on disk: ${file}`));
    return { found, browsers };
  } finally {
    await record.stop();
  }
}
