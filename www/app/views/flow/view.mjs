// Who is analysed: the flow diagram, with what happened before the file was made and the rule for who is lost to follow-up.

import { h } from "../../ui/dom.mjs";
import { button, cell, disclosure, notice, select, table, text } from "../../ui/parts.mjs";
import { figureView } from "../../ui/figure.mjs";
import { endpointNames, settable } from "../context.mjs";
import { resultOf } from "../../state/selectors.mjs";
import { columnsInUse } from "../../state/columns.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** @param {State} state @param {Context} context */
export function flowView(state, context) {
  const { answer } = state;
  if (!answer?.plan.cohort.flow) return null;
  const { w, client } = context;
  const result = resultOf(answer, answer.plan.cohort.flow);
  return h("section", { key: "flow", class: "card", "aria-labelledby": "flow-title" },
    h("h2", { id: "flow-title" }, w.t("flow.title")),
    result?.error ? notice("error", w.code("error", result.error), "error") : figureView("figure-flow", {
      settable: settable({ endpoint: null, figure: "flow", by: answer.plan.by }, state, context, undefined, { groups: groups(result) }),
      client, w, version: answer, name: ["flow-diagram"], label: w.t("flow.title"), table: w.t("flow.numbers"), failed: (problem) => w.t("curves.failed", { why: w.code("error", problem) }),
      request: { analysis: answer.plan.cohort.flow, locale: w.language, title: "", words: w.drawn("flow"), names: endpointNames(answer.plan.endpoints, state, context), options: {} },
    }),
    result?.cautions?.length ? h("ul", { key: "cautions", class: "cautions" }, result.cautions.map((/** @type {any} */ caution) => h("li", null, w.code("caution", caution)))) : null,
    result && !result.error ? disclosure("excluded", w.t("flow.who"), excludedTable(result, w)) : null,
    settings(state, context));
}

/** The groups of a flow. @param {any} result @returns {string[]} */
function groups(result) {
  const found = (result?.endpoints ?? []).flatMap((/** @type {any} */ endpoint) => (endpoint.groups ?? []).map((/** @type {any} */ item) => item.group));
  return [...new Set(/** @type {string[]} */ (found.filter((/** @type {unknown} */ group) => typeof group === "string")))];
}

/** @param {any} result @param {import('../../i18n/words.mjs').Words} w */
function excludedTable(result, w) {
  const rows = [
    ...(result.excluded ?? []).map((/** @type {any} */ item) => ({ where: w.t("flow.all"), ...item })),
    ...(result.endpoints ?? []).flatMap((/** @type {any} */ endpoint) => (endpoint.excluded ?? []).map((/** @type {any} */ item) => ({ where: endpoint.endpoint, ...item }))),
  ];
  if (rows.length === 0) return h("p", null, w.t("flow.nobody"));
  return table({
    key: "who", caption: w.t("flow.who"), hideCaption: true, class: "dense",
    head: [[w.t("flow.where"), w.t("flow.reason"), cell({ class: "number" }, w.t("flow.n")), w.t("flow.rows")]],
    rows: rows.map((item) => ({
      head: item.where,
      cells: [reasonWords(item.reason, w), cell({ class: "number" }, w.count(item.n)), `${item.rows.slice(0, 30).map(w.count).join(", ")}${item.n > 30 ? ", …" : ""}`],
    })),
  });
}

/** A reason is a code of the engine, or the author's words. @param {any} reason @param {import('../../i18n/words.mjs').Words} w */
function reasonWords(reason, w) {
  return w.code("reason", typeof reason === "string" ? { code: reason } : reason);
}

/** @param {State} state @param {Context} context */
function settings(state, { w, act, label }) {
  const choices = state.choices, { inspection } = state;
  if (!choices || !inspection) return null;
  const { flow } = choices;
  const change = (/** @type {Partial<typeof flow>} */ fields) => act.choose({ ...choices, flow: { ...flow, ...fields } });
  const columns = columnsInUse(state);
  const lost = flow.lost && "column" in flow.lost ? flow.lost : null;
  const column = columns.find((item) => item.name === lost?.column);
  const whole = (/** @type {string} */ value) => (/^\s*\d+\s*$/.test(value) ? Number(value) : null);
  return disclosure("flow-settings", w.t("flow.settings"), h("div", { class: "flow-settings" },
    text({ id: "flow-screened", label: w.t("flow.screened"), short: true, value: flow.screened === null ? "" : String(flow.screened), hint: w.t("flow.screened_hint"), onchange: (value) => change({ screened: whole(value) }) }),
    h("fieldset", { key: "before" },
      h("legend", null, w.t("flow.before")),
      flow.before.map((item, i) => h("div", { key: String(i), class: "before" },
        text({ id: `flow-reason-${i}`, label: w.t("flow.before_reason", { i: i + 1 }), value: item.reason, onchange: (reason) => change({ before: flow.before.map((other, j) => (j === i ? { ...other, reason } : other)) }) }),
        text({ id: `flow-n-${i}`, label: w.t("flow.n"), short: true, value: String(item.n), onchange: (value) => change({ before: flow.before.map((other, j) => (j === i ? { ...other, n: whole(value) ?? 0 } : other)) }) }),
        button(w.t("flow.before_remove"), () => change({ before: flow.before.filter((_, j) => j !== i) }), { class: "quiet", "aria-label": w.t("flow.before_remove_named", { reason: item.reason }) }))),
      button(w.t("flow.before_add"), () => change({ before: [...flow.before, { reason: w.t("flow.before_new"), n: 0 }] }), { key: "add", class: "quiet" })),
    h("fieldset", { key: "lost" },
      h("legend", null, w.t("flow.lost")),
      select({
        id: "flow-lost", label: w.t("flow.lost_column"), value: lost?.column ?? "", hint: w.t("flow.lost_hint"),
        options: [["", w.t("flow.lost_none")], ...columns.filter((item) => (item.levels?.length ?? 0) > 0 && item.n_distinct <= 6).map((item) => /** @type {[string, string]} */ ([item.name, label(item.name)]))],
        onchange: (name) => change({ lost: name ? { column: name, in: yes(columns.find((item) => item.name === name)) } : null }),
      }),
      lost && column ? select({
        id: "flow-lost-value", label: w.t("flow.lost_value"), value: lost.in[0] ?? "", options: (column.levels ?? []).map((level) => [level.value, level.value]),
        onchange: (value) => change({ lost: { column: lost.column, in: [value] } }),
      }) : null,
      lost ? null : text({
        id: "flow-lost-before", label: w.t("flow.lost_before"), short: true, value: flow.lost && "before" in flow.lost ? flow.lost.before : "", hint: w.t("flow.lost_before_hint"),
        onchange: (value) => change({ lost: /^\d{4}-\d{2}-\d{2}$/.test(value.trim()) ? { before: value.trim() } : null }),
      }))));
}

/** The value that says yes, else the last. @param {import('../../types').InspectedColumn | undefined} column @returns {string[]} */
function yes(column) {
  const values = (column?.levels ?? []).map((level) => level.value);
  const found = values.find((value) => /^(yes|oui|true|vrai|1|lost|perdu.*)$/i.test(value)) ?? values[values.length - 1];
  return found === undefined ? [] : [found];
}
