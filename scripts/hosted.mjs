// What a host serves beside the page and its scripts: the web manifest, and the service worker that knows all of these files.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const www = resolve(dirname(fileURLToPath(import.meta.url)), '../www');

/** The types that the service worker gives, whatever the host said. @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.json': 'application/manifest+json; charset=utf-8',
};

/** A text of JavaScript or JSON in signs of ASCII: what is left of others stands within strings and regular expressions. @param {string} text */
export const ascii = (text) => text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Name of the service worker: it never changes, or browsers would not find the next one. */
export const SERVICE_WORKER = 'sw.js';

/**
 * The files of the hosted page as the service worker knows them, in the order of their names.
 * @param {Map<string, string | Buffer>} contents by name
 */
export function filesOf(contents) {
  return [...contents].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, content]) => {
    const type = TYPES[extname(name)];
    if (!type) throw new Error(`${name}: files of this kind have no type in scripts/hosted.mjs`);
    return { name, integrity: `sha256-${createHash('sha256').update(content).digest('base64')}`, type };
  });
}

/**
 * Writes manifest and service worker beside the files that are there already.
 * @param {string} out folder @param {Map<string, string | Buffer>} written what the bundle wrote for a host, by name
 * @param {(modules: Record<string, string>) => Promise<string>} bundleWorker the script of the service worker with these virtual modules
 */
export async function writeHosted(out, written, bundleWorker) {
  const manifest = await manifestWithIcons();
  const files = filesOf(new Map([...written, ['manifest.json', manifest]]));
  /** @param {string} version @param {object[]} known */
  const worker = (version, known) => bundleWorker({
    'riskset:files': `export const version = ${JSON.stringify(version)}; export const files = ${JSON.stringify(known)};`,
  });
  // Another worker is another version too, though it has the same files.
  const version = createHash('sha256').update(await worker('', [])).update(JSON.stringify(files)).digest('hex').slice(0, 16);
  const script = await worker(version, files);
  await Promise.all([['manifest.json', manifest], [SERVICE_WORKER, script]].map(([name, content]) => writeFile(join(out, name), content)));
}

/** The manifest with its icons within: the page's policy lets no picture be fetched, from its own host neither. */
async function manifestWithIcons() {
  const manifest = JSON.parse(await readFile(join(www, 'manifest.json'), 'utf8'));
  for (const icon of manifest.icons) icon.src = `data:${icon.type};base64,${await readFile(join(www, icon.src), 'base64')}`;
  return `${ascii(JSON.stringify(manifest))}\n`;
}
