// embed.html in frames of other origins: who is heard, what is told, and what waits for the user's word.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { violations } from '../axe.mjs';
import { root } from '../harness.mjs';
import { hostPage, study, withHosts } from '../hosts.mjs';
import { trial } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** The host needs no WebAssembly and no worker. */
const CSP = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; frame-src *; img-src data:; connect-src 'none'";
const CLIENT = '<script src="/dist/riskset-frame.js"></script>';

/** @param {string} attributes */
const frame = (attributes) => `<main><h1>Host</h1><iframe title="riskset" style="width:100%;height:700px" ${attributes}></iframe></main>`;
/** The frame's page on the second host, driven by the first. @param {string[]} origins @param {string} [more] */
const of = ([own, other], more = '') => `src="${other}/dist/embed.html#origin=${encodeURIComponent(own)}${more}"`;

/** @param {(origins: string[]) => string} body @param {(page: Page, more: {origins: string[], requests: string[], unexpected: string[]}) => Promise<void>} use @param {Parameters<typeof withHosts>[2] & {pages?: (origins: string[]) => Record<string, import('../hosts.mjs').HostPage>[]}} [options] */
const on = (body, use, { pages, ...options } = {}) => withHosts((origins) => {
  const [first = {}, second = {}] = pages?.(origins) ?? [];
  return [{ '/': { csp: CSP, body: hostPage(body(origins), CLIENT) }, ...first }, second];
}, ({ page, ...more }) => use(page, more), options);

/** Connects, loads and runs; keeps the client as `window.riskset` and what events say in `window.heard`. @param {Page} page @param {object} [how] */
const drive = (page, how = {}) => page.evaluate(async ({ csv, plan, given }) => {
  const w = /** @type {any} */ (window);
  w.heard = [];
  w.riskset = await w.RiskSetFrame.connect(document.querySelector('iframe'), given);
  for (const name of ['ready', 'results', 'change', 'error', 'consent']) w.riskset.addEventListener(name, (/** @type {CustomEvent} */ event) => w.heard.push([name, event.detail]));
  w.code = (/** @type {Promise<unknown>} */ work) => work.then(() => 'answered', (/** @type {any} */ error) => error.code);
  const loaded = await w.riskset.load(csv, { name: 'host.csv' });
  const results = await w.riskset.run(plan);
  return { rows: loaded.n_rows, ids: results.results.map((/** @type {any} */ item) => item.id), version: w.riskset.apiVersion };
}, { csv: trial(), plan: study(), given: how });

const DRIVEN = { rows: 40, ids: ['curve', 'test', 'model', 'who'], version: 1 };

/** @param {Page} page */
const inside = (page) => page.frameLocator('iframe').first();

/** Opens a file in the frame, as its user does. @param {Page} page @param {string} name @param {string} contents */
async function open(page, name, contents) {
  await inside(page).locator('input[type=file]').first().setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(contents) });
}

test('another origin drives the frame, and gets results and files', () => on((origins) => frame(of(origins)), async (page, { origins, requests }) => {
  assert.deepEqual(await drive(page), DRIVEN);
  await inside(page).getByText(`This page is embedded by ${origins[0]}, which gives the data and can read the results.`).waitFor();
  const made = await page.evaluate(async () => {
    const { riskset, heard, code } = /** @type {any} */ (window);
    const file = await riskset.export({ analysis: 'curve', format: 'csv', part: 'curve' });
    await riskset.set({ view: 'figure:curve', lang: 'fr' });
    const wrong = await code(riskset.export({ analysis: 'nothing' }));
    const study = await riskset.study(), results = await riskset.results();
    return { file: [file.name, file.patientData, (await file.blob.text()).length > 500], wrong, study: study.title, n: results.results.length, heard: heard.map(([name]) => name) };
  });
  assert.deepEqual([made.file, made.wrong, made.study, made.n], [['kaplan-meier-OS-arm-curve-PATIENT-DATA.csv', true, true], 'embed_option', 'A study of the host', 4]);
  assert.ok(made.heard.includes('results') && made.heard.includes('change'));
  await inside(page).getByRole('heading', { name: 'Survie (Kaplan-Meier)' }).waitFor();
  await inside(page).getByText('Cette page est intégrée par').waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(await violations(page.frames()[1]), []);
  assert.equal(requests.length, 3, 'the host, its client, the frame');
}));

