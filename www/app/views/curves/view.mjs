// Kaplan-Meier curves of the endpoints on show, the effect and the test under each, and the numbers as a table.

import { OTHER_FIGURES } from "../../i18n/later.mjs";
import { later } from "../../later/door.mjs";
import { h } from "../../ui/dom.mjs";
import { button, cell, disclosure, interval, notice, rate, table } from "../../ui/parts.mjs";
import { tableModel } from "../../ui/table_text.mjs";
import { figureView } from "../../ui/figure.mjs";
import { ownOf } from "../../state/figures.mjs";
import { endAxis, fieldId, groupBy, outcomeColumns } from "../../state/choices.mjs";
import { columnsInUse } from "../../state/columns.mjs";
import { curveCautions } from "../../state/cautions.mjs";
import { canGroup } from "../../state/guess.mjs";
import { cautionsOf, curves, endpointCautions, median, resultOf } from "../../state/selectors.mjs";
import { endpointNames, endpointWords, unitWord } from "../context.mjs";
import { howView } from "../console/how.mjs";
import { reason } from "../headline/view.mjs";
import { axisEnd, readerView, watching } from "./reader.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../i18n/words.mjs').Words} Words */
/** An endpoint with its results. @typedef {ReturnType<typeof curves>[0]} Item */

/** @param {State} state @param {Context} context */
export function curvesView(state, context) {
  const { answer } = state;
  if (!answer) return null;
  const { w, label, brief } = context;
  const by = answer.plan.by, items = curves(state);
  return h("section", { key: "curves", class: "card", "aria-labelledby": "curves-title" },
    h("h2", { id: "curves-title" }, by ? w.t("curves.title_by", { group: label(by) }) : w.t("curves.title")),
    groupChips(state, context),
    h("div", { class: "curves" }, (brief ? items.slice(0, 1) : items).map((item) => one(item, state, context))));
}

/** Columns that are a click away as groups. */
const CHIPS = 8;

/** The group by a click: the one in force, the covariates, none. @param {State} state @param {Context} context */
function groupChips(state, { w, act, label }) {
  const { choices, inspection } = state;
  if (!choices || !inspection) return null;
  const columns = columnsInUse(state), outcome = outcomeColumns(choices);
  const wanted = [...new Set([choices.by, ...choices.covariates, ...columns.map((column) => column.name)])];
  const usable = wanted.map((name) => columns.find((column) => column.name === name))
    .filter((column) => column !== undefined && canGroup(column) && !outcome.has(column.name)).slice(0, CHIPS)
    // In the order of the file: a click moves nothing.
    .sort((a, b) => columns.indexOf(/** @type {any} */ (a)) - columns.indexOf(/** @type {any} */ (b)));
  if (usable.length === 0) return null;
  return h("div", { key: "chips", class: "row group-chips", role: "group", "aria-label": w.t("curves.chips") },
    h("span", { class: "hint" }, w.t("curves.chips")),
    button(w.t("curves.chip_none"), () => act.choose(groupBy(choices, null)), { key: "none", class: "chip", "aria-pressed": String(choices.by === null) }),
    usable.map((column) => button(label(/** @type {any} */ (column).name), () => act.choose(groupBy(choices, /** @type {any} */ (column))), {
      key: fieldId("chip", /** @type {any} */ (column).name), class: "chip", "aria-pressed": String(choices.by === column?.name),
    })));
}

/** @param {Item} item @param {State} state @param {Context} context */
function one(item, state, context) {
  const { plan, result } = item, { w } = context;
  const title = endpointWords(w, plan.name);
  const error = result?.error ?? null;
  const heading = title === plan.name ? title : `${title} (${plan.name})`;
  return h("article", { key: plan.key, class: "curve", "aria-labelledby": `curve-${plan.key}` },
    h("h3", { id: `curve-${plan.key}` }, heading),
    error ? notice("error", w.code("error", error), "error") : readable(item, state, context, title),
    context.brief ? null : below(item, state, context, title));
}

