// A table on the page as rows of text, for its files: what is read there is what is exported.

/** @typedef {import('./dom.mjs').Child} Child */
/** @typedef {import('../types').TableModel} TableModel */

/**
 * The rows of what `table` of parts.mjs is given. A row of the class `level` stands under the one before it; raised words are marks.
 * Heads that span several columns are said before each.
 * @param {{title: string, head: Child[][], rows: {head: Child, cells: Child[], class?: string}[], notes?: (string | null)[]}} table
 * @returns {TableModel}
 */
export function tableModel({ title, head, rows, notes = [] }) {
  return {
    title: tidy(title),
    header: heads(head),
    rows: rows.map((row) => {
      const cells = [row.head, ...row.cells].map(cellOf), level = /\blevel\b/.test(row.class ?? "");
      return { indent: level ? 1 : 0, heading: !level && cells.slice(1).some(({ text }) => text === ""), cells };
    }),
    footnotes: /** @type {string[]} */ (notes.filter(Boolean)).map(tidy),
  };
}

/** @param {Child} cell */
function cellOf(cell) {
  /** @type {string[]} */
  const marks = [];
  const text = tidy(words(cell, marks));
  return marks.length ? { text, mark: marks.join(",") } : { text };
}

/** One head for each column. @param {Child[][]} head */
function heads(head) {
  /** @type {string[][]} */
  const columns = [];
  head.forEach((row, at) => {
    let column = 0;
    for (const cell of row) {
      // Places that a head of a former row spans.
      while (columns[column]?.[at] !== undefined) column += 1;
      const props = /** @type {any} */ (cell)?.props ?? {};
      const text = tidy(words(cell, []));
      for (let i = 0; i < (props.colspan ?? 1); i += 1, column += 1) {
        for (let down = 0; down < (props.rowspan ?? 1); down += 1) (columns[column] ??= [])[at + down] = down ? "" : text;
      }
    }
  });
  return columns.map((parts) => parts.filter(Boolean).join(": "));
}

/** @param {Child} child @param {string[]} marks @returns {string} */
function words(child, marks) {
  if (child === null || child === undefined || child === false) return "";
  if (Array.isArray(child)) return child.map((item) => words(item, marks)).reduce(joined, "");
  if (typeof child !== "object") return String(child);
  const text = child.children.map((item) => words(item, marks)).reduce(joined, "");
  if (child.tag !== "sup") return text;
  if (text) marks.push(text);
  return "";
}

/** Parts beside each other are parted by a space, except before what closes a bracket or a sentence. @param {string} left @param {string} right */
function joined(left, right) {
  return left && right && !/\s$/.test(left) && !/^[\s,.;:)%]/.test(right) ? `${left} ${right}` : left + right;
}

/** Without what keeps a number together on a screen, and with single spaces. @param {string} text */
function tidy(text) {
  return text.replaceAll("\u2060", "").replace(/[ \n\t]+/g, " ").trim();
}
