// The states that every view is looked at in, by view: for tests without a browser and for those in one.

import { examples as about } from "../views/about/examples.mjs";
import { examples as adjusted } from "../views/adjusted/examples.mjs";
import { examples as audit } from "../views/audit/examples.mjs";
import { examples as columns } from "../views/columns/examples.mjs";
import { examples as how } from "../views/console/examples.mjs";
import { examples as covariates } from "../views/covariates/examples.mjs";
import { examples as curves } from "../views/curves/examples.mjs";
import { examples as data } from "../views/data/examples.mjs";
import { examples as document } from "../views/document/examples.mjs";
import { examples as endpoint } from "../views/endpoint/examples.mjs";
import { examples as flow } from "../views/flow/examples.mjs";
import { examples as glossary } from "../views/glossary/examples.mjs";
import { examples as hazards } from "../views/hazards/examples.mjs";
import { examples as headline } from "../views/headline/examples.mjs";
import { examples as influence } from "../views/influence/examples.mjs";
import { examples as kept } from "../views/kept/examples.mjs";
import { examples as method } from "../views/method/examples.mjs";
import { examples as missing_map } from "../views/missing_map/examples.mjs";
import { examples as model_options } from "../views/model_options/examples.mjs";
import { examples as models } from "../views/models/examples.mjs";
import { examples as output } from "../views/output/examples.mjs";
import { examples as patients } from "../views/patients/examples.mjs";
import { examples as problems } from "../views/problems/examples.mjs";
import { examples as reading } from "../views/reading/examples.mjs";
import { examples as self_test } from "../views/self_test/examples.mjs";
import { examples as silence } from "../views/silence/examples.mjs";
import { examples as start } from "../views/start/examples.mjs";
import { examples as steps } from "../views/steps/examples.mjs";
import { examples as supplement } from "../views/supplement/examples.mjs";
import { examples as timeline } from "../views/timeline/examples.mjs";

/** @typedef {{name: string, state: import('../types').State, view: (state: import('../types').State, context: import('../views/context.mjs').Context) => any}} Example */

export const examples = /** @type {Record<string, Example[]>} */ (/** @type {unknown} */ ({
  data, endpoint, covariates, start, headline, curves, models, adjusted, hazards, influence, model_options, method, problems, steps, reading, columns, audit, flow, timeline,
  missing_map, output, how, glossary, patients, supplement, document, self_test, silence, about, kept,
}));
