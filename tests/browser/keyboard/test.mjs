// The page without a mouse: everything that it takes to analyse a file can be reached, is seen when it has the focus,
// and can be left again.
import assert from 'node:assert/strict';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered } from '../steps.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** What has the focus: its id or words, and whether one can see that. @param {Page} page */
const focused = (page) => page.evaluate(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body) return null;
  // The file input is out of sight: its label shows the focus.
  const shown = element.id === 'file' ? element.nextElementSibling ?? element : element;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  return {
    id: element.id, words: (element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40), tag: element.localName,
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    inSight: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  };
});

/** Presses Tab until the focus is where it should be. @param {Page} page @param {(at: NonNullable<Awaited<ReturnType<typeof focused>>>) => boolean} there */
async function tabTo(page, there, key = 'Tab', most = 250) {
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press(key);
    const at = await focused(page);
    if (!at) continue;
    assert.ok(at.outlined && at.inSight, `the focus is seen: ${JSON.stringify(at)}`);
    if (there(at)) return at;
  }
  throw new Error(`not reached by ${key}`);
}

test('choose a group, tick a covariate, undo and reach the results', () => withPage('http', async ({ page }) => {
  await answered(page);
  // The first stop leads past the settings.
  const first = await tabTo(page, () => true);
  assert.equal(first.words, 'Skip to the results');
  await page.keyboard.press('Enter');
  assert.equal((await focused(page))?.id, 'results');
  await tabTo(page, (at) => at.words === 'Both' || at.words === 'OS');

  // Back to the beginning, then on to the file and the settings.
  await tabTo(page, (at) => at.words === 'Skip to the results', 'Shift+Tab');
  await tabTo(page, (at) => at.id === 'file');
  await tabTo(page, (at) => at.tag === 'summary' && at.words.startsWith('Endpoint, group'));
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#settings[open]').count(), 0, 'the settings close');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#settings[open]').count(), 1, 'and open');

  await tabTo(page, (at) => at.tag === 'summary' && at.words.startsWith('OS'));
  await page.keyboard.press('Space');
  await tabTo(page, (at) => at.id === 'a-unit');
  await tabTo(page, (at) => at.id === 'by');
  // Typing chooses in a select.
  await page.keyboard.type('Kief');
  await page.getByRole('heading', { name: 'Survival curves: Kieffer level' }).waitFor();
  assert.equal((await focused(page))?.id, 'by', 'new results leave the focus where it is');

  await tabTo(page, (at) => at.id === 'step-models', 'Shift+Tab');
  await page.keyboard.press('Enter');
  assert.equal((await focused(page))?.id, 'results', 'a step begins with what it shows');
  await tabTo(page, (at) => at.tag === 'summary' && at.words.startsWith('Covariates'), 'Shift+Tab');
  await tabTo(page, (at) => at.id === 'covariate-filter');
  await page.keyboard.type('Age at');
  await tabTo(page, (at) => at.id === 'covariate-age_5f_at_5f_diagnosis');
  await page.keyboard.press('Space');
  await page.locator('table.models').getByText('Age at diagnosis').first().waitFor();
  assert.equal((await focused(page))?.id, 'covariate-age_5f_at_5f_diagnosis');
  await page.keyboard.press('Control+z');
  await page.locator('table.models').getByText('Age at diagnosis').first().waitFor({ state: 'detached' });
  await tabTo(page, (at) => at.id === 'step-curves', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Survival curves: Kieffer level' }).waitFor();
  await page.keyboard.press('Control+z');
  await page.getByRole('heading', { name: 'Survival curves: Perioperative chemotherapy' }).waitFor();

  // On through everything to the end: no trap.
  await tabTo(page, (at) => at.id === 'start-origin');
  await page.keyboard.press('ArrowDown');
  await page.getByText('Time 0: surgery.').first().waitFor();
  await tabTo(page, (at) => at.tag === 'summary' && at.words === 'Data table of this figure');
  await page.keyboard.press('Enter');
  await tabTo(page, (at) => at.id === 'step-output', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, (at) => at.words === 'Survival curves: Disease-free survival');
  await page.keyboard.press('Enter');
  assert.equal((await focused(page))?.id, 'curve-b', 'a name in the list leads to its figure');
  await tabTo(page, (at) => at.id === 'step-output', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, (at) => at.words === 'Save the results');
}));

test('the whole journey, from the columns to the list of figures', () => withPage('http', async ({ page }) => {
  await answered(page);
  const idle = () => page.locator('#results:not([aria-busy])').waitFor();
  /** Goes to a step by its button. @param {string} name */
  async function step(name) {
    const at = await focused(page);
    await tabTo(page, ({ id }) => id === `step-${name}`, at ? 'Shift+Tab' : 'Tab');
    await page.keyboard.press('Enter');
    assert.equal((await focused(page))?.id, 'results');
    await idle();
  }

  await step('data');
  await tabTo(page, ({ id }) => id === 'edit-centre');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('risk-set')?.shadowRoot?.activeElement?.id === 'column-editor');

  await step('cohort');
  await tabTo(page, ({ tag, words }) => tag === 'summary' && words.startsWith('OS'), 'Shift+Tab');
  await tabTo(page, ({ tag, words }) => tag === 'summary' && words.startsWith('Before the file'));
  await page.keyboard.press('Enter');
  await tabTo(page, ({ id }) => id === 'flow-screened');
  await page.keyboard.type('50');
  await page.keyboard.press('Tab');
  await idle();

  await step('patients');
  await tabTo(page, ({ id }) => id.startsWith('table-'), 'Shift+Tab');

  await step('curves');
  await tabTo(page, ({ words }) => words === 'FNCLCC grade');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Survival curves: FNCLCC grade' }).waitFor();
  assert.equal((await focused(page))?.words, 'FNCLCC grade', 'a click moves nothing');
  await tabTo(page, ({ id }) => id === 'read-figure-a');
  await page.keyboard.press('ArrowRight');
  await page.locator('.reader-said', { hasText: 'At 37.0 months' }).first().waitFor({ state: 'attached' });
  await tabTo(page, ({ tag, words }) => tag === 'summary' && words.startsWith('How computed: comparison'));
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'What each program would print: comparison of the groups, OS' }).waitFor();

  await step('models');
  await step('output');
  await tabTo(page, ({ words }) => words === 'Rules behind the figures');
  await page.keyboard.press('Enter');
  assert.equal((await focused(page))?.id, 'rules-title');
}));

