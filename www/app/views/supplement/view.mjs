// The supplement for a journal: what readers get, what could be learnt of a patient from it, and the file.

import { h, render } from "../../ui/dom.mjs";
import { button, notice, select, tick } from "../../ui/parts.mjs";
import { download } from "../../ui/download.mjs";
import { fileName } from "../../files/names.mjs";
import { FORMAT, page } from "../../supplement/file.mjs";
import { sharedStudy, sameFigures } from "../../supplement/shared.mjs";
import { columnUnit, endpointWords } from "../context.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../i18n/words.mjs').Words} Words */
/** @typedef {import('../../ui/dom.mjs').Child} Child */
/** @typedef {{state: State, context: Context}} Given */
/**
 * What is chosen, and what the engine says to it. `off` are endpoints that are left out; `columns` the columns to share, null for those
 * that the engine proposes.
 * @typedef {{
 *   kind: "counts" | "data", off: string[], grouped: boolean, width: string, k: string, models: boolean, columns: string[] | null,
 *   citation: import('../../supplement/file.mjs').Citation, licence: string, seen: boolean, allowed: boolean,
 *   counted: any, shared: any, problem: any, busy: boolean, said: string,
 * }} Supplement
 */

const WIDTHS = ["1", "2", "3", "6", "12"], KS = ["5", "10", "20"];

/** @returns {Supplement} */
export const initial = () => ({
  kind: "counts", off: [], grouped: true, width: "3", k: "5", models: true, columns: null, citation: { authors: "", title: "", journal: "", doi: "" }, licence: "",
  seen: false, allowed: false, counted: null, shared: null, problem: null, busy: false, said: "",
});

/** @param {State} state @param {Context} context */
export function supplementView(state, context) {
  // Embedded in a page of somebody else there is no script of this page to hand on.
  if (!state.answer || !context.client.portable) return null;
  return h("section", { key: "supplement", class: "card supplement-card", "aria-labelledby": "supplement-title", use: keeper, data: { state, context } });
}

/** Endpoints that can be shown, by what is ready. @param {Given} given */
const plansOf = ({ state }) => state.answer?.plan.endpoints ?? [];

/** What the engine is asked for counts. @param {Given} given @param {Supplement} own */
export function countsRequest(given, own) {
  const plans = plansOf(given).filter((plan) => !own.off.includes(plan.key));
  const by = own.grouped && plans.every((plan) => plan.by);
  return {
    curves: plans.map((plan) => (by ? plan.by : plan.all)), models: own.models ? plans.flatMap((plan) => plan.table ?? []) : [],
    k: Number(own.k), width_months: Number(own.width),
  };
}

/** What the engine is asked for data. @param {Given} given @param {Supplement} own */
const sharedRequest = (given, own) => ({
  endpoints: plansOf(given).filter((plan) => !own.off.includes(plan.key)).map((plan) => plan.name), ...(own.columns ? { columns: own.columns } : {}),
});

/** @param {HTMLElement} place @param {Given} first */
function keeper(place, first) {
  let given = first, own = initial(), asked = 0, isGone = false;
  own.citation = { ...own.citation, title: first.state.choices?.title ?? "" };

  const draw = () => { if (!isGone) render(place, supplementPanel(given, own, act)); };

  /** @param {Partial<Supplement>} change */
  function set(change) {
    own = { ...own, ...change, said: "" };
    draw();
  }

  /** Asks the engine again: what was confirmed was of something else. */
  async function ask() {
    asked += 1;
    const mine = asked, { client } = given.context;
    own = { ...own, busy: true, seen: false, problem: null };
    draw();
    /** @type {Partial<Supplement>} */
    let found;
    try {
      found = own.kind === "counts" ? { counted: await client.aggregate(JSON.stringify(countsRequest(given, own))), problem: null }
        : { shared: await client.shared(JSON.stringify(sharedRequest(given, own))), problem: null };
    } catch (problem) {
      found = { counted: null, shared: null, problem };
    }
    if (mine !== asked || isGone) return;
    own = { ...own, ...found, busy: false };
    draw();
  }

  const act = {
    /** @param {Partial<Supplement>} change */
    choose(change) { set(change); ask(); },
    set,
    async save() {
      own = { ...own, busy: true, said: "", problem: null };
      draw();
      try {
        own = { ...own, busy: false, said: await write(given, own) };
      } catch (problem) {
        own = { ...own, busy: false, problem };
      }
      draw();
    },
  };
  draw();
  ask();
  return {
    /** @param {Given} next */
    update(next) {
      const isOther = next.state.answer !== given.state.answer;
      given = next;
      draw();
      if (isOther) { own.columns = null; ask(); }
    },
    destroy() { isGone = true; },
  };
}

