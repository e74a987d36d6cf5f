// The script that a supplement carries: this page's own, which asks nobody for it.
import { build } from 'riskset:copy';
import { source } from 'riskset:parts';
import { officePart, ownScript, wholeParts } from './assets.mjs';
import { scriptOf } from './script.mjs';

/**
 * The script and its SHA-256 in base64, as a policy names it. In the single file it is the file's own; hosted it is made of the source of the
 * page's function and the parts that came after it, which are there before a file is opened. Counts do without the second wasm.
 * @param {"counts" | "data"} kind @returns {Promise<{script: string, hash: string}>}
 */
export async function portable(kind) {
  if (ownScript && !ownScript.src) {
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
    const hash = /script-src [^;]*?'sha256-([^']+)'/.exec(policy)?.[1];
    if (!hash) throw new Error('the page has no policy that names its script');
    return { script: ownScript.textContent ?? '', hash };
  }
  const [whole, { packed, supplement }] = await Promise.all([wholeParts(), officePart()]);
  if (!supplement) throw new Error('the page does not know the hash of the script');
  // As scripts/bundle.mjs has it, to the letter.
  const { page, ...plain } = whole;
  const script = scriptOf(source(), { whole: plain, office: kind === 'counts' ? null : { packed }, cases: null, copy: { form: 'element', serviceWorker: null, build } }, page?.toString());
  return { script, hash: supplement[kind] };
}
