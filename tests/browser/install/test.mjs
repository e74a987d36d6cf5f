// The hosted page can be installed: the browser finds its manifest and icons, and nothing amiss.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { ICONS, draw } from '../../../scripts/icons.mjs';
import { compare, png } from '../exports/read.mjs';
import { root } from '../harness.mjs';
import { startHost, withContext } from '../host.mjs';
import { answered } from '../steps.mjs';

test('the browser would install it', async () => {
  const host = await startHost({ '/some/where/': join(root, 'dist') });
  try {
    await withContext(async ({ context, open }) => {
      const page = await open(`${host.origin}/some/where/`);
      await answered(page);
      const session = await context.newCDPSession(page);
      const { url, errors, data } = await session.send('Page.getAppManifest');
      assert.equal(url, `${host.origin}/some/where/manifest.json`);
      assert.deepEqual(errors, []);
      const manifest = JSON.parse(data ?? '');
      assert.deepEqual([manifest.start_url, manifest.scope, manifest.display], ['index.html', './', 'standalone']);
      // A context of a test is a private window, in which nothing is installed.
      const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
      assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), []);
    });
  } finally {
    await host.stop();
  }
});

test('the icons are the mark, as scripts/icons.mjs draws it', () => withContext(async ({ open }) => {
  const page = await open('about:blank'), drawer = await open('about:blank');
  const svg = await readFile(join(root, 'www/icons/mark.svg'), 'utf8');
  for (const [name, side, share] of ICONS) {
    const icon = await readFile(join(root, 'www/icons', name));
    const size = png(icon);
    assert.deepEqual([size.width, size.height], [side, side], name);
    const apart = await compare(page, icon, await draw(drawer, svg, side, share), size);
    assert.ok(apart.inked > 0.05 && apart.mean < 0.5, `${name}: ${JSON.stringify(apart)}`);
  }
}));
