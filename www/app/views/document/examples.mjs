// States that this view is shown in, for tests and for looking at.

import { analysed, asItStands, separated } from "../../testing/states.mjs";
import { documentView } from "./view.mjs";
import { refusedView } from "./refused.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** @param {import('../../embed/part.mjs').Part} part */
const of = (part) => (/** @type {State} */ state, /** @type {Context} */ context) => documentView(part, state, context);

/** @type {{name: string, state: State, view: (state: State, context: Context) => import('../../ui/dom.mjs').Child}[]} */
export const examples = [
  ...(/** @type {const} */ (["all", "cohort", "patients", "curves", "models"])).map((kind) => ({ name: `a study as it stands: ${kind}`, state: asItStands(separated), view: of({ kind, id: null }) })),
  { name: "in French", state: asItStands(separated, "fr"), view: of({ kind: "all", id: null }) },
  { name: "one figure of the page's own study", state: analysed(), view: of({ kind: "figure", id: "os.by" }) },
  { name: "one table", state: analysed(), view: of({ kind: "table", id: "os.log_rank" }) },
  { name: "a figure that is not there", state: analysed(), view: of({ kind: "figure", id: "nothing" }) },
  { name: "a table of a type that has none", state: analysed(), view: of({ kind: "table", id: "flow" }) },
  { name: "the policy forbids all", state: analysed(), view: (_, { w }) => refusedView(["policy_wasm", "policy_worker", "policy_trusted_types", "no_wasm"], w, true) },
];