/** What stands below the figure. @param {Item} item @param {State} state @param {Context} context @param {string} title */
function below(item, state, context, title) {
  const { plan, result } = item;
  const { w, moment } = context;
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const error = result?.error ?? null;
  // The line of the effect says that there is no finite ratio; limits and Firth's estimate are in the table of the models.
  const cautions = [...endpointCautions(answer, plan.name), ...cautionsOf(answer, [plan.all, item.id, plan.logRank, plan.group, plan.followUpBy ?? plan.followUp])]
    .filter((caution) => caution.code !== "separation");
  const followUpBy = plan.followUpBy ? resultOf(answer, plan.followUpBy) : null;
  const said = error ? [] : curveCautions(answer, plan, { result, followUpBy, ph: plan.groupPh ? resultOf(answer, plan.groupPh) : null });
  const about = (/** @type {"curves" | "follow_up" | "comparison" | "difference"} */ kind, /** @type {string} */ id, /** @type {string} */ name) =>
    howView({ kind, plan, id, name: `${name}, ${plan.name}` }, state, context);
  return [
    error ? null : [
      h("p", { key: "effect", class: "effect" }, effect(item, state, context)),
      plan.logRank ? about("comparison", plan.logRank, w.t("curves.comparison")) : null,
      groups(item, context, title),
      about("curves", item.id, w.t("curves.medians_rates")),
      differences(item, context),
      result?.differences?.length ? about("difference", item.id, w.t("curves.differences")) : null,
      tests(item, state, context),
      follow(item, state, context),
      plan.followUp ? about("follow_up", plan.followUpBy ?? plan.followUp, w.t("headline.follow_up")) : null,
    ],
    cautions.length || said.length ? h("ul", { key: "cautions", class: "cautions" }, cautions.map((caution) => h("li", null, w.code("caution", caution))),
      said.map(({ key, params }) => h("li", { key }, w.t(`cautions.${key}`, { ...numbers(params, w), unit: unitWord(w, plan.unit) })))) : null,
    error || !later() ? null : disclosure("table", w.t("curves.data"), later()?.dataTable(item, context, title)),
    plan.origin ? h("p", { key: "origin", class: "hint" }, w.t("curves.origin", { origin: moment(plan.origin) }), plan.entry ? ` ${w.t("curves.entry", { entry: moment(plan.entry) })}` : null) : null,
  ];
}

/** Numbers of a sentence by the language's habits; `n` is counted by the words. @param {Record<string, string | number>} params @param {Words} w */
const numbers = (params, w) => Object.fromEntries(Object.entries(params).map(([key, value]) => [key, typeof value === "number" && key !== "n" ? (key === "p" ? w.p(value) : w.count(value)) : value]));

/** The figure with its slider. @param {Item} item @param {State} state @param {Context} context @param {string} title */
function readable(item, state, context, title) {
  const { plan, result } = item;
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const { w, client, act, label } = context, { by } = answer.plan;
  const choices = state.choices ?? answer.choices;
  const key = `figure-${plan.key}`;
  const chosen = choices.figures.x_max[plan.key];
  const end = axisEnd(result?.curves ?? [], chosen);
  const figure = (/** @type {import('../../ui/dom.mjs').Child} */ beneath) => figureView(key, {
    beneath, settable: settable(item, state, context), quotable: answer.plan.study.analyses.map((/** @type {any} */ analysis) => analysis.id),
    client: watching(client, key), w, version: state.answer, name: ["kaplan-meier", plan.name, by ? label(by) : ""], data: ["curve", "risk_table"], label: w.t("curves.figure", { title }), table: w.t("curves.numbers", { title }), failed: (problem) => w.t("curves.failed", { why: w.code("error", problem) }),
    request: figureRequest(item, state, context),
  });
  // A logarithmic axis has no place for the slider's time 0.
  if (!(end > 0) || choices.figures.kind === "log_minus_log") return figure(null);
  return readerView({
    key, client, w, unit: unitWord(w, plan.unit), title, curves: result.curves, all: w.t("result.all"), end, start: Math.min(end, choices.milestones[0] ?? end / 2),
    zoomed: chosen !== undefined, upward: choices.figures.upward, endAxis: (at) => act.choose(endAxis(choices, plan.key, at)),
  }, figure);
}

/** The words of a figure of curves: the same before and after those of other figures have come. @param {Words} w */
const curveWords = (w) => Object.fromEntries(Object.entries(w.figure).filter(([code]) => !OTHER_FIGURES.test(code)));

