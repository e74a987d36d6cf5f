import assert from 'node:assert/strict';
import test from 'node:test';
import { DEATHS, Engine, EngineError } from './engine.mjs';

/** @param {unknown} value */
const later = (value) => new Promise((resolve) => { setTimeout(resolve, 0, value); });

/**
 * A worker made of a function: `answer(method, parameters)` returns the value, throws a plain object for an error of the
 * engine, or an Error for a trap.
 */
class FakeThread {
  /** @type {((event: any) => void) | null} */ onmessage = null;
  /** @type {((event: any) => void) | null} */ onerror = null;
  /** @type {(() => void) | null} */ ondeath = null;
  ended = false;
  /** @type {string[]} */ calls = [];
  /** @type {{parameters: any[], office?: WebAssembly.Module}[]} */ sent = [];
  /** @param {(method: string, parameters: any[], tell: (progress: unknown) => void) => unknown} answer */
  constructor(answer) {
    this.answer = answer;
    setTimeout(() => this.say({ type: 'ready', version: '1' }), 0);
  }
  /** @param {unknown} data */
  say(data) {
    if (!this.ended) this.onmessage?.({ data });
  }
  /** @param {any} message */
  postMessage({ id, method, parameters, office }) {
    this.calls.push(method);
    this.sent.push({ parameters, office });
    const tell = (/** @type {unknown} */ progress) => this.say({ id, progress });
    Promise.resolve().then(() => this.answer(method, parameters, tell)).then(
      (value) => this.say({ id, value }),
      (problem) => {
        if (!(problem instanceof Error)) {
          this.say({ id, error: problem });
          return;
        }
        const noMemory = problem instanceof RangeError;
        if (!noMemory) this.say({ type: 'panic', message: problem.message, place: 'src/x.rs:1:2' });
        this.say({ id, crash: 'RuntimeError: unreachable', noMemory });
      },
    );
  }
  terminate() {
    this.ended = true;
  }
  /** As if the browser had ended it. */
  die() {
    this.ended = true;
    this.ondeath?.();
  }
}

/**
 * An engine and the workers that it made.
 * @param {(method: string, parameters: any[], tell: (progress: unknown) => void) => unknown} answer
 * @param {() => Promise<WebAssembly.Module>} [office]
 */
function engineWith(answer, office) {
  /** @type {FakeThread[]} */
  const threads = [];
  /** @type {string[]} */
  const events = [];
  const engine = new Engine(async () => {
    const thread = new FakeThread(answer);
    threads.push(thread);
    return thread;
  }, office);
  for (const name of ['ready', 'restarted', 'died', 'gave_up']) engine.addEventListener(name, () => events.push(name));
  return { engine, threads, events };
}

const bytes = new Uint8Array([1, 2, 3]);

test('one request at a time, in the order asked', async () => {
  let running = 0;
  const { engine, threads, events } = engineWith(async (method, [first]) => {
    running += 1;
    assert.equal(running, 1);
    await later(null);
    running -= 1;
    return method === 'run' ? `ran ${first}` : first.length;
  });
  assert.deepEqual(await Promise.all([engine.open(bytes, 'a.csv'), engine.run('A'), engine.run('B')]), [3, 'ran A', 'ran B']);
  assert.deepEqual(events, ['ready']);
  assert.equal(threads.length, 1);
  assert.equal(engine.version, '1');
});

test('an error of the engine keeps its code, place and parameters, and the worker', async () => {
  const problem = { code: 'ragged_row', message: 'row 3: …', position: { row: 3 }, params: { cells: '4' } };
  const { engine, threads } = engineWith((method) => {
    if (method === 'open') throw problem;
    return 'well';
  });
  const error = await engine.open(bytes, 'a.csv').catch((reason) => reason);
  assert.ok(error instanceof EngineError);
  assert.deepEqual({ code: error.code, message: error.message, position: error.position, params: error.params }, problem);
  assert.equal(await engine.run('A'), 'well');
  assert.equal(threads.length, 1);
});

