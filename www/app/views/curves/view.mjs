// Kaplan-Meier curves of the endpoints on show, the effect and the test under each, and the numbers as a table.

import { h } from "../../ui/dom.mjs";
import { cell, disclosure, interval, notice, rate, table } from "../../ui/parts.mjs";
import { figureView } from "../../ui/figure.mjs";
import { cautionsOf, curves, endpointCautions, median } from "../../state/selectors.mjs";
import { endpointWords, unitWord } from "../context.mjs";
import { reason } from "../headline/view.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../i18n/words.mjs').Words} Words */
/** @typedef {ReturnType<typeof curves>[0]} Item */

/** Rows of steps that the data table shows at most. */
const STEPS = 200;

/** @param {State} state @param {Context} context */
export function curvesView(state, context) {
  const { answer } = state;
  if (!answer) return null;
  const { w, label } = context;
  const by = answer.plan.by;
  return h("section", { key: "curves", class: "card", "aria-labelledby": "curves-title" },
    h("h2", { id: "curves-title" }, by ? w.t("curves.title_by", { group: label(by) }) : w.t("curves.title")),
    h("div", { class: "curves" }, curves(state).map((item) => one(item, state, context))));
}

/** @param {Item} item @param {State} state @param {Context} context */
function one(item, state, context) {
  const { plan, result } = item;
  const { w, moment, client, label } = context;
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const title = endpointWords(w, plan.name);
  const error = result?.error ?? null;
  // The line of the effect says that there is no finite ratio; limits and Firth's estimate are in the table of the models.
  const cautions = [...endpointCautions(answer, plan.name), ...cautionsOf(answer, [plan.all, item.id, plan.logRank, plan.group])]
    .filter((caution) => caution.code !== "separation");
  return h("article", { key: plan.key, class: "curve", "aria-labelledby": `curve-${plan.key}` },
    h("h3", { id: `curve-${plan.key}` }, title === plan.name ? title : `${title} (${plan.name})`),
    error ? notice("error", w.code("error", error), "error") : figureView(`figure-${plan.key}`, {
      client, w, version: answer, name: ["kaplan-meier", plan.name, answer.plan.by ? label(answer.plan.by) : ""], label: w.t("curves.figure", { title }), table: w.t("curves.numbers", { title }), failed: (problem) => w.t("curves.failed", { why: w.code("error", problem) }),
      request: figureRequest(item, state, context),
    }),
    error ? null : h("p", { key: "effect", class: "effect" }, effect(item, context)),
    error ? null : groups(item, context),
    cautions.length ? h("ul", { key: "cautions", class: "cautions" }, cautions.map((caution) => h("li", null, w.code("caution", caution)))) : null,
    error ? null : disclosure("table", w.t("curves.data"), dataTable(item, context, title)),
    plan.origin ? h("p", { key: "origin", class: "hint" }, w.t("curves.origin", { origin: moment(plan.origin) }), plan.entry ? ` ${w.t("curves.entry", { entry: moment(plan.entry) })}` : null) : null);
}

/** What is asked of the engine to draw a curve. @param {Item} item @param {State} state @param {Context} context */
export function figureRequest(item, state, { w, moment }) {
  const { plan } = item;
  const choices = /** @type {import('../../types').Answer} */ (state.answer).choices;
  const unit = unitWord(w, plan.unit);
  const since = plan.origin ? (state.source === "demo" ? w.or(`demo.since.${plan.origin}`, "") : "") || w.t("since", { origin: moment(plan.origin) }) : null;
  const name = endpointWords(w, plan.name);
  const capital = unit.charAt(0).toUpperCase() + unit.slice(1);
  return {
    analysis: item.id, locale: w.language, title: "", x_label: since ? `${capital} ${since}` : w.t("curves.time", { unit }),
    y_label: `${name} (%)`, annotation: annotation(item, w), band_method: w.t("curves.band", { type: choices.conf_type }), legend: [],
    words: w.figure, options: { band: true, censor_marks: true, percent: true },
  };
}

