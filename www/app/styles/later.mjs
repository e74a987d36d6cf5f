// Style sheets of what comes after the first curves.

import endpoint from "../views/endpoint/view.css";
import covariates from "../views/covariates/view.css";
import models from "../views/models/view.css";
import hazards from "../views/hazards/view.css";
import influence from "../views/influence/view.css";
import model_options from "../views/model_options/view.css";
import method from "../views/method/view.css";
import reading from "../views/reading/view.css";
import columns from "../views/columns/view.css";
import audit from "../views/audit/view.css";
import flow from "../views/flow/view.css";
import glossary from "../views/glossary/view.css";
import output from "../views/output/view.css";
import about from "../views/about/view.css";
import supplement from "../views/supplement/view.css";
import patients from "../views/patients/view.css";
import selfTest from "../views/self_test/view.css";
import silence from "../views/silence/view.css";
import documents from "../views/document/view.css";

/** Their texts, in order. */
export const sheets = [endpoint, covariates, models, hazards, influence, model_options, method, reading, columns, audit, flow, glossary, output, about, supplement, patients, selfTest, silence, documents];
