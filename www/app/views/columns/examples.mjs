// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { declare } from "../../state/choices.mjs";
import { columnsView } from "./view.mjs";

/** @param {string} editing @param {import('../../types').ColumnChoice} spec @param {Partial<import('../../types').InspectedColumn>} [change] */
function card(editing, spec, change = {}) {
  const state = analysed();
  const inspection = /** @type {import('../../types').Inspection} */ (state.inspection);
  const columns = inspection.columns.map((column) => (column.name === editing ? { ...column, ...change } : column));
  return { ...state, editing, choices: declare(/** @type {any} */ (state.choices), editing, spec), inspection: { ...inspection, columns } };
}

/** @type {{name: string, state: import('../../types').State, view: typeof columnsView}[]} */
export const examples = [
  { name: "no card open", state: analysed(), view: columnsView },
  { name: "levels merged", state: card("margin", { type: "category", recode: { R1: "R1 or R2", R2: "R1 or R2" } }), view: columnsView },
  { name: "levels merged of a column in the models", state: card("kieffer", { type: "category", recode: { K3: "K2" } }), view: columnsView },
  { name: "a single level left, another missing", state: card("kieffer", { type: "category", recode: { K3: null, K2: "K1" } }), view: columnsView },
  { name: "a number", state: card("specimen_size_cm", { unit: "cm" }, { missing_proposals: [{ value: "99", n: 2 }] }), view: columnsView },
  { name: "classes of a number", state: card("size (classes)", { from: "specimen_size_cm", cuts: { at: [5, 10], labels: ["< 5", "5 – < 10", "≥ 10"] } }), view: columnsView },
  {
    name: "dates that could be read two ways", view: columnsView,
    state: card("date_of_surgery", {}, { formats: ["d/m/y", "m/d/y"], hints: [{ code: "ambiguous_dates", params: { name: "date_of_surgery", formats: "d/m/y, m/d/y", format: "d/m/y" } }] }),
  },
  {
    name: "numbers whose comma may be two things", view: columnsView,
    state: card("specimen_size_cm", { thousands: "," }, { type: "text", examples: ["1,234", "567"], levels: null, hints: [{ code: "ambiguous_numbers", params: { name: "specimen_size_cm", mark: "," } }] }),
  },
  {
    name: "years of two digits", view: columnsView,
    state: card("date_of_surgery", { pivot: 1926 }, { pivot: 1930, examples: ["13/01/25"], hints: [{ code: "two_digit_years", params: { name: "date_of_surgery", n: "3", first: "1930", last: "2029" } }] }),
  },
];
