// Every style sheet of the page, made into sheets that a strict policy lets in.

import tokens from "./tokens.css";
import base from "./base.css";
import layout from "./layout.css";
import print from "./print.css";
import data from "../views/data/view.css";
import endpoint from "../views/endpoint/view.css";
import covariates from "../views/covariates/view.css";
import start from "../views/start/view.css";
import headline from "../views/headline/view.css";
import curves from "../views/curves/view.css";
import models from "../views/models/view.css";
import hazards from "../views/hazards/view.css";
import influence from "../views/influence/view.css";
import model_options from "../views/model_options/view.css";
import method from "../views/method/view.css";
import steps from "../views/steps/view.css";
import reading from "../views/reading/view.css";
import columns from "../views/columns/view.css";
import audit from "../views/audit/view.css";
import flow from "../views/flow/view.css";
import kept from "../views/kept/view.css";
import consoleSheet from "../views/console/view.css";
import glossary from "../views/glossary/view.css";
import output from "../views/output/view.css";
import patients from "../views/patients/view.css";
import problems from "../views/problems/view.css";

/** The sheets in order; the later ones win. @returns {CSSStyleSheet[]} */
export function sheets() {
  return [tokens, base, layout, data, endpoint, covariates, start, headline, curves, models, hazards, influence, model_options, method, steps, reading, columns, audit, flow, patients, output, consoleSheet, glossary, problems, kept, print].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}
