// How the models are made: ties, intervals, strata.

import { h } from "../../ui/dom.mjs";
import { button, disclosure, select } from "../../ui/parts.mjs";
import { fieldId, outcomeColumns, stratify } from "../../state/choices.mjs";
import { columnsInUse } from "../../state/columns.mjs";
import { canGroup } from "../../state/guess.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** @param {State} state @param {Context} context */
export function modelOptionsView(state, { w, act, label }) {
  const { choices, inspection } = state;
  if (!choices || !inspection) return null;
  const outcome = outcomeColumns(choices);
  const free = columnsInUse(state).filter((column) => canGroup(column) && !outcome.has(column.name)
    && !choices.covariates.includes(column.name) && !choices.strata.includes(column.name));
  return disclosure("model-options", w.t("model_options.title"), h("div", { class: "model-options" },
    select({
      id: "ties", label: w.t("methods.ties"), value: choices.ties,
      options: [["efron", w.t("ties.efron")], ["breslow", w.t("ties.breslow")]], onchange: (ties) => act.choose({ ...choices, ties }),
    }),
    select({
      id: "conf", label: w.t("model_options.conf"), value: choices.conf, hint: w.t("model_options.conf_hint"),
      options: [["wald", w.t("model_options.wald")], ["profile", w.t("model_options.profile")]],
      onchange: (conf) => act.choose({ ...choices, conf: conf === "profile" ? "profile" : "wald" }),
    }),
    select({
      id: "strata", label: w.t("model_options.strata"), value: "", hint: w.t("model_options.strata_hint"),
      options: [["", w.t("model_options.no_strata")], ...free.map((column) => /** @type {[string, string]} */ ([column.name, label(column.name)]))],
      onchange: (name) => { if (name) act.choose(stratify(choices, name, true)); },
    }),
    choices.strata.length ? h("ul", { key: "strata-list", class: "strata" }, choices.strata.map((name) => h("li", { key: name }, label(name), " ",
      button(w.t("model_options.remove"), () => act.choose(stratify(choices, name, false)), {
        id: fieldId("stratum", name), class: "quiet", "aria-label": w.t("model_options.remove_named", { name: label(name) }),
      })))) : null), { id: "model-options" });
}
