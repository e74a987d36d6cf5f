// The policy of the document (Content Security Policy), taken apart into lines that words can be given to.

/** @typedef {{directive: string, values: string[]}} Line */

/** @param {string} text @returns {Line[]} */
export function readPolicy(text) {
  return text.split(";").map((part) => part.trim().split(/\s+/)).filter(([directive]) => directive)
    .map(([directive, ...values]) => ({ directive: directive.toLowerCase(), values }));
}

/** Sources that stay within the browser, or run only what is named by its contents. */
const WITHIN = /^('none'|'sha(256|384|512)-[^']+'|'wasm-unsafe-eval'|blob:|data:)$/;
/** Sources at the page's own address, which its own files come from. */
const OWN = "'self'";

/** Directives that stand in for `default-src` where they are given: what could ask the network for something. */
const FETCH = ["connect-src", "font-src", "frame-src", "img-src", "manifest-src", "media-src", "object-src", "script-src", "style-src", "worker-src"];

/**
 * Whether the policy lets the document send to no address but its own, and no connection be opened at all: each kind of request is refused,
 * or stays within the browser, or (`own`) fetches a part of the program from where the page came.
 * @param {Line[]} lines @returns {{silent: boolean, open: string[], own: string[]}} `open` are the directives that let something out
 */
export function verdict(lines) {
  // The first of a name counts.
  const of = (/** @type {string} */ name) => lines.find((line) => line.directive === name)?.values;
  const fallback = of("default-src");
  /** @type {string[]} */
  const open = [], own = [];
  for (const name of [...FETCH, "base-uri", "form-action"]) {
    const values = of(name) ?? (FETCH.includes(name) ? fallback : undefined);
    if (!values) open.push(name);
    else if (values.every((value) => WITHIN.test(value))) continue;
    else if (["worker-src", "manifest-src", "script-src"].includes(name) && values.every((value) => WITHIN.test(value) || value === OWN)) own.push(name);
    else open.push(name);
  }
  return { silent: open.length === 0, open, own };
}

/**
 * Which words explain a line: a key under `silence.policy`, and its parameters.
 * @param {Line} line @returns {{key: string, params: Record<string, string | number>}}
 */
export function explain({ directive, values }) {
  const is = (/** @type {...string} */ ...wanted) => values.length === wanted.length && wanted.every((value) => values.includes(value));
  const hashes = values.filter((value) => /^'sha/.test(value)).length;
  switch (directive) {
    case "default-src": if (is("'none'")) return { key: "default_none", params: {} }; break;
    case "connect-src": if (is("'none'")) return { key: "connect_none", params: {} }; break;
    case "script-src": if (hashes > 0 && values.every((value) => WITHIN.test(value))) return { key: "script_hashes", params: { n: hashes } }; break;
    case "worker-src":
      if (is("blob:")) return { key: "worker_blob", params: {} };
      if (is("blob:", OWN)) return { key: "worker_own", params: {} };
      break;
    case "manifest-src": if (is(OWN)) return { key: "manifest_own", params: {} }; break;
    case "img-src": if (values.every((value) => WITHIN.test(value))) return { key: "img_within", params: {} }; break;
    case "base-uri": if (is("'none'")) return { key: "base_none", params: {} }; break;
    case "form-action": if (is("'none'")) return { key: "form_none", params: {} }; break;
    default:
  }
  return { key: "other", params: { directive, values: values.join(" ") } };
}
