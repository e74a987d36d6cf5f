// What merging does to the models, said while it is done.

import { h } from "../../ui/dom.mjs";
import { cell, table } from "../../ui/parts.mjs";
import { mergingEffect } from "../../state/effect.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** Events that a parameter needs for steady estimates (the engine's caution `few_events`). */
const ENOUGH = 10;

/** @param {string} name @param {State} state @param {Context} context */
export function effectView(name, state, { w }) {
  const effects = mergingEffect(state, name);
  if (effects.length === 0) return null;
  const each = (/** @type {{events: number | null, parameters: number}} */ { events, parameters }) => (events === null || parameters < 1 ? null : events / parameters);
  const shown = (/** @type {number | null} */ value) => (value === null ? "–" : w.count(value));
  const ratio = (/** @type {{events: number | null, parameters: number}} */ counts) => { const value = each(counts); return value === null ? "–" : w.fixed(value, 1); };
  const both = (/** @type {string} */ before, /** @type {string} */ after) => cell({ class: "number" }, before === after ? after : [before, " → ", h("strong", null, after)]);
  const few = effects.some(({ after }) => { const value = each(after); return value !== null && value < ENOUGH; });
  return h("div", { key: "effect", class: "editor-part merge-effect", role: "status" },
    table({
      key: "effect-table", caption: w.t("effect.title"), class: "dense",
      head: [[w.t("effect.model"), ...["parameters", "events", "each"].map((word) => cell({ class: "number" }, w.t(`effect.${word}`)))]],
      rows: effects.map(({ endpoint, model, before, after }) => ({
        head: w.t(`effect.${model}`, { endpoint }),
        cells: [both(shown(before.parameters), shown(after.parameters)), both(shown(before.events), shown(after.events)), both(ratio(before), ratio(after))],
      })),
    }),
    h("p", { class: "hint" }, w.t("effect.hint"), effects.some(({ before }) => before.events === null) ? ` ${w.t("effect.dropped")}` : null, few ? ` ${w.t("effect.few")}` : null));
}
