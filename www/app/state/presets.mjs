// Endpoints that have a name everywhere, made from the dates that a file seems to have.

import { addEndpoint, emptyEndpoint } from "./choices.mjs";
import { datesOf, plain } from "./guess.mjs";

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').EndpointChoice} EndpointChoice */
/** @typedef {import('../types').EventChoice} EventChoice */
/** @typedef {import('../types').InspectedColumn} InspectedColumn */

/** What ends each of them; `of_disease` is death where the cause is the disease. @type {Record<string, ("death" | "recurrence" | "progression" | "of_disease")[]>} */
const PRESETS = {
  OS: ["death"], DFS: ["recurrence", "death"], RFS: ["recurrence", "death"], PFS: ["progression", "death"], TTP: ["progression"], DSS: ["of_disease"],
};

const CAUSE = /cause|motif|(^|_)cod($|_)/;
const DISEASE = /disease|maladie|tumou?r|cancer|carcin|sarcom|progress|metas|relaps|recid|recurr/;
const NOT_DISEASE = /other|autre|unrelated|without|sans|(^|_)(non|not|no|hors)($|_)/;

/** The column that says what patients died of, and the values that seem to be the disease. @param {InspectedColumn[]} columns @returns {{column: string, in: string[]} | null} */
export function causeOf(columns) {
  const found = columns.find((column) => column.type !== "date" && (column.levels?.length ?? 0) > 1 && CAUSE.test(plain(column.name)));
  if (!found) return null;
  const values = (found.levels ?? []).map((level) => level.value);
  return { column: found.name, in: values.filter((value) => DISEASE.test(plain(value)) && !NOT_DISEASE.test(plain(value))) };
}

/** The events of a preset in this file; null where a date or the cause is not there. @param {InspectedColumn[]} columns @param {string} name @param {string} ofDisease name of death from the disease @returns {EventChoice[] | null} */
function eventsOf(columns, name, ofDisease) {
  const found = datesOf(columns);
  const relapse = found.recurrence ?? null;
  const isProgression = relapse ? /progress/.test(plain(relapse.name)) : false;
  const events = PRESETS[name].map((event) => {
    if (event === "death") return found.death ? { name: "death", column: found.death.name } : null;
    if (event === "of_disease") {
      const when = causeOf(columns);
      return found.death && when ? { name: ofDisease, column: found.death.name, when } : null;
    }
    // What the file calls it, whatever the endpoint is called.
    return relapse ? { name: isProgression ? "progression" : "recurrence", column: relapse.name } : null;
  });
  return events.every((event) => event !== null) ? /** @type {EventChoice[]} */ (events) : null;
}

/** What an endpoint by dates counts. @param {{events: EventChoice[], origin: string | null, origins?: (string | null)[]}} endpoint */
const counted = ({ events, origin, origins = [] }) => JSON.stringify([origin, origins, events.map(({ column, when }) => [column, Boolean(when)])]);

/** Whether nothing is chosen of it yet. @param {EndpointChoice} endpoint */
const isUntouched = (endpoint) => endpoint.kind === "status" && !endpoint.time && !endpoint.status;

/** Presets that the file can make and that no endpoint is yet, by name or by what it counts. @param {Choices} choices @param {InspectedColumn[]} columns @returns {string[]} */
export function presetsOf(choices, columns) {
  const found = datesOf(columns);
  if (!found.origin || !found.last) return [];
  const origin = found.origin.name;
  const names = choices.endpoints.filter((endpoint) => !isUntouched(endpoint)).map((endpoint) => endpoint.name.trim());
  const there = choices.endpoints.filter((endpoint) => endpoint.kind === "dates").map(counted);
  return Object.keys(PRESETS).filter((name) => {
    const events = names.includes(name) ? null : eventsOf(columns, name, "");
    return events !== null && !there.includes(counted({ events, origin }));
  });
}

/** Adds one of them; an only endpoint of which nothing is chosen gives way. @param {Choices} choices @param {InspectedColumn[]} columns @param {string} name @param {string} ofDisease name of death from the disease @returns {Choices} */
export function addPreset(choices, columns, name, ofDisease) {
  const found = datesOf(columns);
  const events = PRESETS[name] ? eventsOf(columns, name, ofDisease) : null;
  const added = addEndpoint(choices);
  if (!events || added === choices) return choices;
  const { key } = added.endpoints[added.endpoints.length - 1];
  const unit = choices.endpoints.find((other) => other.kind === "dates")?.unit ?? "months";
  /** @type {EndpointChoice} */
  const made = { ...emptyEndpoint(key, name), kind: "dates", unit, origin: found.origin?.name ?? null, censor: found.last?.name ?? null, events };
  const [first] = choices.endpoints;
  if (choices.endpoints.length === 1 && isUntouched(first)) return { ...choices, endpoints: [{ ...made, key: first.key }] };
  return { ...added, endpoints: [...choices.endpoints, made] };
}
