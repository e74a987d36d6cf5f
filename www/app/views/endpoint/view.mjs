// Endpoints: by a time and a status column, or by dates.

import { h } from "../../ui/dom.mjs";
import { button, day, disclosure, select, text, tick } from "../../ui/parts.mjs";
import { addEndpoint, changeEndpoint, fieldId, orderLevels, removeEndpoint } from "../../state/choices.mjs";
import { columnsInUse } from "../../state/columns.mjs";
import { eventValues } from "../../state/guess.mjs";
import { addPreset, presetsOf } from "../../state/presets.mjs";
import { notes } from "./notes.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').EndpointChoice} EndpointChoice */
/** @typedef {import('../../types').Choices} Choices */
/** @typedef {import('../../types').Inspection} Inspection */

/** @param {State} state @param {Context} context */
export function endpointView(state, context) {
  const { choices, inspection } = state;
  if (!choices || !inspection) return null;
  const { w, act } = context;
  const columns = columnsInUse(state);
  const seen = { ...inspection, columns };
  return h("section", { key: "endpoints", "aria-labelledby": "endpoints-title" },
    h("h3", { id: "endpoints-title" }, w.t("endpoint.title")),
    choices.endpoints.map((endpoint) => one(endpoint, choices, seen, context, state)),
    button(w.t("endpoint.add"), () => act.choose(addEndpoint(choices)), { key: "add" }),
    presets(choices, columns, context));
}

/** Common endpoints made from the dates that the file seems to have. @param {Choices} choices @param {import('../../types').InspectedColumn[]} columns @param {Context} context */
function presets(choices, columns, { w, act }) {
  const names = presetsOf(choices, columns);
  return names.length === 0 ? null : h("div", { key: "presets", class: "row presets", role: "group", "aria-label": w.t("endpoint.presets") },
    h("span", { class: "hint" }, w.t("endpoint.presets")),
    names.map((name) => button(name, () => act.choose(addPreset(choices, columns, name, w.t("endpoint.of_disease"))), { key: name, title: w.or(`endpoint_names.${name}`, name), "aria-label": `${name}: ${w.t("endpoint.add_preset", { name: w.or(`endpoint_names.${name}`, name) })}` })));
}

/** @param {EndpointChoice} endpoint @param {Choices} choices @param {Inspection} inspection @param {Context} context @param {State} state */
function one(endpoint, choices, inspection, context, state) {
  const unfolded = state.source === "file";
  const { w, act } = context;
  const { key } = endpoint;
  const change = (/** @type {Partial<EndpointChoice>} */ fields) => act.choose(changeEndpoint(choices, key, fields));
  const open = (/** @type {string} */ field) => {
    const item = context.plan?.missing.find((missing) => missing.field === `${key}-${field}`);
    return item ? w.t(item.word) : null;
  };
  return h("details", { key: `endpoint-${key}`, class: "endpoint", open: unfolded || endpoint.key > "b" },
    h("summary", null, h("strong", null, endpoint.name || w.t("endpoint.unnamed")), h("span", { class: "hint" }, ` ${summary(endpoint, context)}`)),
    h("div", { class: "endpoint-body", role: "group", "aria-label": endpoint.name || w.t("endpoint.unnamed") },
    text({ id: `${key}-name`, label: w.t("endpoint.name"), value: endpoint.name, short: true, open: open("name"), onchange: (name) => change({ name }) }),
    h("div", { key: "kind", class: "ticks", role: "group", "aria-label": w.t("endpoint.kind") },
      (/** @type {const} */ (["status", "dates"])).map((kind) => tick({
        id: `${key}-kind-${kind}`, name: `${key}-kind`, checked: endpoint.kind === kind, label: w.t(`endpoint.kind_${kind}`), onchange: () => change({ kind }),
      }))),
    endpoint.kind === "status" ? byStatus(endpoint, choices, inspection, context, change, open) : byDates(endpoint, choices, inspection, context, change, open),
    notes(endpoint, inspection.columns, state, context, change),
    select({
      id: `${key}-unit`, label: w.t("endpoint.unit"), value: endpoint.unit, guess: guessed(choices, `${key}.unit`, w),
      hint: endpoint.kind === "status" ? w.t("endpoint.unit_hint") : null,
      options: (/** @type {const} */ (["days", "weeks", "months", "years"])).map((unit) => [unit, w.t(`unit.${unit}`)]),
      onchange: (unit) => change({ unit: /** @type {import('../../types').Unit} */ (unit) }),
    }),
    rules(endpoint, change, w),
    choices.endpoints.length > 1
      ? button(w.t("endpoint.remove", { name: endpoint.name }), () => act.choose(removeEndpoint(choices, key)), { key: "remove", class: "quiet" }) : null));
}

