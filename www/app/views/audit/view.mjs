// The audit: what does not agree in the dates and endpoints, with its patients, and what the user decides about each.

import { h } from "../../ui/dom.mjs";
import { button, notice, select } from "../../ui/parts.mjs";
import { auditFindings, resultOf } from "../../state/selectors.mjs";
import { decide, excludeRows, includeRows } from "../../state/choices.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** Rows that are named; the count of all is beside. */
const NAMED = 20;

/** @param {State} state @param {Context} context */
export function auditView(state, context) {
  const { answer, choices, inspection } = state;
  if (!answer || !choices || !inspection || !answer.plan.cohort.audit) return null;
  const { w, act, label } = context;
  const result = resultOf(answer, answer.plan.cohort.audit);
  const findings = auditFindings(state);
  const open = findings.filter((finding) => finding.decision === null && finding.severity !== "note").length;
  return h("section", { key: "audit", class: "card audit", "aria-labelledby": "audit-title" },
    h("h2", { id: "audit-title" }, w.t("audit.title")),
    result?.error ? notice("error", w.code("error", result.error), "error")
      : h("p", null, findings.length ? w.t("audit.found", { n: findings.length }) : w.t("audit.clean"), " ", findings.length ? h("strong", null, w.t("audit.open", { n: open })) : null),
    result?.cautions?.length ? h("ul", { key: "cautions", class: "cautions" }, result.cautions.map((/** @type {any} */ caution) => h("li", null, w.code("caution", caution)))) : null,
    select({
      id: "patient", label: w.t("audit.patient"), value: choices.patient, hint: w.t("audit.patient_hint"),
      options: [["", w.t("audit.no_patient")], ...inspection.columns.filter((column) => column.n_distinct > 1).map((column) => /** @type {[string, string]} */ ([column.name, label(column.name)]))],
      onchange: (name) => act.choose({ ...choices, patient: name || null }),
    }),
    findings.length ? h("ul", { class: "findings" }, findings.map((finding) => one(finding, state, context))) : null,
    choices.exclude.length ? excluded(choices, context) : null);
}

/** Parameters of a finding that are cells, or made of some. */
const OF_CELLS = ["cells", "first", "last"];

/** @param {any} finding @param {State} state @param {Context} context */
function one(finding, state, { w, act }) {
  const choices = /** @type {import('../../types').Choices} */ (state.choices);
  const rows = /** @type {number[]} */ (finding.rows ?? []);
  const decision = finding.decision ?? null;
  // What is written into the study holds no cell of the file.
  const reason = w.code("finding", { code: finding.code, params: { ...finding.params, ...Object.fromEntries(OF_CELLS.filter((name) => finding.params?.[name] !== undefined).map((name) => [name, "…"])) } });
  const sentence = w.code("finding", { code: finding.code, params: finding.params ?? {} });
  const choose = (/** @type {"accepted" | "to_correct" | null} */ what) => act.choose(decide(choices, finding.key, rows, what));
  return h("li", { key: finding.key, class: `finding ${finding.severity} ${decision ? "decided" : ""}` },
    h("p", { class: "finding-head" }, h("span", { class: "severity" }, w.t(`audit.severity.${finding.severity}`)), " ", h("strong", null, sentence), finding.endpoint ? h("span", { class: "hint" }, ` ${finding.endpoint}`) : null),
    h("p", { class: "hint" }, w.t("audit.rows", { n: finding.n, rows: rows.slice(0, NAMED).map(w.count).join(", ") + (finding.n > NAMED ? ", …" : "") })),
    decision ? h("p", null, h("span", { class: "guess" }, w.t(`audit.decision.${decision}`)), " ",
      button(w.t("audit.undecide"), () => (decision === "excluded" ? act.choose(includeRows(choices, finding.key, rows)) : choose(null)), { class: "quiet", "aria-label": w.t("audit.undecide_named", { finding: sentence }) }))
      : finding.severity === "note" ? null : h("div", { class: "row", role: "group", "aria-label": w.t("audit.decide", { finding: sentence }) },
        button(w.t("audit.accept"), () => choose("accepted")),
        button(w.t("audit.exclude", { n: finding.n }), () => act.choose(excludeRows(choices, finding.key, rows, reason)), { disabled: finding.n !== rows.length }),
        button(w.t("audit.correct"), () => choose("to_correct"))),
    decision === "to_correct" ? h("p", { class: "hint" }, w.t("audit.correct_hint")) : null);
}

/** @param {import('../../types').Choices} choices @param {Context} context */
function excluded(choices, { w, act }) {
  return h("div", { key: "excluded", class: "excluded-rows" },
    h("h3", null, w.t("audit.excluded_title", { n: choices.exclude.length })),
    h("ul", null, choices.exclude.slice(0, 100).map((item) => h("li", { key: String(item.row) },
      w.t("audit.excluded_row", { row: w.count(item.row), reason: item.reason }), " ",
      button(w.t("audit.include"), () => act.choose({ ...choices, exclude: choices.exclude.filter((other) => other !== item) }), { class: "quiet", "aria-label": w.t("audit.include_named", { row: w.count(item.row) }) })))));
}
