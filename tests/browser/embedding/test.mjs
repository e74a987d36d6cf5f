// <risk-set> in pages of others: attributes, methods, events, policies, and nothing touched that is not its own.
import assert from 'node:assert/strict';
import test from 'node:test';
import { violations } from '../axe.mjs';
import { STRICT, hostPage, study, withHosts } from '../hosts.mjs';
import { giveFile } from '../harness.mjs';
import { trial } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

const held = `<script type="text/csv" id="cohort">\n${trial()}</script><script type="application/json" id="plan">${JSON.stringify(study())}</script>`;

/** A page of one host. @param {string} body @param {(page: Page, more: {origins: string[], requests: string[], unexpected: string[]}) => Promise<void>} use @param {Parameters<typeof withHosts>[2] & {csp?: string, head?: string}} [options] */
const on = (body, use, { csp = STRICT, head, ...options } = {}) =>
  withHosts(() => [{ '/': { csp, body: hostPage(body, head) } }], ({ page, ...more }) => use(page, more), options);

/** Waits for the results of the n-th element. @param {Page} page */
const ids = (page, n = 0) => page.evaluate(async (at) => {
  const element = /** @type {any} */ (document.querySelectorAll('risk-set')[at]);
  while (!element.results || element.busy) await new Promise((resolve) => { setTimeout(resolve, 20); });
  return element.results.results.map((/** @type {any} */ result) => result.id);
}, n);

/** Waits until a text stands in the n-th element. @param {Page} page @param {string | RegExp} text */
const says = (page, text, n = 0) => page.locator('risk-set').nth(n).getByText(text).first().waitFor();

test('a study and data of the page, under a policy that allows no connection', () => on(`<main><h1>Host</h1><risk-set study="plan" data="cohort" view="curves"></risk-set></main>${held}`, async (page, { requests }) => {
  assert.deepEqual(await ids(page), ['curve', 'test', 'model', 'who'], 'the analyses of the study and no others');
  await says(page, 'A study of the host');
  await page.locator('risk-set table').getByText('treated').first().waitFor();
  await page.waitForFunction(() => [.../** @type {any} */ (document.querySelector('risk-set')).shadowRoot.querySelectorAll('canvas')].every((canvas) => canvas.width > 300));
  // The log-rank of the curves stands in the figure too.
  await page.getByRole('img', { name: /p = 0/ }).waitFor();
  assert.deepEqual(await violations(page), []);
  assert.equal(requests.length, 2, 'the page and the script');
}));

test('nothing of the page is touched', () => on(`<risk-set data="cohort" view="all"></risk-set>${held}`, async (page) => {
  await ids(page);
  await giveFile(page, 'Jean Dupont.csv', trial(30));
  await says(page, 'Jean Dupont.csv');
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('risk-set')).source === 'user');
  await ids(page);
  const after = await page.evaluate(async () => ({
    title: document.title, lang: document.documentElement.lang, hash: location.hash, history: history.length, name: window.name, cookie: document.cookie,
    local: Object.keys(localStorage), session: Object.keys(sessionStorage), databases: (await indexedDB.databases()).length,
    caches: await caches.keys().catch(() => []), workers: (await navigator.serviceWorker?.getRegistrations() ?? []).length,
    sheets: document.adoptedStyleSheets.length, styles: document.querySelectorAll('style, link').length, head: document.head.children.length,
    // What the window has that a new one has not.
    names: (() => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const fresh = new Set(Object.getOwnPropertyNames(/** @type {any} */ (frame.contentWindow)));
      frame.remove();
      return Object.getOwnPropertyNames(window).filter((name) => !fresh.has(name) && !/^(note|__playwright|__pw|\d)/.test(name) && !document.getElementById(name));
    })(),
  }));
  assert.deepEqual(after, {
    title: 'A host', lang: 'en', hash: '', history: after.history, name: '', cookie: '', local: [], session: [], databases: 0, caches: [], workers: 0, sheets: 0, styles: 1, head: 4, names: [],
  });
}, { csp: STRICT }));