test('after a trap another worker has the file, and what waited is answered', async () => {
  const { engine, threads, events } = engineWith((method, [first]) => {
    if (first === 'bad') throw new Error('index out of bounds');
    return method;
  });
  await engine.open(bytes, 'a.csv');
  const bad = engine.run('bad').catch((reason) => reason);
  const good = engine.run('good');
  const error = await bad;
  assert.equal(error.code, 'engine_crashed');
  assert.equal(error.message, 'index out of bounds (src/x.rs:1:2)');
  assert.equal(await good, 'run');
  assert.deepEqual(threads.map((thread) => thread.ended), [true, false]);
  assert.deepEqual(threads[1].calls, ['open', 'run']);
  assert.deepEqual(events, ['ready', 'restarted']);
});

test('a file that broke the worker is not opened again', async () => {
  const { engine, threads } = engineWith((method, [first]) => {
    if (first.length === 0) throw new Error('empty');
    return method;
  });
  await engine.open(bytes, 'good.csv');
  assert.equal((await engine.open(new Uint8Array(), 'bad.csv').catch((reason) => reason)).code, 'engine_crashed');
  assert.equal(await engine.run('A'), 'run');
  assert.deepEqual(threads[1].calls, ['open', 'run']);
});

test('a file that breaks the next worker too is forgotten', async () => {
  let opened = 0;
  const { engine, threads } = engineWith((method, [first]) => {
    if (method === 'open' && ++opened > 1) throw new Error('no memory');
    if (first === 'bad') throw new Error('trap');
    return method;
  });
  await engine.open(bytes, 'a.csv');
  await engine.run('bad').catch(() => null);
  assert.equal(await engine.run('A'), 'run');
  assert.equal(threads.length, 3);
  assert.deepEqual(threads[2].calls, ['run']);
});

test('a run says how far it is and what it knows, to its own listener alone', async () => {
  const { engine, threads } = engineWith((method, [first], tell) => {
    if (first === 'slow') {
      tell({ analysis: 1, of: 4, share: 0.5 });
      tell({ analysis: 1, entry: { id: 'cox', terms: [{ conf_low: null, reason: 'pending' }] } });
    }
    return method;
  });
  /** @type {unknown[]} */
  const heard = [];
  /** @type {unknown[]} */
  const others = [];
  const slow = engine.run('slow', { onPartial: (...partial) => heard.push(partial), onProgress: (share) => heard.push(share) });
  const other = engine.run('A', { onPartial: (...partial) => others.push(partial), onProgress: (share) => others.push(share) });
  assert.deepEqual(await Promise.all([slow, other]), ['run', 'run']);
  assert.deepEqual(heard, [0.375, [1, { id: 'cox', terms: [{ conf_low: null, reason: 'pending' }] }]]);
  assert.deepEqual(others, []);
  assert.equal(await engine.run('slow'), 'run', 'nobody needs to listen');
  assert.equal(threads.length, 1);
});

test('what a cancelled run still says is not heard', async () => {
  /** @type {((progress: unknown) => void)[]} */
  const tellers = [];
  const { engine, threads } = engineWith((method, [first], tell) => {
    tellers.push(tell);
    return first === 'long' ? new Promise(() => {}) : method;
  });
  /** @type {number[]} */
  const heard = [];
  const long = engine.run('long', { onProgress: (share) => heard.push(share) }).catch((reason) => reason.code);
  while (tellers.length === 0) await later(null);
  engine.cancel();
  threads[0].ended = false; // It may have spoken before its end.
  tellers[0]({ analysis: 0, of: 1, share: 0.5 });
  assert.equal(await long, 'cancelled');
  assert.deepEqual(heard, []);
});

test('to cancel is to end the worker', async () => {
  const { engine, threads, events } = engineWith((method, [first]) => (first === 'long' ? new Promise(() => {}) : method));
  await engine.open(bytes, 'a.csv');
  const long = engine.run('long').catch((reason) => reason.code);
  const waiting = engine.run('A').catch((reason) => reason.code);
  await later(null);
  engine.cancel();
  assert.deepEqual([await long, await waiting], ['cancelled', 'cancelled']);
  assert.equal(await engine.run('B'), 'run');
  assert.deepEqual(threads.map((thread) => thread.ended), [true, false]);
  assert.deepEqual(threads[1].calls, ['open', 'run']);
  assert.deepEqual(events, ['ready', 'restarted']);
  engine.cancel();
  assert.equal(threads.length, 2, 'nothing to cancel, nothing ended');
});

