// The self-test of dist/riskset.html in Chromium without a window: prints its verdict and leaves its report, as a page and as a table in both
// languages, in target/selftest (or the folder that is given). Exit 1 where a figure differs from R's.
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = resolve(process.argv[2] ?? join(root, 'target/selftest'));
await mkdir(folder, { recursive: true });

const browser = await chromium.launch({ executablePath: process.env.RISKSET_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ locale: 'en-GB', acceptDownloads: true });
  await page.goto(pathToFileURL(join(root, 'dist/riskset.html')).href);
  const dialog = page.locator('#self_test');
  for (const [language, test, run, save] of [
    ['English', 'Self-test against R', 'Run the self-test', 'Save the report'], ['Français', 'Autotest face à R', 'Relancer', 'Enregistrer le rapport'],
  ]) {
    await page.getByRole('button', { name: language, exact: true }).click();
    await page.getByRole('button', { name: test, exact: true }).click();
    await dialog.getByRole('button', { name: run, exact: true }).click();
    await dialog.locator('.report').waitFor();
    console.log(await dialog.locator('.verdict').innerText());
    if (await dialog.locator('.verdict.differs').count()) process.exitCode = 1;
    await dialog.getByText(save, { exact: true }).click();
    for (const form of ['HTML', 'CSV']) {
      const coming = page.waitForEvent('download');
      await dialog.getByRole('button', { name: form, exact: true }).click();
      const file = await coming, name = file.suggestedFilename().replace(/\.\w+$/, (ending) => `-${language === 'English' ? 'en' : 'fr'}${ending}`);
      await file.saveAs(join(folder, name));
      console.log(join(folder, name));
    }
    await page.keyboard.press('Escape');
  }
} finally {
  await browser.close();
}