/** Rules that seldom need another choice, each with what holds where none is made. @param {EndpointChoice} endpoint @param {(fields: Partial<EndpointChoice>) => void} change @param {import('../../i18n/words.mjs').Words} w */
function rules(endpoint, change, w) {
  const { key } = endpoint;
  const rule = (/** @type {"month_rule" | "time_zero" | "late_events"} */ name, /** @type {string[]} */ values) => select({
    id: `${key}-${name}`, label: w.t(`endpoint.${name}`), value: endpoint[name] ?? "",
    options: [["", w.t("endpoint.by_convention", { value: w.t(`endpoint.${name}_values.${values[0]}`) })], ...values.slice(1).map((value) => /** @type {[string, string]} */ ([value, w.t(`endpoint.${name}_values.${value}`)]))],
    onchange: (value) => change({ [name]: value || null }),
  });
  return disclosure(`${key}-rules`, w.t("endpoint.rules"), h("div", { class: "endpoint-body" },
    endpoint.kind === "dates" ? [
      day({ id: `${key}-cutoff`, label: w.t("endpoint.cutoff"), value: endpoint.cutoff, hint: w.t("endpoint.cutoff_hint"), onchange: (cutoff) => change({ cutoff }) }),
      rule("late_events", ["censor", "count", "error"]),
      endpoint.unit === "days" || endpoint.unit === "weeks" ? null : rule("month_rule", ["days", "calendar", "plus_one_day"]),
    ] : null,
    rule("time_zero", ["keep", "drop"])));
}

/** The definition in a line. @param {EndpointChoice} endpoint @param {Context} context */
function summary(endpoint, { w, label, moment }) {
  if (endpoint.kind === "status") {
    const { time, status, event } = endpoint;
    return time && status ? w.t("endpoint.summary_status", { time: label(time), status: label(status), event: event.join(", ") }) : "";
  }
  const names = endpoint.events.map((event) => w.or(`event_names.${event.name}`, event.name)).join(" / ");
  const from = [endpoint.origin, ...(endpoint.origins ?? [])].filter((origin) => origin !== null).map(moment).join(" / ");
  return from ? w.t("endpoint.summary_dates", { from, to: names }) : "";
}

/** @param {Choices} choices @param {string} path @param {import('../../i18n/words.mjs').Words} w */
function guessed(choices, path, w) {
  return choices.guessed.includes(path) ? w.t("endpoint.guess") : null;
}

/** Options of a select of columns, the unchosen first. @param {Inspection} inspection @param {(column: import('../../types').InspectedColumn) => boolean} fits @param {Context} context @param {string} none @param {string | null} value @returns {[string, string][]} */
function columnOptions(inspection, fits, { label }, none, value) {
  const named = inspection.columns.filter((column) => fits(column) || column.name === value);
  return [["", none], ...named.map((column) => /** @type {[string, string]} */ ([column.name, label(column.name)]))];
}