test('cancelled while the file is opened again: it is opened once more', async () => {
  let opened = 0;
  const { engine } = engineWith((method, [first]) => {
    if (method === 'open' && ++opened === 2) return new Promise(() => {});
    return first === 'long' ? new Promise(() => {}) : method;
  });
  await engine.open(bytes, 'a.csv');
  engine.run('long').catch(() => null);
  await later(null);
  engine.cancel();
  while (opened < 2) await later(null);
  const waiting = engine.run('A').catch((reason) => reason.code);
  engine.cancel();
  assert.equal(await waiting, 'cancelled');
  assert.equal(await engine.run('B'), 'run');
  assert.equal(opened, 3);
});

test('a worker that cannot start is said, and tried again with the next request', async () => {
  let tries = 0;
  const engine = new Engine(async () => {
    tries += 1;
    if (tries === 1) throw new Error('no memory');
    return new FakeThread((method) => method);
  });
  assert.equal((await engine.run('A').catch((reason) => reason)).code, 'engine_unavailable');
  assert.equal(await engine.run('B'), 'run');
  engine.close();
  assert.equal((await engine.run('C').catch((reason) => reason)).code, 'cancelled');
});

test('a file that cannot be read is an error of that file', async () => {
  const { engine } = engineWith((method) => method);
  const blob = new Blob(['a']);
  blob.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('it has gone')) });
  const error = await engine.open(blob, 'a.csv').catch((reason) => reason);
  assert.equal(error.code, 'file_unreadable');
  assert.equal(error.position.file, 'a.csv');
  assert.equal(error.params.reason, 'Error: it has gone');
  engine.close();
});

test('a file is read as asked, says how far it is, and is opened again in the same way', async () => {
  const { engine, threads } = engineWith((method, [first], tell) => {
    if (method === 'open') tell({ bytes: 2, of: 3, rows: 1 });
    if (first === 'bad') throw new Error('trap');
    return method;
  });
  const file = new File(['a\n1'], 'a.csv');
  /** @type {unknown[]} */
  const heard = [];
  await engine.open(file, 'a.csv', { options: { delimiter: ';', header_line: 0 }, onProgress: (reading) => heard.push(reading) });
  assert.deepEqual(heard, [{ bytes: 2, of: 3, rows: 1 }]);
  await engine.run('bad').catch(() => null);
  await engine.run('A');
  for (const thread of threads) assert.deepEqual(thread.sent[0], { parameters: [file, 'a.csv', '{"delimiter":";","header_line":0}'], office: undefined });
  assert.equal(threads.length, 2);
  assert.equal(heard.length, 1, 'who listened to the first reading does not hear the second');
  await engine.open(file, 'a.csv');
  assert.deepEqual(threads[1].sent[2].parameters, [file, 'a.csv', undefined]);
});

/** A module of nothing: eight bytes of head. */
const officeModule = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
const ZIP = new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]);

test('the first bytes decide which wasm reads a file; the name does not', async () => {
  let asked = 0;
  const { engine, threads } = engineWith((method, [first]) => {
    if (first === 'bad') throw new Error('trap');
    return method;
  }, async () => { asked += 1; return officeModule; });
  await engine.open(ZIP, 'a.csv');
  assert.equal(threads[0].sent[0].office, officeModule);
  await engine.run('bad').catch(() => null);
  await engine.run('A');
  assert.equal(threads[1].sent[0].office, officeModule, 'opened again by the same reader');
  await engine.open(bytes, 'a.xlsx');
  assert.equal(threads[1].sent.at(-1)?.office, undefined);
  assert.equal(asked, 1, 'text that the page carries needs no reader');
  await engine.open(new File(['a'], 'a.csv'), 'a.csv');
  assert.equal(asked, 2, 'a file of the user: asked for before it is read, as nothing may be afterwards');
});

test('text does not wait for the reader of other files, nor does its failure matter', async () => {
  /** @type {(reason: Error) => void} */
  let fail = () => {};
  const coming = new Promise((_, reject) => { fail = reject; });
  const { engine } = engineWith((method) => method, () => coming);
  assert.equal(await engine.open(new File(['a'], 'a.csv'), 'a.csv'), 'open');
  const book = engine.open(new File([ZIP], 'a.xlsx'), 'a.xlsx').catch((reason) => reason);
  fail(new Error('offline'));
  const error = await book;
  assert.deepEqual([error.code, error.position], ['office_unavailable', { file: 'a.xlsx' }]);
  assert.equal(await engine.run('A'), 'run', 'the earlier file stays open');
});

