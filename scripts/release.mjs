// Writes a release of the page that is in dist/: `node scripts/release.mjs [DIST [OUT]]`, by default dist and target/release-archive.
//   riskset-VERSION.tar.gz, .zip   the hosted page, the single file, licences, how to host it
//   riskset.html                   the single file alone
//   RELEASE.json                   version, commit, tools, and the checksum of each file of the page; also within the archives
//   SHA256SUMS                     checksums of the four above, as `sha256sum -c` reads them
// The same page gives the same bytes: the only time in it is the commit's.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tarGz, zip } from './archive.mjs';
import { packageVersion } from './toolchain.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Beside the page in an archive: its path there, and where it is in the source. */
const BESIDE = [['LICENSE-MIT', 'LICENSE-MIT'], ['LICENSE-APACHE', 'LICENSE-APACHE'], ['HOSTING.md', 'docs/hosting.md']];

/** @param {string | Buffer} content */
const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/** Seconds since 1970 of the commit; of a source without one, the first day that a ZIP file can say. */
function commitTime() {
  try {
    return Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return Date.UTC(1980, 0, 1) / 1000;
  }
}

/** All files under a folder, by their paths in it. @param {string} folder @returns {Promise<Map<string, Buffer>>} */
export async function filesUnder(folder) {
  const found = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return new Map(await Promise.all(found.map(async ({ parentPath, path, name }) => {
    const place = join(parentPath ?? path, name);
    return /** @type {[string, Buffer]} */ ([relative(folder, place).split(sep).join('/'), await readFile(place)]);
  })));
}

/**
 * The files of a release, by name.
 * @param {object} of
 * @param {Map<string, Buffer>} of.page the files of dist/
 * @param {Map<string, Buffer>} of.beside other files of the archives
 * @param {string} of.version @param {string | null} of.commit @param {[string, string][]} of.tools @param {Date} of.time the commit's
 */
export function releaseOf({ page, beside, version, commit, tools, time }) {
  const single = page.get('riskset.html');
  if (!single || !page.has('index.html') || !page.has('sw.js')) throw new Error('dist/ is not complete');
  const release = Buffer.from(`${JSON.stringify({
    format: 'riskset-release/1', name: 'riskset', version, commit, committed: time.toISOString(), tools: Object.fromEntries(tools),
    files: [...page].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, content]) => ({ name, bytes: content.length, sha256: sha256(content) })),
  }, null, 2)}\n`);
  const entries = [...page, ...beside, /** @type {[string, Buffer]} */ (['RELEASE.json', release])]
    .map(([name, content]) => ({ name: `riskset-${version}/${name}`, content }));
  const files = new Map([
    ['RELEASE.json', release], [`riskset-${version}.tar.gz`, tarGz(entries, time)], [`riskset-${version}.zip`, zip(entries, time)], ['riskset.html', single],
  ]);
  return files.set('SHA256SUMS', Buffer.from([...files].map(([name, content]) => `${sha256(content)}  ${name}\n`).join('')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dist = join(root, 'dist'), out = join(root, 'target/release-archive')] = process.argv.slice(2);
  const { commit, tools } = JSON.parse(await readFile(join(root, 'target/glue/build.json'), 'utf8'));
  const files = releaseOf({
    page: await filesUnder(dist),
    beside: new Map(await Promise.all(BESIDE.map(async ([name, path]) => /** @type {[string, Buffer]} */ ([name, await readFile(join(root, path))])))),
    version: await packageVersion(join(root, 'Cargo.toml')), commit, tools, time: new Date(commitTime() * 1000),
  });
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await Promise.all([...files].map(([name, content]) => writeFile(join(out, name), content)));
  console.log(files.get('SHA256SUMS')?.toString());
}
