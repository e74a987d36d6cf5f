// What is missing, and what each model loses by it.

import { h } from "../../ui/dom.mjs";
import { cell, disclosure, notice, table } from "../../ui/parts.mjs";
import { figureView } from "../../ui/figure.mjs";
import { settable } from "../context.mjs";
import { resultOf } from "../../state/selectors.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** @param {State} state @param {Context} context */
export function missingMapView(state, context) {
  const { answer } = state;
  if (!answer?.plan.cohort.missing) return null;
  const { w, client, label } = context;
  const id = answer.plan.cohort.missing, result = resultOf(answer, id);
  const complete = result && !result.error && result.variables.every((/** @type {any} */ item) => item.n_missing === 0);
  return h("section", { key: "missing-map", class: "card", "aria-labelledby": "missing-map-title" },
    h("h2", { id: "missing-map-title" }, w.t("missing_map.title")),
    result?.error ? notice("error", w.code("error", result.error), "error")
      : complete ? h("p", null, w.t("missing_map.complete", { n: result.variables.length }))
        : figureView("figure-missing", {
          settable: settable({ endpoint: null, figure: "missing_map", by: null }, state, context),
          client, w, version: answer, name: ["missing-values"], label: w.t("missing_map.title"), table: w.t("missing_map.numbers"), failed: (problem) => w.t("curves.failed", { why: w.code("error", problem) }),
          request: { analysis: id, locale: w.language, title: "", words: w.drawn("missing_map"), options: {} },
        }),
    result?.models?.length ? disclosure("models", w.t("missing_map.models"), table({
      key: "shrink", caption: w.t("missing_map.models"), hideCaption: true, class: "dense",
      head: [[w.t("missing_map.model"), cell({ class: "number" }, w.t("missing_map.start")), w.t("missing_map.steps"), cell({ class: "number" }, w.t("missing_map.n"))]],
      rows: result.models.map((/** @type {any} */ model) => ({
        head: context.analysis(model.analysis),
        cells: [cell({ class: "number" }, w.count(model.start)),
          (model.steps ?? []).filter((/** @type {any} */ step) => step.lost > 0).map((/** @type {any} */ step) => w.t("missing_map.step", { variable: label(step.variable), n: step.lost, only: w.count(step.lost_only_here) })).join("; ") || w.t("missing_map.nothing"),
          cell({ class: "number" }, w.count(model.n))],
      })),
    })) : null);
}