/** @typedef {{choose: (change: Partial<Supplement>) => void, set: (change: Partial<Supplement>) => void, save: () => void}} Act */

/** All of the section. @param {Given} given @param {Supplement} own @param {Act} act */
export function supplementPanel(given, own, act) {
  const { w } = given.context;
  const plans = plansOf(given), isCounts = own.kind === "counts", found = isCounts ? own.counted : own.shared;
  const ready = found && own.seen && (isCounts || own.allowed) && !own.busy;
  return [
    h("h2", { id: "supplement-title" }, w.t("supplement.title")),
    h("p", { class: "hint" }, w.t("supplement.hint")),
    h("div", { key: "kind", class: "kinds", role: "radiogroup", "aria-labelledby": "supplement-kind" },
      h("span", { id: "supplement-kind", class: "label" }, w.t("supplement.kind")),
      (/** @type {const} */ (["counts", "data"])).map((kind) => tick({
        id: `supplement-${kind}`, name: "supplement-kind", label: w.t(`supplement.${kind}_label`), hint: w.t(`supplement.${kind}_label_hint`), checked: own.kind === kind, onchange: () => act.choose({ kind }),
      }))),
    plans.length > 1 ? h("fieldset", { key: "endpoints" }, h("legend", null, w.t("supplement.endpoints")), h("div", { class: "ticks" },
      plans.map((plan) => tick({
        id: `supplement-endpoint-${plan.key}`, label: endpointWords(w, plan.name), checked: !own.off.includes(plan.key),
        onchange: (on) => act.choose({ off: on ? own.off.filter((key) => key !== plan.key) : [...own.off, plan.key] }),
      })))) : null,
    isCounts ? countsChoices(given, own, act) : columnChoices(given, own, act),
    h("div", { key: "meter", class: "meter", role: "status", "aria-live": "polite" },
      h("h3", null, w.t("supplement.meter")),
      own.problem ? notice("problem", [w.code("error", own.problem), refusal(given, own, act)], "error")
        : found ? h("ul", null, (isCounts ? countsMeter(w, found.meter) : dataMeter(w, found)).map((line, i) => h("li", { key: i, class: line.kind }, line.words)))
          : h("p", null, w.t("supplement.working"))),
    found ? h("details", { key: "inside" }, h("summary", null, w.t("supplement.inside")), isCounts ? countsInside(given, found) : dataInside(given, found)) : null,
    h("div", { key: "citation", class: "citation-fields" }, (/** @type {const} */ (["authors", "title", "journal", "doi"])).map((part) => line(`supplement-cite-${part}`, w.t(`supplement.cite_${part}`), own.citation[part], (value) => act.set({ citation: { ...own.citation, [part]: value } }))),
      line("supplement-licence", w.t("supplement.licence"), own.licence, (licence) => act.set({ licence }))),
    h("div", { key: "confirm" },
      tick({ id: "supplement-seen", label: w.t(isCounts ? "supplement.seen_counts" : "supplement.seen_data"), checked: own.seen, onchange: (seen) => act.set({ seen }) }),
      isCounts ? null : tick({ id: "supplement-allowed", label: w.t("supplement.allowed"), checked: own.allowed, onchange: (allowed) => act.set({ allowed }) })),
    isCounts ? null : notice("patients", w.t("supplement.data_are_patients"), "caution"),
    h("div", { key: "save", class: "row" }, button(w.t("supplement.save"), act.save, { id: "supplement-save", disabled: !ready }),
      ready ? null : h("span", { class: "hint" }, w.t(own.problem ? "supplement.not_refused" : "supplement.not_confirmed"))),
    h("p", { key: "said", role: "status", class: "hint" }, own.busy && found ? w.t("supplement.working") : own.said),
  ];
}

