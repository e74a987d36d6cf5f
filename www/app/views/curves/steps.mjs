// The numbers of the curves, event time by event time.

import { h } from "../../ui/dom.mjs";
import { cell, interval, table } from "../../ui/parts.mjs";
import { unitWord } from "../context.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('./view.mjs').Item} Item */

/** Rows that are shown at most. */
const STEPS = 200;

/** Every event time of the curves, up to a limit that is said. @param {Item} item @param {Context} context @param {string} title */
export function dataTable({ result, plan }, { w }, title) {
  /** @type {{head: string, cells: any[]}[]} */
  const rows = [];
  let left = 0;
  for (const curve of result?.curves ?? []) {
    const { steps } = curve;
    (steps?.time ?? []).forEach((/** @type {number} */ time, /** @type {number} */ i) => {
      if (!steps.n_event[i]) return;
      if (rows.length >= STEPS) return left++;
      const limits = { low: steps.conf_low[i], high: steps.conf_high[i] };
      rows.push({
        head: curve.group ?? w.t("result.all"),
        cells: [w.time(time), w.count(steps.n_risk[i]), w.count(steps.n_event[i]), steps.estimate[i] === null ? "–" : w.percent(steps.estimate[i]),
          interval(w, w.percent, limits, "–")].map((text) => cell({ class: "number" }, text)),
      });
    });
  }
  return [
    table({
      key: "steps", caption: w.t("curves.steps", { title }), class: "dense",
      head: [[w.t("curves.group"), ...[w.t("curves.time", { unit: unitWord(w, plan.unit) }), w.t("curves.at_risk"), w.t("result.events"), w.t("curves.survival"), w.t("result.ci95")]
        .map((text) => cell({ class: "number" }, text))]],
      rows,
    }),
    left ? h("p", { class: "hint" }, w.t("curves.more", { n: left })) : null,
  ];
}