test('attributes can be changed, and the last word wins over work under way', () => on(`<risk-set data="cohort" study="plan" view="curves"></risk-set>${held}<script type="text/csv" id="other">\n${trial(20)}</script>`, async (page) => {
  await ids(page);
  const other = study({ title: 'Another', analyses: [{ id: 'only', type: 'kaplan_meier', endpoint: 'OS', by: 'grade' }] });
  await page.evaluate((text) => { const element = /** @type {any} */ (document.querySelector('risk-set')); element.study = text; element.view = 'all'; }, other);
  await says(page, 'Another');
  assert.deepEqual(await ids(page), ['only']);
  await page.evaluate(() => { document.querySelector('risk-set')?.setAttribute('view', 'figure:only'); });
  await page.getByRole('heading', { name: 'Survival (Kaplan-Meier), Overall survival, by grade' }).waitFor();
  await page.evaluate(() => { document.querySelector('risk-set')?.setAttribute('lang', 'fr'); });
  await page.getByRole('heading', { name: 'Survie (Kaplan-Meier), Survie globale, selon grade' }).waitFor();
  await page.evaluate(() => { document.querySelector('risk-set')?.setAttribute('theme', 'dark'); });
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('risk-set')).shadowRoot.querySelector('canvas')?.dataset.theme === 'dark');
  assert.equal(await page.evaluate(() => getComputedStyle(/** @type {Element} */ (document.querySelector('risk-set'))).colorScheme), 'dark');
  await page.evaluate(() => { document.querySelector('risk-set')?.setAttribute('view', 'nothing'); });
  await says(page, /figure:ID, table:ID/);
  // Many changes at once: only the last is answered.
  const last = await page.evaluate(async (plain) => {
    const element = /** @type {any} */ (document.querySelector('risk-set'));
    for (let i = 0; i < 8; i++) {
      element.study = { ...plain, title: `Study ${i}`, analyses: [{ id: `a${i}`, type: 'kaplan_meier', endpoint: 'OS' }] };
      if (i % 2) element.data = i === 7 ? 'other' : 'cohort';
      await new Promise((resolve) => { setTimeout(resolve, i * 7); });
    }
    while (element.results?.results[0]?.id !== 'a7' || element.busy) await new Promise((resolve) => { setTimeout(resolve, 20); });
    await new Promise((resolve) => { setTimeout(resolve, 400); });
    return { id: element.results.results[0].id, rows: element.results.data.n_rows, study: element.currentStudy.title };
  }, study());
  assert.deepEqual(last, { id: 'a7', rows: 20, study: 'Study 7' });
}));

test('an element that is parsed before what it names, one that is there before the script, one that is made later', () => on(
  `<risk-set id="early" data="cohort" study="plan" view="table:test"></risk-set>${held}<script>
    const late = document.createElement('risk-set');
    late.data = 'cohort'; late.study = 'plan'; late.view = 'table:model'; late.id = 'late';
    document.body.append(late);
    window.before = late instanceof HTMLElement && late.view;
  </script><script src="/dist/riskset-embed.js"></script>`,
  async (page) => {
    for (const n of [0, 1]) assert.deepEqual(await ids(page, n), ['curve', 'test', 'model', 'who']);
    const found = await page.evaluate(() => {
      const late = /** @type {any} */ (document.getElementById('late'));
      return { own: Object.keys(late), view: late.getAttribute('view'), before: /** @type {any} */ (window).before };
    });
    assert.deepEqual(found, { own: [], view: 'table:model', before: 'table:model' }, 'what was set before the upgrade is an attribute now');
    await page.getByRole('heading', { name: /^Cox model/ }).waitFor();
  }, { head: '' }));

test('the script in the head, before the body is read', () => on(`<risk-set data="cohort" study="plan" view="curves"></risk-set>${'<p>text</p>'.repeat(2000)}${held}`, async (page) => {
  assert.deepEqual(await ids(page), ['curve', 'test', 'model', 'who']);
}));

