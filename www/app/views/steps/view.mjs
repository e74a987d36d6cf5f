// The steps of the work, always in sight: where one is, and what each still asks for.

import { h } from "../../ui/dom.mjs";
import { auditFindings, toCheck } from "../../state/selectors.mjs";
import { outputs } from "../../state/outputs.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').Step} Step */

/** The steps in the order of the work. @type {Step[]} */
export const STEPS = ["data", "cohort", "patients", "curves", "models", "output"];

/** @param {State} state @param {Context} context */
export function stepsView(state, context) {
  const { w, act } = context;
  if (!state.inspection) return null;
  return h("nav", { key: "steps", class: "steps", "aria-label": w.t("steps.title") },
    h("ol", null, STEPS.map((step, index) => h("li", { key: step },
      h("button", {
        id: `step-${step}`, type: "button", class: "step", "aria-current": state.step === step ? "step" : null, onclick: () => act.step(step),
      },
      h("span", { class: "step-number", "aria-hidden": "true" }, index + 1),
      h("span", { class: "step-words" }, h("strong", null, w.t(`steps.${step}`)), h("span", { class: "hint" }, note(step, state, context))))))));
}

/** @param {Step} step @param {State} state @param {Context} context */
function note(step, state, { w }) {
  const { inspection, answer } = state;
  if (step === "data") {
    const n = toCheck(state).length;
    return n ? w.t("steps.to_check", { n }) : w.t("steps.rows", { n: inspection?.n_rows ?? 0 });
  }
  if (step === "cohort") {
    const open = auditFindings(state).filter((finding) => finding.decision === null && finding.severity !== "note").length;
    return answer && !answer.partial ? w.t("steps.findings", { n: open }) : "";
  }
  if (step === "patients") return state.choices?.by ? w.t("steps.patients_note") : "";
  if (!answer) return "";
  if (step === "curves") return w.t("steps.endpoints", { n: answer.plan.endpoints.length });
  if (step === "models") return w.t("steps.factors", { n: answer.choices.covariates.length });
  return w.t("steps.items", { n: outputs(state).length });
}
