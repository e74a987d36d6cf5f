// How the open file was read, in short: separator, decimal mark, encoding, and what each column was taken for.

import { h } from "../../ui/dom.mjs";
import { cell, disclosure, end, table } from "../../ui/parts.mjs";
import { declaredOf } from "../../state/choices.mjs";

/** @typedef {import('../../types').State} State */

/** @param {State} state @param {import('../../i18n/words.mjs').Words} w */
export function readingSummary(state, w) {
  const inspection = /** @type {import('../../types').Inspection} */ (state.inspection);
  const { dialect } = inspection;
  const [mark] = [w.or(`data.delimiters.${{ ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" }[dialect.delimiter]}`, dialect.delimiter)];
  return disclosure("how", w.t("data.how"), [
    (dialect.format ?? "csv") !== "csv" ? null : h("p", null, w.t("data.dialect", { delimiter: mark, decimal: dialect.decimal, encoding: dialect.encoding, line: dialect.header_line })),
    table({
      key: "columns", caption: w.t("data.columns"), class: "dense",
      head: [[w.t("data.column"), w.t("data.type"), cell({ class: "number" }, w.t("data.missing")), w.t("data.values")]],
      rows: inspection.columns.map((column) => ({
        head: column.name,
        cells: [
          w.t(`type.${(state.choices && declaredOf(state.choices, column.name)?.type) ?? column.type}`), cell({ class: "number" }, w.count(column.n_missing)),
          values(column, w),
        ],
      })),
    }),
  ]);
}

/** Levels with their counts, else the range, else some values. @param {import('../../types').InspectedColumn} column @param {import('../../i18n/words.mjs').Words} w */
function values(column, w) {
  if (column.type === "category" && column.levels) {
    return column.levels.map((level) => (level.n === null ? level.value : `${level.value} (${w.count(level.n)})`)).join(", ");
  }
  if (column.min !== null && column.max !== null) return w.t("data.range", { min: end(column.min, w), max: end(column.max, w) });
  return column.examples.slice(0, 5).join(", ");
}
