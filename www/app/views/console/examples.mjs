// States that this view is shown in, for tests and for looking at.

import { analysed, comparedAs } from "../../testing/states.mjs";
import { howView } from "./how.mjs";

/** @param {"curves" | "follow_up" | "comparison" | "difference" | "factors" | "hazards" | "influence" | "summary"} kind @param {(plan: import('../../types').EndpointPlan) => string | null} id */
const of = (kind, id) => (/** @type {import('../../types').State} */ state, /** @type {import('../context.mjs').Context} */ context) => {
  const plan = /** @type {import('../../types').Answer} */ (state.answer).plan.endpoints[0];
  return howView({ kind, plan, id: id(plan) ?? plan.all, name: plan.name }, state, context);
};
const all = of("curves", (plan) => plan.all), groups = of("curves", (plan) => plan.by), comparison = of("comparison", (plan) => plan.logRank);

/** @type {{name: string, state: import('../../types').State, view: typeof all}[]} */
export const examples = [
  { name: "nothing compared yet", state: analysed(), view: all },
  { name: "medians and rates of all", state: comparedAs(analysed()), view: all },
  { name: "of groups", state: comparedAs(analysed()), view: groups },
  { name: "a follow-up", state: comparedAs(analysed()), view: of("follow_up", (plan) => plan.followUp) },
  { name: "tests and ratio", state: comparedAs(analysed()), view: comparison },
  { name: "the table of factors", state: comparedAs(analysed()), view: of("factors", (plan) => plan.table) },
  { name: "in French", state: comparedAs(analysed(() => {}, "fr")), view: comparison },
  { name: "differences", state: analysed(), view: of("difference", (plan) => plan.by) },
  { name: "proportional hazards", state: analysed(), view: of("hazards", (plan) => plan.ph) },
  { name: "influence", state: analysed(), view: of("influence", (plan) => plan.influence) },
  { name: "the table of patients", state: comparedAs(analysed()), view: of("summary", () => "table_1") },
  { name: "a comparison that failed", state: { ...analysed(), compared: { computed: /** @type {any} */ (analysed().answer).plan.computed, problem: { code: "engine_crashed" } } }, view: all },
];
