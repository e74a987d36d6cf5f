// What pages of others embed, written beside the hosted page (docs/embedding.md):
//   dist/riskset-embed.js   the element with all that it needs, one classic script
//   dist/embed.html         the page for frames, one file
//   dist/riskset-frame.js   for pages that hold such a frame
//   dist/riskset.d.ts       the types of both
//   dist/examples/          pages that embed it
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @param {{root: string, out: string, scriptWith: (entry: string) => Promise<string>, plain: (entry: string) => Promise<string>,
 *   policy: (script: string) => string}} build `scriptWith` bundles an entry of www/app with everything within, `plain` without the engine;
 *   `policy` is the element that states the policy of a page of this one script
 */
export async function writeEmbedding({ root, out, scriptWith, plain, policy }) {
  const [element, frame, client] = await Promise.all([scriptWith('embed.mjs'), scriptWith('frame/frame.mjs'), plain('frame/client.mjs')]);
  let page = await readFile(join(root, 'www/embed.html'), 'utf8');
  for (const [place, text] of [['<!-- policy -->', policy(frame)], ['<!-- script -->', `<script>${frame}</script>`]]) {
    if (page.split(place).length !== 2) throw new Error(`www/embed.html must hold ${place} once`);
    page = page.replace(place, () => text);
  }
  await Promise.all([
    writeFile(join(out, 'riskset-embed.js'), element),
    writeFile(join(out, 'embed.html'), page),
    writeFile(join(out, 'riskset-frame.js'), client),
    copyFile(join(root, 'www/app/public/riskset.d.ts'), join(out, 'riskset.d.ts')),
  ]);
  await writeExamples(root, out);
  return { element, page, client };
}

/** The examples, with the demonstration cohort and studies within them where they say so: `<!-- file PATH -->`. @param {string} root @param {string} out */
async function writeExamples(root, out) {
  const to = join(out, 'examples');
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await cp(join(root, 'www/examples'), to, { recursive: true });
  for (const name of ['article', 'course', 'dashboard', 'frame']) {
    const path = join(to, `${name}.html`);
    let text = await readFile(path, 'utf8');
    for (const [place, file] of [...text.matchAll(/<!-- file (\S+) -->/g)].map((match) => [match[0], match[1]])) {
      const contents = await readFile(join(root, 'www', file), 'utf8');
      text = text.replace(place, () => contents);
    }
    await writeFile(path, text);
  }
}