/** @param {string} id @param {string} label @param {string} value @param {(value: string) => void} oninput */
function line(id, label, value, oninput) {
  return h("div", { key: id, class: "field" }, h("label", { for: id }, label),
    h("input", { id, type: "text", value, autocomplete: "off", oninput: (/** @type {any} */ event) => oninput(event.target.value) }));
}

/** What can be done about a refusal with one click. @param {Given} given @param {Supplement} own @param {Act} act */
function refusal(given, own, act) {
  const { w } = given.context;
  if (own.kind !== "counts") return null;
  const plans = plansOf(given).filter((plan) => !own.off.includes(plan.key));
  return h("div", { class: "row" },
    own.grouped && plans.some((plan) => plan.by) ? button(w.t("supplement.ungroup"), () => act.choose({ grouped: false }), { key: "ungroup" }) : null,
    own.problem.code !== "too_few_for_aggregates" && plans.length > 1 ? button(w.t("supplement.only", { endpoint: endpointWords(w, plans[0].name) }), () => act.choose({ off: plans.slice(1).map((plan) => plan.key) }), { key: "only" }) : null);
}

/** @param {Given} given @param {Supplement} own @param {Act} act */
function countsChoices(given, own, act) {
  const { w, label } = given.context, { by } = given.state.answer?.plan ?? {};
  return h("div", { key: "counts", class: "choices" },
    by ? select({
      id: "supplement-by", label: w.t("supplement.groups"), value: own.grouped ? "by" : "all", options: [["by", label(by)], ["all", w.t("supplement.all")]], onchange: (value) => act.choose({ grouped: value === "by" }),
    }) : null,
    select({ id: "supplement-width", label: w.t("supplement.width"), value: own.width, options: WIDTHS.map((n) => [n, w.t("supplement.months", { n: Number(n) })]), onchange: (width) => act.choose({ width }) }),
    select({ id: "supplement-k", label: w.t("supplement.k"), value: own.k, options: KS.map((n) => [n, n]), onchange: (k) => act.choose({ k }) }),
    plansOf(given).some((plan) => plan.table) ? tick({ id: "supplement-models", label: w.t("supplement.with_models"), checked: own.models, onchange: (models) => act.choose({ models }) }) : null);
}

/** @param {Given} given @param {Supplement} own @param {Act} act */
function columnChoices(given, own, act) {
  const { w, label } = given.context, offered = own.shared?.offered ?? [];
  const chosen = offered.filter((/** @type {any} */ one) => one.shared).map((/** @type {any} */ one) => one.name);
  const box = (/** @type {any} */ one) => tick({
    id: `supplement-column-${one.name}`, checked: one.shared,
    label: [label(one.name), one.flags.map((/** @type {string} */ flag) => [" ", h("span", { class: "flag" }, w.t(`supplement.flag.${flag}`))])],
    hint: one.spares > 0 ? w.t("supplement.spares", { n: one.spares }) : null,
    onchange: (on) => act.choose({ columns: on ? [...chosen, one.name] : chosen.filter((/** @type {string} */ name) => name !== one.name) }),
  });
  const free = offered.filter((/** @type {any} */ one) => !one.flags.includes("date"));
  const used = free.filter((/** @type {any} */ one) => one.used || one.shared), rest = free.filter((/** @type {any} */ one) => !one.used && !one.shared);
  return h("fieldset", { key: "columns" }, h("legend", null, w.t("supplement.columns")),
    h("p", { class: "hint" }, w.t("supplement.columns_hint")),
    h("div", { class: "ticks" }, used.map(box)),
    rest.length ? h("details", { key: "rest" }, h("summary", null, w.t("supplement.other_columns", { n: rest.length })), h("div", { class: "ticks" }, rest.map(box))) : null);
}

