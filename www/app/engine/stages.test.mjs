import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { Engine, EngineError } from './engine.mjs';
import { StagedEngine, firstOf } from './stages.mjs';

const DEMO = new Uint8Array([1]);
const STUDY = JSON.stringify({ analyses: [{ id: 'km', type: 'kaplan_meier' }, { id: 'cox', type: 'cox' }, { id: 'p', type: 'log_rank' }] });

/** An engine of answers; it keeps what it was asked. @param {string} name @param {Record<string, any>} [answers] @returns {any} */
function fake(name, answers = {}) {
  const asked = /** @type {string[]} */ ([]);
  const engine = new EventTarget();
  const method = (/** @type {string} */ what) => async (/** @type {any[]} */ ...given) => {
    asked.push(what);
    return answers[what] ? answers[what](...given) : `${name} ${what}`;
  };
  return Object.assign(engine, {
    asked, open: method('open'), run: method('run'), figure: method('figure'), compare: method('compare'),
    cancel: () => asked.push('cancel'), close: () => asked.push('close'),
  });
}

/** Two stages whose whole engine comes when the test says so. @param {any} [first] @param {any} [whole] */
function staged(first = fake('first'), whole = fake('whole')) {
  const fetches = /** @type {{resolve: (engine: any) => void, reject: (reason: unknown) => void}[]} */ ([]);
  const state = { hurried: 0 };
  const engine = new StagedEngine(first, () => new Promise((resolve, reject) => { fetches.push({ resolve, reject }); }), () => { state.hurried += 1; }, (source) => source === DEMO);
  return { engine, first, whole, fetches, state, arrive: () => fetches[fetches.length - 1].resolve(whole) };
}

const rest = () => new Promise((resolve) => { setTimeout(resolve, 0); });

test('of a study the first stage computes curves and their tests', () => {
  assert.deepEqual(JSON.parse(firstOf(STUDY)).analyses.map((/** @type {any} */ { id }) => id), ['km', 'p']);
});

test('the first curves come before the whole engine, which then answers the same run', async () => {
  const page = staged();
  assert.equal(await page.engine.open(DEMO, 'demo.csv'), 'first open');
  const heard = /** @type {any[]} */ ([]);
  const run = page.engine.run(STUDY, { onFirst: (results) => heard.push(results) });
  await rest();
  assert.deepEqual(heard, ['first run']);
  assert.equal(await page.engine.figure({}), 'first figure');
  page.arrive();
  assert.equal(await run, 'whole run');
  assert.equal(await page.engine.figure({}), 'whole figure');
  // It holds the demonstration too.
  assert.deepEqual(page.whole.asked, ['open', 'run', 'figure']);
  assert.equal(await page.engine.run(STUDY, { onFirst: () => assert.fail('there is nothing before it any more') }), 'whole run');
});

test('a later run ends one that waits, and is answered at once itself', async () => {
  const page = staged();
  await page.engine.open(DEMO, 'demo.csv');
  const earlier = page.engine.run(STUDY).catch((error) => error.code);
  await rest();
  let n = 0;
  const later = page.engine.run(STUDY, { onFirst: () => { n += 1; } });
  assert.equal(await earlier, 'cancelled');
  await rest();
  assert.equal(n, 1);
  page.arrive();
  assert.equal(await later, 'whole run');
  assert.equal(page.whole.asked.filter((/** @type {string} */ what) => what === 'run').length, 1);
});

test("a user's file waits for the whole engine, and for all that is still to be fetched", async () => {
  const page = staged();
  await page.engine.open(DEMO, 'demo.csv');
  const run = page.engine.run(STUDY).catch((error) => error.code);
  await rest();
  const opened = page.engine.open(new Blob(['a']), 'a.csv');
  assert.equal(await run, 'cancelled');
  assert.equal(page.state.hurried, 1);
  page.arrive();
  assert.equal(await opened, 'whole open');
  assert.deepEqual(page.first.asked, ['open', 'run']);
  assert.equal(await page.engine.figure({}), 'whole figure');
});

test('everything else waits for the whole engine', async () => {
  const page = staged();
  const compared = page.engine.compare(STUDY);
  await rest();
  page.arrive();
  assert.equal(await compared, 'whole compare');
});

test('a whole engine that does not come is said, and asked for again', async () => {
  const page = staged();
  await page.engine.open(DEMO, 'demo.csv');
  const heard = /** @type {any[]} */ ([]);
  const run = page.engine.run(STUDY, { onFirst: (results) => heard.push(results) });
  await rest();
  page.fetches[0].reject(new Error('offline'));
  await assert.rejects(run, { code: 'engine_not_loaded' });
  assert.deepEqual(heard, ['first run']);
  const again = page.engine.run(STUDY);
  await rest();
  assert.equal(page.fetches.length, 2);
  page.arrive();
  assert.equal(await again, 'whole run');
});

test('what the first stage has not is answered by the whole engine, and nothing is said of it', async () => {
  const trap = () => { throw new EngineError({ code: 'engine_crashed', message: 'unreachable' }); };
  const page = staged(fake('first', { run: trap, figure: trap }));
  await page.engine.open(DEMO, 'demo.csv');
  const run = page.engine.run(STUDY, { onFirst: () => assert.fail('nothing came first') });
  const figure = page.engine.figure({});
  await rest();
  page.arrive();
  assert.equal(await run, 'whole run');
  assert.equal(await figure, 'whole figure');
  const deaf = staged(fake('first', { open: trap }));
  const opened = deaf.engine.open(DEMO, 'demo.csv');
  await rest();
  deaf.arrive();
  assert.equal(await opened, 'whole open');
});

test('to cancel ends what waits', async () => {
  const page = staged();
  await page.engine.open(DEMO, 'demo.csv');
  const run = page.engine.run(STUDY).catch((error) => error.code);
  await rest();
  page.engine.cancel();
  assert.equal(await run, 'cancelled');
  assert.deepEqual(page.first.asked, ['open', 'run', 'cancel']);
});

test('both stages answer to the same methods, and their events pass on', () => {
  const methods = (/** @type {any} */ { prototype }) => Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor').sort();
  assert.deepEqual(methods(StagedEngine), methods(Engine));
  const page = staged();
  let ready = 0;
  page.engine.addEventListener('ready', () => { ready += 1; });
  page.first.dispatchEvent(new Event('ready'));
  assert.equal(ready, 1);
});

test('every event of the whole engine passes on', async () => {
  const source = await readFile(new URL('./engine.mjs', import.meta.url), 'utf8');
  const names = ['ready', 'restarted', ...[...source.matchAll(/new Event\('(\w+)'\)/g)].map(([, name]) => name)];
  assert.ok(names.includes('died') && names.includes('gave_up'));
  const page = staged();
  const heard = /** @type {string[]} */ ([]);
  for (const name of names) page.engine.addEventListener(name, () => heard.push(name));
  const run = page.engine.run(STUDY);
  await rest();
  page.arrive();
  await run;
  for (const name of names) page.whole.dispatchEvent(new Event(name));
  assert.deepEqual(heard, names);
});
