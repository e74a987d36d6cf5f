// Rows of the table of patients under a heading of their own, and several yes/no columns as one block.

import { h } from "../../ui/dom.mjs";
import { button, select, text, tick } from "../../ui/parts.mjs";
import { fieldId } from "../../state/choices.mjs";
import { addBlock, blockLevels, changeBlock, freeYesNo, isYesNo, removeBlock } from "../../state/table_one.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').Choices} Choices */
/** @typedef {import('../../types').InspectedColumn} InspectedColumn */
/** @typedef {import('../../types').TableBlock} TableBlock */

/** @param {Choices} choices @param {InspectedColumn[]} columns @param {string[]} variables of the table, in order @param {Context} context */
export function blocksView(choices, columns, variables, context) {
  const { w, act } = context;
  const blocks = choices.blocks ?? [];
  const yesNo = freeYesNo(choices, columns);
  return h("div", { key: "blocks", class: "blocks" },
    h("h4", null, w.t("blocks.title")),
    h("p", { class: "hint" }, w.t("blocks.hint")),
    blocks.map((block, index) => one(block, index, choices, columns, variables, context)),
    button(w.t("blocks.add_heading"), () => act.choose(addBlock(choices, { heading: w.t("blocks.new_heading"), kind: "heading", variables: [] })), { key: "add-heading", class: "quiet" }),
    yesNo.length > 1 ? button(w.t("blocks.add_yes_no", { n: yesNo.length }), () => act.choose(addBlock(choices, { heading: w.t("blocks.new_yes_no"), kind: "yes_no", variables: yesNo })), { key: "add-yes-no", class: "quiet" }) : null);
}

/** @param {TableBlock} block @param {number} index @param {Choices} choices @param {InspectedColumn[]} columns @param {string[]} variables @param {Context} context */
function one(block, index, choices, columns, variables, { w, act, label }) {
  const id = `block-${index}`;
  const change = (/** @type {Partial<TableBlock>} */ fields) => act.choose(changeBlock(choices, index, fields));
  // A column that is no yes/no column can be counted by a value that the user names.
  const fits = (/** @type {string} */ name) => block.kind === "heading" || block.variables.includes(name)
    || columns.some((column) => column.name === name && (isYesNo(column) || Boolean(block.level && column.levels?.some((level) => level.value === block.level))));
  const levels = blockLevels(block, columns);
  return h("fieldset", { key: id, class: "block" },
    h("legend", null, block.heading),
    text({ id: `${id}-heading`, label: w.t("blocks.heading"), value: block.heading, onchange: (heading) => change({ heading: heading.trim() || block.heading }) }),
    block.kind === "yes_no" ? select({
      id: `${id}-level`, label: w.t("blocks.level"), value: block.level ?? "",
      options: [["", w.t("blocks.level_yes")], ...levels.map((level) => /** @type {[string, string]} */ ([level, level]))], onchange: (level) => change({ level: level || undefined }),
    }) : null,
    h("div", { class: "list variables", role: "group", "aria-label": w.t("blocks.variables", { heading: block.heading }) }, variables.filter(fits).map((name) => tick({
      id: fieldId(`${id}-in`, name), key: name, label: label(name), checked: block.variables.includes(name),
      onchange: (on) => change({ variables: variables.filter((other) => (other === name ? on : block.variables.includes(other))) }),
    }))),
    button(w.t("blocks.remove", { heading: block.heading }), () => act.choose(removeBlock(choices, index)), { key: "remove", class: "quiet" }));
}
