// What the menu of a table offers: a Word or Excel file, comma-separated text, and the clipboard for a text or a sheet.

import { download } from "./download.mjs";
import { exportMenu } from "./export.mjs";
import { toClipboard } from "./figure_export.mjs";
import { fileName } from "../files/names.mjs";

/** @typedef {import('../types').Client} Client */
/** @typedef {import('../types').TableModel} TableModel */
/** @typedef {import('../i18n/words.mjs').Words} Words */
/**
 * `table` gives the table when it is asked for; `name` are the parts of the files' names.
 * @typedef {{key: string, client: Client, w: Words, name: string[], table: () => Promise<TableModel> | TableModel, patients?: boolean}} Table
 */

const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** @param {Table} what */
export function tableExport({ key, client, w, name, table, patients = false }) {
  /** @param {string} ending @param {BlobPart} contents @param {string} type */
  const hand = (ending, contents, type) => {
    const own = fileName(name, ending, { patients });
    download(own, contents, type);
    return w.t("export.saved", { name: own });
  };
  return exportMenu({
    id: `export-${key}`, w, summary: w.t("export.table"), fields: [],
    actions: [
      { key: "docx", words: "Word", run: async () => hand("docx", await client.tableDocx(await table(), { language: w.language }), WORD) },
      { key: "xlsx", words: "Excel", run: async () => hand("xlsx", await client.tableXlsx(await table()), EXCEL) },
      { key: "csv", words: "CSV", run: async () => hand("csv", await client.tableCsv(await table(), w.language), "text/csv") },
      {
        key: "copy", words: w.t("export.copy_table"),
        async run() {
          const made = Promise.resolve(table());
          const part = (/** @type {string} */ type, /** @type {(table: TableModel) => string} */ write) => made.then((found) => new Blob([write(found)], { type }));
          await toClipboard({ "text/html": part("text/html", html), "text/plain": part("text/plain", plain) }, made);
          return w.t("export.copied_table");
        },
      },
    ],
    notes: patients ? [w.t("export.patients")] : [],
  });
}

/** The table as HTML, made of elements: no text is ever read as marks. @param {TableModel} table */
export function html({ title, header, rows, footnotes }) {
  const owner = document.implementation.createHTMLDocument(""), root = owner.createElement("div");
  /** @param {Element} parent @param {string} tag @param {string} [text] */
  const add = (parent, tag, text) => {
    const element = owner.createElement(tag);
    if (text) element.textContent = text;
    parent.append(element);
    return element;
  };
  if (title) add(add(root, "p"), "b", title);
  const body = add(root, "table");
  const head = add(add(body, "thead"), "tr");
  for (const words of header) add(head, "th", words);
  const lines = add(body, "tbody");
  for (const { indent, heading, cells } of rows) {
    const line = add(lines, "tr");
    cells.forEach(({ text, mark }, at) => {
      const cell = add(line, "td");
      const words = at === 0 ? "\u00a0".repeat(3 * indent) + text : text;
      if (heading && at === 0) add(cell, "b", words);
      else cell.textContent = words;
      if (mark) add(cell, "sup", mark);
    });
  }
  for (const note of footnotes) add(root, "p", note);
  return root.outerHTML;
}

/** The table as text, its cells parted by tabs, as sheets take it. @param {TableModel} table */
export function plain({ title, header, rows, footnotes }) {
  const cell = (/** @type {string} */ text) => (/^[\s]*[=+\-@]/.test(text) ? `'${text}` : text).replace(/[\t\r\n]+/g, " ");
  const lines = [
    ...(title ? [cell(title)] : []), header.map(cell).join("\t"),
    ...rows.map(({ indent, cells }) => cells.map(({ text, mark }, at) => (at === 0 ? "  ".repeat(indent) : "") + cell(text) + (mark ? ` [${mark}]` : "")).join("\t")),
    ...footnotes.map(cell),
  ];
  return `${lines.join("\n")}\n`;
}
