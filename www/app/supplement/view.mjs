// What readers see of counts: curves to be read, at risk by bin, medians, restricted means, a log-rank test, and the models as they were
// printed. Every figure that is made of bins says that it is approximate.

import { h } from "../ui/dom.mjs";
import { button, cell, disclosure, interval, notice, select, table, tick } from "../ui/parts.mjs";
import { endpointWords, unitWord } from "../views/context.mjs";
import { cited } from "./file.mjs";
import { figure, survivalAt, timeUnder } from "./figure.mjs";

/** @typedef {import('../i18n/words.mjs').Words} Words */
/** @typedef {import('./file.mjs').Counts} Counts */
/**
 * `counts` is the document of the engine, `redone` its figures for what is chosen, `at` the time that is read.
 * @typedef {{supplement: Counts, counts: any, endpoint: string, together: boolean, tau: number | null, at: number, redone: any, problem: import('../types').Problem | null}} Reading
 * @typedef {{endpoint: (name: string) => void, together: (on: boolean) => void, tau: (value: string) => void, at: (time: number) => void, language: (language: import('../types').Language) => void, save: (what: "study" | "counts" | "table") => void}} Act
 */

/** A time in months or years as it stands on an axis: 4.5, 36. @param {Words} w @param {number} value */
const plainTime = (w, value) => w.plain(Math.round(value * 100) / 100);

/** A bin in words: "over 3 to 6", "later than 36". @param {Words} w @param {number[]} ends @param {number} i */
export function binWords(w, ends, i) {
  const start = i === 0 ? 0 : ends[i - 1];
  if (i === ends.length) return w.t("supplement.later", { start: plainTime(w, start) });
  return w.t(i === 0 ? "supplement.first_bin" : "supplement.bin", { start: plainTime(w, start), end: plainTime(w, ends[i]) });
}

/** @param {Words} w @param {Reading} reading @param {Act} act @param {import('../types').Language[]} languages */
export function readerView(w, reading, act, languages) {
  const { supplement, counts, redone, problem } = reading;
  const own = counts.endpoints.find((/** @type {any} */ one) => one.name === reading.endpoint) ?? counts.endpoints[0];
  const { title } = supplement.citation, citation = cited(supplement.citation);
  return h("main", { key: "main", class: "supplement" },
    h("header", { key: "header" },
      h("div", { class: "languages", role: "group", "aria-label": w.t("page.tools") }, languages.map((language) =>
        button(language === "fr" ? "Français" : "English", () => act.language(language), { key: language, lang: language, "aria-pressed": String(w.language === language) }))),
      h("h1", null, title || counts.study?.title || w.t("supplement.untitled")),
      citation ? h("p", { class: "citation" }, h("strong", null, w.t("supplement.cite")), " ", citation) : null,
      notice("what", [h("p", null, w.t("supplement.what_counts", { width: plainTime(w, counts.width_months), k: counts.k })), h("p", null, w.t("supplement.approximate_all"))], "demo")),
    problem ? notice("problem", w.code("error", problem), "error") : null,
    curvesPart(w, reading, own, act),
    redone ? [figuresPart(w, reading, own, act), countsPart(w, reading, own)] : null,
    counts.models.filter((/** @type {any} */ models) => models.endpoint === own.name).map((/** @type {any} */ models) => modelsPart(w, reading, models)),
    aboutPart(w, reading, act));
}

/** @param {Words} w */
const approximate = (w) => h("p", { class: "approximate" }, w.t("supplement.approximate"));

/** What a column is called; `constructor` is a name like any other. @param {Counts} supplement @param {string} name */
const labelOf = ({ labels }, name) => (Object.hasOwn(labels, name) ? labels[name] : name);

/** What a group is called. @param {Words} w @param {Reading} reading @param {string | null} group */
function groupName(w, { supplement, counts, together }, group) {
  if (group === null || together) return w.t("supplement.all");
  return `${labelOf(supplement, counts.by)}: ${group}`;
}

