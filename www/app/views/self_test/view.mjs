// The self-test: the reference cases computed here, and their agreement with R, as a report to keep.

import { h } from "../../ui/dom.mjs";
import { exportMenu } from "../../ui/export.mjs";
import { button, closed, notice, table } from "../../ui/parts.mjs";
import { reportOf } from "../../proof/report.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../i18n/words.mjs').Words} Words */

/** @param {State} state @param {Context} context */
export function selfTestView(state, { w, act }) {
  const { running, report, problem } = state.selfTest, isOpen = state.panel === "self_test";
  return h("dialog", { key: "self_test", id: "self_test", class: "panel self-test", "aria-labelledby": "self-test-title", onclose: closed(() => act.panel("self_test", false)) }, isOpen ? [
    h("div", { key: "head", class: "panel-head" }, h("h2", { id: "self-test-title" }, w.t("self_test.title")), button(w.t("self_test.close"), () => act.panel("self_test", false), { key: "close" })),
    h("p", { key: "intro", class: "hint" }, w.t("self_test.intro")),
    h("div", { key: "start", class: "row" }, button(w.t(report ? "self_test.again" : "self_test.start"), act.selfTest, { key: "run", disabled: running !== null })),
    h("p", { key: "status", role: "status", class: report ? "unseen" : null }, running?.of ? [
      h("progress", { max: running.of, value: running.done, "aria-label": w.t("self_test.title") }), " ",
      w.t("self_test.running", { done: w.count(running.done + 1), of: w.count(running.of), name: running.name }),
    ] : report ? reportOf(report, w).sentences[0] : null),
    problem !== null ? h("div", { key: "problem", role: "alert" }, notice("unavailable", w.t("self_test.unavailable", { reason: problem }), "error")) : null,
    report ? reportView(report, w, act) : null,
  ] : null);
}

/** @param {import('../../types').SelfTest} test @param {Words} w @param {Context["act"]} act */
function reportView(test, w, act) {
  const report = reportOf(test, w);
  const saved = async (/** @type {"html" | "csv"} */ form) => w.t("self_test.saved", { name: await act.saveSelfTest(form) });
  return h("div", { key: "report", class: "report" },
    h("div", { key: "verdict", class: report.agrees ? "verdict" : "verdict differs" }, report.sentences.map((sentence) => h("p", null, sentence))),
    h("div", { key: "print", class: "row" }, button(w.t("self_test.print"), () => act.print(), { key: "print" })),
    exportMenu({
      id: "self-test-export", w, summary: w.t("self_test.save"), fields: [], notes: [],
      actions: [{ key: "html", words: "HTML", run: () => saved("html") }, { key: "csv", words: "CSV", run: () => saved("csv") }],
    }),
    h("dl", { key: "facts" }, report.facts.map(({ key, name, values }) => [h("dt", { key: `${key}-name` }, name), values.map((value, i) => h("dd", { key: `${key}-${i}` }, value))])),
    report.differences ? grid("differences", report.headings.differences, report.differences) : null,
    grid("analyses", report.headings.analyses, report.analyses, report.analyses.status),
    grid("files", report.headings.files, report.files));
}

/** @param {string} key @param {string} caption @param {import('../../proof/report.mjs').Grid} grid @param {string[]} [marks] */
function grid(key, caption, { head, rows }, marks = []) {
  return table({
    key, caption, class: `dense ${key}`, head: [head], rows: rows.map(([first, ...cells], i) => ({ head: first, cells, ...(marks[i] === "differs" ? { class: "differs" } : {}) })),
  });
}