/** What is asked of the engine to draw a curve. @param {Item} item @param {State} state @param {Context} context @returns {Omit<import('../../types').FigureRequest, "width" | "theme">} */
export function figureRequest(item, state, context) {
  const { plan } = item;
  const { w, moment } = context;
  const answer = /** @type {import('../../types').Answer} */ (state.answer), { choices } = answer;
  // How it is drawn follows at once; what is computed follows the answer.
  const { figures } = state.choices ?? choices, { risk_table, upward, x_max, kind } = figures;
  const hasHazard = (item.result?.curves ?? []).every((/** @type {any} */ curve) => curve.nelson_aalen);
  const shown = kind === "cumulative_hazard" && !hasHazard ? "survival" : kind;
  const end = x_max[plan.key];
  const unit = unitWord(w, plan.unit);
  const since = plan.origin ? (state.source === "demo" ? w.or(`demo.since.${plan.origin}`, "") : "") || w.t("since", { origin: moment(plan.origin) }) : null;
  const name = endpointWords(w, plan.name);
  const capital = unit.charAt(0).toUpperCase() + unit.slice(1);
  const inPercent = ownOf(figures, refOf(plan, answer)).options?.percent !== false;
  // Follow-up is of the patients, whichever endpoint it is taken from; its numbers are of this figure's unit.
  const followed = answer.plan.endpoints.find((other) => other.followUp && other.unit === plan.unit);
  const of = (/** @type {string | null | undefined} */ id) => (id && resultOf(answer, id) && !resultOf(answer, id).error ? id : undefined);
  const from = { effect: of(plan.group), test: of(plan.logRank), follow_up: of(followed?.followUpBy ?? followed?.followUp) };
  const levels = (item.result?.curves ?? []).map((/** @type {any} */ curve) => curve.group).filter((/** @type {any} */ group) => group !== null && group !== undefined);
  return {
    analysis: item.id, ...(shown === "survival" ? {} : { kind: shown }), locale: w.language, title: "",
    x_label: `${since ? `${capital} ${since}` : w.t("curves.time", { unit })}${shown === "log_minus_log" ? w.t("curves.logarithmic") : ""}`,
    ...(shown === "survival" ? { y_label: `${upward ? w.t("curves.upward", { name }) : name}${inPercent ? " (%)" : ""}` } : {}),
    legend: [], words: curveWords(w), names: endpointNames([plan], state, context), groups: Object.fromEntries(levels.map((/** @type {string} */ level) => [level, { label: level }])),
    from: Object.fromEntries(Object.entries(from).filter(([, id]) => id !== undefined)),
    options: shown === "log_minus_log" ? {} : { band: choices.conf_type !== "none", censor_marks: true, percent: true, risk_table, upward, ...(end === undefined ? {} : { x_max: end }) },
  };
}

/** @param {import('../../types').EndpointPlan} plan @param {import('../../types').Answer} answer @returns {import('../../types').FigureRef} */
const refOf = (plan, answer) => ({ endpoint: plan.key, figure: "curves", by: plan.by ? answer.plan.by : null });

/** What can be set of a figure of curves. @param {Item} item @param {State} state @param {Context} context @returns {import('../../ui/figure_settings.mjs').Settable} */
function settable({ plan, result }, state, { act }) {
  const answer = /** @type {import('../../types').Answer} */ (state.answer), choices = state.choices ?? answer.choices, { kind } = choices.figures;
  const isLog = kind === "log_minus_log", isSurvival = kind === "survival";
  return {
    choices, choose: act.choose, ref: refOf(plan, answer),
    groups: (result?.curves ?? []).map((/** @type {any} */ curve) => curve.group).filter((/** @type {any} */ group) => typeof group === "string"),
    has: {
      axes: ["x_label", "y_label"], tail: !isLog, axis: isSurvival,
      options: isLog ? [["described", true]] : [["band", answer.choices.conf_type !== "none"], ["censor_marks", true], ...(isSurvival ? /** @type {[string, boolean][]} */ ([["median_lines", false], ["medians", true], ["percent", true]]) : []), ["described", true]],
    },
  };
}