test('several elements; one that is moved keeps its state, one taken out and put in again begins again with the same study', () => on(
  `<div id="a"><risk-set data="cohort" view="all"></risk-set></div><div id="b"><risk-set data="cohort" study="plan" view="curves"></risk-set></div>${held}`,
  async (page) => {
    for (const n of [0, 1]) await ids(page, n);
    await page.locator('risk-set').first().getByRole('button', { name: 'grade' }).click();
    await page.locator('risk-set').first().getByRole('heading', { name: 'Survival curves: grade' }).waitFor();
    const kept = await page.evaluate(() => {
      const [first, second] = /** @type {any[]} */ ([...document.querySelectorAll('risk-set')]);
      const before = first.shadowRoot.querySelector('canvas');
      /** @type {HTMLElement} */ (document.getElementById('b')).append(first);
      /** @type {HTMLElement} */ (document.getElementById('a')).append(second);
      return [first.results !== null, second.results !== null, first.shadowRoot.querySelector('canvas') === before];
    });
    assert.deepEqual(kept, [true, true, true]);
    const again = await page.evaluate(async () => {
      const element = /** @type {any} */ (document.querySelector('#b risk-set'));
      element.remove();
      await new Promise((resolve) => { setTimeout(resolve, 50); });
      const gone = { results: element.results, children: element.shadowRoot.childElementCount, source: element.source };
      /** @type {HTMLElement} */ (document.getElementById('a')).append(element);
      await element.ready;
      return { gone, by: (await element.run()).results.find((/** @type {any} */ item) => item.id === 'os.by').by };
    });
    assert.deepEqual(again, { gone: { results: null, children: 0, source: null }, by: 'grade' });
    // What was said of the attributes meanwhile counts.
    const other = await page.evaluate(async () => {
      const element = /** @type {any} */ (document.querySelector('#a risk-set:first-child'));
      const parent = element.parentElement;
      element.remove();
      await new Promise((resolve) => { setTimeout(resolve, 50); });
      element.study = { format: 'riskset-study/1', endpoints: { OS: { time: 'time', status: 'status', event: [1], unit: 'months' } }, analyses: [{ id: 'mine', type: 'kaplan_meier', endpoint: 'OS' }] };
      parent.prepend(element);
      await element.ready;
      return (await element.run()).results.map((/** @type {any} */ item) => item.id);
    });
    assert.deepEqual(other, ['mine']);
    // Undo by the keyboard is for the element that has the focus, and for no other.
    await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
    await page.keyboard.press('Control+z');
    assert.equal(await page.evaluate(() => /** @type {any} */ (document.querySelector('#a risk-set:last-child')).currentStudy.analyses.find((/** @type {any} */ item) => item.id === 'os.by').by), 'grade');
  }));

test('methods: load, run, export, reset; and what they say when they cannot', () => on(`<risk-set data="" view="all"></risk-set>`, async (page) => {
  const said = await page.evaluate(async ({ csv, plan }) => {
    const element = /** @type {any} */ (document.querySelector('risk-set'));
    const code = async (/** @type {() => Promise<unknown>} */ work) => { try { await work(); return 'nothing'; } catch (error) { const { name, code: what, position, params } = /** @type {any} */ (error); return { name, code: what, position, params }; } };
    /** @type {Record<string, any>} */
    const out = {};
    out.ready = await element.ready;
    out.versions = [element.constructor.version, element.constructor.apiVersion];
    out.noFile = await code(() => element.run(plan));
    out.noResults = await code(() => element.export());
    out.wrong = await code(() => element.load({}));
    const loaded = await element.load(csv, { name: 'host.csv' });
    out.loaded = [loaded.file, loaded.n_rows, loaded.columns.map((/** @type {any} */ column) => column.name), element.source];
    out.ids = (await element.run(plan)).results.map((/** @type {any} */ item) => item.id);
    out.same = element.results === element.results;
    // What the host does to its copy is its own.
    element.results.results.length = 0;
    out.again = (await element.run(JSON.stringify(plan))).results.length;
    out.study = element.currentStudy.title;
    out.broken = await code(() => element.load('time,status\n1,1\n2\n', { name: 'broken.csv' }));
    out.kept = (await element.run()).data.n_rows;
    out.noStudy = await code(() => element.run('{'));
    out.otherFormat = await code(() => element.run({ format: 'x' }));
    const failed = await element.run({ ...plan, analyses: [{ id: 'x', type: 'kaplan_meier', endpoint: 'OS', by: 'nothing' }, plan.analyses[0]] });
    out.failed = failed.results.map((/** @type {any} */ item) => item.error?.code ?? 'given');
    // A later one overtakes an earlier one.
    const [first, second] = await Promise.all([code(() => element.run(plan)), code(() => element.run({ ...plan, title: 'later' }))]);
    out.overtaken = [typeof first === 'string' ? first : first.code, second];
    const both = await Promise.all([code(() => element.load(csv, { name: 'a.csv' })), code(() => element.load(csv + '9,1,treated,50,I\n', { name: 'b.csv' }))]);
    out.loads = [typeof both[0] === 'string' ? both[0] : both[0].code, both[1], (await element.run()).data.n_rows];
    // Bytes are copied: what the host does to them later is its own.
    const bytes = new TextEncoder().encode(csv), loading = element.load(bytes);
    bytes.fill(0);
    await loading;
    out.bytes = (await element.run()).data.n_rows;
    out.read = (await element.load('time;status;arm;age;grade\n1,5;1;a;50;I\n2,5;0;b;60;II\n3;1;a;61;I\n', { name: 'semi.csv', read: { delimiter: ';', decimal: ',' } })).n_rows;
    out.readStudy = (await element.run(plan)).data.n_rows;
    await element.reset();
    out.reset = [element.source, element.currentStudy?.title];
    return out;
  }, { csv: trial(), plan: study() });
  assert.deepEqual(said.ready, { version: said.versions[0], apiVersion: 1 });
  assert.equal(said.versions[1], 1);
  assert.equal(said.noFile.name, 'RiskSetError');
  assert.equal(said.noFile.code, 'no_file');
  assert.equal(said.noResults.code, 'embed_no_results');
  assert.deepEqual([said.wrong.code, said.wrong.params.option], ['embed_option', 'data']);
  assert.deepEqual(said.loaded, ['host.csv', 40, ['time', 'status', 'arm', 'age', 'grade'], 'host']);
  assert.deepEqual(said.ids, ['curve', 'test', 'model', 'who']);
  assert.deepEqual([said.same, said.again, said.study], [true, 4, 'A study of the host']);
  assert.deepEqual([said.broken.code, said.broken.position.file, said.broken.position.line], ['ragged_row', 'broken.csv', 3]);
  assert.equal(said.kept, 40, 'the earlier data stay');
  assert.equal(said.noStudy.code, 'study_unreadable');
  assert.equal(said.otherFormat.code, 'unknown_format');
  assert.deepEqual(said.failed, ['unknown_column', 'given']);
  assert.deepEqual(said.overtaken, ['superseded', 'nothing']);
  assert.deepEqual(said.loads, ['superseded', 'nothing', 41]);
  assert.deepEqual([said.bytes, said.read, said.readStudy], [40, 3, 3]);
  assert.equal(said.reset[1], undefined);
}));

