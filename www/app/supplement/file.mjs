// The file that readers open: one page with its script, its policy and what it shows. Nothing here needs a browser.

/** The format of what the page shows. */
export const FORMAT = "riskset-supplement/1";

/** Id of the element that holds it. */
export const PLACE = "riskset-supplement";

/**
 * Who is to be cited, each as it was typed.
 * @typedef {{authors: string, title: string, journal: string, doi: string}} Citation
 * What every supplement says of itself; `labels` are names of columns.
 * @typedef {{format: string, language: import('../types').Language, citation: Citation, licence: string, labels: Record<string, string>, units: Record<string, string>}} Head
 * Counts: `document` is the engine's, as text.
 * @typedef {Head & {kind: "counts", document: string}} Counts
 * Data: a table and the study of it.
 * @typedef {Head & {kind: "data", csv: string, study: string, engine: {version: string, commit: string | null}}} Data
 * @typedef {Counts | Data} Supplement
 */

/** Text that ends no script element and begins no comment of old. @param {unknown} value */
function within(value) {
  return JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** Text as HTML has it. @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/**
 * The page. `hash` is the script's SHA-256 in base64; `title` and `none` (what stands there without JavaScript) are plain text.
 * @param {{supplement: Supplement, script: string, hash: string, title: string, none: string}} parts
 */
export function page({ supplement, script, hash, title, none }) {
  if (/<\/script|<!--/i.test(script)) throw new Error("the script would end early");
  const policy = `default-src 'none'; script-src 'sha256-${hash}' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'none'; img-src data: blob:; ` +
    `base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="${supplement.language}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="referrer" content="no-referrer">
  <meta name="color-scheme" content="light dark">
  <title>${escaped(title)}</title>
  <link rel="icon" href="data:,">
</head>
<body>
  <noscript>${escaped(none)}</noscript>
  <script type="application/json" id="${PLACE}">${within(supplement)}</script>
  <script>${script}</script>
</body>
</html>
`;
}

/** What a page shows, if it is a supplement. @param {Document} document @returns {Supplement | null} */
export function supplementOf(document) {
  const place = document.getElementById(PLACE);
  if (!place?.textContent) return null;
  const found = JSON.parse(place.textContent);
  return found?.format === FORMAT ? found : null;
}

/** The citation in one line; empty parts are left out. @param {Citation} citation */
export function cited({ authors, title, journal, doi }) {
  return [authors, title, journal, doi].map((part) => part.trim()).filter(Boolean).map((part) => part.replace(/[.\s]+$/u, "")).join(". ");
}
