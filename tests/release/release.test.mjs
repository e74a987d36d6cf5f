// A release has the same bytes each time, and says what is in it. `./dev release --check` builds a commit twice; here the last steps are
// looked at, which take no compiler: the bundle of one wasm, and the archives of one folder.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { tarGz, zip } from '../../scripts/archive.mjs';
import { filesUnder, releaseOf } from '../../scripts/release.mjs';
import { parts } from '../browser/exports/read.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const time = new Date('2026-03-01T12:34:56Z');
const sha256 = (/** @type {string | Buffer} */ content) => createHash('sha256').update(content).digest('hex');

/** What the hosted page consists of, beside its service worker. */
const OF_THE_PAGE = /^(index\.html|manifest\.json|[a-z_]+\.[0-9a-f]{16}\.js)$/;

/** Runs `use` in a folder of its own. @param {(folder: string) => Promise<unknown>} use */
async function inFolder(use) {
  const folder = await mkdtemp(join(tmpdir(), 'riskset-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}


test('one wasm, bundled twice, gives the same page', () => inFolder(async (folder) => {
  const pages = [];
  for (const name of ['one', 'two']) {
    const out = join(folder, name);
    execFileSync(process.execPath, [join(root, 'scripts/bundle.mjs')], { env: { ...process.env, RISKSET_DIST: out, TRUNK_STAGING_DIR: undefined }, stdio: 'pipe' });
    pages.push(new Map([...await filesUnder(out)].map(([file, content]) => [file, sha256(content)])));
  }
  assert.deepEqual(pages[0], pages[1]);
  assert.ok(pages[0].size >= 9, [...pages[0].keys()].join());
  // It is the page that the build left in dist/.
  assert.deepEqual(pages[0], new Map([...await filesUnder(join(root, 'dist'))].map(([file, content]) => [file, sha256(content)])));
}));

test('the service worker knows each file of the hosted page, by its checksum', async () => {
  const dist = await filesUnder(join(root, 'dist'));
  const worker = String(dist.get('sw.js'));
  for (const [name, content] of dist) {
    const known = worker.includes(`name:"${name}",integrity:"sha256-${createHash('sha256').update(content).digest('base64')}"`);
    assert.equal(known, OF_THE_PAGE.test(name), name);
  }
  assert.equal(worker.split('integrity:"').length - 1, [...dist.keys()].filter((name) => OF_THE_PAGE.test(name)).length, 'and no other');
});

test('the page is ASCII: no charset that a host declares changes it', async () => {
  for (const [name, content] of await filesUnder(join(root, 'dist'))) {
    if (OF_THE_PAGE.test(name) || /^(sw\.js|riskset\.html)$/.test(name)) assert.ok(content.every((byte) => byte < 128), name);
  }
});

test('archives have the same bytes whatever the order of the files', () => {
  const entries = ['b.txt', 'a/z.txt', 'a.txt', 'B.txt', 'é.txt'].map((name, i) => ({ name, content: Buffer.from(name.repeat(i * 400)) }));
  const shuffled = [3, 1, 4, 0, 2].map((i) => entries[i]);
  for (const make of [tarGz, zip]) {
    const archive = make(entries, time);
    assert.ok(archive.equals(make(shuffled, time)));
    assert.ok(archive.equals(make(entries, new Date(time))));
    assert.ok(!archive.equals(make(entries, new Date('2026-03-01T12:34:58Z'))));
  }
});

test('other programs read the archives', () => inFolder(async (folder) => {
  const entries = [{ name: 'x/b.txt', content: Buffer.from('b'.repeat(1000)) }, { name: 'x/a.txt', content: Buffer.from('') }, { name: 'x/c.bin', content: Buffer.from([0, 255, 10, 13]) }];
  await writeFile(join(folder, 'x.tar.gz'), tarGz(entries, time));
  await mkdir(join(folder, 'out'));
  execFileSync('tar', ['-xzf', 'x.tar.gz', '-C', 'out'], { cwd: folder });
  for (const { name, content } of entries) assert.ok((await readFile(join(folder, 'out', name))).equals(content), name);
  const listed = execFileSync('tar', ['--utc', '--full-time', '-tvzf', 'x.tar.gz'], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
  assert.deepEqual(listed.map((line) => line.replace(/\s+/g, ' ')), [
    '-rw-r--r-- 0/0 0 2026-03-01 12:34:56 x/a.txt', '-rw-r--r-- 0/0 1000 2026-03-01 12:34:56 x/b.txt', '-rw-r--r-- 0/0 4 2026-03-01 12:34:56 x/c.bin',
  ]);
  const read = parts(zip(entries, time));
  for (const { name, content } of entries) assert.ok(read.get(name)?.equals(content), name);
  assert.deepEqual([...read.keys()], ['x/a.txt', 'x/b.txt', 'x/c.bin']);
}));

test('a release says what is in it, and its checksums are those of its files', async () => {
  const page = await filesUnder(join(root, 'dist'));
  const given = { page, beside: new Map([['LICENSE-MIT', Buffer.from('MIT')]]), version: '0.1.0', commit: 'abc', tools: /** @type {[string, string][]} */ ([['rustc', '1.96.0']]), time };
  const release = releaseOf(given);
  // From the same files in another order, the same.
  const again = releaseOf({ ...given, page: new Map([...page].reverse()) });
  for (const [name, content] of release) assert.ok(content.equals(again.get(name) ?? Buffer.alloc(0)), name);

  assert.deepEqual([...release.keys()].sort(), ['RELEASE.json', 'SHA256SUMS', 'riskset-0.1.0.tar.gz', 'riskset-0.1.0.zip', 'riskset.html']);
  const sums = String(release.get('SHA256SUMS')).trim().split('\n').map((line) => line.split('  '));
  assert.deepEqual(sums, [...release].filter(([name]) => name !== 'SHA256SUMS').map(([name, content]) => [sha256(content), name]));
  const said = JSON.parse(String(release.get('RELEASE.json')));
  assert.deepEqual({ ...said, files: undefined }, {
    format: 'riskset-release/1', name: 'riskset', version: '0.1.0', commit: 'abc', committed: '2026-03-01T12:34:56.000Z', tools: { rustc: '1.96.0' }, files: undefined,
  });
  const within = parts(release.get('riskset-0.1.0.zip') ?? Buffer.alloc(0));
  assert.deepEqual(new Map(said.files.map((/** @type {any} */ file) => [file.name, file.sha256])), new Map([...page].map(([name, content]) => [name, sha256(content)])));
  for (const { name, sha256: sum, bytes } of said.files) {
    const content = within.get(`riskset-0.1.0/${name}`) ?? Buffer.alloc(0);
    assert.deepEqual([sha256(content), content.length], [sum, bytes], name);
  }
  for (const name of ['LICENSE-MIT', 'RELEASE.json']) assert.ok(within.has(`riskset-0.1.0/${name}`));
  assert.throws(() => releaseOf({ ...given, page: new Map() }), /not complete/);
});

test('`sha256sum -c` takes the checksums', () => inFolder(async (folder) => {
  execFileSync(process.execPath, [join(root, 'scripts/release.mjs'), join(root, 'dist'), folder], { stdio: 'pipe' });
  const said = execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8' });
  assert.match(said, /riskset\.html: OK/);
}));