test('a workbook beyond the limit is refused before it is read', async () => {
  const { engine, threads } = engineWith((method) => method, async () => officeModule);
  const large = new Blob([ZIP, new Uint8Array(50_000_000)]);
  /** @type {number[]} */
  const read = [];
  const slice = large.slice.bind(large);
  large.slice = (start = 0, end = 0) => { read.push(end - start); return slice(start, end); };
  const error = await engine.open(large, 'large.xlsx').catch((reason) => reason);
  assert.deepEqual([error.code, error.params], ['file_too_large', { mb: '51', limit: '50' }]);
  assert.deepEqual(read, [16]);
  assert.deepEqual(threads.flatMap((thread) => thread.calls), []);
});

test('a file for a journal is asked of the second wasm, which comes with the request', async () => {
  const { engine, threads } = engineWith((method, parameters) => [method, ...parameters], async () => officeModule);
  const scene = { width: 1 };
  assert.deepEqual(await engine.figurePdf(scene, { title: 'é', language: 'fr', width_mm: 85 }), ['figurePdf', scene, '{"title":"é","language":"fr","width_mm":85}']);
  assert.deepEqual(await engine.tableXlsx({ rows: [] }), ['tableXlsx', { rows: [] }]);
  assert.deepEqual(await engine.tableCsv({ rows: [] }, 'fr'), ['table_csv', { rows: [] }, 'fr']);
  assert.deepEqual(threads[0].sent.map(({ office }) => office), [officeModule, officeModule, undefined]);
});

test('where the second wasm cannot be loaded the other requests go on', async () => {
  const { engine } = engineWith((method) => method, () => Promise.reject(new Error('offline')));
  const error = await engine.figurePdf({}, { title: '', language: 'en', width_mm: 85 }).catch((reason) => reason);
  assert.equal(error.code, 'export_unavailable');
  assert.equal(await engine.figureSvg({}), 'figure_svg');
});

test('a comparison is a request of its own', async () => {
  const { engine, threads } = engineWith((method, parameters) => ({ method, parameters }));
  assert.deepEqual(await engine.compare('{}'), { method: 'compare', parameters: ['{}'] });
  assert.deepEqual(threads[0].calls, ['compare']);
  engine.close();
});

test('another worker has the results of the last run before it is asked for a figure, and not sooner', async () => {
  const { engine, threads } = engineWith((method, [first]) => {
    if (first === 'bad') throw new Error('trap');
    return first === 'long' ? new Promise(() => {}) : method;
  });
  await engine.open(bytes, 'a.csv');
  await engine.run('A');
  assert.equal(await engine.figure({}), 'figure');
  await engine.run('bad').catch(() => null);
  await engine.compare('B');
  assert.deepEqual(threads[1].calls, ['open', 'compare']);
  assert.deepEqual(await Promise.all([engine.figure({}), engine.table({})]), ['figure', 'table_one']);
  assert.deepEqual(threads[1].calls, ['open', 'compare', 'run', 'figure', 'table_one']);
  assert.deepEqual(threads[1].sent[2].parameters, ['A'], 'the study whose figures are on show');
  // Of another file there is nothing to run.
  await engine.open(bytes, 'b.csv');
  await engine.run('bad').catch(() => null);
  await engine.figure({});
  assert.deepEqual(threads[2].calls, ['open', 'figure']);
});

test('what ran before and does not now is not tried for each figure', async () => {
  let runs = 0;
  const { engine } = engineWith((method) => {
    if (method === 'run' && ++runs > 1) throw new Error('trap');
    if (method === 'figure' && runs > 1) throw { code: 'no_results', message: 'no' };
    return method;
  });
  await engine.open(bytes, 'a.csv');
  await engine.run('A');
  await engine.run('B').catch(() => null);
  assert.equal((await engine.figure({}).catch((reason) => reason)).code, 'no_results');
  assert.equal((await engine.figure({}).catch((reason) => reason)).code, 'no_results');
  assert.equal(runs, 3);
});

