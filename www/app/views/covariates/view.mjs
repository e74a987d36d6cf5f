// The covariates of the prognostic table.

import { h } from "../../ui/dom.mjs";
import { select, text, tick } from "../../ui/parts.mjs";
import { choosePer, chooseReference, declaredOf, fieldId, isCategory, levelsOf, outcomeColumns, parsePer, tickCovariate, tickMultivariable, treatAsCategory } from "../../state/choices.mjs";
import { columnsInUse } from "../../state/columns.mjs";
import { eventsPerParameter } from "../../state/models.mjs";
import { columnUnit } from "../context.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').Choices} Choices */
/** @typedef {import('../../types').InspectedColumn} InspectedColumn */

/** Most levels that a reference is offered for. */
const LEVELS = 20;

/** @param {State} state @param {Context} context */
export function covariatesView(state, context) {
  const { choices, inspection } = state;
  if (!choices || !inspection) return null;
  const { w } = context;
  const columns = columnsInUse(state);
  return h("section", { key: "covariates", "aria-labelledby": "covariates-title" },
    h("h3", { id: "covariates-title" }, w.t("covariates.title")),
    h("p", { class: "hint" }, w.t("covariates.hint")),
    choices.covariates.map((name) => {
      const column = columns.find((item) => item.name === name);
      return column ? chosen(column, choices, state, context) : null;
    }),
    perParameter(state, context),
    all(columns, choices, context));
}

/** How many events each multivariable model has for what it estimates, at once when a box is ticked. @param {State} state @param {Context} context */
function perParameter({ answer, choices, inspection }, { w }) {
  if (!choices || !inspection) return null;
  const lines = choices.endpoints.map((endpoint) => ({ endpoint, found: eventsPerParameter(answer, choices, inspection, endpoint.key) }));
  if (lines.every((line) => line.found === null)) return null;
  return h("div", { key: "per-parameter", class: "per-parameter" },
    h("h4", null, w.t("covariates.per_parameter")),
    h("ul", null, lines.map(({ endpoint, found }) => found && h("li", { key: endpoint.key, id: `per-parameter-${endpoint.key}`, class: `judged-${found.judgement}` },
      h("strong", null, `${endpoint.name}: `),
      w.t("covariates.ratio", { events: w.t("covariates.events", { n: found.events }), parameters: w.t("covariates.parameters", { n: found.parameters }), ratio: w.quantity(found.ratio) }), " ",
      w.t(`covariates.judgement.${found.judgement}`)))));
}

/** A ticked covariate: where it enters, how it is taken, its reference. @param {InspectedColumn} column @param {Choices} choices @param {State} state @param {Context} context */
function chosen(column, choices, state, { w, act, label }) {
  const { name } = column;
  const levels = isCategory(choices, column) ? levelsOf(choices, column) : [];
  return h("fieldset", { key: `chosen-${name}`, class: "covariate" },
    h("legend", null, label(name)),
    h("div", { key: "in", class: "ticks", role: "group", "aria-label": w.t("covariates.together") },
      h("span", { class: "hint" }, w.t("covariates.together")),
      choices.endpoints.map((endpoint) => tick({
        id: fieldId(`multi-${endpoint.key}`, name), label: endpoint.name, checked: (choices.multivariable[endpoint.key] ?? []).includes(name),
        onchange: (on) => act.choose(tickMultivariable(choices, endpoint.key, name, on)),
      }))),
    (column.found ?? column.type) === "number" && !declaredOf(choices, name)?.cuts ? tick({
      id: fieldId("category", name), label: w.t("covariates.as_category"), checked: isCategory(choices, column),
      hint: column.hint?.code === "numeric_codes" && !isCategory(choices, column) ? w.t("covariates.codes") : null,
      onchange: (on) => act.choose(treatAsCategory(choices, name, on)),
    }) : null,
    levels.length > 1 && levels.length <= LEVELS ? select({
      id: fieldId("reference", name), label: w.t("covariates.reference"), value: levels[0],
      options: levels.map((level) => [level, level]), onchange: (level) => act.choose(chooseReference(choices, column, level)),
    }) : null,
    column.type === "number" && !isCategory(choices, column) ? text({
      id: fieldId("per", name), label: w.t("covariates.per", { unit: columnUnit(state, w, name) || w.t("covariates.units") }), short: true,
      value: w.plain(declaredOf(choices, name)?.per ?? 1),
      onchange: (typed) => act.choose(choosePer(choices, name, parsePer(typed, w.language))),
    }) : null);
}

/** Hides the ticks whose words lack what is typed; nothing of it is a choice of the study. @param {HTMLInputElement} input */
function filter(input) {
  const apply = () => {
    const wanted = input.value.trim().toLowerCase();
    for (const item of input.closest(".covariate-list")?.querySelectorAll(".tick") ?? []) {
      /** @type {HTMLElement} */ (item).hidden = !(item.textContent ?? "").toLowerCase().includes(wanted);
    }
  };
  input.addEventListener("input", apply);
  return { update: apply };
}

/** @param {InspectedColumn[]} columns @param {Choices} choices @param {Context} context */
function all(columns, choices, { w, act, label }) {
  const outcome = outcomeColumns(choices);
  const usable = columns.filter((column) => column.type !== "date" && column.n_distinct > 1).filter((column) => choices.covariates.includes(column.name)
    || (!outcome.has(column.name) && (column.type === "number" || column.n_distinct <= LEVELS)));
  return h("fieldset", { key: "all", class: "covariate-list" },
    h("legend", null, w.t("covariates.all")),
    usable.length > 10 ? h("div", { class: "field" },
      h("label", { for: "covariate-filter" }, w.t("covariates.filter")),
      h("input", { id: "covariate-filter", type: "search", autocomplete: "off", use: filter })) : null,
    h("div", { class: "list", role: "group", "aria-label": w.t("covariates.all") }, usable.map((column) => tick({
      id: fieldId("covariate", column.name), label: label(column.name), checked: choices.covariates.includes(column.name),
      onchange: (on) => act.choose(tickCovariate(choices, column.name, on)),
    }))));
}
