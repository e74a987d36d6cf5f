// The worker's side with an engine and a second wasm made of functions.
import assert from 'node:assert/strict';
import test from 'node:test';

/** What the session was asked, in order. @type {unknown[]} */
const calls = [];
/** @type {any[]} */
const posted = [];
/** @type {(event: {data: any}) => void} */
let deliver = () => {};
/** What hears that the policy refused something. */
let refuse = () => {};
/** @type {(bytes: Uint8Array, name: string, options?: string) => Uint8Array} */
let convert = () => new Uint8Array();
/** @type {(scene: unknown, request: string) => Uint8Array} */
let figurePdf = () => new Uint8Array();
let nReaders = 0;

class Session {
  version = '1';
  /** @param {Uint8Array} bytes @param {string} name @param {string} [options] */
  open(bytes, name, options) {
    calls.push(['open', new TextDecoder().decode(bytes), name, options]);
    return 'opened';
  }
  /** @param {string} name @param {string} [options] */
  begin(name, options) {
    calls.push(['begin', name, options]);
    this.bytes = 0;
  }
  /** @param {Uint8Array} piece */
  push(piece) {
    calls.push(['push', piece.length]);
    if (piece[0] === 0) throw { code: 'not_a_table', message: 'no' };
    this.bytes += piece.length;
    return { bytes: this.bytes, rows: calls.length };
  }
  finish() {
    calls.push(['finish']);
    return 'read';
  }
  /** @param {string} study @param {(progress: unknown) => void} told */
  run(study, told) {
    calls.push(['run', study]);
    told({ analysis: 0 });
    return 'ran';
  }
}

Object.assign(globalThis, {
  addEventListener: (/** @type {string} */ type, /** @type {any} */ listener) => { if (type === 'message') deliver = listener; else refuse = listener; },
  postMessage: (/** @type {unknown} */ message) => posted.push(message),
  wasm_bindgen: { initSync() {}, watchPanics() {}, Session },
  riskset_office: () => {
    nReaders += 1;
    return {
      initSync() {}, watchPanics() {}, convert: (/** @type {[Uint8Array, string, string?]} */ ...given) => convert(...given),
      figurePdf: (/** @type {[unknown, string]} */ ...given) => figurePdf(...given),
    };
  },
});
await import('./worker.mjs');

let id = 0;

/** Asks, and waits for the answer. @param {string} method @param {unknown[]} parameters @param {unknown} [office] */
async function ask(method, parameters, office) {
  const mine = (id += 1);
  deliver({ data: { id: mine, method, parameters, office } });
  for (;;) {
    const answer = posted.find((message) => message.id === mine && !('progress' in message));
    if (answer) return answer;
    await new Promise((resolve) => { setTimeout(resolve, 0); });
  }
}

test.beforeEach(() => {
  calls.length = 0;
  posted.length = 0;
  deliver({ data: { type: 'start', module: null } });
});

test('a text file is read by pieces of 4 MB, each told', async () => {
  const size = 9 * 2 ** 20;
  const file = new Blob([new Uint8Array(size).fill(49)]);
  assert.deepEqual(await ask('open', [file, 'a.csv', '{}']), { id, value: 'read' });
  assert.deepEqual(calls, [['begin', 'a.csv', '{}'], ['push', 4 * 2 ** 20], ['push', 4 * 2 ** 20], ['push', 2 ** 20], ['finish']]);
  assert.deepEqual(posted.filter((message) => 'progress' in message).map(({ progress }) => progress), [
    { bytes: 4 * 2 ** 20, of: size, rows: 2 }, { bytes: 8 * 2 ** 20, of: size, rows: 3 }, { bytes: size, of: size, rows: 4 },
  ]);
});

test('an empty file is read to its end, where the engine says what is wrong', async () => {
  await ask('open', [new Blob(), 'a.csv']);
  assert.deepEqual(calls, [['begin', 'a.csv', undefined], ['finish']]);
});

test('requests are answered one after the other, while a file is read too', async () => {
  const file = new Blob([new Uint8Array(5 * 2 ** 20).fill(49)]);
  const answers = await Promise.all([ask('open', [file, 'a.csv']), ask('run', ['A'])]);
  assert.deepEqual(answers.map(({ value }) => value), ['read', 'ran']);
  assert.deepEqual(calls.map((call) => /** @type {string[]} */ (call)[0]), ['begin', 'push', 'push', 'finish', 'run']);
});

test('what the engine refuses ends the reading; what a file refuses is an error of that file', async () => {
  const bad = new Blob([new Uint8Array(9 * 2 ** 20)]);
  assert.deepEqual((await ask('open', [bad, 'a.csv'])).error, { code: 'not_a_table', message: 'no' });
  assert.deepEqual(calls, [['begin', 'a.csv', undefined], ['push', 4 * 2 ** 20]]);
  const gone = new Blob(['a']);
  gone.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('changed')) });
  const { error } = await ask('open', [gone, 'b.csv']);
  assert.deepEqual([error.code, error.position, error.params], ['file_unreadable', { file: 'b.csv' }, { reason: 'Error: changed' }]);
  assert.equal((await ask('run', ['A'])).value, 'ran');
});

