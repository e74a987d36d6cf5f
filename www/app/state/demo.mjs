// The analysis that the page opens with: the synthetic cohort, as the paper that it imitates analysed the real one.

import { emptyChoices, emptyEndpoint } from "./choices.mjs";

/** @typedef {import('../types').Choices} Choices */

/** Choices of the demonstration. @returns {Choices} */
export function demoChoices() {
  const base = {
    ...emptyEndpoint("a", "OS"), kind: /** @type {const} */ ("dates"), origin: "date_of_diagnosis", censor: "date_of_last_follow_up",
  };
  const death = { name: "death", column: "date_of_death" };
  return {
    ...emptyChoices(),
    title: "Demonstration: synthetic vena cava leiomyosarcoma cohort",
    endpoints: [
      { ...base, events: [death] },
      { ...base, key: "b", name: "DFS", events: [{ name: "recurrence", column: "date_of_recurrence" }, death] },
    ],
    start: { mode: "origin", column: "date_of_surgery" },
    columns: {
      chemo: { type: "category", levels: ["No CT", "CT"] },
      margin: { type: "category", levels: ["R0", "R1", "R2"] },
      kieffer: { type: "category", levels: ["K1", "K2", "K3"] },
      fnclcc_grade: { type: "category", levels: ["Grade 1", "Grade 2", "Grade 3"] },
    },
    patient: "id",
    flow: { screened: null, before: [], lost: { column: "lost_to_follow_up", in: ["Yes"] } },
    table: [
      "age_at_diagnosis", "sex", "bmi", "asa", "symptomatic", "tumor_size_cm", "kieffer", "complete_obstruction", "metastasis_at_diagnosis",
      "margin", "fnclcc_grade", "specimen_size_cm", "length_of_stay_days",
    ],
    by: "chemo",
    covariates: ["margin", "kieffer", "chemo", "fnclcc_grade", "specimen_size_cm"],
    multivariable: { a: ["fnclcc_grade", "kieffer", "chemo"], b: ["chemo", "fnclcc_grade"] },
  };
}