test('a worker that is ended from outside is replaced, with the file and what was asked', async () => {
  const { engine, threads, events } = engineWith((method, [first]) => (first === 'long' ? new Promise(() => {}) : method));
  await engine.open(bytes, 'a.csv');
  await engine.run('A');
  threads[0].die();
  assert.equal(await engine.figure({}), 'figure');
  assert.deepEqual(threads[1].calls, ['open', 'run', 'figure']);
  assert.deepEqual(events, ['ready', 'died', 'restarted']);
  // While it works.
  const long = engine.run('long').catch((reason) => reason.code);
  await later(null);
  threads[1].die();
  assert.equal(await long, 'engine_crashed');
  assert.equal(await engine.run('B'), 'run');
  assert.deepEqual(threads[2].calls, ['open', 'run']);
});

test('ended while it takes the file in again: the next one has it, and what waited is answered', async () => {
  const { engine, threads } = engineWith((method, parameters) => (method === 'open' && threads.length === 2 ? new Promise(() => {}) : `${method} ${parameters}`));
  await engine.open(new Uint8Array([1]), 'a.csv');
  await engine.run('A');
  threads[0].die();
  await later(null);
  await later(null);
  assert.deepEqual(threads[1].calls, ['open']);
  const figure = engine.figure({ width: 1 });
  threads[1].die();
  assert.equal(await figure, 'figure {"width":1}');
  assert.deepEqual(threads[2].calls, ['open', 'run', 'figure']);
});

test('a file that no worker survives is forgotten after some, and another can be opened', async () => {
  const { engine, threads } = engineWith((method, [, name]) => (method === 'open' && name === 'a.csv' && threads.length > 1 ? new Promise(() => {}) : method));
  await engine.open(new Uint8Array([1]), 'a.csv');
  threads[0].die();
  for (let i = 1; i <= DEATHS; i += 1) {
    while (threads.length < i + 1 || threads[i].calls.length === 0) await later(null);
    threads[i].die();
  }
  await engine.open(new Uint8Array([2]), 'b.csv');
  assert.deepEqual(threads.at(-1)?.calls, ['open']);
  assert.equal(threads.length, DEATHS + 2);
});

test('workers that end again and again are not started for ever', async () => {
  const { engine, threads, events } = engineWith((method) => method);
  await engine.open(bytes, 'a.csv');
  while (events.at(-1) !== 'gave_up') {
    threads.at(-1)?.die();
    while (!['ready', 'restarted', 'gave_up'].includes(events.at(-1) ?? '')) await later(null);
  }
  assert.equal(threads.length, 4, 'the first, and one after each of three ends');
  assert.deepEqual(events.filter((event) => event === 'died').length, 3);
  // The next request is answered, with the file, and that is the end of the row.
  assert.equal(await engine.run('A'), 'run');
  assert.deepEqual(threads[4].calls, ['open', 'run']);
  threads[4].die();
  assert.equal(await engine.run('B'), 'run');
});

test('a study that always traps is refused in the end, and others are answered', async () => {
  const { engine, threads } = engineWith((method, [first]) => {
    if (first === 'bad') throw new Error('trap');
    return method;
  });
  await engine.open(bytes, 'a.csv');
  /** @type {string[]} */
  const codes = [];
  for (let i = 0; i < 5; i += 1) codes.push((await engine.run('bad').catch((reason) => reason)).code);
  assert.deepEqual(codes, ['engine_crashed', 'engine_crashed', 'engine_crashed', 'engine_unstable', 'engine_unstable']);
  assert.equal(await engine.run('A'), 'run');
  assert.deepEqual(threads.at(-1)?.calls, ['open', 'run']);
});

test('want of memory, and why an engine cannot start, have codes of their own', async () => {
  const { engine } = engineWith((method, [first]) => {
    if (first === 'bad') throw new RangeError('memory');
    return method;
  });
  await engine.open(bytes, 'a.csv');
  assert.equal((await engine.run('bad').catch((reason) => reason)).code, 'out_of_memory');
  assert.equal(await engine.run('A'), 'run');
  const damaged = new Engine(async () => { throw Object.assign(new Error('CompileError'), { code: 'engine_damaged' }); });
  assert.equal((await damaged.run('A').catch((reason) => reason)).code, 'engine_damaged');
});
