// Terms in plain words: all of them in a dialog, and one where it is needed.

import { h } from "../../ui/dom.mjs";
import { button } from "../../ui/parts.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../i18n/words.mjs').Words} Words */

/** The terms; their words are in the words files. */
export const TERMS = [
  "adjusted", "at_risk", "cause", "censored", "cluster", "completeness", "composite", "confidence_interval", "convention", "covariate", "cox", "crossing", "cumulative_hazard",
  "endpoint", "event", "events_per_parameter", "firth", "follow_up", "greenwood", "hazard", "hazard_ratio", "immortal_time", "kaplan_meier", "late_entry",
  "likelihood_ratio", "log_rank", "median_survival", "milestone", "missing", "multiplicity", "multivariable", "origin", "p_value", "proportional_hazards", "reference",
  "separation", "survival_probability", "ties", "trend", "univariable", "wald",
];

/** All terms by their names in the language, in a dialog. @param {Context} context */
export function glossaryView({ w, act }) {
  const terms = TERMS.map((key) => ({ key, term: w.t(`glossary.terms.${key}.term`), plain: w.t(`glossary.terms.${key}.plain`) }))
    .sort((a, b) => a.term.localeCompare(b.term, w.language));
  return h("dialog", { key: "glossary", id: "glossary", class: "glossary", "aria-labelledby": "glossary-title" },
    h("div", { class: "glossary-head" }, h("h2", { id: "glossary-title" }, w.t("glossary.title")), button(w.t("glossary.close"), () => act.glossary(false), { key: "close" })),
    h("p", { class: "hint" }, w.t("glossary.hint")),
    h("div", { class: "scroll glossary-list", role: "region", tabindex: "0", "aria-labelledby": "glossary-title" },
      h("dl", null, terms.map(({ key, term, plain }) => [h("dt", { key: `${key}-term` }, term), h("dd", { key }, plain)]))));
}

/** A term where it is needed: a mark that opens its words. @param {string} key @param {string} term @param {Words} w */
export function help(key, term, w) {
  const name = w.t(`glossary.terms.${term}.term`);
  return h("details", { key: `help-${key}`, class: "help" },
    h("summary", { "aria-label": w.t("glossary.what_is", { term: name }) }, h("span", { "aria-hidden": "true" }, "?"), h("span", { class: "help-term", "aria-hidden": "true" }, ` ${name}`)),
    h("p", { class: "hint" }, w.t(`glossary.terms.${term}.plain`)));
}