/** The effect and its interval before the p. @param {Item} item @param {State} state @param {Words} w @returns {string[]} */
function annotation({ group, logRank }, state, w) {
  const test = /** @type {import('../../types').Answer} */ (state.answer).choices.tests.weights[0];
  const terms = (group?.terms ?? []).filter((/** @type {any} */ term) => !term.reference);
  const ratio = terms.length === 1 && typeof terms[0].hazard_ratio === "number"
    ? [w.t("curves.hr", { level: terms[0].level, reference: group.terms.find((/** @type {any} */ term) => term.reference)?.level ?? "", ratio: w.ratio(terms[0].hazard_ratio), interval: interval(w, w.ratio, { low: terms[0].conf_low, high: terms[0].conf_high }, "–") })] : [];
  const p = typeof logRank?.p_value === "number" ? [w.t("curves.test_p", { test: w.t(`curve_settings.test_short.${test}`), p: equals(w.p(logRank.p_value)) })] : [];
  return [...ratio, ...p];
}

/** `= 0.03`, `< 0.001`. @param {string} p */
export function equals(p) {
  return /^[<>]/.test(p) ? `${p[0]}\u00a0${p.slice(1)}` : `=\u00a0${p}`;
}

/** @param {Item} item @param {State} state @param {Context} context */
function effect(item, state, { w }) {
  const { logRank, group, plan } = item;
  if (!plan.logRank) return w.t("curves.no_group");
  const parts = annotation(item, state, w);
  const problem = logRank?.error ?? group?.error;
  const separated = (group?.terms ?? []).some((/** @type {any} */ term) => term.reason === "separation");
  if (separated) parts.push(w.t("models.separation"));
  // The first curves come without the model.
  if (!group && state.answer?.partial && state.work) parts.unshift(w.t("first.ratio"));
  if (problem) parts.push(w.code("error", problem));
  return parts.join(" · ");
}

/** Events, median and rates of each curve of a result, as head and rows of a table. @param {any} result @param {string} unit @param {Words} w */
export function groupRows(result, unit, w) {
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
  const head = [[w.t("curves.group"), cell({ class: "number" }, w.t("curves.events_n")),
      cell({ class: "number" }, w.t("curves.median", { unit: unitWord(w, unit) })),
      ...times.map((/** @type {any} */ at) => cell({ class: "number" }, w.t("curves.rate", { time: w.count(at.time), unit: unitWord(w, unit) })))]];
  return { head, rows };
}

/** @param {Item} item @param {Context} context @param {string} title */
function groups({ result, plan }, { w, client }, title) {
  const { head, rows } = groupRows(result, plan.unit, w);
  return [
    table({ key: "groups", caption: w.t("curves.groups", { name: plan.name }), hideCaption: true, class: "groups", head, rows }),
    later()?.tableExport({ key: `groups-${plan.key}`, client, w, name: ["medians-and-rates", plan.name], table: () => tableModel({ title, head, rows, notes: [w.t("curves.band", { type: String(result?.rules?.conf_type ?? "") })] }) }),
  ];
}

/** The absolute differences between groups at the milestones. @param {Item} item @param {Context} context */
function differences({ result, plan }, { w }) {
  const found = /** @type {any[]} */ (result?.differences ?? []);
  if (found.length === 0) return null;
  const times = [...new Set(found.map((item) => item.time))], pairs = [...new Set(found.map((item) => `${item.group}\u0000${item.reference}`))];
  const signed = (/** @type {number | null | undefined} */ value) => (typeof value === "number" ? w.signed(100 * value) : "–");
  return table({
    key: "differences", caption: w.t("curves.differences_caption", { name: plan.name }), class: "beside differences",
    head: [[w.t("curves.difference"), ...times.map((time) => cell({ class: "number" }, w.t("curves.rate", { time: w.count(time), unit: unitWord(w, plan.unit) })))]],
    rows: pairs.map((pair) => {
      const [group, reference] = pair.split("\u0000");
      return {
        head: w.t("curves.minus", { group, reference }),
        cells: times.map((time) => {
          const item = found.find((other) => other.time === time && other.group === group && other.reference === reference);
          if (typeof item?.estimate !== "number") return cell({ class: "number" }, reason(w, item?.reason ?? "beyond_follow_up"));
          const limits = typeof item.conf_low === "number" || typeof item.conf_high === "number";
          return cell({ class: "number" }, signed(item.estimate), h("span", { class: "ci" }, limits ? ` (${w.t("models.limits", { low: signed(item.conf_low), high: signed(item.conf_high) })})` : ""));
        }),
      };
    }),
  });
}

