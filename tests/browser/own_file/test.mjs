// A file of one's own, with every name that breaks careless pages: nothing in it is ever read as HTML, as code or as a
// key of the page's own objects.
import assert from 'node:assert/strict';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered, cells, colours, drawn, figure, goTo, openFile, shows, trial } from '../steps.mjs';

const LONG = `a very long name ${'that goes on '.repeat(20)}`.trim();
const NAMES = [
  'Durée de suivi (mois)', 'Décès', 'Bras "A/B"', 'âge, années', '__proto__', '<script>alert(1)</script>', '=cmd()|x', 'dose;mg 💊',
  LONG, 'stade', 'stade', 'constructor', '<img src=x onerror=alert(2)>',
];
const LEVELS = ['≤ 5 & <b>rien</b>', '> 5 "plus"'];

/** Semicolons, decimal commas, quotes, Windows line ends. */
function awkward() {
  const quote = (/** @type {string | number} */ text) => `"${String(text).replaceAll('"', '""')}"`;
  const comma = (/** @type {number} */ number) => number.toFixed(1).replace('.', ',');
  const rows = Array.from({ length: 48 }, (_, i) => [
    comma(((i * 37) % 61) + 1.5), i % 3 ? 1 : 0, quote(LEVELS[i % 2]), comma(50.5 + ((i * 11) % 23)), i % 4 < 2 ? 1 : 2, comma((i * 7) % 13),
    quote(i % 2 ? '<i>x</i>' : '{{y}}'), (i * 3) % 7, quote(i % 5 ? 'oui' : 'non'), ['I', 'II', 'III'][(i * 5) % 3], (i * 5) % 11, (i * 13) % 17,
    quote(i % 3 ? '&amp;' : '&lt;'),
  ].join(';'));
  return `${NAMES.map(quote).join(';')}\r\n${rows.join('\r\n')}\r\n`;
}

/** @param {import('playwright-core').Page} page */
const scripts = (page) => page.evaluate(() => {
  const shadow = document.querySelector('risk-set')?.shadowRoot;
  return shadow?.querySelectorAll('script, img, b, i, iframe, object, embed').length;
});

test('awkward names and values', () => withPage('http', async ({ page }) => {
  await answered(page);
  let dialogs = 0;
  page.on('dialog', (dialog) => { dialogs += 1; dialog.dismiss(); });
  await openFile(page, 'suivi "été" <1>.csv', awkward());
  await answered(page);

  // Guesses are there, and say that they are guesses.
  assert.equal(await page.getByLabel('Follow-up time').inputValue(), 'Durée de suivi (mois)');
  assert.equal(await page.getByLabel('Status our guess').inputValue(), 'Décès');
  assert.equal(await page.getByLabel('Compare curves by').inputValue(), 'Bras "A/B"');
  assert.ok(await page.getByText('our guess').count() >= 4);
  await shows(page, 'Patients', '48');
  await shows(page, 'Events, OS', '32');
  assert.match(await figure(page, 'Median OS').innerText(), /^\d+\.\d months$/);
  await page.getByRole('heading', { name: 'Survival curves: Bras "A/B"' }).waitFor();
  assert.equal(await page.getByText('Synthetic demonstration data').count(), 0);

  // Every column can be a covariate; the table names it and its levels as the file does.
  await goTo(page, 'models');
  for (const name of ['âge, années', '__proto__', '<script>alert(1)</script>', '=cmd()|x', 'dose;mg 💊', 'constructor', LONG, '<img src=x onerror=alert(2)>']) {
    await page.locator('.covariate-list').getByLabel(name, { exact: true }).check();
  }
  await page.locator('table.models').getByText('<img src=x onerror=alert(2)>').waitFor();
  await page.locator('#results:not([aria-busy])').waitFor();
  const rows = new Map((await cells(page.locator('table.models'))).map(([name, ...rest]) => [name, rest]));
  for (const name of ['Bras "A/B"', '<script>alert(1)</script> per unit', '__proto__ per unit', 'constructor per unit', '=cmd()|x', LONG, ...LEVELS, '<i>x</i>', '{{y}}', '&amp;', '&lt;']) {
    assert.ok(rows.has(name), `${name} in ${[...rows.keys()]}`);
  }
  assert.match(rows.get('__proto__ per unit')?.[2] ?? '', /^\d+\.\d\d \(/);

  await goTo(page, 'curves');
  // Names of the language's own objects as group: codes are then a category, as for any other column.
  for (const [name, events] of /** @type {const} */ ([['__proto__', ['1', '2']], ['=cmd()|x', ['<i>x</i>', '{{y}}']]])) {
    await page.getByLabel('Compare curves by').selectOption(name);
    await page.getByRole('heading', { name: `Survival curves: ${name}` }).waitFor();
    await drawn(page);
    const groups = (await cells(page.locator('table.groups'))).slice(1).map(([group]) => group);
    assert.deepEqual(groups, events);
    assert.ok((await colours(page.locator('canvas'))).length > 20);
  }

  await goTo(page, 'models');
  assert.deepEqual((await cells(page.locator('table.models'))).filter(([name]) => ['1', '2', '__proto__'].includes(name)).map(([name]) => name), ['__proto__', '1', '2']);

  // The second column of the same name has another, and the page says so.
  await goTo(page, 'curves');
  await page.getByText('How the file was read').click();
  await page.getByText(/Two columns are called “stade”/).first().waitFor();

  assert.equal(await scripts(page), 0, 'no text of the file became an element');
  assert.equal(dialogs, 0);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'long names break');
}));

test('dropped on its place, or anywhere else on the page', () => withPage('http', async ({ page }) => {
  await answered(page);
  for (const [place, name] of [['.drop', 'in.csv'], ['#results', 'beside.csv']]) {
    await page.locator(place).evaluate((element, [fileName, text]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text], fileName));
      for (const type of ['dragover', 'drop']) element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
    }, [name, trial()]);
    await page.locator('.data .file').getByText(name, { exact: true }).waitFor();
    await shows(page, 'Patients', '40');
  }
}));
