// The page around the element: no margin, and the document's language follows the element's. In a supplement the same script shows what
// the authors hand out.
import { copy } from './copy/copy.mjs';
import { createEngine } from './engine/client.mjs';
import { defineRiskSet } from './risk-set.mjs';
import { supplementOf } from './supplement/file.mjs';
import { later, whenLater } from './later/door.mjs';

const supplement = supplementOf(document);
defineRiskSet(supplement ? 'element' : 'page');
try {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('body { margin: 0 } risk-set { min-height: 100vh }');
  document.adoptedStyleSheets = [sheet];
} catch {
  // The element says that this browser is too old.
}
// It has all within.
if (supplement) later()?.startSupplement(document, supplement, createEngine);
for (const element of document.querySelectorAll('risk-set')) {
  const follow = () => { document.documentElement.lang = /** @type {HTMLElement} */ (element).lang; };
  element.addEventListener('language', follow);
  follow();
  // Kept for use without a network: the page, not a frame in another one, and only once it has shown that it works and is there. A supplement
  // is a file.
  if (!supplement) element.addEventListener('riskset:results', () => whenLater(() => { if (window === window.top) copy.keep.start(); }), { once: true });
}
