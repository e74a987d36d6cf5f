// This copy of the page: what it was built from, the scripts that its policy lets run, and whether the browser keeps it.
import { build, form, serviceWorker } from 'riskset:copy';
import { createKeep } from './keep.mjs';

/**
 * `scripts`: the checksums in the policy in force, as it has them; null where this document has no policy of ours.
 * @typedef {{
 *   form: 'hosted' | 'single', version: string, commit: string | null, tools: [name: string, version: string][], scripts: string[] | null,
 * }} Facts
 */

/** Milliseconds after a page is loaded within which a browser has looked for a newer version: it does so after one second. */
const LOOKING = 2500;

/** The script that runs now, told while it runs. */
const own = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : '';

/** @returns {string[] | null} */
function scripts() {
  const meta = document.querySelector('meta[http-equiv="Content-Security-Policy"]');
  const policy = meta?.getAttribute('content');
  return policy ? [...policy.matchAll(/'sha256-([^']+)'/g)].map(([, hash]) => hash) : null;
}

/** A browser looks for a newer version of itself where a service worker has answered for the page. */
const looked = () => new Promise((resolve) => {
  if (!navigator.serviceWorker?.controller) resolve(undefined);
  else if (document.readyState === 'complete') setTimeout(resolve, LOOKING);
  else addEventListener('load', () => setTimeout(resolve, LOOKING), { once: true });
});

export const copy = {
  facts: /** @type {Facts} */ ({ form, ...build, scripts: scripts() }),
  keep: createKeep({
    // Without a secure address there is none; in some private windows it is there and refuses.
    container: 'serviceWorker' in navigator ? navigator.serviceWorker : undefined,
    script: serviceWorker && own ? new URL(serviceWorker, own).href : null,
    own: own.slice(own.lastIndexOf('/') + 1),
    looked: looked(),
  }),
};