test('what the user opens stays the user’s until the user agrees', () => on((origins) => frame(of(origins, '&view=all')), async (page, { origins }) => {
  await drive(page);
  await page.evaluate(() => { /** @type {any} */ (window).heard.length = 0; });
  await open(page, 'Jean Dupont 1957.csv', trial(30));
  await inside(page).getByText('You opened a file of your own.').waitFor();
  const ask = () => page.evaluate(async (plan) => {
    const { riskset, code } = /** @type {any} */ (window);
    return Promise.all([code(riskset.results()), code(riskset.study()), code(riskset.run(plan)), code(riskset.run()), code(riskset.export())]);
  }, study());
  assert.deepEqual(await ask(), Array(5).fill('frame_consent'));
  // A click made by a script is no consent, nor one that comes before the question can be read.
  const agree = inside(page).getByRole('button', { name: `Let ${origins[0]} read the results` });
  await agree.evaluate((button) => { button.removeAttribute('disabled'); /** @type {HTMLElement} */ (button).click(); });
  assert.deepEqual(await ask(), Array(5).fill('frame_consent'));
  // A file that cannot be opened names its cells to nobody.
  await open(page, 'Dupont broken.csv', 'time,status\nDupont,1\n2\n');
  await inside(page).locator('[role=alert]').getByText(/Dupont broken/).first().waitFor();
  await page.waitForFunction(() => /** @type {any} */ (window).heard.some(([name]) => name === 'error'));
  const heard = await page.evaluate(() => /** @type {any} */ (window).heard);
  assert.doesNotMatch(JSON.stringify(heard), /Dupont|sha256|treated/);
  assert.ok(heard.length > 0 && heard.every(([, detail]) => detail.withheld));
  await agree.click();
  await inside(page).getByText('You allowed').waitFor();
  const got = await page.evaluate(async () => {
    const { riskset } = /** @type {any} */ (window);
    return (await riskset.run()).data.n_rows;
  });
  assert.equal(got, 30);
  // It is taken back, and ends with the next file.
  await inside(page).getByRole('button', { name: 'Do not let it read any more' }).click();
  assert.deepEqual(await ask(), Array(5).fill('frame_consent'));
  await agree.click();
  await inside(page).getByText('You allowed').waitFor();
  await open(page, 'next.csv', trial(20));
  await inside(page).getByText('You opened a file of your own.').waitFor();
  await inside(page).locator('.file').getByText('next.csv').first().waitFor();
  assert.deepEqual(await ask(), Array(5).fill('frame_consent'));
  assert.deepEqual(await violations(page.frames()[1]), []);
  // The host's own data are the host's again.
  assert.deepEqual((await drive(page)).ids, DRIVEN.ids);
}));

test('a broken file of the user’s is told to nobody, though the data on show are the host’s', () => on((origins) => frame(of(origins, '&view=all')), async (page) => {
  await drive(page);
  await page.evaluate(() => { /** @type {any} */ (window).heard.length = 0; });
  await open(page, 'Dupont.csv', 'time,status\nDupont,1\n2\n');
  await page.waitForFunction(() => /** @type {any} */ (window).heard.some(([name]) => name === 'error'));
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).heard.find(([name]) => name === 'error')[1]), { withheld: true, code: 'ragged_row', during: 'open' });
  // The host's data are still open, and its own.
  assert.equal(await page.evaluate(async () => (await /** @type {any} */ (window).riskset.results()).data.n_rows), 40);
}));

