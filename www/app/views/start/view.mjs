// When time starts: the caution of groups that are known only later, and the two ways to meet it.

import { h } from "../../ui/dom.mjs";
import { tick, select, notice } from "../../ui/parts.mjs";
import { studyColumns } from "../../state/columns.mjs";
import { laterDates } from "../../state/guess.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** @param {State} state @param {Context} context */
export function startView(state, { w, act, label, moment }) {
  const { choices } = state;
  const inspection = choices && state.inspection ? { ...state.inspection, columns: studyColumns(choices, state.inspection) } : null;
  if (!choices || !inspection || !choices.endpoints.some((endpoint) => endpoint.kind === "dates")) return null;
  const dates = laterDates(inspection, choices);
  const others = inspection.columns.filter((column) => column.type === "date").map((column) => column.name);
  // What an endpoint is made of is no later start.
  const used = choices.endpoints.flatMap((endpoint) => [endpoint.origin, endpoint.censor, ...endpoint.events.map((event) => event.column)]);
  const offered = [...dates, ...others.filter((name) => !dates.includes(name) && !used.includes(name))];
  const column = choices.start.column ?? offered[0];
  if (!choices.by) return null;
  const origin = moment(choices.endpoints.find((endpoint) => endpoint.kind === "dates")?.origin ?? null);
  const demo = state.source === "demo";
  const choose = (/** @type {Partial<import('../../types').StartChoice>} */ change) =>
    act.choose({ ...choices, start: { ...choices.start, column, ...change } });
  const params = { origin, column: moment(column ?? null) };
  const modes = /** @type {const} */ (["origin", "move", "late"]);
  return h("section", { key: "start", class: "start", "aria-labelledby": "start-title" },
    h("h3", { id: "start-title" }, w.t("start.title")),
    notice("immortal", w.t(demo ? "start.demo_caution" : "start.caution", { group: label(choices.by), origin })),
    column ? h("fieldset", { key: "modes" },
      h("legend", null, w.t("start.legend")),
      modes.map((mode) => tick({
        id: `start-${mode}`, name: "start", checked: choices.start.mode === mode, label: w.t(demo ? `start.demo_${mode}` : `start.${mode}`, params),
        hint: w.t(demo ? `start.demo_${mode}_hint` : `start.${mode}_hint`, params), onchange: () => choose({ mode }),
      }))) : null,
    demo || !column ? null : select({
      id: "start-column", label: w.t("start.column"), value: column, options: offered.map((name) => [name, label(name)]),
      onchange: (name) => choose({ column: name }),
    }));
}
