// The group of the curves.

import { h } from "../../ui/dom.mjs";
import { select } from "../../ui/parts.mjs";
import { groupBy, outcomeColumns } from "../../state/choices.mjs";
import { columnsInUse } from "../../state/columns.mjs";
import { canGroup } from "../../state/guess.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** The group of the curves and of the table of patients. @param {State} state @param {Context} context */
export function groupView(state, { w, act, label }) {
  const { choices, inspection } = state;
  if (!choices || !inspection) return null;
  const columns = columnsInUse(state);
  const outcome = outcomeColumns(choices);
  const groups = columns.filter((column) => (canGroup(column) && !outcome.has(column.name)) || column.name === choices.by);
  return h("section", { key: "group", "aria-labelledby": "group-title" },
    h("h3", { id: "group-title" }, w.t("group.title")),
    select({
      id: "by", label: w.t("group.by"), value: choices.by, guess: choices.guessed.includes("by") ? w.t("endpoint.guess") : null,
      options: [["", w.t("group.none")], ...groups.map((column) => /** @type {[string, string]} */ ([column.name, label(column.name)]))],
      onchange: (name) => act.choose(groupBy(choices, columns.find((column) => column.name === name) ?? null)),
    }));
}