test('who is not allowed is not heard: another origin, another window, other forms of messages', () => on(([own, other]) => `
  ${frame(`src="${other}/dist/embed.html#origin=${encodeURIComponent(own)}"`)}
  <iframe title="hostile" id="hostile" src="${other}/hostile.html"></iframe>`,
  async (page, { origins: [own, other] }) => {
    await drive(page);
    const attempts = page.frames().find((item) => item.url().endsWith('/hostile.html'));
    assert.ok(attempts);
    // A sibling of the frame's own origin: the right origin would be the host's, the right window the parent.
    await attempts.evaluate(() => {
      const target = /** @type {Window} */ (parent.frames[0]);
      for (const method of ['connect', 'results', 'load', 'export']) target.postMessage({ riskset: 1, id: 'x', method, params: { data: 'a,b\n1,2' } }, '*', [new MessageChannel().port2]);
      addEventListener('message', (event) => { /** @type {any} */ (window).got = event.data; });
    });
    await page.evaluate(async () => {
      const target = /** @type {any} */ (document.querySelector('iframe')).contentWindow;
      const { port1, port2 } = new MessageChannel();
      for (const message of [null, 0, 'riskset', {}, { riskset: 1 }, { riskset: 1, id: 1 }, { method: 'results', id: 2 }, { riskset: 1, method: 'results' }]) target.postMessage(message, '*', message === null ? [] : []);
      port1.close();
      port2.close();
    });
    await inside(page).getByText('4 messages of somebody else were ignored.').waitFor();
    assert.equal(await attempts.evaluate(() => /** @type {any} */ (window).got ?? null), null);
    const answers = await page.evaluate(async (origin) => {
      const target = /** @type {any} */ (document.querySelector('iframe')).contentWindow;
      const ask = (/** @type {any} */ message) => new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => {
          // From now on the port is the line: the message goes through it.
          port1.onmessage = (event) => resolve(event.data.error?.code ?? 'answered');
          port1.postMessage(message);
        };
        target.postMessage({ riskset: 1, id: 0, method: 'connect' }, origin, [port2]);
      });
      return [await ask({ riskset: 2, id: 1, method: 'results' }), await ask({ riskset: 1, id: 1, method: 'constructor' }), await ask({ riskset: 1, id: 1, method: 'export', params: { analysis: {} } })];
    }, other);
    assert.deepEqual(answers, ['frame_version', 'frame_method', 'embed_option']);
    void own;
  }, { pages: () => [{}, { '/hostile.html': { body: '<!doctype html><title>hostile</title>' } }] }));

test('an embedder that the address does not name is not answered', () => on(([, other]) => frame(`src="${other}/dist/embed.html#origin=https://journal.example"`), async (page) => {
  const code = await page.evaluate(() => /** @type {any} */ (window).RiskSetFrame.connect(document.querySelector('iframe'), { timeout: 1500 }).then(() => 'answered', (/** @type {any} */ error) => error.code));
  assert.equal(code, 'frame_silent');
  await inside(page).getByText(/messages of somebody else were ignored/).waitFor();
  await inside(page).getByText('https://journal.example may drive it').waitFor();
}));

test('without an origin in the address only the frame’s own is heard', () => on(([, other]) => `${frame('src="/dist/embed.html"')}<iframe title="other" src="${other}/dist/embed.html"></iframe>`, async (page) => {
  assert.deepEqual(await drive(page), DRIVEN);
  await inside(page).getByText(/Both are of the same site/).waitFor();
  const code = await page.evaluate(() => /** @type {any} */ (window).RiskSetFrame.connect(document.querySelectorAll('iframe')[1], { timeout: 1000 }).then(() => 'answered', (/** @type {any} */ error) => error.code));
  assert.equal(code, 'frame_silent');
}));

test('messages without the client are answered to the origin and nobody else', () => on((origins) => frame(of(origins)), async (page, { origins: [, other] }) => {
  const answers = await page.evaluate(async ({ origin, csv, plan }) => {
    /** @type {any[]} */
    const heard = [];
    addEventListener('message', ({ data, origin: from }) => { if (from === origin) heard.push(data); });
    const target = /** @type {any} */ (document.querySelector('iframe')).contentWindow;
    const ask = async (/** @type {string} */ id, /** @type {string} */ method, /** @type {any} */ params) => {
      for (let i = 0; ; i++) {
        if (i % 100 === 0) target.postMessage({ riskset: 1, id, method, params }, origin);
        await new Promise((resolve) => { setTimeout(resolve, 20); });
        const answer = heard.find((item) => item.id === id);
        if (answer) return answer;
      }
    };
    await new Promise((resolve) => { addEventListener('load', resolve); if (document.readyState === 'complete') resolve(null); });
    await ask('a', 'connect', {});
    await ask('b', 'load', { data: csv });
    const run = await ask('c', 'run', { study: plan });
    return { riskset: run.riskset, n: run.result.results.length, events: heard.filter((item) => 'event' in item).map((item) => item.event) };
  }, { origin: other, csv: trial(), plan: study() });
  assert.deepEqual([answers.riskset, answers.n], [1, 4]);
  assert.ok(answers.events.includes('results'));
}));

