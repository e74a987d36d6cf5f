// What is to be known of an endpoint before it is used: a coding that looks inverted, other causes that are censored, several origins.

import { h } from "../../ui/dom.mjs";
import { button, notice } from "../../ui/parts.mjs";
import { endpointCautions } from "../../state/selectors.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').EndpointChoice} EndpointChoice */
/** @typedef {import('../../types').InspectedColumn} InspectedColumn */

/** Cautions of the engine that belong beside the choice that they are about. */
const SHOWN = ["origin_chosen", "event_never_occurs"];

/** @param {EndpointChoice} endpoint @param {InspectedColumn[]} columns @param {State} state @param {Context} context @param {(fields: Partial<EndpointChoice>) => void} change */
export function notes(endpoint, columns, state, { w }, change) {
  const { answer } = state;
  // Of the endpoint as it now is: after a change its new results say so themselves.
  const said = JSON.stringify(endpoint);
  const current = answer?.choices.endpoints.some((other) => other === endpoint || JSON.stringify(other) === said) ?? false;
  const cautions = answer && current ? endpointCautions(answer, endpoint.name.trim()) : [];
  const inverted = cautions.find((caution) => caution.code === "inverted_status");
  const status = columns.find((column) => column.name === endpoint.status);
  const others = (status?.levels ?? []).map((level) => level.value).filter((value) => !endpoint.event.includes(value));
  return [
    inverted ? notice(`${endpoint.key}-inverted`, [
      h("p", null, h("strong", null, w.t("endpoint.inverted")), " ", w.code("caution", inverted)),
      endpoint.kind === "status" && others.length ? button(w.t("endpoint.swap", { values: others.join(", ") }), () => change({ event: others }), { key: "swap" }) : null,
    ], "caution") : null,
    censorsOthers(endpoint, others) ? notice(`${endpoint.key}-competing`, w.t(endpoint.kind === "dates" ? "endpoint.competing_dates" : "endpoint.competing_status"), "caution") : null,
    ...cautions.filter((caution) => SHOWN.includes(caution.code)).map((caution) => notice(`${endpoint.key}-${caution.code}`, w.code("caution", caution), "caution")),
  ];
}

/** Whether patients with an event of another kind are taken for censored. @param {EndpointChoice} endpoint @param {string[]} others status values that are no events */
function censorsOthers(endpoint, others) {
  if (endpoint.kind === "status") return endpoint.event.length > 0 && others.length > 1;
  return endpoint.events.some(({ when, column }) => when && when.in.length > 0 && !endpoint.events.some((event) => event.column === column && !event.when));
}