/** @param {Words} w @param {Reading} reading @param {any} own @param {Act} act */
function curvesPart(w, reading, own, act) {
  const { counts, redone, together } = reading;
  const end = own.ends.at(-1), unit = unitWord(w, own.unit), at = Math.min(reading.at, end);
  const several = own.groups.length > 1;
  const names = (redone?.curves ?? []).map((/** @type {any} */ curve) => groupName(w, reading, curve.group));
  const caption = w.t("supplement.curves", { endpoint: endpointWords(w, own.name) });
  const move = (/** @type {any} */ event) => act.at(timeUnder(event, end));
  const inWords = (redone?.curves ?? []).map((/** @type {any} */ curve, /** @type {number} */ i) => {
    const surv = survivalAt(curve, at);
    return `${names[i]}: ${surv === null ? w.t("supplement.unknown") : w.percentSign(surv)}`;
  });
  const said = w.t("supplement.read", { time: plainTime(w, at), unit, values: inWords.join("; ") });
  return h("section", { key: "curves", class: "card", "aria-labelledby": "curves-title" },
    h("h2", { id: "curves-title" }, caption),
    counts.endpoints.length > 1 || several ? h("div", { key: "choices", class: "choices" },
      counts.endpoints.length > 1 ? select({
        id: "endpoint", label: w.t("supplement.endpoint"), value: own.name, options: counts.endpoints.map((/** @type {any} */ one) => [one.name, endpointWords(w, one.name)]), onchange: act.endpoint,
      }) : null,
      several ? tick({ id: "together", label: w.t("supplement.together"), checked: together, onchange: act.together }) : null) : null,
    redone ? [
      h("div", {
        key: "figure", use: figure, onpointermove: move, onpointerdown: move,
        data: {
          curves: redone.curves.map((/** @type {any} */ { group, time, estimate, conf_low, conf_high }) => ({ group, time, estimate, conf_low, conf_high })),
          names: names.map((/** @type {string} */ name, /** @type {number} */ i) => `${name} (n = ${w.count(redone.curves[i].n)})`), end, at,
          xLabel: w.t("supplement.axis", { unit }), yLabel: w.t("supplement.survival"), label: w.t("supplement.picture", { caption, names: names.join("; "), end: plainTime(w, end), unit }),
          tick: (/** @type {number} */ value) => plainTime(w, value), y: (/** @type {number} */ value) => w.percentSign(value).replace(/[.,]0/u, ""),
        },
      }),
      h("div", { key: "slide", class: "slide" },
        h("label", { for: "at" }, w.t("supplement.slide")),
        h("input", {
          id: "at", type: "range", min: "0", max: String(end), step: String(end / 120), value: String(at), "aria-valuetext": said,
          oninput: (/** @type {any} */ event) => act.at(Number(event.target.value)),
        }),
        h("p", { id: "read" }, said)),
      h("p", { key: "beyond", class: "hint" }, w.t("supplement.beyond", { end: plainTime(w, end), unit })),
      approximate(w)] : h("p", { key: "wait", role: "status" }, w.t("supplement.wait")));
}

