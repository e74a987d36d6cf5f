// What the merging of levels does to the models: how many parameters share the events.

import { declaredOf } from "./choices.mjs";
import { resultOf } from "./selectors.mjs";

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').ColumnChoice} ColumnChoice */
/** @typedef {import('../types').InspectedColumn} InspectedColumn */
/** @typedef {import('../types').State} State */

/** Levels that a column has in the file, and those that are left of them. @param {InspectedColumn} source @param {ColumnChoice | undefined} spec @returns {{file: number, now: number, drops: boolean}} */
export function levelsLeft(source, spec) {
  const values = (source.levels ?? []).map((level) => level.value).filter((value) => !spec?.missing?.includes(value));
  const recode = spec?.recode ?? {};
  const now = values.map((value) => (Object.hasOwn(recode, value) ? recode[value] : value)).filter((value) => value !== null);
  return { file: values.length, now: new Set(now).size, drops: now.length < values.length };
}

/**
 * Events and parameters of each model that the column stands in, with the levels of the file and with those that are left; of a
 * column that stands in none, of the model with this column alone. Empty before there is an answer, or where nothing was merged.
 * Events before are unknown (null) where a level was made missing, as its patients are no more in the model.
 * @param {State} state @param {string} name
 * @returns {{endpoint: string, model: "multi" | "uni" | "none", before: {parameters: number, events: number | null}, after: {parameters: number, events: number}}[]}
 */
export function mergingEffect({ answer, choices, inspection }, name) {
  const source = inspection?.columns.find((column) => column.name === ((choices && declaredOf(choices, name)?.from) ?? name));
  if (!answer || !choices || !source) return [];
  const left = levelsLeft(source, declaredOf(choices, name));
  // The answer may be of an earlier merging.
  const answered = levelsLeft(source, declaredOf(answer.choices, name)).now;
  if (left.file === left.now || left.now < 1) return [];
  return answer.plan.endpoints.flatMap((plan) => {
    const models = resultOf(answer, plan.table)?.models ?? null;
    const together = plan.multivariable.includes(name) ? models?.multivariable : null;
    const alone = models?.univariable?.find((/** @type {any} */ item) => item.covariates.length === 1 && item.covariates[0] === name);
    const result = [together, alone].find((item) => item && !item.error && typeof item.n_event === "number");
    const model = result ? (result === together ? /** @type {const} */ ("multi") : /** @type {const} */ ("uni")) : /** @type {const} */ ("none");
    const events = result?.n_event ?? answer.results.endpoints?.[plan.name]?.n_event;
    if (typeof events !== "number") return [];
    const fitted = result ? result.tests?.likelihood_ratio?.df ?? null : answered - 1;
    if (typeof fitted !== "number") return [];
    const parameters = (/** @type {number} */ levels) => fitted + levels - answered;
    return [{ endpoint: plan.name, model, before: { parameters: parameters(left.file), events: left.drops ? null : events }, after: { parameters: parameters(left.now), events } }];
  });
}
