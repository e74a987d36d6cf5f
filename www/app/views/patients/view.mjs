// The table of patients: characteristics by group and overall, with the test of each named under it, and what stands in it.

import { h } from "../../ui/dom.mjs";
import { button, notice, tick } from "../../ui/parts.mjs";
import { tableExport } from "../../ui/table_export.mjs";
import { tableView } from "../../ui/table_model.mjs";
import { resultOf } from "../../state/selectors.mjs";
import { canDescribe, columnsInUse, tableVariables } from "../../state/columns.mjs";
import { fieldId } from "../../state/choices.mjs";
import { howView } from "../console/how.mjs";
import { blocksView } from "./blocks.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** @param {State} state @param {Context} context */
export function patientsView(state, context) {
  const { answer } = state;
  if (!answer) return null;
  const { w, label } = context;
  const id = answer.plan.cohort.table;
  const result = id ? resultOf(answer, id) : null;
  return h("section", { key: "patients", class: "card", "aria-labelledby": "patients-title" },
    h("h2", { id: "patients-title" }, answer.plan.by ? w.t("patients.title_by", { group: label(answer.plan.by) }) : w.t("patients.title")),
    !result ? h("p", null, w.t("patients.none")) : result.error ? notice("error", w.code("error", result.error), "error") : [
      characteristics(String(id), state, context),
      howView({ kind: "summary", plan: null, id: String(id), name: w.t("patients.title") }, state, context),
      result.groups?.length ? h("p", { key: "foot", class: "hint" }, w.t("patients.no_randomised")) : null,
      result.cautions?.length ? h("ul", { key: "cautions", class: "cautions" }, result.cautions.map((/** @type {any} */ caution) => h("li", null, w.code("caution", caution)))) : null,
    ]);
}

/** The table as the engine sets it, with the page's names for what the study names not. @param {string} id @param {State} state @param {Context} context */
function characteristics(id, state, { w, client, label }) {
  const { answer } = state;
  const columns = columnsInUse(state);
  const named = columns.filter((column) => label(column.name) !== column.name).map((column) => [column.name, label(column.name)]);
  const units = state.source === "demo" ? columns.map((column) => [column.name, w.or(`demo.units.${column.name}`, "")]).filter(([, unit]) => unit) : [];
  const request = {
    analysis: id, title: w.t("patients.title"), locale: w.language, labels: Object.fromEntries(named), units: Object.fromEntries(units),
    words: w.drawn("table_one"), reasons: w.drawn("reason"),
  };
  const by = answer?.plan.by;
  return [
    tableView("table", { client, version: answer, class: "patients", failed: (error) => w.code("error", error), request }),
    tableExport({ key: "patients", client, w, name: ["patients", by ? label(by) : ""], table: () => client.table(request) }),
  ];
}

/** Which columns stand in the table. @param {State} state @param {Context} context */
export function patientsSettings(state, context) {
  const { choices, inspection } = state;
  if (!choices || !inspection) return null;
  const { w, act, label } = context;
  const columns = columnsInUse(state);
  const chosen = tableVariables(choices, columns);
  const usable = columns.filter((column) => canDescribe(column) && column.name !== choices.by);
  return h("section", { key: "patients-settings", "aria-labelledby": "variables-title" },
    h("h3", { id: "variables-title" }, w.t("patients.variables")),
    h("p", { class: "hint" }, w.t("patients.variables_hint")),
    h("div", { class: "list variables", role: "group", "aria-label": w.t("patients.variables") }, usable.map((column) => tick({
      id: fieldId("table", column.name), label: label(column.name), checked: chosen.includes(column.name),
      onchange: (on) => act.choose({ ...choices, table: on ? usable.map((item) => item.name).filter((name) => chosen.includes(name) || name === column.name) : chosen.filter((name) => name !== column.name) }),
    }))),
    choices.table ? button(w.t("patients.propose"), () => act.choose({ ...choices, table: null }), { key: "propose", class: "quiet" }) : null,
    blocksView(choices, columns, chosen, context));
}