test('in a sandbox, where the frame has no origin', () => on((origins) => frame(`sandbox="allow-scripts allow-downloads" ${of(origins)}`), async (page) => {
  assert.deepEqual(await drive(page), DRIVEN);
}));

test('in a sandbox without an allowed origin it hears nobody, and works for the user', () => on(([, other]) => frame(`sandbox="allow-scripts" src="${other}/dist/embed.html"`), async (page) => {
  const code = await page.evaluate(() => /** @type {any} */ (window).RiskSetFrame.connect(document.querySelector('iframe'), { timeout: 1500 }).then(() => 'answered', (/** @type {any} */ error) => error.code));
  assert.equal(code, 'frame_silent');
  await inside(page).getByText('No page around can drive this frame').waitFor();
  await inside(page).getByText('Headline figures').waitFor();
}));

/** The frame's page as the text of an attribute. */
const srcdoc = async () => (await readFile(join(root, 'dist/embed.html'), 'utf8')).replaceAll('&', '&amp;').replaceAll('"', '&quot;');

// A frame made of text inherits the host's policy: it is the host that must allow what the engine needs.
const LAX = "default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:; style-src 'unsafe-inline'; img-src data:; connect-src 'none'";

test('made of text (srcdoc): of the host’s origin, or named in a sandbox', async () => {
  const text = await srcdoc();
  for (const attributes of [() => '', (/** @type {string} */ own) => `sandbox="allow-scripts" name="riskset:origin=${own}"`]) {
    await withHosts(([own]) => [{ '/': { csp: LAX, body: hostPage(frame(`${attributes(own)} srcdoc="${text}"`), CLIENT) } }], async ({ page }) => {
      assert.deepEqual(await drive(page), DRIVEN);
    });
  }
});

test('a host without an origin is reached through its port, when the address allows it', () => withHosts(([own, other]) => [
  { '/': { body: hostPage(`<iframe title="outer" sandbox="allow-scripts" src="/inner.html"></iframe>`, '') }, '/inner.html': { body: hostPage(frame(`src="${other}/dist/embed.html#origin=null"`), `<script src="${own}/dist/riskset-frame.js"></script>`) } },
], async ({ page }) => {
  const inner = page.frames().find((item) => item.url().endsWith('/inner.html'));
  assert.ok(inner);
  const found = await inner.evaluate(async ({ csv, plan }) => {
    const riskset = await /** @type {any} */ (window).RiskSetFrame.connect(document.querySelector('iframe'));
    await riskset.load(csv);
    return [self.origin, (await riskset.run(plan)).results.length];
  }, { csv: trial(), plan: study() });
  assert.deepEqual(found, ['null', 4]);
}));

test('several frames on a page, each with its own answers', () => on((origins) => frame(of(origins)) + `<iframe title="second" ${of(origins)}></iframe>`, async (page) => {
  const found = await page.evaluate(async ({ csv, plan }) => {
    const clients = await Promise.all([...document.querySelectorAll('iframe')].map((item) => /** @type {any} */ (window).RiskSetFrame.connect(item)));
    await Promise.all(clients.map((client, i) => client.load(csv.split('\n').slice(0, 30 - i * 10).join('\n'), { name: `${i}.csv` })));
    const results = await Promise.all(clients.map((client) => client.run(plan)));
    clients[1].close();
    const pending = await clients[0].results();
    return [...results.map((item) => item.data.n_rows), pending.data.n_rows];
  }, { csv: trial(), plan: study() });
  assert.deepEqual(found, [29, 19, 29]);
}));
