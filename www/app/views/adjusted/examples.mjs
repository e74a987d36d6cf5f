// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { adjustedView } from "./view.mjs";

/** The model of the first endpoint has a separated level, so that it predicts nothing. @param {any} document */
function refused(document) {
  const result = document.results.find((/** @type {any} */ item) => item.id === "os.adjusted");
  delete result.adjusted;
  result.error = { code: "prediction_separated" };
}

/** @type {{name: string, state: import('../../types').State, view: typeof adjustedView}[]} */
export const examples = [
  { name: "the demonstration", state: analysed(), view: adjustedView },
  { name: "in French", state: analysed(() => {}, "fr"), view: adjustedView },
  { name: "a model that predicts nothing", state: analysed(refused), view: adjustedView },
];