test('an element that is not in the page waits until it is', () => on('', async (page) => {
  const found = await page.evaluate(async ({ csv, plan }) => {
    const element = /** @type {any} */ (document.createElement('risk-set'));
    const results = element.load(csv, { name: 'early.csv' }).then(() => element.run(plan));
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    document.body.append(element);
    return { n: (await results).results.length, file: element.currentStudy.data?.file, source: element.source };
  }, { csv: trial(), plan: study() });
  assert.deepEqual([found.n, found.source], [4, 'host']);
}));

test('files that the host asks for: names, kinds and the mark of patient data', () => on(`<risk-set data="cohort" study="plan" view="curves"></risk-set>${held}`, async (page) => {
  await ids(page);
  const made = await page.evaluate(async () => {
    const element = /** @type {any} */ (document.querySelector('risk-set'));
    /** @type {any[]} */
    const out = [];
    for (const wanted of [
      {}, { analysis: 'curve' }, { analysis: 'curve', format: 'svg', width_mm: 85 }, { analysis: 'curve', format: 'pdf' }, { analysis: 'curve', format: 'png', dpi: 600, width_mm: 85 },
      { analysis: 'curve', format: 'csv' }, { analysis: 'curve', format: 'csv', part: 'curve' }, { analysis: 'curve', format: 'csv', part: 'risk_table' }, { analysis: 'model', format: 'svg' },
      { analysis: 'model', format: 'csv' }, { analysis: 'test', format: 'docx' }, { analysis: 'who', format: 'xlsx' },
      { analysis: 'who', format: 'svg' }, { analysis: 'nothing' }, { format: 'csv' }, { analysis: 'curve', format: 'gif' }, { analysis: 'curve', format: 'csv', part: 'forest' }, { analysis: 'curve', format: 'png', dpi: -1 }, { analysis: 'curve', format: 'svg', width_mm: 1 },
    ]) {
      try {
        const file = await element.export(wanted);
        out.push([file.name, file.type, file.patientData, (await file.blob.text()).slice(0, 4), file.blob.type === file.type]);
      } catch (error) {
        out.push(/** @type {any} */ (error).code);
      }
    }
    const whole = JSON.parse(await (await element.export()).blob.text());
    return { out, marked: whole.patient_data, format: whole.format };
  });
  const [json, csv] = ['application/json', 'text/csv'];
  assert.deepEqual(made.out.map((item) => (typeof item === 'string' ? item : item.slice(0, 3))), [
    ['riskset-results-PATIENT-DATA.json', json, true], ['kaplan-meier-OS-curve-PATIENT-DATA.json', json, true],
    ['kaplan-meier-OS-arm-85mm.svg', 'image/svg+xml', false], ['kaplan-meier-OS-arm-174mm.pdf', 'application/pdf', false], ['kaplan-meier-OS-arm-85mm-600dpi.png', 'image/png', false],
    ['medians-and-rates-OS-arm.csv', csv, false], ['kaplan-meier-OS-arm-curve-PATIENT-DATA.csv', csv, true], ['kaplan-meier-OS-arm-risk-table.csv', csv, false], ['forest-plot-OS-174mm.svg', 'image/svg+xml', false],
    ['cox-model-OS.csv', csv, false], ['tests-OS-arm.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', false], ['patients-arm.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', false],
    'embed_option', 'embed_option', 'embed_option', 'embed_option', 'embed_option', 'embed_option', 'export_width',
  ]);
  const starts = made.out.filter((item) => typeof item !== 'string').map((item) => item[3]);
  assert.deepEqual([starts[2], starts[3], starts[10], starts[11]], ['<svg', '%PDF', 'PK\u0003\u0004', 'PK\u0003\u0004']);
  assert.match(starts[4], /PNG/);
  assert.match(made.marked, /patient data/);
  assert.equal(made.format, 'riskset-results/1');
}));

