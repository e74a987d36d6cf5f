// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { readingView } from "./view.mjs";

/** An own workbook with a title and two sheets. */
function workbook() {
  const state = analysed();
  const inspection = /** @type {import('../../types').Inspection} */ (state.inspection);
  const dialect = { ...inspection.dialect, format: "xlsx", sheet: "Cohort", sheets: ["Cohort", "Notes"], header_line: 2 };
  const preview = [{ line: 1, cells: ["Cohort of two centres"] }, { line: 2, cells: ["id", "sex"] }, { line: 3, cells: ["P1", "F"] }];
  return { ...state, source: /** @type {const} */ ("file"), inspection: { ...inspection, dialect, preview } };
}

/** @type {{name: string, state: import('../../types').State, view: typeof readingView}[]} */
export const examples = [
  { name: "the demonstration", state: analysed(), view: readingView },
  { name: "an own file", state: { ...analysed(), source: "file" }, view: readingView },
  { name: "a workbook with a title", state: workbook(), view: readingView },
];
