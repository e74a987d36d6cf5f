// What merging does to the models, said while it is done.

import { h } from "../../ui/dom.mjs";
import { mergingEffect } from "../../state/effect.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** Events that a parameter needs for steady estimates (the engine's caution `few_events`). */
const ENOUGH = 10;

/** @param {string} name @param {State} state @param {Context} context */
export function effectView(name, state, { w }) {
  const effects = mergingEffect(state, name);
  if (effects.length === 0) return null;
  const sentence = (/** @type {typeof effects[0]} */ { before, after }) => {
    if (after.parameters < 1) return w.t("effect.single");
    const numbers = { events: w.count(after.events), after: w.count(after.parameters), before: w.count(before.parameters), each: w.fixed(after.events / after.parameters, 1) };
    return before.events === null ? w.t("effect.dropped", numbers) : w.t("effect.sentence", { ...numbers, each_before: w.fixed(before.events / before.parameters, 1) });
  };
  const few = effects.some(({ after }) => after.parameters > 0 && after.events / after.parameters < ENOUGH);
  return h("div", { key: "effect", class: "merge-effect", role: "group", "aria-labelledby": "merge-effect-title" },
    h("h4", { id: "merge-effect-title" }, w.t("effect.title")),
    h("div", { role: "status" }, h("ul", null, effects.map((effect) => h("li", { key: effect.endpoint }, h("strong", null, w.t(`effect.${effect.model}`, { endpoint: effect.endpoint })), " ", sentence(effect))))),
    h("p", { class: "hint" }, w.t("effect.hint"), few ? ` ${w.t("effect.few")}` : null));
}
