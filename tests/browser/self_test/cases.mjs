// The reference cases within dist/riskset.html, to look at or to spoil.
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

/** The cases as the file carries them. @param {string} html */
function find(html) {
  for (const [, base64] of html.matchAll(/"(H4sI[A-Za-z0-9+/]+={0,2})"/g)) {
    const bytes = gunzipSync(Buffer.from(base64, 'base64'));
    if (bytes.subarray(0, 13).toString() === '{"made_with":') return { base64, text: bytes.toString('utf8') };
  }
  throw new Error('the file carries no reference cases');
}

/** The same file with other cases, and a policy that knows it. @param {string} html @param {(text: string) => string} change */
export function withCases(html, change) {
  const { base64, text } = find(html), changed = change(text);
  if (changed === text) throw new Error('nothing was changed');
  const hash = (/** @type {string} */ script) => createHash('sha256').update(script).digest('base64');
  const [, script] = /<script>([^]*)<\/script>/.exec(html) ?? [];
  const other = script.replace(base64, () => gzipSync(changed).toString('base64'));
  return html.replace(hash(script), () => hash(other)).replace(script, () => other);
}