/** A group of an endpoint in words. @param {Words} w @param {any} place */
const groupOf = (w, { endpoint, group }) => (group === null ? endpointWords(w, endpoint) : `${endpointWords(w, endpoint)}, ${group}`);

/** A bin in words. @param {Words} w @param {any} place */
const binOf = (w, { start, end }) => (end === null ? w.t("supplement.later_months", { start: w.plain(start) }) : w.t("supplement.bin_months", { start: w.plain(start), end: w.plain(end) }));

/** What could be learnt from counts. @param {Words} w @param {any} meter @returns {{kind: string, words: string}[]} */
export function countsMeter(w, meter) {
  const good = (/** @type {string} */ words) => ({ kind: "good", words }), mind = (/** @type {string} */ words) => ({ kind: "mind", words });
  return [
    meter.isolating === 0 ? good(w.t("supplement.says.nobody_alone")) : mind(w.t("supplement.says.isolating", { n: meter.isolating })),
    good(w.t("supplement.says.fewest", { n: meter.fewest_leaving.n, group: groupOf(w, meter.fewest_leaving), bin: binOf(w, meter.fewest_leaving) })),
    good(w.t("supplement.says.smallest_group", { n: meter.smallest_group.n, group: groupOf(w, meter.smallest_group) })),
    good(w.t("supplement.says.narrowest", { months: w.plain(meter.narrowest_months), n: meter.n_bins })),
    meter.smallest_difference === null ? null : good(w.t("supplement.says.difference", { n: meter.smallest_difference })),
    ...meter.alike.slice(0, 5).map((/** @type {any} */ place) => mind(w.t(`supplement.says.alike_${place.outcome}`, { n: place.n, group: groupOf(w, place), bin: binOf(w, place) }))),
    meter.alike.length > 5 ? mind(w.t("supplement.says.more_alike", { n: meter.alike.length - 5 })) : null,
    meter.few_of_a_kind ? mind(w.t("supplement.says.few_of_a_kind", { n: meter.few_of_a_kind, of: w.count(meter.n_cells) })) : null,
    meter.withheld ? good(w.t("supplement.says.withheld", { n: meter.withheld })) : null,
    mind(w.t("supplement.says.twice")),
  ].filter((line) => line !== null);
}

/** What could be learnt from data. @param {Words} w @param {any} shared @returns {{kind: string, words: string}[]} */
export function dataMeter(w, { meter, offered }) {
  const flagged = offered.filter((/** @type {any} */ one) => one.shared && one.flags.length);
  const line = (/** @type {boolean} */ bad, /** @type {string} */ words) => ({ kind: bad ? "mind" : "good", words });
  return [
    line(true, w.t("supplement.says.times", { n: meter.alone_with_times, of: w.count(meter.n) })),
    line(meter.alone > 0, w.t("supplement.says.alone", { n: meter.alone, of: w.count(meter.n) })),
    line(meter.few > 0, w.t("supplement.says.few", { n: meter.few, of: w.count(meter.n) })),
    ...flagged.map((/** @type {any} */ one) => line(true, w.t("supplement.says.flagged", { name: one.name }))),
    line(false, w.t("supplement.says.no_dates")),
    ...(meter.alone > 0 ? [line(true, w.t("supplement.says.advice"))] : []),
  ];
}

/** The columns that a document of counts names. @param {any} document @returns {string[]} */
const columnsOf = ({ by, study, models }) => [...new Set([
  ...(by ? [by] : []), ...Object.keys(study.data.columns ?? {}), ...models.flatMap((/** @type {any} */ table) => table.rows.flatMap((/** @type {any} */ row) => row.variable.split(":"))),
])];

/** What a column's declaration calls its levels. @param {any} column @returns {string[]} */
const levelsOf = ({ levels, cuts }) => [...(levels ?? []), ...(cuts?.labels ?? [])].map(String);

