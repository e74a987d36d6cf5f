// How a column's numbers and dates are written, where the file leaves a choice: decimal mark, mark of thousands, the hundred years to
// which years of two digits belong.

import { h } from "../../ui/dom.mjs";
import { select } from "../../ui/parts.mjs";

/** @typedef {import('../../types').ColumnChoice} ColumnChoice */
/** @typedef {import('../../types').InspectedColumn} InspectedColumn */
/** @typedef {import('../../i18n/words.mjs').Words} Words */

/** A number with a mark between its digits. */
const MARKED = /^[-+−]?\d+(?:[.,'’\s]\d+)+\s*%?$/u;

/** Hints of the engine that are about marks. */
const ABOUT_MARKS = ["may_be_thousands", "ambiguous_numbers", "marked_numbers_read", "thousands_read"];

/** First years that are offered: every fifth. */
const FIRST_YEARS = Array.from({ length: 21 }, (_, i) => 1900 + 5 * i);

/** Whether numbers of the column have marks that could be read in more than one way. @param {InspectedColumn} source @param {ColumnChoice} spec */
export function hasMarks(source, spec) {
  if (spec.decimal || spec.thousands || source.numbers) return true;
  return (source.hints ?? []).some((hint) => ABOUT_MARKS.includes(hint.code)) || (source.type !== "date" && source.examples.some((value) => MARKED.test(value)));
}

/** Whether dates of the column have years of two digits. @param {InspectedColumn} source @param {ColumnChoice} spec */
export function hasShortYears(source, spec) {
  if (spec.pivot !== undefined || (source.pivot ?? null) !== null) return true;
  return spec.type === "date" || spec.format || source.type === "date" ? source.examples.some((value) => /(?:^|\D)\d{1,2}\D\d{1,2}\D\d{2}(?:\D|$)/.test(value)) : false;
}

/** @param {InspectedColumn} source @param {ColumnChoice} spec @param {string} decimal of the file @param {(fields: ColumnChoice) => void} change @param {Words} w */
export function marks(source, spec, decimal, change, w) {
  const found = source.numbers;
  const name = (/** @type {string | null | undefined} */ mark) => (mark ? w.t(`marks.${({ ",": "comma", ".": "point", " ": "space", "'": "apostrophe" })[mark] ?? "comma"}`) : w.t("marks.none"));
  const [asDecimal, asThousands] = [spec.decimal ?? found?.decimal ?? decimal, spec.thousands ?? found?.thousands ?? null];
  const field = (/** @type {"decimal" | "thousands"} */ field, /** @type {string | null} */ silent, /** @type {string[]} */ options) => select({
    id: `column-${field}`, label: w.t(`marks.${field}`), value: spec[field] ?? "",
    options: [["", w.t("marks.as_found", { mark: name(silent) })], ...options.map((mark) => /** @type {[string, string]} */ ([mark, name(mark)]))],
    // One mark cannot be both: the other choice gives way.
    onchange: (mark) => change({ [field]: mark || undefined, ...(mark && mark === (field === "decimal" ? spec.thousands : spec.decimal) ? { [field === "decimal" ? "thousands" : "decimal"]: undefined } : {}) }),
  });
  const [example] = source.examples.filter((value) => MARKED.test(value));
  return h("div", { key: "marks", class: "editor-part" },
    h("div", { class: "editor-fields" },
      field("decimal", found?.decimal ?? decimal, [",", "."]), field("thousands", found?.thousands ?? null, [",", ".", " ", "'"])),
    example ? h("p", { class: "hint" }, w.t("marks.example", { cell: example, decimal: name(asDecimal), thousands: name(asThousands) })) : null);
}

/** @param {InspectedColumn} column @param {InspectedColumn} source @param {ColumnChoice} spec @param {(fields: ColumnChoice) => void} change @param {Words} w */
export function shortYears(column, source, spec, change, w) {
  const years = (/** @type {number} */ first) => w.t("columns.years", { first, last: first + 99 });
  const pivot = spec.pivot === undefined ? undefined : spec.pivot < 100 ? 1900 + spec.pivot : spec.pivot;
  const offered = [...new Set([...FIRST_YEARS, ...(pivot === undefined ? [] : [pivot])])].sort((a, b) => a - b);
  return h("div", { key: "pivot", class: "editor-part" },
    select({
      id: "column-pivot", label: w.t("columns.pivot"), value: pivot === undefined ? "" : String(pivot), hint: w.t("columns.pivot_hint"),
      options: [["", w.t("columns.years_found", { years: years(source.pivot ?? 1930) })], ...offered.map((first) => /** @type {[string, string]} */ ([String(first), years(first)]))],
      onchange: (first) => change({ pivot: first ? Number(first) : undefined }),
    }),
    column.min !== null && column.max !== null ? h("p", { class: "hint" }, w.t("columns.dates_read", { min: String(column.min), max: String(column.max) })) : null);
}
