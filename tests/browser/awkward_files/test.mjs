// Every awkward file of tests/awkward through the page: the table that it shows is the one that must come out, or the sentence of
// the exact error with its place. What `tests/awkward.rs` holds natively, held of what the user sees.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { PATIENCE, giveFile, root, withPage } from '../harness.mjs';
import { answered } from '../steps.mjs';
import { emptyChoices, emptyEndpoint } from '../../../www/app/state/choices.mjs';
import { buildStudy } from '../../../www/app/state/study.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{type?: string, values?: (string | number | null)[], error?: Record<string, any>}} Column */
/** @typedef {{file: string, read?: Record<string, any>, spec?: Record<string, any>, dialect?: Record<string, any>, columns?: Record<string, Column>, cautions?: string[], error?: Record<string, any>}} Case */

const folder = join(root, 'tests/awkward');
/** @type {Case[]} */
const cases = JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8'));
const own = JSON.parse(await readFile(join(root, 'www/app/i18n/page.en.json'), 'utf8'));
const words = JSON.parse(await readFile(join(root, 'www/app/i18n/engine.en.json'), 'utf8'));

/** A sentence of the engine with anything in its places. @param {'error' | 'caution'} section @param {string} code */
function sentence(section, code) {
  // The page may have a sentence of its own, also for one.
  const templates = [own.plain[section]?.[code] ?? words[section][code], own.one[section]?.[code]].filter(Boolean);
  assert.ok(templates.length, `${code} has words`);
  const literally = (/** @type {string} */ part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
  return new RegExp(templates.map((template) => template.split(/\{\w+(?:#[^{}]*)?\}/).map(literally).join('[^]*?')).join('|'));
}

/** The message on show with its place, once it is about this file or column. @param {Page} page @param {Record<string, any>} error @param {string} file */
async function refused(page, { code, ...place }, file) {
  const item = page.locator('#problems li').filter({ hasText: sentence('error', code) }).first();
  const wanted = /** @type {[string, string][]} */ (Object.entries('column' in place ? place : { file, ...place }).map(([name, value]) => [name[0].toUpperCase() + name.slice(1), String(value)]));
  let found = item;
  for (const [name, value] of wanted) {
    found = found.filter({ has: page.locator('.place > div').filter({ has: page.locator('dt').getByText(name, { exact: true }) }).locator('dd').getByText(value, { exact: true }) });
  }
  await found.waitFor();
}

const endpoint = (/** @type {Partial<import('../../../www/app/types').EndpointChoice>} */ fields) => ({ ...emptyEndpoint('a', 'OS'), ...fields });

/** A study of the page that declares the columns and asks for one of them. @param {Case} one @param {string} column @param {import('../../../www/app/types').Inspection} inspection */
function study({ spec = {} }, column, inspection) {
  const [other] = inspection.columns.map(({ name }) => name).filter((name) => name !== column);
  const type = spec[column]?.format || inspection.columns.find(({ name }) => name === column)?.type === 'date' ? 'date' : spec[column]?.type;
  const event = inspection.columns.find(({ name }) => name === other)?.examples.slice(0, 1) ?? [];
  const own = type === 'date' ? { kind: /** @type {const} */ ('dates'), origin: column, censor: column, events: [{ name: 'death', column }] }
    : type === 'number' ? { kind: /** @type {const} */ ('status'), time: column, status: other, event } : { kind: /** @type {const} */ ('status'), time: other, status: other, event };
  const by = type === 'date' || type === 'number' ? null : column;
  return buildStudy({ ...emptyChoices(), columns: spec, by, endpoints: [endpoint(own)] }, inspection).text;
}

/** What the page shows of a column: type, missing, values. @param {(string | number | null)[]} values @param {string | undefined} type */
function shown(values, type) {
  const there = values.filter((value) => value !== null).map(String);
  const missing = String(values.length - there.length);
  if (type === 'category') {
    const counts = new Map(there.map((value) => [value, there.filter((other) => other === value).length]));
    return { missing, levels: [...counts].map(([value, n]) => `${value.replace(/\s/g, ' ')} (${n})`).sort() };
  }
  if (type === 'text') return { missing, values: [...new Set(there)].slice(0, 5).join(', ') };
  const sorted = type === 'number' ? there.map(Number).sort((a, b) => a - b) : there.sort();
  return { missing, range: sorted.length ? [sorted[0], sorted[sorted.length - 1]].map(String) : null };
}

/** The table of columns: name, type, missing and values of each, without what stands beside them. @param {import('playwright-core').Locator} table */
const lines = (table) => table.locator('tbody tr').evaluateAll((rows) => rows.map((row) =>
  ['th strong', '.type', '.number', '.values'].map((part) => (row.querySelector(part)?.textContent ?? '').replace(/\s/g, ' ').trim())));

/** The same, read from the page's table of columns. @param {string[]} row @param {string | undefined} type */
function seen([, , missing, values], type) {
  if (type === 'category') return { missing, levels: values.split(/(?<=\(\d+\)), /).sort() };
  if (type === 'text') return { missing, values };
  // Days are shown by the language's habits, `9 Mar 2021`.
  const day = (/** @type {string} */ value) => new Date(`${value} UTC`).toISOString().slice(0, 10);
  const range = values.match(/^(.+) to (.+)$/)?.slice(1).map((value) => (type === 'number' ? String(Number(value)) : day(value)));
  return { missing, range: range ?? null };
}

test('each file gives its table or its error', () => withPage('file', async ({ page }) => {
  await answered(page);
  await page.locator('#step-data').click();
  /** @type {string[]} */
  const wrong = [];
  /** @param {Case} one */
  const through = async (one) => {
    await giveFile(page, one.file, await readFile(join(folder, 'files', one.file)));
    if (one.error) return refused(page, one.error, one.file);
    await page.locator('.data .file').getByText(one.file, { exact: true }).waitFor();
    await reads(page, one);
    const table = page.locator('.column-table');
    const names = await table.locator('tbody th strong').allTextContents();
    const rows = await lines(table);
    const failing = Object.entries(one.columns ?? {}).find(([, column]) => column.error)?.[0];
    const size = await page.locator('.data .file').textContent();
    const [expected] = Object.values(one.columns ?? {}).map(({ values }) => values?.length).filter(Boolean);
    if (expected) assert.match(size ?? '', new RegExp(`\\b${expected} rows?, ${names.length} columns?`));
    for (const code of one.cautions ?? []) await page.locator('.check, .cautions li').getByText(sentence('caution', code)).first().waitFor();
    if (one.spec || failing) {
      const columns = /** @type {any[]} */ (names.map((name, i) => ({ name, type: rows[i][1], examples: rows[i][3].split(/ to |, | \(\d+\)/), levels: null })));
      const text = study(one, failing ?? Object.keys(one.spec ?? {})[0], /** @type {any} */ ({ file: one.file, n_rows: expected ?? 1, columns }));
      await page.locator('#study-file').setInputFiles({ name: 'study.json', mimeType: 'application/json', buffer: Buffer.from(text) });
      if (failing) await refused(page, one.columns?.[failing].error ?? {}, one.file);
    }
    /** The first difference between the table on show and what must come out. */
    const differs = async () => {
      const now = await lines(table);
      for (const [name, { type, values, error }] of Object.entries(one.columns ?? {})) {
        if (error) continue;
        const row = now[names.indexOf(name)];
        try {
          assert.ok(row, `a column ${name}`);
          if (type) assert.equal(row[1], type, `type of ${name}`);
          if (values) assert.deepEqual(seen(row, type), shown(values, type), `${name}: ${row.join(' | ')}`);
        } catch (problem) {
          return problem;
        }
      }
      return null;
    };
    // What the study declares is shown as soon as the engine has answered.
    let problem = await differs();
    for (const end = Date.now() + PATIENCE; problem && one.spec && Date.now() < end;) {
      await page.waitForTimeout(50);
      problem = await differs();
    }
    if (problem) throw problem;
  };
  for (const one of cases) {
    await through(one).catch((problem) => wrong.push(`${one.file}: ${String(problem?.message ?? problem).slice(0, 600)}`));
  }
  assert.equal(wrong.length, 0, `${wrong.length} of ${cases.length}:\n${wrong.join('\n')}`);
}));

/** Declares how the file is read, with the page's controls, and checks what the page says of it. @param {Page} page @param {Case} one */
async function reads(page, { read = {}, dialect = {} }) {
  if (read.encoding) await page.locator('#read-encoding').selectOption(read.encoding);
  if (read.header_line !== undefined) {
    await page.locator('#read-header_line').fill(String(read.header_line));
    await page.locator('#read-header_line').press('Enter');
    await page.locator(read.header_line ? 'tr.preview-header' : 'tr.preview-row').first().waitFor();
    await page.waitForFunction((line) => document.querySelector('risk-set')?.shadowRoot?.querySelector('#read-header_line-hint')?.textContent?.includes(line), `line ${read.header_line}.`);
  }
  const signs = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'vertical bar' };
  const found = {
    delimiter: (/** @type {string} */ sign) => /** @type {any} */ (signs)[sign], decimal: (/** @type {string} */ mark) => (mark === ',' ? 'comma' : 'point'),
    encoding: (/** @type {string} */ name) => name,
  };
  for (const [field, say] of Object.entries(found)) {
    if (!(field in dialect)) continue;
    const option = await page.locator(`#read-${field} option`).first().textContent();
    assert.ok(option?.includes(say(dialect[field])), `${field}: ${option}`);
  }
  if ('header_line' in dialect) assert.match(await page.locator('#read-header_line-hint').textContent() ?? '', new RegExp(`\\b${dialect.header_line}\\b`));
}