/** @param {EndpointChoice} endpoint @param {Choices} choices @param {Inspection} inspection @param {Context} context @param {(fields: Partial<EndpointChoice>) => void} change @param {(field: string) => string | null} open */
function byStatus(endpoint, choices, inspection, context, change, open) {
  const { w } = context;
  const { key } = endpoint;
  const pick = (/** @type {"time" | "status" | "entry"} */ field, /** @type {(column: import('../../types').InspectedColumn) => boolean} */ fits, /** @type {(name: string | null) => Partial<EndpointChoice>} */ fields) => select({
    id: `${key}-${field}`, label: w.t(`endpoint.${field}`), value: endpoint[field], guess: guessed(choices, `${key}.${field}`, w), open: open(field),
    options: columnOptions(inspection, fits, context, w.t(field === "entry" ? "endpoint.no_entry" : "endpoint.choose"), endpoint[field]),
    onchange: (name) => change(fields(name || null)),
  });
  const status = inspection.columns.find((column) => column.name === endpoint.status);
  return [
    pick("time", (column) => column.type !== "date", (time) => ({ time })),
    pick("status", (column) => column.type !== "date" && column.n_distinct <= 20, (name) => {
      const column = inspection.columns.find((item) => item.name === name);
      return { status: name, event: column ? eventValues(column) : [] };
    }),
    status ? statusValues(endpoint, status, choices, context, change, open) : null,
    pick("entry", (column) => column.type === "number", (entry) => ({ entry })),
  ];
}

/** @param {EndpointChoice} endpoint @param {import('../../types').InspectedColumn} status @param {Choices} choices @param {Context} context @param {(fields: Partial<EndpointChoice>) => void} change @param {(field: string) => string | null} open */
function statusValues(endpoint, status, choices, { w }, change, open) {
  const levels = status.levels ?? status.examples.map((value) => ({ value, n: null }));
  const values = orderLevels(levels.map((level) => level.value));
  const missing = open("event");
  return h("fieldset", { key: `${endpoint.key}-event`, id: `${endpoint.key}-event`, tabindex: "-1", class: missing ? "field-open" : null },
    h("legend", null, w.t("endpoint.event_values"), guessed(choices, `${endpoint.key}.event`, w) ? [" ", h("span", { class: "guess" }, w.t("endpoint.guess"))] : null),
    missing ? h("p", { class: "open-choice" }, missing) : null,
    h("div", { class: "ticks" }, values.map((value, index) => {
      const n = levels.find((level) => level.value === value)?.n;
      const on = endpoint.event.includes(value);
      return tick({
        id: `${endpoint.key}-event-value-${index}`, key: value, checked: on, label: n === null || n === undefined ? value : w.t("endpoint.value", { value, n }),
        onchange: (ticked) => change({ event: ticked ? [...endpoint.event, value] : endpoint.event.filter((other) => other !== value) }),
      });
    })),
    h("p", { class: "hint" }, w.t("endpoint.others_censored")));
}

/** @param {EndpointChoice} endpoint @param {Choices} choices @param {Inspection} inspection @param {Context} context @param {(fields: Partial<EndpointChoice>) => void} change @param {(field: string) => string | null} open */
function byDates(endpoint, choices, inspection, context, change, open) {
  const { w } = context;
  const { key, events } = endpoint;
  const date = (/** @type {import('../../types').InspectedColumn} */ column) => column.type === "date";
  const options = (/** @type {string | null} */ value) => columnOptions(inspection, date, context, w.t("endpoint.choose"), value);
  const changeEvent = (/** @type {number} */ index, /** @type {Partial<EndpointChoice["events"][0]>} */ fields) =>
    change({ events: events.map((event, i) => (i === index ? { ...event, ...fields } : event)) });
  return [
    select({
      id: `${key}-origin`, label: w.t("endpoint.origin"), value: endpoint.origin, options: options(endpoint.origin), open: open("origin"),
      guess: guessed(choices, `${key}.origin`, w), onchange: (name) => change({ origin: name || null }),
    }),
    origins(endpoint, options, context, change, open),
    events.map((event, index) => h("div", { key: `event-${index}`, class: "event" },
      select({
        id: `${key}-event-${index}`, label: w.t("endpoint.event", { i: index + 1 }), value: event.column, options: options(event.column),
        guess: guessed(choices, `${key}.events`, w), open: open(`event-${index}`), onchange: (name) => changeEvent(index, { column: name || null }),
      }),
      text({ id: `${key}-event-name-${index}`, label: w.t("endpoint.event_name", { i: index + 1 }), value: event.name, short: true, onchange: (name) => changeEvent(index, { name }) }),
      condition(endpoint, event, index, inspection, context, (when) => changeEvent(index, { when }), open(`when-${index}`)),
      events.length > 1
        ? button(w.t("endpoint.remove_event", { name: event.name }), () => change({ events: events.filter((_, i) => i !== index) }), { class: "quiet" }) : null)),
    button(w.t("endpoint.add_event"), () => change({ events: [...events, { name: w.t("endpoint.new_event", { i: events.length + 1 }), column: null }] }), { key: "add-event", class: "quiet" }),
    select({
      id: `${key}-censor`, label: w.t("endpoint.censor"), value: endpoint.censor, options: options(endpoint.censor), open: open("censor"),
      guess: guessed(choices, `${key}.censor`, w), onchange: (name) => change({ censor: name || null }),
    }),
  ];
}

