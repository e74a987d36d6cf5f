// Every figure and table that there is, each a way to where it stands, and what can be kept in a file.

import { h } from "../../ui/dom.mjs";
import { button } from "../../ui/parts.mjs";
import { outputs } from "../../state/outputs.mjs";
import { endpointWords } from "../context.mjs";
import { keptHint } from "../kept/view.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../state/outputs.mjs').Output} Output */

/** @param {State} state @param {Context} context */
export function outputView(state, context) {
  if (!state.answer) return null;
  const { w, act } = context;
  const all = outputs(state);
  return h("section", { key: "output", class: "card output", "aria-labelledby": "output-title" },
    h("h2", { id: "output-title" }, w.t("output.title")),
    h("p", { class: "hint" }, w.t("output.hint")),
    h("div", { class: "output-lists" }, (/** @type {const} */ (["figure", "table"])).map((kind) => list(kind, all.filter((item) => item.kind === kind), context))),
    h("div", { key: "save", class: "row" }, button(w.t("output.save_study"), act.saveStudy), button(w.t("output.save_results"), act.saveResults)),
    h("p", { key: "patient-data", class: "hint" }, w.t("output.patient_data")),
    keptHint(state, context));
}

/** Numbered in the order of the steps. @param {"figure" | "table"} kind @param {Output[]} items @param {Context} context */
function list(kind, items, context) {
  const { w } = context;
  return h("div", { key: kind },
    h("h3", { id: `output-${kind}` }, w.t(`output.${kind}s`)),
    items.length === 0 ? h("p", null, w.t("output.none")) : h("ol", { class: "outputs", "aria-labelledby": `output-${kind}` }, items.map((item) => line(item, context))));
}

/** @param {Output} item @param {Context} context */
function line({ name, step, at, endpoint, failed }, { w, act }) {
  const words = w.t(`output.names.${name}`, { endpoint: endpoint ? endpointWords(w, endpoint) : "" });
  return h("li", { key: `${name}-${endpoint ?? ""}` },
    button(words, () => act.go(step, at), { class: "quiet" }),
    h("span", { class: "hint" }, ` ${w.t(`steps.${step}`)}`),
    failed ? h("span", { class: "output-failed" }, ` ${w.t("output.failed")}`) : null);
}