test('events cross shadow roots, and a listener may call the element', () => on(`<div id="outer"></div>${held}`, async (page) => {
  const heard = await page.evaluate(async () => {
    const root = /** @type {HTMLElement} */ (document.getElementById('outer')).attachShadow({ mode: 'open' });
    const element = /** @type {any} */ (document.createElement('risk-set'));
    /** @type {any[]} */
    const out = [];
    for (const name of ['ready', 'results', 'change', 'error']) {
      document.addEventListener(`riskset:${name}`, (event) => {
        const { detail } = /** @type {CustomEvent} */ (event);
        out.push(name === 'error' ? [name, detail.code, detail.during, detail.params.value ?? null, detail.source] : [name, Object.keys(detail)]);
        if (name === 'results' && detail.results.results.length === 4) element.run({ ...detail.results.study, analyses: detail.results.study.analyses.slice(0, 1) });
      });
    }
    // What the attributes name is looked for in the element's own tree, then in the page.
    element.setAttribute('data', 'cohort');
    element.setAttribute('study', 'plan');
    root.append(element);
    while (element.results?.results.length !== 1) await new Promise((resolve) => { setTimeout(resolve, 20); });
    for (const [i, data] of ['https://example.org/cohort.csv', 'nowhere'].entries()) {
      element.data = data;
      while (out.filter(([name]) => name === 'error').length <= i) await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
    return out;
  });
  assert.ok(heard.some(([name, keys]) => name === 'ready' && String(keys) === 'version,apiVersion'));
  assert.equal(heard.filter(([name]) => name === 'results').length, 2);
  assert.ok(heard.some(([name, keys]) => name === 'change' && String(keys) === 'study'));
  assert.deepEqual(heard.filter(([name]) => name === 'error'), [['error', 'embed_address', 'open', 'https://example.org/cohort.csv', 'host'], ['error', 'embed_no_element', 'open', 'nowhere', 'host']]);
}));

// Each lack of a host's policy is said in words.
for (const [name, csp, codes, remedies] of /** @type {[string, string, string[], string[]][]} */ ([
  ['WebAssembly', "default-src 'none'; script-src 'self'; worker-src blob:", ['policy_wasm'], ["script-src 'wasm-unsafe-eval'"]],
  ['workers', "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'", ['policy_worker'], ['worker-src blob:']],
  ['both', "default-src 'none'; script-src 'self'", ['policy_wasm', 'policy_worker'], ["script-src 'wasm-unsafe-eval'", 'worker-src blob:']],
  ['trusted types', "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; require-trusted-types-for 'script'; trusted-types other", ['policy_trusted_types'], ['trusted-types riskset']],
])) {
  for (const lang of ['en', 'fr']) {
    test(`where the host forbids ${name} there is a message instead of an empty box (${lang})`, () => on(
      `<main><h1>Host</h1><risk-set lang="${lang}" data="cohort" view="curves"></risk-set></main>${held}`, async (page) => {
        await says(page, lang === 'en' ? 'riskset cannot compute here.' : 'riskset ne peut pas calculer ici.');
        await says(page, lang === 'en' ? 'The policy of this page' : 'La politique de cette page');
        assert.deepEqual(await page.locator('risk-set .refused li:has(code)').allInnerTexts(), remedies);
        const said = await page.evaluate(async () => {
          const element = /** @type {any} */ (document.querySelector('risk-set'));
          const code = (/** @type {Promise<unknown>} */ work) => work.then(() => 'nothing', (/** @type {any} */ error) => [error.code, error.params.lacks ?? null]);
          return [await code(element.ready), await code(element.load('time,status\n1,1\n')), element.results];
        });
        assert.deepEqual(said, [[codes[0], codes.join(' ')], [codes[0], codes.join(' ')], null]);
        assert.deepEqual(await violations(page), []);
      }, { csp, allow: (what) => /policy:|violates|Refused|Content Security Policy|TrustedScriptURL|trusted/i.test(what) }));
  }
}

test('with trusted types, where the policy names riskset, all works', () => on(`<risk-set data="cohort" study="plan" view="curves"></risk-set>${held}`, async (page) => {
  assert.deepEqual(await ids(page), ['curve', 'test', 'model', 'who']);
}, { csp: `${STRICT}; require-trusted-types-for 'script'; trusted-types riskset` }));

test('the host’s style sheets stay outside, and the element’s inside', () => on(`<p id="own">own</p><risk-set data="cohort" study="plan" view="curves"></risk-set>${held}`, async (page) => {
  await ids(page);
  await page.locator('risk-set table').first().waitFor();
  const looks = await page.evaluate(() => {
    const of = (/** @type {Element} */ element) => { const { fontSize, color, textTransform, letterSpacing, textAlign, direction } = getComputedStyle(element); return { fontSize, color, textTransform, letterSpacing, textAlign, direction }; };
    const root = /** @type {ShadowRoot} */ (/** @type {Element} */ (document.querySelector('risk-set')).shadowRoot);
    return { inside: of(/** @type {Element} */ (root.querySelector('td'))), own: of(/** @type {Element} */ (document.getElementById('own'))) };
  });
  assert.deepEqual(looks.inside, { fontSize: '14px', color: 'rgb(22, 35, 43)', textTransform: 'none', letterSpacing: 'normal', textAlign: 'left', direction: 'ltr' });
  assert.deepEqual(looks.own, { fontSize: '5px', color: 'rgb(255, 0, 0)', textTransform: 'uppercase', letterSpacing: '9px', textAlign: 'right', direction: 'rtl' });
}, { head: '<style>html { font-size: 5px } * { color: red; text-transform: uppercase; letter-spacing: 9px; text-align: right; direction: rtl } table { display: none }</style><script src="/dist/riskset-embed.js"></script>' }));

test('the layout follows the element’s width, not the window’s', () => on(`<div style="width: 420px"><risk-set data="cohort"></risk-set></div>${held}`, async (page) => {
  await ids(page);
  await page.locator('risk-set canvas').first().waitFor();
  assert.equal(await page.evaluate(() => /** @type {Element} */ (document.querySelector('risk-set')).scrollWidth), 420);
  const columns = await page.evaluate(() => getComputedStyle(/** @type {any} */ (document.querySelector('risk-set')).shadowRoot.querySelector('.columns')).gridTemplateColumns.split(' ').length);
  assert.equal(columns, 1);
}, { context: { viewport: { width: 1400, height: 900 } } }));

test('the script twice, and a page that has an element of the name: the first stays', () => on('<risk-set data="cohort" view="curves"></risk-set><script src="/dist/riskset-embed.js"></script>' + held, async (page) => {
  await ids(page);
}));

test('data without a study are guessed at, and where they cannot be it is said', () => on(
  `<risk-set data="cohort" view="curves"></risk-set><risk-set data="plain" view="curves"></risk-set>${held}<script type="text/csv" id="plain">\na,b\n1,x\n2,y\n3,x</script>`, async (page) => {
    assert.ok((await ids(page, 0)).includes('os.by'));
    await says(page, 'this needs a study', 1);
    const code = await page.evaluate(() => /** @type {any} */ (document.querySelectorAll('risk-set')[1]).run().then(() => 'nothing', (/** @type {any} */ error) => error.code));
    assert.equal(code, 'embed_no_endpoint');
  }));
