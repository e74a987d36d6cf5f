// The pages of dist/examples, as they are handed out: they work under their own policies, on a wide screen and on a phone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { violations } from '../axe.mjs';
import { root } from '../harness.mjs';
import { withHosts } from '../hosts.mjs';

/** @typedef {import('playwright-core').Page} Page */

const SIZES = /** @type {const} */ ([[1280, 900], [360, 740]]);

/** Opens an example in its place and leaves a picture of it in target/. @param {string} name @param {(page: Page) => Promise<void>} use @param {readonly [number, number]} size */
const example = (name, use, [width, height]) => withHosts(
  () => [{ '/': { body: `<!doctype html><title>x</title><link rel="icon" href="data:,">` } }],
  async ({ page, requests, unexpected }) => {
    await page.goto(`${new URL(page.url()).origin}/dist/examples/${name}.html`);
    // Its own files are no leak; whatever comes after them is.
    const own = /\/dist\/(?:examples\/|riskset-(?:embed|frame)\.js|embed\.html)/;
    for (let i = unexpected.length - 1; i >= 0; i--) if (unexpected[i].startsWith('request after load: ') && own.test(unexpected[i])) unexpected.splice(i, 1);
    const before = requests.length;
    await use(page);
    assert.equal(requests.filter((url) => !own.test(url)).length, requests.slice(0, before).filter((url) => !own.test(url)).length, 'no request');
    for (let i = unexpected.length - 1; i >= 0; i--) if (unexpected[i].startsWith('request after load: ') && own.test(unexpected[i])) unexpected.splice(i, 1);
    assert.deepEqual(await violations(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than the screen');
    await page.screenshot({ path: join(root, `target/example-${name}-${width}.png`), fullPage: true });
  }, { context: { viewport: { width, height } } });

/** Waits until every element has its results and its figures. @param {Page} page */
const done = (page) => page.waitForFunction(() => [...document.querySelectorAll('risk-set')].every((item) => {
  const element = /** @type {any} */ (item);
  if (!element.results || element.busy) return false;
  const figures = [...element.shadowRoot.querySelectorAll('.figure')], tables = [...element.shadowRoot.querySelectorAll('.table-model')];
  return figures.every((figure) => figure.querySelector('table')) && tables.every((place) => place.querySelector('table'));
}));

for (const size of SIZES) {
  test(`the article, ${size[0]} px`, () => example('article', async (page) => {
    await done(page);
    await page.locator('risk-set').nth(1).getByRole('img', { name: /Overall survival/ }).waitFor();
    assert.match(await page.locator('risk-set').nth(2).getByRole('table').innerText(), /FNCLCC grade/);
    if (size[0] < 1000) return;
    await page.getByRole('button', { name: 'Open the data of this article' }).click();
    await page.locator('risk-set').nth(4).getByText('Headline figures').waitFor();
    await done(page);
  }, size));

  test(`the course, ${size[0]} px`, () => example('course', async (page) => {
    await done(page);
    await page.locator('risk-set').nth(1).getByText('Chiffres principaux').waitFor();
    for (const [label, wrong, right] of [['Quelle est la survie médiane, en mois ?', '9', '4'], ['Combien de décès y a-t-il dans toute la cohorte ?', '41', '22']]) {
      const form = page.locator('form').filter({ has: page.getByLabel(label) });
      for (const [value, words] of [[wrong, 'Pas encore'], ['x', 'Écrivez un nombre'], [right, 'C’est juste.']]) {
        await form.getByLabel(label).fill(value);
        await form.getByRole('button', { name: 'Vérifier' }).click();
        await form.getByRole('status').getByText(words).waitFor();
      }
    }
  }, size));

  test(`the dashboard, ${size[0]} px`, () => example('dashboard', async (page) => {
    const tile = (/** @type {string} */ id, /** @type {string} */ value) => page.locator(`#${id}`).getByText(value, { exact: true }).waitFor();
    // The same figures as on the page itself.
    await tile('n', '41');
    await tile('events', '22');
    await tile('median', '54.7');
    await page.getByLabel('Endpoint').selectOption('DFS');
    await tile('median', '22.2');
    await page.getByLabel('Centre').selectOption('Centre A');
    await tile('n', '26');
    await done(page);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'All results (patient data)' }).click();
    assert.equal((await saved).suggestedFilename(), 'riskset-results-PATIENT-DATA.json');
    await page.locator('#said').getByText('treat it as patient data').waitFor();
    await page.getByLabel('Your own file').setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
    await page.locator('#said').getByText(/date_of_diagnosis|no column/i).waitFor();
    await page.getByLabel('Your own file').setInputFiles({ name: 'own.csv', mimeType: 'text/csv', buffer: await readFile(join(root, 'www/demo/lms_vc_synthetic.csv')) });
    await tile('n', '26');
    await done(page);
  }, size));

  test(`the frame, ${size[0]} px`, () => example('frame', async (page) => {
    await page.getByText('Log-rank p = 0.936').waitFor();
    await page.getByRole('button', { name: 'By grade' }).click();
    await page.locator('#said:not(:text("0.936"))').getByText(/Log-rank p = 0\.\d{3}/).waitFor();
    await page.frameLocator('iframe').getByRole('heading', { name: /by fnclcc grade/i }).waitFor();
    await page.getByRole('button', { name: 'The whole program' }).click();
    await page.frameLocator('iframe').getByText('Open your own file').first().waitFor();
  }, size));
}
