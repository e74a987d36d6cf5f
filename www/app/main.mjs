// The page around the element: no margin, and the document's language follows the element's.
import { copy } from './copy/copy.mjs';
import { defineRiskSet } from './risk-set.mjs';

defineRiskSet('page');
try {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('body { margin: 0 } risk-set { min-height: 100vh }');
  document.adoptedStyleSheets = [sheet];
} catch {
  // The element says that this browser is too old.
}
for (const element of document.querySelectorAll('risk-set')) {
  const follow = () => { document.documentElement.lang = /** @type {HTMLElement} */ (element).lang; };
  element.addEventListener('language', follow);
  follow();
  // Kept for use without a network: the page, not a frame in another one, and only once it has shown that it works.
  element.addEventListener('riskset:results', () => { if (window === window.top) copy.keep.start(); }, { once: true });
}
