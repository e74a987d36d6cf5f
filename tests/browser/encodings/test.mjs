// In the page the browser decodes what the native command decodes by a library of its own (office/README.md): both read the same text, of each
// encoding that an SPSS file may name, of every byte and of every pair of bytes, also of those that mean nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { command } from '../../command.mjs';
import { shippedGlue, shippedWasm } from '../../parity/engine.mjs';
import { launched, root } from '../harness.mjs';

const SINGLE = [
  'windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254', 'windows-1255', 'windows-1256', 'windows-1257', 'windows-1258',
  'windows-874', 'iso-8859-1', 'iso-8859-2', 'iso-8859-3', 'iso-8859-4', 'iso-8859-5', 'iso-8859-6', 'iso-8859-7', 'iso-8859-8', 'iso-8859-9',
  'iso-8859-10', 'iso-8859-13', 'iso-8859-14', 'iso-8859-15', 'iso-8859-16', 'koi8-r', 'koi8-u', 'ibm866', 'macintosh', 'x-mac-cyrillic',
];
const DOUBLE = ['shift_jis', 'gbk', 'gb18030', 'big5', 'euc-kr', 'euc-jp'];

/** Bytes from..to. @param {number} from @param {number} to */
const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);

/** Every byte beyond ASCII, each before a letter. */
const bytes = [0, 1].map((half) => range(0x80 + 64 * half, 0xc0 + 64 * half).flatMap((byte) => [byte, 0x61]));
/** For each first byte texts of all second ones, each pair before a letter: what does not fit is over then. */
const pairs = range(0x81, 0xff).flatMap((first) => [0x40, 0x80, 0xc0].map((from) => range(from, from + 64).flatMap((second) => [first, second, 0x61])));
const japanese = [0x24, 0x42, ...range(0x21, 0x7f).flatMap((second) => [0x30, second])];
/** Texts in bytes, by encoding. @type {[string, number[][]][]} */
const cases = [
  ...SINGLE.map((name) => /** @type {[string, number[][]]} */ ([name, bytes])),
  ...DOUBLE.map((name) => /** @type {[string, number[][]]} */ ([name, pairs])),
  ['iso-2022-jp', [[0x61, 0x1b, ...japanese, 0x1b, 0x28, 0x42, 0x61]]],
  ['utf-8', [...Buffer.from('é€漢\u{1f9b4}')].map((_, n, all) => all.slice(0, n + 1))],
  ['UTF-8', [[0xef, 0xbb, 0xbf, 0x61], [0xff, 0xfe, 0x61, 0x00], [0x61, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80, 0x62]]],
];

/** An SPSS file (little-endian, not compressed) of a row of zeros, a column per text, which is the column's label. @param {string} encoding @param {number[][]} labels */
function sav(encoding, labels) {
  /** @type {Buffer[]} */
  const parts = [];
  const int = (/** @type {number[]} */ ...values) => values.forEach((value) => { const four = Buffer.alloc(4); four.writeInt32LE(value); parts.push(four); });
  const double = (/** @type {number} */ value) => { const eight = Buffer.alloc(8); eight.writeDoubleLE(value); parts.push(eight); };
  const text = (/** @type {string} */ value, /** @type {number} */ n) => parts.push(Buffer.from(value.padEnd(n)));
  text('$FL2', 4);
  text('@(#) SPSS DATA FILE made for a test', 60);
  int(2, labels.length, 0, 0, 1);
  double(100);
  text('01 Jan 20', 9);
  text('00:00:00', 8);
  text('', 64);
  parts.push(Buffer.alloc(3));
  labels.forEach((label, i) => {
    // A number, with a label, shown as F8.2.
    int(2, 0, 1, 0, 0x050802, 0x050802);
    text(`V${i}`, 8);
    int(label.length);
    parts.push(Buffer.from(label), Buffer.alloc(-label.length & 3));
  });
  int(7, 20, 1, encoding.length);
  text(encoding, encoding.length);
  int(999, 0);
  labels.forEach(() => double(0));
  return Buffer.concat(parts);
}

const folder = mkdtempSync(join(tmpdir(), 'riskset-encodings-'));
after(() => rmSync(folder, { recursive: true }));
/** @type {import('playwright-core').Page} */
let page;
before(async () => {
  page = await (await launched()).newPage();
  await page.evaluate(([glue, wasm]) => {
    const office = (0, eval)(glue);
    const bytesOf = (/** @type {string} */ base64) => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    office.initSync({ module: new WebAssembly.Module(bytesOf(wasm)) });
    // The first line of what it makes of a file.
    Object.assign(globalThis, { head: (/** @type {string} */ base64) => new TextDecoder().decode(office.convert(bytesOf(base64), 'a.sav', undefined)).split('\n', 1)[0] });
  }, [shippedGlue('office'), Buffer.from(shippedWasm(join(root, 'dist/riskset.html'), 'convert')).toString('base64')]);
});
after(() => page?.close());

for (const [encoding, labels] of cases) {
  test(`the browser reads ${encoding} as the native command does`, async () => {
    const file = sav(encoding, labels), path = join(folder, `${encoding}.sav`);
    writeFileSync(path, file);
    const run = spawnSync(command, ['inspect', path], { encoding: 'utf8', maxBuffer: 1e9 });
    assert.equal(run.status, 0, run.stderr);
    const native = JSON.parse(run.stdout);
    const head = JSON.parse(await page.evaluate((base64) => /** @type {any} */ (globalThis).head(base64), file.toString('base64')));
    const told = native.columns.map((/** @type {any} */ column) => column.suggested?.label ?? column.label ?? null);
    assert.equal(told.length, labels.length);
    assert.ok(told.every((/** @type {string | null} */ label) => label));
    assert.deepEqual(head.columns.map((/** @type {any} */ column) => column.label ?? null), told);
    assert.equal(head.encoding, native.dialect.encoding);
  });
}

test('a name that is no encoding is none in the browser either', async () => {
  for (const encoding of ['klingon', 'iso-2022-kr']) {
    const file = sav(encoding, [[0xe9]]), path = join(folder, 'unknown.sav');
    writeFileSync(path, file);
    const native = JSON.parse(spawnSync(command, ['inspect', path], { encoding: 'utf8' }).stdout);
    const head = JSON.parse(await page.evaluate((base64) => /** @type {any} */ (globalThis).head(base64), file.toString('base64')));
    assert.deepEqual([head.encoding, head.columns[0].label], ['windows-1252', 'é']);
    assert.equal(native.dialect.encoding, 'windows-1252');
  }
});
