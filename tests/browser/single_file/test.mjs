// dist/riskset.html from disk does all that the hosted page does.
import assert from 'node:assert/strict';
import test from 'node:test';
import { withPage } from '../harness.mjs';
import { answered, cells, colours, figure, goTo, openFile, shows, trial } from '../steps.mjs';

test('the demonstration and an own file, from disk', () => withPage('file', async ({ page, requests }) => {
  await answered(page);
  assert.equal(await figure(page, 'Median OS').innerText(), '54.7 months');
  assert.equal(await figure(page, 'Median DFS').innerText(), '22.2 months');
  assert.equal(await figure(page, 'Median follow-up').innerText(), '69.7 months');
  for (const canvas of await page.locator('canvas').all()) assert.ok((await colours(canvas)).length > 20);
  await page.getByLabel('from surgery', { exact: true }).check();
  await shows(page, 'Median OS', '62.8 months');

  await openFile(page, 'own.csv', trial());
  await answered(page);
  await shows(page, 'Patients', '40');
  await goTo(page, 'models');
  await page.locator('.covariate-list').getByLabel('age').check();
  await page.locator('table.models').getByText('age').waitFor();
  assert.deepEqual((await cells(page.locator('table.models'))).slice(2).map(([name]) => name), ['arm', 'control', 'treated', 'age per unit']);

  // Two languages, and work that can be saved.
  await page.getByRole('button', { name: 'Français' }).click();
  await page.getByRole('heading', { name: 'Facteurs pronostiques' }).waitFor();
  await goTo(page, 'output');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Enregistrer l’étude' }).click();
  assert.equal((await saved).suggestedFilename(), 'riskset-study.json');
  assert.equal(requests.length, 1);
}));