test('a workbook goes through the second wasm; its trap is an error and the session lives', async () => {
  convert = (bytes, name, options) => new TextEncoder().encode(`${bytes.length} ${name} ${options}`);
  const book = new Blob(['PK']);
  assert.equal((await ask('open', [book, 'a.xlsx', '{"sheet":"S"}'], {})).value, 'opened');
  assert.deepEqual(calls, [['open', '2 a.xlsx {"sheet":"S"}', 'a.xlsx', '{"sheet":"S"}']]);
  const before = nReaders;
  convert = () => { throw new WebAssembly.RuntimeError('memory access out of bounds'); };
  const { error } = await ask('open', [book, 'b.xlsx'], {});
  assert.deepEqual([error.code, error.position], ['office_defect', { file: 'b.xlsx' }]);
  assert.match(error.params.reason, /out of bounds/);
  assert.equal((await ask('run', ['A'])).value, 'ran');
  // The reader that trapped is thrown away; one that refuses is not.
  convert = () => { throw { code: 'password_protected', message: 'no' }; };
  assert.equal((await ask('open', [book, 'c.xlsx'], {})).error.code, 'password_protected');
  assert.equal((await ask('open', [book, 'c.xlsx'], {})).error.code, 'password_protected');
  assert.equal(nReaders, before + 1);
});

test('a file for a journal comes from the second wasm; its trap is an error and the session lives', async () => {
  figurePdf = (scene, request) => new TextEncoder().encode(`${JSON.stringify(scene)} ${request}`);
  assert.equal(new TextDecoder().decode((await ask('figurePdf', [{ width: 1 }, '{}'], {})).value), '{"width":1} {}');
  figurePdf = () => { throw { code: 'characters_not_in_font', message: 'no' }; };
  assert.equal((await ask('figurePdf', [{}, '{}'], {})).error.code, 'characters_not_in_font');
  const before = nReaders;
  figurePdf = () => { throw new WebAssembly.RuntimeError('memory access out of bounds'); };
  const { error } = await ask('figurePdf', [{}, '{}'], {});
  assert.deepEqual([error.code, error.position], ['export_failed', {}]);
  assert.match(error.params.reason, /out of bounds/);
  assert.equal((await ask('run', ['A'])).value, 'ran');
  figurePdf = () => new Uint8Array(1);
  assert.equal((await ask('figurePdf', [{}, '{}'], {})).value.length, 1);
  assert.equal(nReaders, before + 1);
  // Without the second wasm there is no such method.
  assert.match((await ask('figurePdf', [{}, '{}'])).crash, /no method/);
});

test('a trap without a word of the engine is want of memory, in either wasm', async () => {
  const { run } = Session.prototype;
  for (const [problem, noMemory] of /** @type {const} */ ([
    [new WebAssembly.RuntimeError('unreachable'), true], [new RangeError('Array buffer allocation failed'), true],
    [new RangeError('Maximum call stack size exceeded'), false], [new WebAssembly.RuntimeError('memory access out of bounds'), false],
  ])) {
    Session.prototype.run = () => { throw problem; };
    const answer = await ask('run', ['A']);
    assert.deepEqual([answer.crash, answer.noMemory], [String(problem), noMemory]);
  }
  Session.prototype.run = run;
  convert = () => { throw new WebAssembly.RuntimeError('unreachable'); };
  assert.equal((await ask('open', [new Blob(['PK']), 'd.xlsx'], {})).error.code, 'out_of_memory');
});

test('what is no refusal is a crash', async () => {
  assert.match((await ask('constructor', [])).crash, /no method/);
});

test('the worker says what it asked of the network, also without a session', async () => {
  assert.deepEqual((await ask('traffic', [])).value, { requests: 0, refused: 0 });
  refuse();
  assert.deepEqual((await ask('traffic', [])).value, { requests: 0, refused: 1 });
});

test('a worker starts once it holds its lock, so that its end is always heard; where there is none it starts all the same', async () => {
  const rest = () => new Promise((resolve) => { setTimeout(resolve, 0); });
  /** @param {any} locks */
  const start = async (locks) => {
    posted.length = 0;
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { locks } });
    deliver({ data: { type: 'start', module: null, life: 'mine' } });
    await rest();
  };
  /** @type {() => unknown} */
  let hold = () => {};
  await start({ request: (/** @type {string} */ name, /** @type {any} */ held) => { if (name === 'mine') hold = held; return new Promise(() => {}); } });
  assert.deepEqual(posted, []);
  hold();
  await rest();
  assert.deepEqual(posted.map(({ type }) => type), ['alive', 'ready']);
  await start({ request: () => Promise.reject(new Error('not here')) });
  assert.deepEqual(posted.map(({ type }) => type), ['ready']);
  await start(undefined);
  assert.deepEqual(posted.map(({ type }) => type), ['ready']);
});
