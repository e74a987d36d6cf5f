// What a copy of the page says of itself, and whether it is the released one.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { root, withPage } from '../harness.mjs';
import { filesOf } from '../host.mjs';
import { answered, goTo } from '../steps.mjs';

const files = await filesOf(join(root, 'dist'));
const sha256 = (/** @type {string | Buffer} */ content) => createHash('sha256').update(content).digest('hex');
const single = files.get('riskset.html') ?? '';

/** Checksums of the scripts within a page. @param {string} text */
const inline = (text) => [...text.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => sha256(script));

for (const form of /** @type {const} */ (['http', 'file'])) {
  test(`version, commit, and the scripts in force (${form})`, () => withPage(form, async ({ page }) => {
    await answered(page);
    await goTo(page, 'output');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the results' }).click();
    const { engine } = JSON.parse(await readFile(await (await saved).path(), 'utf8'));
    await page.getByRole('button', { name: 'About this copy' }).click();
    const dialog = page.getByRole('dialog', { name: 'About this copy' });
    await dialog.getByText(`riskset ${engine.version}, ${form === 'http' ? 'hosted page' : 'the single file riskset.html'}`).waitFor();
    // The commit of the engine is the commit of the page.
    await dialog.getByText(engine.commit ?? 'Not known: it was built outside a clone of the source.', { exact: true }).waitFor();
    const said = (await dialog.locator('.sums li code:first-child').allInnerTexts()).sort();
    const hosted = [...files].filter(([name]) => /\.[0-9a-f]{16}\.js$/.test(name)).map(([, content]) => sha256(content));
    assert.deepEqual(said, (form === 'http' ? [...hosted, ...inline(String(files.get('index.html')))] : inline(String(single))).sort());

    // By the keyboard, in French, and back to where it was.
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Français' }).click();
    const button = page.getByRole('button', { name: 'À propos de cette copie' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Scripts autorisés').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await button.evaluate((element) => /** @type {ShadowRoot} */ (element.getRootNode()).activeElement === element), true);
  }));

  test(`the checksum of a file, compared with the released one (${form})`, () => withPage(form, async ({ page }) => {
    await answered(page);
    await page.getByRole('button', { name: 'About this copy' }).click();
    const dialog = page.getByRole('dialog', { name: 'About this copy' });
    const choose = (/** @type {string} */ name, /** @type {string | Buffer} */ content) =>
      dialog.getByLabel('Your copy of riskset.html').setInputFiles({ name, mimeType: 'text/html', buffer: Buffer.from(content) });
    const expected = dialog.getByLabel('Checksum from SHA256SUMS');
    await choose('riskset.html', single);
    await dialog.getByText(sha256(single)).waitFor();
    await expected.fill(`${sha256(single)}  riskset.html`);
    await expected.blur();
    await dialog.getByText('The checksums are the same: this is the released file.').waitFor();
    // One byte more.
    await choose('riskset.html', `${single}\n`);
    await dialog.getByText('The checksums differ: this is not the released file.').waitFor();
    await expected.fill('riskset.html');
    await expected.blur();
    await dialog.getByText(/^This is no SHA-256 checksum/).waitFor();
    await choose('empty.html', '');
    await dialog.getByText('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855').waitFor();
  }));
}
