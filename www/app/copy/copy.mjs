// This copy of the page: what it was built from, the scripts that its policy lets run, and whether the browser keeps it.
import { build, form, serviceWorker } from 'riskset:copy';
import { createKeep } from './keep.mjs';

/**
 * `scripts`: the checksums in the policy in force, as it has them; null where this document has no policy of ours.
 * @typedef {{
 *   form: 'hosted' | 'single' | 'element', version: string, commit: string | null, tools: [name: string, version: string][], scripts: string[] | null,
 * }} Facts
 */

/**
 * Milliseconds after the last file of the page within which a browser has looked for a newer version: it does so one second after. Counted in steps: a
 * machine that is too busy for them is late with that, too.
 */
const LOOKING = 3000, STEP = 50;

/** The script that runs now, told while it runs. */
const own = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : '';

/** @returns {string[] | null} */
function scripts() {
  const meta = document.querySelector('meta[http-equiv="Content-Security-Policy"]');
  const policy = meta?.getAttribute('content');
  return policy ? [...policy.matchAll(/'sha256-([^']+)'/g)].map(([, hash]) => hash) : null;
}

/** Resolves when the browser has looked for a newer version, as it does of itself where a service worker has answered for the page. */
async function looked() {
  if (!navigator.serviceWorker?.controller) return;
  if (document.readyState !== 'complete') await new Promise((resolve) => { addEventListener('load', resolve, { once: true }); });
  const last = () => Math.max(0, ...performance.getEntriesByType('resource').filter(({ name }) => name.startsWith('http'))
    .map((entry) => /** @type {PerformanceResourceTiming} */ (entry).responseEnd));
  let from = last();
  for (let left = from + LOOKING - performance.now(); left > 0; left -= STEP) {
    await new Promise((resolve) => { setTimeout(resolve, STEP); });
    if (last() === from) continue;
    from = last();
    left = LOOKING;
  }
}

export const copy = {
  facts: /** @type {Facts} */ ({ form, ...build, scripts: scripts() }),
  keep: createKeep({
    // Without a secure address there is none, in a sandboxed frame asking for it is an error, in some private windows it refuses.
    container: () => navigator.serviceWorker,
    script: serviceWorker && own ? new URL(serviceWorker, own).href : null,
    own: own.slice(own.lastIndexOf('/') + 1),
    looked,
  }),
};