/** Further dates of origin: the earliest begins the time. @param {EndpointChoice} endpoint @param {(value: string | null) => [string, string][]} options @param {Context} context @param {(fields: Partial<EndpointChoice>) => void} change @param {(field: string) => string | null} open */
function origins(endpoint, options, { w, label }, change, open) {
  const { key } = endpoint;
  const list = endpoint.origins ?? [];
  const set = (/** @type {(string | null)[]} */ next) => change({ origins: next.length ? next : undefined });
  return h("div", { key: "origins", class: "origins" },
    list.map((origin, i) => h("div", { key: `origin-${i}`, class: "event" },
      select({
        id: `${key}-origin-${i}`, label: w.t("endpoint.origin_more"), value: origin, open: open(`origin-${i}`),
        options: options(origin).filter(([name]) => name === origin || (name !== endpoint.origin && !list.includes(name))),
        onchange: (name) => set(list.map((other, j) => (j === i ? name || null : other))),
      }),
      button(w.t("endpoint.origin_remove", { name: origin === null ? w.t("endpoint.choose") : label(origin) }), () => set(list.filter((_, j) => j !== i)), { class: "quiet" }))),
    list.length ? h("p", { key: "hint", class: "hint" }, w.t("endpoint.origin_hint")) : null,
    button(w.t("endpoint.origin_add"), () => set([...list, null]), { key: "add-origin", class: "quiet" }));
}

/** An event that counts only where another column says so: death from the disease, for instance. @param {EndpointChoice} endpoint @param {EndpointChoice["events"][0]} event @param {number} index @param {Inspection} inspection @param {Context} context @param {(when: {column: string, in: string[]} | null) => void} change @param {string | null} open */
function condition(endpoint, event, index, inspection, context, change, open) {
  const { w } = context;
  const id = `${endpoint.key}-when-${index}`;
  const fits = (/** @type {import('../../types').InspectedColumn} */ column) => (column.levels?.length ?? 0) > 0 && column.type !== "date";
  const column = inspection.columns.find((item) => item.name === event.when?.column);
  return disclosure(`when-${index}`, event.when?.in.length ? w.t("endpoint.when_is", { column: context.label(event.when.column), values: event.when.in.join(", ") }) : w.t("endpoint.when"), [
    select({
      id, label: w.t("endpoint.when_column"), value: event.when?.column ?? null, hint: w.t("endpoint.when_hint"), open,
      options: columnOptions(inspection, fits, context, w.t("endpoint.when_always"), event.when?.column ?? null), onchange: (name) => change(name ? { column: name, in: [] } : null),
    }),
    event.when && column ? h("div", { class: "ticks", role: "group", "aria-label": w.t("endpoint.when_values") }, (column.levels ?? []).map((level) => tick({
      id: fieldId(`${id}-value`, level.value), key: level.value, label: level.n === null ? level.value : w.t("endpoint.value", { value: level.value, n: level.n }), checked: event.when?.in.includes(level.value) ?? false,
      onchange: (on) => change({ column: column.name, in: on ? [...(event.when?.in ?? []), level.value] : (event.when?.in ?? []).filter((value) => value !== level.value) }),
    }))) : null,
  ], open || event.when ? { open: true } : {});
}