/** All tests of the groups, the trend and the pairs. @param {Item} item @param {State} state @param {Context} context */
function tests({ plan, logRank }, state, { w }) {
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const { tests: chosen } = answer.choices;
  if (!plan.logRank || !logRank || logRank.error) return null;
  const number = (/** @type {string} */ words) => cell({ class: "number" }, words);
  const name = (/** @type {string} */ weights) => `${w.t(`curve_settings.test.${weights}`)}${weights === "fleming-harrington" ? ` (ρ = ${w.count(chosen.rho_gamma[0])}, γ = ${w.count(chosen.rho_gamma[1])})` : ""}`;
  const p = (/** @type {any} */ result) => (typeof result?.p_value === "number" ? w.p(result.p_value) : result?.reason ? reason(w, result.reason) : "–");
  const line = (/** @type {string} */ head, /** @type {any} */ result) => ({
    head, cells: [number(typeof result?.statistic === "number" ? w.fixed(result.statistic, 2) : "–"), number(result?.df === undefined ? "1" : w.count(result.df)), number(p(result))],
  });
  const rows = [
    line(name(chosen.weights[0]), logRank), ...plan.tests.map((test) => line(name(test.weights), resultOf(answer, test.id))),
    ...(logRank.trend ? [line(w.t("curve_settings.trend"), logRank.trend)] : []),
  ];
  const pairs = /** @type {any[]} */ (logRank.pairwise ?? []);
  return [
    rows.length > 1 || logRank.df > 1 ? table({
      key: "tests", caption: w.t("curves.tests", { name: plan.name }), class: "beside tests",
      head: [[w.t("curves.test"), number("χ²"), number(w.t("curves.df")), number(w.t("models.p"))]], rows,
    }) : null,
    pairs.length ? table({
      key: "pairs", caption: w.t("curves.pairs", { name: plan.name, how: w.t(`curve_settings.pairwise_values.${chosen.pairwise ?? "no"}`) }), class: "beside pairs",
      head: [[w.t("curves.pair"), number("χ²"), number(w.t("models.p")), number(w.t("curves.p_adjusted"))]],
      rows: pairs.map((pair) => ({ head: w.t("curves.versus", { group: pair.group, reference: pair.reference }), cells: [number(typeof pair.statistic === "number" ? w.fixed(pair.statistic, 2) : "–"), number(p(pair)), number(typeof pair.p_adjusted === "number" ? w.p(pair.p_adjusted) : "–")] })),
    }) : null,
  ];
}

/** How long patients were followed, in all and by group. @param {Item} item @param {State} state @param {Context} context */
function follow({ plan }, state, { w }) {
  const answer = /** @type {import('../../types').Answer} */ (state.answer);
  const all = plan.followUp ? resultOf(answer, plan.followUp) : null, by = plan.followUpBy ? resultOf(answer, plan.followUpBy) : null;
  if (!all || all.error) return null;
  // Endpoints by times do not tell how long a patient could have been followed.
  const isJudged = Boolean(all.completeness);
  const row = (/** @type {any} */ of) => (/** @type {any} */ curve) => {
    const middle = median(curve), index = of.completeness?.groups.find((/** @type {any} */ item) => item.group === curve.group)?.index;
    return {
      head: curve.group ?? w.t("result.all"),
      cells: [cell({ class: "number" }, typeof middle?.estimate === "number" ? w.time(middle.estimate) : reason(w, middle?.reason),
        h("span", { class: "ci" }, ` (${interval(w, w.time, { low: middle?.conf_low ?? null, high: middle?.conf_high ?? null }, w.t("result.nr"))})`)),
      ...(isJudged ? [cell({ class: "number" }, typeof index === "number" ? w.percentSign(index) : "–")] : [])],
    };
  };
  return [
    table({
      key: "follow", caption: w.t("curves.follow_up", { name: plan.name }), class: "beside follow",
      head: [[w.t("curves.group"), cell({ class: "number" }, w.t("curves.median", { unit: unitWord(w, plan.unit) })), ...(isJudged ? [cell({ class: "number" }, w.t("curves.completeness"))] : [])]],
      rows: [...all.curves.map(row(all)), ...(by?.curves ?? []).map(row(by))],
    }),
    isJudged ? h("p", { key: "closing", class: "hint" }, w.t("curves.completeness_how", { date: w.date(all.completeness.closing) })) : null,
    later()?.help(`follow-${plan.key}`, "follow_up", w),
  ];
}