/** All names and words that go out with counts: nothing of it is shown to readers that authors have not seen here. @param {Given} given @param {any} counted */
function countsInside(given, counted) {
  const { w, label } = given.context, document = JSON.parse(counted.document), columns = columnsOf(document);
  const units = columns.map((name) => columnUnit(given.state, w, name)).filter(Boolean);
  const item = (/** @type {string} */ key, /** @type {string[]} */ values) => (values.length ? h("li", { key }, h("strong", null, w.t(`supplement.part.${key}`)), " ", values.join("; ")) : null);
  return h("div", null,
    h("ul", null,
      item("title", document.study.title ? [document.study.title] : []),
      item("endpoints", document.endpoints.map((/** @type {any} */ one) => one.name)),
      item("groups", document.endpoints[0].groups.map((/** @type {any} */ one) => one.group ?? w.t("supplement.all"))),
      item("columns", columns.map((name) => (label(name) === name ? name : `${label(name)} (${name})`))),
      item("units", [...new Set(units)]),
      item("levels", [...new Set(/** @type {string[]} */ ([
        ...document.models.flatMap((/** @type {any} */ models) => models.rows.flatMap((/** @type {any} */ row) => row.level ?? [])), ...Object.values(document.study.data.columns ?? {}).flatMap(levelsOf),
      ]))])),
    h("details", { key: "study" }, h("summary", null, w.t("supplement.study")), h("pre", { tabindex: "0", class: "lines" }, JSON.stringify(document.study, null, 2))),
    h("p", { class: "hint" }, w.t("supplement.not_inside")));
}

/** The first lines of what is shared. @param {Given} given @param {any} shared */
function dataInside(given, shared) {
  const { w } = given.context, lines = shared.csv.split("\n").slice(0, 6).join("\n");
  return h("div", null, h("p", { class: "hint" }, w.t("supplement.first_lines", { n: shared.meter.n })), h("pre", { tabindex: "0", class: "lines" }, lines));
}

/** What every supplement says of itself: labels and units of the columns that are in it, and of no others. @param {Given} given @param {Supplement} own */
export function headOf({ state, context: { w, label } }, own) {
  const names = own.kind === "counts" ? columnsOf(JSON.parse(own.counted.document)) : Object.keys(own.shared.columns);
  return {
    format: FORMAT, language: state.language, citation: own.citation, licence: own.licence.trim(),
    labels: Object.fromEntries(names.map((name) => [name, label(name)])), units: Object.fromEntries(names.map((name) => [name, columnUnit(state, w, name)]).filter(([, unit]) => unit)),
  };
}

/** Writes the file and gives the words to say. @param {Given} given @param {Supplement} own @returns {Promise<string>} */
async function write(given, own) {
  const { state, context } = given, { w, client } = context;
  const answer = /** @type {import('../../types').Answer} */ (state.answer), choices = /** @type {import('../../types').Choices} */ (state.choices);
  const head = headOf(given, own);
  const { script, hash } = await /** @type {NonNullable<typeof client.portable>} */ (client.portable)(own.kind);
  const title = own.citation.title.trim() || choices.title || w.t("supplement.untitled"), none = w.t("supplement.none");
  if (own.kind === "counts") {
    const name = fileName([title, "supplement"], "html");
    download(name, page({ supplement: { ...head, kind: "counts", document: own.counted.document }, script, hash, title, none }), "text/html");
    return w.t("supplement.saved", { name });
  }
  const { version = "", commit = null } = answer.results.engine ?? {};
  const { study, results } = await sharedStudy(client, own.shared, choices, own.off);
  const name = fileName([title, "supplement"], "html", { patients: true });
  download(name, page({ supplement: { ...head, kind: "data", csv: own.shared.csv, study, engine: { version, commit } }, script, hash, title, none }), "text/html");
  const same = sameFigures(answer.results, results);
  return `${w.t("supplement.saved", { name })} ${w.t(same.differ === 0 ? "supplement.same" : "supplement.not_same", { n: same.compared, differ: w.count(same.differ) })}`;
}
