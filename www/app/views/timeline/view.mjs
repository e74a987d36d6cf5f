// Each patient's way from the origin to the event or the last contact: to see that the dates became the right times.

import { h } from "../../ui/dom.mjs";
import { notice } from "../../ui/parts.mjs";
import { figureView } from "../../ui/figure.mjs";
import { resultOf, shownEndpoints } from "../../state/selectors.mjs";
import { endpointNames, endpointWords, settable, unitWord } from "../context.mjs";
import { TIMELINE_ROWS } from "../../state/study.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** @param {State} state @param {Context} context */
export function timelineView(state, context) {
  const { w, client, moment } = context;
  const { answer } = state;
  if (!answer) return null;
  const { timelines } = answer.plan.cohort;
  const plans = shownEndpoints(state).filter((plan) => timelines[plan.key]);
  return h("section", { key: "timeline", class: "card", "aria-labelledby": "timeline-title" },
    h("h2", { id: "timeline-title" }, w.t("timeline.title")),
    h("p", { class: "hint" }, w.t("timeline.hint")),
    plans.length === 0 ? h("p", null, w.t("timeline.too_many", { n: TIMELINE_ROWS })) : null,
    plans.map((plan) => {
      const id = timelines[plan.key], result = resultOf(answer, id), title = endpointWords(w, plan.name);
      const unit = unitWord(w, plan.unit);
      const since = plan.origin ? ` ${w.t("since", { origin: moment(plan.origin) })}` : "";
      return h("article", { key: plan.key, class: "curve", "aria-labelledby": `timeline-${plan.key}` },
        h("h3", { id: `timeline-${plan.key}` }, title),
        result?.error ? notice("error", w.code("error", result.error), "error") : figureView(`figure-timeline-${plan.key}`, {
          settable: settable({ endpoint: plan.key, figure: "timeline", by: answer.plan.by }, state, context, { axes: ["x_label"] }, { groups: groups(result) }),
          client, w, version: answer, name: ["timeline", plan.name], patients: true, label: w.t("timeline.figure", { title }), table: w.t("timeline.numbers", { title }), failed: (problem) => w.t("curves.failed", { why: w.code("error", problem) }),
          request: { analysis: id, locale: w.language, title: "", x_label: `${unit.charAt(0).toUpperCase()}${unit.slice(1)}${since}`, words: w.drawn("swimmer"), names: endpointNames(answer.plan.endpoints, state, context), options: {} },
        }),
        result?.cautions?.length ? h("ul", { class: "cautions" }, result.cautions.map((/** @type {any} */ caution) => h("li", null, w.code("caution", caution)))) : null);
    }));
}

/** The groups of the lanes. @param {any} result @returns {string[]} */
function groups(result) {
  return [...new Set(/** @type {string[]} */ ((result?.lanes ?? []).map((/** @type {any} */ lane) => lane.group).filter((/** @type {unknown} */ group) => typeof group === "string")))];
}