test('the models: another test, another reference, an option, down to the influence of a patient', () => withPage('http', async ({ page }) => {
  await answered(page);
  await tabTo(page, (at) => at.id === 'step-models');
  await page.keyboard.press('Enter');
  await tabTo(page, (at) => at.id === 'factor-test-wald');
  await page.keyboard.press('Space');
  await page.getByText('p: Wald test of the whole factor').first().waitFor();
  assert.equal((await focused(page))?.id, 'factor-test-wald');
  await tabTo(page, (at) => at.id === 'level-a-kieffer-1');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'K2: the reference of Kieffer level' }).first().waitFor();
  const at = await focused(page);
  assert.deepEqual([at?.id, at?.words], ['level-a-kieffer-0', 'K2'], 'the focus goes with the level');
  await tabTo(page, (there) => there.tag === 'summary' && there.words === 'How far one patient moves each ratio');
  await page.keyboard.press('Enter');
  await page.getByRole('columnheader', { name: 'Lowest HR' }).first().waitFor();
  await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: 'K1: the reference of Kieffer level' }).first().waitFor();
  await tabTo(page, (there) => there.tag === 'summary' && there.words === 'Further options of the models', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, (there) => there.id === 'conf');
  await page.keyboard.type('prof');
  await page.getByText('hazard ratio with its profile-likelihood 95% interval').first().waitFor();
}));