/** Medians, restricted means, the test. @param {Words} w @param {Reading} reading @param {any} own @param {Act} act */
function figuresPart(w, reading, own, act) {
  const { redone } = reading;
  const unit = unitWord(w, own.unit), number = { class: "number" }, none = w.t("result.not_reached");
  const level = w.percentSign(redone.conf_level).replace(/[.,]0(?=\D)/u, "");
  const rows = redone.curves.map((/** @type {any} */ curve) => {
    const median = curve.quantiles[0], mean = curve.restricted_mean;
    return {
      head: groupName(w, reading, curve.group),
      cells: [
        cell(number, w.count(curve.n)), cell(number, w.count(own.groups.filter((/** @type {any} */ group) => reading.together || group.group === curve.group).flatMap((/** @type {any} */ group) => group.n_event).reduce((/** @type {number} */ sum, /** @type {number} */ n) => sum + n, 0))),
        cell(number, median.estimate === null ? none : [w.time(median.estimate), h("span", { class: "ci below" }, interval(w, w.time, { low: median.conf_low, high: median.conf_high }))]),
        cell(number, median.within ? w.t("supplement.range", { start: plainTime(w, median.within[0]), end: plainTime(w, median.within[1]) }) : "–"),
        cell(number, mean.estimate === null ? "–" : [w.time(mean.estimate), h("span", { class: "ci below" }, interval(w, w.time, { low: mean.conf_low, high: mean.conf_high }))]),
      ],
    };
  });
  const test = redone.log_rank;
  return h("section", { key: "figures", class: "card", "aria-labelledby": "figures-title" },
    h("h2", { id: "figures-title" }, w.t("supplement.figures")),
    table({
      key: "figures", caption: w.t("supplement.figures_caption", { unit, level }), rows,
      head: [[w.t("supplement.group"), cell(number, w.t("supplement.patients")), cell(number, w.t("supplement.events")), cell(number, w.t("supplement.median")), cell(number, w.t("supplement.median_bin")), cell(number, w.t("supplement.mean", { tau: plainTime(w, redone.tau) }))]],
    }),
    h("div", { key: "tau", class: "field" },
      h("label", { for: "tau" }, w.t("supplement.tau", { unit, end: plainTime(w, own.ends.at(-1)) })),
      h("input", { id: "tau", type: "text", inputmode: "decimal", class: "short", autocomplete: "off", value: plainTime(w, redone.tau), onchange: (/** @type {any} */ event) => act.tau(event.target.value) })),
    redone.contrasts.map((/** @type {any} */ contrast) => h("p", { key: `contrast-${contrast.group}` }, w.t("supplement.contrast", {
      group: groupName(w, reading, contrast.group), reference: groupName(w, reading, contrast.reference), unit, level,
      difference: contrast.estimate === null ? "–" : w.signed(contrast.estimate), low: contrast.conf_low === null ? "–" : w.signed(contrast.conf_low), high: contrast.conf_high === null ? "–" : w.signed(contrast.conf_high),
      p: contrast.p_value === null ? "–" : w.p(contrast.p_value),
    }))),
    test ? h("p", { key: "test" }, test.statistic === null ? w.t("supplement.no_test") : w.t("supplement.test", { statistic: w.fixed(test.statistic, 2), df: test.df, p: w.p(test.p_value) }),
      " ", own.log_rank ? w.t("supplement.test_exact", { p: printed(w, own.log_rank) }) : "") : null,
    approximate(w),
    disclosure("how", w.t("supplement.how"), h("p", null, w.t("supplement.methods", { conf: w.or(`conf_type.${redone.conf_type}`, redone.conf_type), level }))));
}

/** A p as it was printed. @param {Words} w @param {{value: number, below: boolean}} p */
const printed = (w, p) => (p.below ? `<${w.fixed(p.value, 3)}` : w.fixed(p.value, p.value < 0.0995 ? 3 : 2));

/** @param {Words} w @param {Reading} reading @param {any} own */
function countsPart(w, reading, own) {
  const number = { class: "number" };
  const groups = own.groups;
  const head = [
    [cell({ rowspan: 2 }, w.t("supplement.time", { unit: unitWord(w, own.unit) })), ...groups.map((/** @type {any} */ group) => cell({ colspan: 3, scope: "colgroup" }, groupName(w, { ...reading, together: false }, group.group)))],
    groups.flatMap(() => [cell(number, w.t("supplement.at_risk")), cell(number, w.t("supplement.events")), cell(number, w.t("supplement.censored"))]),
  ];
  const rows = groups[0].n_event.map((/** @type {number} */ _, /** @type {number} */ i) => ({
    head: binWords(w, own.ends, i),
    cells: groups.flatMap((/** @type {any} */ group) => [group.n_risk[i], group.n_event[i], group.n_censor[i]].map((n) => cell(number, w.count(n)))),
  }));
  return h("section", { key: "counts", class: "card", "aria-labelledby": "counts-title" },
    h("h2", { id: "counts-title" }, w.t("supplement.counts")),
    h("p", { class: "hint" }, w.t("supplement.counts_hint")),
    table({ key: "counts", caption: w.t("supplement.counts_caption", { endpoint: endpointWords(w, own.name) }), hideCaption: true, class: "dense", head, rows }));
}

