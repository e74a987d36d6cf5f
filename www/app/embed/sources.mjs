// What the attributes `study` and `data` stand for: text in the attribute itself, or an element of the page that holds it. Nothing
// is fetched: an address is refused in words that say so.

/** @typedef {import('../types').Problem} Problem */
/** How an element of the page is found. @typedef {(id: string) => {textContent: string | null, value?: unknown} | null} Find */
/** @typedef {{text: string, name: string | null}} Source */

/** What an address begins with; an id can hold any of the rest. */
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:|\/|\.\.?\/)/i;

/** @param {string} value @param {Find} find @param {"study" | "data"} attribute @returns {Source | {problem: Problem}} */
function held(value, find, attribute) {
  const id = value.trim().replace(/^#/, "");
  const element = find(id);
  if (!element) return { problem: { code: ADDRESS.test(value.trim()) ? "embed_address" : "embed_no_element", params: { attribute, value: value.trim() } } };
  const text = typeof element.value === "string" ? element.value : element.textContent ?? "";
  // As HTML has it in a <pre>: the line break after the tag is not of the text. The spaces before the end tag are not either.
  return { text: text.replace(/^\r?\n/, "").replace(/\n[ \t]*$/, "\n"), name: id };
}

/** The study document: JSON in the attribute, or the id of an element that holds it. @param {string} value @param {Find} find */
export function studySource(value, find) {
  return value.trimStart().startsWith("{") ? { text: value, name: null } : held(value, find, "study");
}

/** The data: text of several lines in the attribute, or the id of an element that holds it. @param {string} value @param {Find} find */
export function dataSource(value, find) {
  return value.includes("\n") ? { text: value, name: null } : held(value, find, "data");
}
