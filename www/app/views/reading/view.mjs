// How the file was read: its first lines as they stand, what was detected, and the choices that overrule it.

import { h } from "../../ui/dom.mjs";
import { select, text } from "../../ui/parts.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').ReadChoice} ReadChoice */

/** Columns of the preview at most: a screen holds no more. */
const COLUMNS = 12;

/** Encodings that can be chosen. */
const ENCODINGS = ["UTF-8", "windows-1252", "UTF-16LE", "UTF-16BE"];

/** @param {State} state @param {Context} context */
export function readingView(state, context) {
  const { inspection, choices } = state;
  if (!inspection || !choices) return null;
  const { w } = context;
  return h("section", { key: "reading", class: "card reading", "aria-labelledby": "reading-title" },
    h("h2", { id: "reading-title" }, w.t("reading.title")),
    h("p", { class: "hint" }, w.t("reading.hint")),
    preview(state, w),
    state.source === "demo" ? null : overrides(state, context));
}

/** @param {State} state @param {import('../../i18n/words.mjs').Words} w */
function preview(state, w) {
  const inspection = /** @type {import('../../types').Inspection} */ (state.inspection);
  const { header_line: header } = inspection.dialect;
  const width = Math.min(COLUMNS, Math.max(0, ...inspection.preview.map((record) => record.cells.length)));
  const more = Math.max(0, ...inspection.preview.map((record) => record.cells.length)) - width;
  if (width === 0) return null;
  return [
    h("div", { key: "preview", class: "scroll", role: "region", tabindex: "0", "aria-label": w.t("reading.preview") },
      h("table", { class: "dense preview" },
        h("caption", { class: "unseen" }, w.t("reading.preview")),
        h("tbody", null, inspection.preview.map((record) => {
          const kind = record.line < header ? "title" : record.line === header ? "header" : "row";
          return h("tr", { key: String(record.line), class: `preview-${kind}` },
            h("th", { scope: "row", class: "number" }, h("span", { class: "unseen" }, w.t(`reading.${kind === "title" ? "title_row" : kind}`), " "), w.count(record.line)),
            Array.from({ length: width }, (_, i) => h("td", null, record.cells[i] ?? "")));
        })))),
    more > 0 ? h("p", { key: "more", class: "hint" }, w.t("reading.more", { n: more })) : null,
  ];
}

/** @param {State} state @param {Context} context */
function overrides(state, { w, act }) {
  const inspection = /** @type {import('../../types').Inspection} */ (state.inspection);
  const choices = /** @type {import('../../types').Choices} */ (state.choices);
  const { dialect } = inspection;
  const change = (/** @type {ReadChoice} */ change) => {
    const read = Object.fromEntries(Object.entries({ ...choices.read, ...change }).filter(([, value]) => value !== undefined && value !== ""));
    act.choose({ ...choices, read });
  };
  const format = dialect.format ?? "csv";
  const found = (/** @type {string} */ words) => w.t("reading.detected", { value: words });
  const delimiters = /** @type {[string, string][]} */ ([",", ";", "\t", "|"].map((sign) => [sign, delimiterWord(sign, w)]));
  const field = (/** @type {keyof ReadChoice} */ name, /** @type {string} */ shown, /** @type {[string, string][]} */ options) => select({
    id: `read-${name}`, label: w.t(`reading.${name}`), value: String(choices.read[name] ?? ""), options: [["", found(shown)], ...options],
    onchange: (value) => change({ [name]: value || undefined }),
  });
  return h("div", { key: "overrides", class: "overrides", role: "group", "aria-label": w.t("reading.overrides") },
    format === "csv" ? [
      field("delimiter", delimiterWord(dialect.delimiter, w), delimiters),
      field("decimal", decimalWord(dialect.decimal, w), [".", ","].map((mark) => [mark, decimalWord(mark, w)])),
      field("encoding", dialect.encoding, ENCODINGS.map((name) => [name, name])),
    ] : null,
    (dialect.sheets?.length ?? 0) > 1 ? field("sheet", dialect.sheet ?? "", (dialect.sheets ?? []).map((name) => [name, name])) : null,
    ["sav", "dta"].includes(format) ? field("labels", w.t("reading.labels_labels"), [["labels", w.t("reading.labels_labels")], ["values", w.t("reading.labels_values")]]) : null,
    ["sav", "dta"].includes(format) ? null : text({
      id: "read-header_line", label: w.t("reading.header_line"), short: true, value: choices.read.header_line === undefined ? "" : String(choices.read.header_line),
      hint: w.t("reading.header_hint", { line: w.count(dialect.header_line) }),
      onchange: (value) => change({ header_line: /^\s*\d+\s*$/.test(value) ? Number(value) : undefined }),
    }));
}

/** @param {string} sign @param {import('../../i18n/words.mjs').Words} w */
function delimiterWord(sign, w) {
  return w.or(`data.delimiters.${{ ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" }[sign]}`, sign);
}

/** @param {string} mark @param {import('../../i18n/words.mjs').Words} w */
function decimalWord(mark, w) {
  return w.t(mark === "," ? "reading.decimal_comma" : "reading.decimal_point");
}