/** @param {Words} w @param {Reading} reading @param {any} models */
function modelsPart(w, { supplement, counts }, models) {
  const number = { class: "number" };
  const withheld = (/** @type {string} */ why) => h("span", { class: "withheld" }, w.t(`supplement.withheld.${why}`, { k: counts.k }));
  const sides = /** @type {const} */ (["univariable", "multivariable"]).filter((side) => models.rows.some((/** @type {any} */ row) => row[side]));
  const name = (/** @type {string} */ variable) => labelOf(supplement, variable);
  const unit = (/** @type {any} */ row) => [row.per ? w.plain(row.per) : "", Object.hasOwn(supplement.units, row.variable) ? supplement.units[row.variable] : ""].filter(Boolean).join(" ");
  const figures = (/** @type {any} */ found) => {
    if (!found) return [cell(number, "–"), cell(number, "–"), cell(number, "–")];
    const size = found.counts_withheld ? withheld(found.counts_withheld) : `${w.count(found.n)} (${w.count(found.n_event)})`;
    if (found.withheld) return [cell(number, size), cell(number, withheld(found.withheld)), cell(number, "–")];
    const ratio = found.hazard_ratio === null ? found.reason ? w.or(`reason.${found.reason}`, w.reasons[found.reason] ?? found.reason) : "–"
      : found.conf_low === null && found.conf_high === null ? w.ratio(found.hazard_ratio)
        : [w.ratio(found.hazard_ratio), h("span", { class: "ci below" }, interval(w, w.ratio, { low: found.conf_low, high: found.conf_high }, "–"))];
    return [cell(number, size), cell(number, ratio), cell(number, found.p_value ? printed(w, found.p_value) : "–")];
  };
  const rows = models.rows.map((/** @type {any} */ row) => ({
    head: row.level === null ? `${name(row.variable)}${unit(row) ? ` (${w.t("supplement.per", { unit: unit(row) })})` : ""}` : `${name(row.variable)}: ${row.level}${row.reference ? ` (${w.t("supplement.reference")})` : ""}`,
    cells: sides.flatMap((side) => figures(row[side])),
  }));
  return h("section", { key: `models-${models.id}`, class: "card", "aria-labelledby": `title-${models.id}` },
    h("h2", { id: `title-${models.id}` }, w.t("supplement.models")),
    h("p", { class: "hint" }, w.t("supplement.models_hint", { k: counts.k })),
    table({
      key: "models", caption: w.t("supplement.models_caption", { endpoint: endpointWords(w, models.endpoint) }), hideCaption: true, rows,
      head: [
        [cell({ rowspan: 2 }, w.t("models.factor")), ...sides.map((side) => cell({ colspan: 3, scope: "colgroup" }, w.t(`models.${side}`)))],
        sides.flatMap(() => [cell(number, w.t("supplement.n_events")), cell(number, w.t("models.hr")), cell(number, w.t("models.p"))]),
      ],
    }));
}

/** Where it comes from. @param {Words} w @param {Reading} reading @param {Act} act */
function aboutPart(w, { counts, supplement }, act) {
  return h("section", { key: "about", class: "card", "aria-labelledby": "about-title" },
    h("h2", { id: "about-title" }, w.t("supplement.about")),
    h("p", null, w.t("supplement.made_with", { version: counts.engine.version, commit: counts.engine.commit ?? w.t("supplement.no_commit") }), " ", w.t("supplement.silent")),
    supplement.licence ? h("p", null, supplement.licence) : null,
    h("div", { class: "row" }, (/** @type {const} */ (["table", "counts", "study"])).map((what) => button(w.t(`supplement.save_${what}`), () => act.save(what), { key: what }))),
    disclosure("study", w.t("supplement.study"), h("pre", { tabindex: "0" }, JSON.stringify(counts.study, null, 2))));
}

/** What a spreadsheet would take for a formula: as the engine judges it (src/report/table/csv.rs). A number is none. */
const FORMULA = /^[ \u00a0]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/, NUMBER = /^[ \u00a0]*[-+]?\d+(?:[.,]\d+)?$/;

/** The counts as comma-separated text, in which nothing is a formula to a spreadsheet. @param {any} counts */
export function countsCsv(counts) {
  const quoted = (/** @type {unknown} */ value) => {
    const given = String(value), text = FORMULA.test(given) && !NUMBER.test(given) ? `'${given}` : given;
    return /[",\r\n\t;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [["endpoint", "group", "unit", "start", "end", "n_risk", "n_event", "n_censor"]];
  for (const { name, unit, ends, groups } of counts.endpoints) {
    for (const group of groups) {
      group.n_event.forEach((/** @type {number} */ events, /** @type {number} */ i) => {
        lines.push([name, group.group ?? "", unit, i ? ends[i - 1] : 0, ends[i] ?? "", group.n_risk[i], events, group.n_censor[i]]);
      });
    }
  }
  return `${lines.map((line) => line.map(quoted).join(",")).join("\n")}\n`;
}