/** The effect and its interval before the p. @param {Item} item @param {Words} w @returns {string[]} */
function annotation({ group, logRank }, w) {
  const terms = (group?.terms ?? []).filter((/** @type {any} */ term) => !term.reference);
  const ratio = terms.length === 1 && typeof terms[0].hazard_ratio === "number"
    ? [w.t("curves.hr", { level: terms[0].level, reference: group.terms.find((/** @type {any} */ term) => term.reference)?.level ?? "", ratio: w.ratio(terms[0].hazard_ratio), interval: interval(w, w.ratio, { low: terms[0].conf_low, high: terms[0].conf_high }, "–") })] : [];
  const p = typeof logRank?.p_value === "number" ? [w.t("curves.log_rank", { p: equals(w.p(logRank.p_value)) })] : [];
  return [...ratio, ...p];
}

/** `= 0.03`, `< 0.001`. @param {string} p */
export function equals(p) {
  return /^[<>]/.test(p) ? `${p[0]}\u00a0${p.slice(1)}` : `=\u00a0${p}`;
}

/** @param {Item} item @param {Context} context */
function effect(item, { w }) {
  const { logRank, group, plan } = item;
  if (!plan.logRank) return w.t("curves.no_group");
  const parts = annotation(item, w);
  const problem = logRank?.error ?? group?.error;
  const separated = (group?.terms ?? []).some((/** @type {any} */ term) => term.reason === "separation");
  if (separated) parts.push(w.t("models.separation"));
  if (problem) parts.push(w.code("error", problem));
  return parts.join(" · ");
}

/** @param {Item} item @param {Context} context */
function groups({ result, plan }, { w }) {
  const rows = (result?.curves ?? []).map((/** @type {any} */ curve) => {
    const middle = median(curve);
    return {
      head: curve.group ?? w.t("result.all"),
      cells: [
        cell({ class: "number" }, `${w.count(curve.n_event)} / ${w.count(curve.n)}`),
        cell({ class: "number" }, middle?.estimate === null || middle?.estimate === undefined ? reason(w, middle?.reason) : w.time(middle.estimate),
          h("span", { class: "ci" }, ` (${interval(w, w.time, { low: middle?.conf_low ?? null, high: middle?.conf_high ?? null }, w.t("result.nr"))})`)),
        ...(curve.at ?? []).map((/** @type {any} */ at) => cell({ class: "number" },
          at.estimate === null || at.estimate === undefined ? reason(w, at.reason ?? "beyond_follow_up")
            : [rate(w, at)[0], h("span", { class: "ci" }, rate(w, at)[1])])),
      ],
    };
  });
  const times = result?.curves?.[0]?.at ?? [];
  return table({
    key: "groups", caption: w.t("curves.groups", { name: plan.name }), hideCaption: true, class: "groups",
    head: [[w.t("curves.group"), cell({ class: "number" }, w.t("curves.events_n")),
      cell({ class: "number" }, w.t("curves.median", { unit: unitWord(w, plan.unit) })),
      ...times.map((/** @type {any} */ at) => cell({ class: "number" }, w.t("curves.rate", { time: w.count(at.time), unit: unitWord(w, plan.unit) })))]],
    rows,
  });
}

/** Every event time of the curves, up to a limit that is said. @param {Item} item @param {Context} context @param {string} title */
function dataTable({ result, plan }, { w }, title) {
  /** @type {{head: string, cells: any[]}[]} */
  const rows = [];
  let left = 0;
  for (const curve of result?.curves ?? []) {
    const { steps } = curve;
    (steps?.time ?? []).forEach((/** @type {number} */ time, /** @type {number} */ i) => {
      if (!steps.n_event[i]) return;
      if (rows.length >= STEPS) return left++;
      const limits = { low: steps.conf_low[i], high: steps.conf_high[i] };
      rows.push({
        head: curve.group ?? w.t("result.all"),
        cells: [w.time(time), w.count(steps.n_risk[i]), w.count(steps.n_event[i]), steps.estimate[i] === null ? "–" : w.percent(steps.estimate[i]),
          interval(w, w.percent, limits, "–")].map((text) => cell({ class: "number" }, text)),
      });
    });
  }
  return [
    table({
      key: "steps", caption: w.t("curves.steps", { title }), class: "dense",
      head: [[w.t("curves.group"), ...[w.t("curves.time", { unit: unitWord(w, plan.unit) }), w.t("curves.at_risk"), w.t("result.events"), w.t("curves.survival"), w.t("result.ci95")]
        .map((text) => cell({ class: "number" }, text))]],
      rows,
    }),
    left ? h("p", { class: "hint" }, w.t("curves.more", { n: left })) : null,
  ];
}
