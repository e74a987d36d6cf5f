// The figures a reader looks for first: patients, events, medians with their intervals, follow-up.

import { h } from "../../ui/dom.mjs";
import { interval, rate } from "../../ui/parts.mjs";
import { followUp, headline } from "../../state/selectors.mjs";
import { howView } from "../console/how.mjs";
import { endpointWords, unitWord } from "../context.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** @param {State} state @param {Context} context */
export function headlineView(state, context) {
  const { w } = context;
  const { answer } = state;
  if (!answer) return null;
  const items = headline(state);
  const follow = followUp(state);
  const n = items.find((item) => item.n !== null)?.n ?? state.inspection?.n_rows ?? null;
  const patients = answer.results.data?.n_rows ?? state.inspection?.n_rows ?? n;
  return h("section", { key: "headline", class: "card", "aria-labelledby": "headline-title" },
    h("h2", { id: "headline-title" }, w.t("headline.title")),
    h("dl", { class: "headline" },
      figure("patients", w.t("headline.patients"), patients === null ? "–" : w.count(patients), null, n !== null && n !== patients ? w.t("headline.analysed", { n }) : null),
      items.map((item) => [
        figure(`${item.plan.key}-events`, onlyDeaths(item.byEvent) ? w.t("headline.deaths") : w.t("headline.events", { name: item.plan.name }), item.events === null ? "–" : w.count(item.events), null,
          item.plan.composite && item.byEvent ? Object.entries(item.byEvent).map(([name, count]) => `${w.or(`events.${name}`, name)} ${w.count(Number(count))}`).join(" + ") : null),
        figure(`${item.plan.key}-median`, w.t("headline.median", { name: item.plan.name }), ...estimate(item.median, item.plan.unit, item.error, w)),
      ]),
      follow ? figure("follow", w.t("headline.follow_up"), ...estimate(follow.median, follow.plan.unit, follow.error, w), w.t("headline.reverse")) : null),
    milestones(items, w),
    items.filter((item) => !item.error).map((item) => howView({ kind: "curves", plan: item.plan, id: item.plan.all, name: endpointWords(w, item.plan.name), where: "headline" }, state, context)),
    follow?.plan.followUp && !follow.error ? howView({ kind: "follow_up", plan: follow.plan, id: follow.plan.followUp, name: w.t("headline.follow_up"), where: "headline" }, state, context) : null);
}

/** Whether the endpoint's events are deaths and nothing else. @param {Record<string, number> | null} byEvent */
function onlyDeaths(byEvent) {
  return Object.keys(byEvent ?? {}).join() === "death";
}

/** @param {string} key @param {string} term @param {...(string | null)} values the number, its unit, then notes */
function figure(key, term, ...values) {
  const [value, unit, ...rest] = values;
  const notes = rest.filter((text) => text !== null);
  return h("div", { key, class: "figure-number" }, h("dt", null, term), h("dd", { class: "big" }, value, unit ? h("span", { class: "unit" }, ` ${unit}`) : null), notes.map((note) => h("dd", { class: "note" }, note)));
}

/** @param {any} median @param {string} unit @param {import('../../types').Problem | null} error @param {import('../../i18n/words.mjs').Words} w @returns {(string | null)[]} */
function estimate(median, unit, error, w) {
  if (error) return ["–", null, w.t("result.failed")];
  if (!median) return ["–", null];
  const reached = typeof median.estimate === "number";
  return [reached ? w.time(median.estimate) : reason(w, median.reason), reached ? unitWord(w, unit) : null, w.t("result.ci", { interval: interval(w, w.time, { low: median.conf_low, high: median.conf_high }, w.t("result.nr")) })];
}

/** Why a figure is absent, in words. @param {import('../../i18n/words.mjs').Words} w @param {string | undefined} code */
export function reason(w, code) {
  return code && code !== "not_reached" ? w.code("reason", { code }) : w.t("result.not_reached");
}

/** @param {ReturnType<typeof headline>} items @param {import('../../i18n/words.mjs').Words} w */
function milestones(items, w) {
  const lines = items.filter((item) => item.at.length).map((item) => h("li", { key: item.plan.key },
    h("strong", null, endpointWords(w, item.plan.name)), " ",
    item.at.map((/** @type {any} */ at) => {
      const when = w.t("headline.at", { time: w.count(at.time), unit: unitWord(w, item.plan.unit) });
      if (at.estimate === null || at.estimate === undefined) return `${when} ${reason(w, at.reason ?? "beyond_follow_up")}`;
      return `${when} ${rate(w, at).join("")}`;
    }).join("; ")));
  return lines.length ? h("ul", { class: "milestones" }, lines) : null;
}
