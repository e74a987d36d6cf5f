// How the curves are computed and drawn: whose conventions, intervals, milestones, tests, and the look of the figure.

import { h } from "../../ui/dom.mjs";
import { button, select, text, tick } from "../../ui/parts.mjs";
import { TESTS, endAxis, parseMilestones, tickTest } from "../../state/choices.mjs";
import { PROGRAMS, departs, follow } from "../../state/conventions.mjs";
import { help } from "../glossary/view.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').Choices} Choices */

/** Intervals of survival that can be chosen. */
const INTERVALS = ["log", "log-log", "plain", "logit", "arcsin", "beta-product", "none"];

/** One switch for every convention. @param {State} state @param {Context} context */
export function conventionsView(state, { w, act }) {
  const { choices } = state;
  if (!choices) return null;
  return h("section", { key: "conventions", "aria-labelledby": "conventions-title" },
    h("h3", { id: "conventions-title" }, w.t("console.switch_title")),
    select({
      id: "conventions", label: w.t("console.switch"), value: choices.conventions, hint: w.t(departs(choices) ? "console.switch_departs" : "console.switch_hint"),
      options: PROGRAMS.map((program) => [program, w.t(`console.programs.${program}`)]),
      onchange: (program) => act.choose(follow(choices, /** @type {import('../../types').Program} */ (program))),
    }));
}

/** @param {State} state @param {Context} context */
export function curvesSettings(state, context) {
  const { choices } = state;
  if (!choices) return null;
  return [conventionsView(state, context), estimates(choices, context), choices.by ? tests(choices, context) : null, picture(choices, context)];
}

/** @param {Choices} choices @param {Context} context */
function estimates(choices, { w, act }) {
  const unit = w.t(`unit.${choices.endpoints[0].unit}`);
  const { milestones } = choices;
  return h("section", { key: "estimates", "aria-labelledby": "estimates-title" },
    h("h3", { id: "estimates-title" }, w.t("curve_settings.estimates")),
    text({
      id: "milestones", label: w.t("methods.milestones", { unit }), value: milestones.join("; "), short: true,
      onchange: (value) => act.choose({ ...choices, milestones: parseMilestones(value, w.language) }), hint: w.t("methods.milestones_hint"),
    }),
    milestones.length ? h("ul", { key: "chips", class: "chips", "aria-label": w.t("curve_settings.milestones") }, milestones.map((time) => h("li", { key: String(time) },
      button([w.count(time), h("span", { "aria-hidden": "true" }, " ×")], () => act.choose({ ...choices, milestones: milestones.filter((other) => other !== time) }), {
        class: "chip", "aria-label": w.t("curve_settings.remove_milestone", { time: w.count(time), unit }),
      })))) : null,
    choices.by ? tick({
      id: "difference", label: w.t("curve_settings.difference"), checked: choices.difference, onchange: (difference) => act.choose({ ...choices, difference }),
    }) : null,
    select({
      id: "conf_type", label: w.t("methods.conf_type"), value: choices.conf_type, options: INTERVALS.map((type) => [type, w.t(`conf_type.${type}`)]),
      onchange: (conf_type) => act.choose({ ...choices, conf_type }),
    }),
    help("interval", "confidence_interval", w));
}

/** @param {Choices} choices @param {Context} context */
function tests(choices, { w, act }) {
  const chosen = choices.tests;
  const change = (/** @type {Partial<Choices["tests"]>} */ fields) => act.choose({ ...choices, tests: { ...chosen, ...fields } });
  const exponent = (/** @type {0 | 1} */ at) => text({
    id: `fleming-${at}`, label: w.t(`curve_settings.exponent_${at}`), short: true, value: String(chosen.rho_gamma[at]),
    onchange: (value) => {
      const number = Number(value.replace(",", "."));
      if (value.trim() === "" || !(number >= 0 && number <= 10)) return change({ rho_gamma: [...chosen.rho_gamma] });
      change({ rho_gamma: at === 0 ? [number, chosen.rho_gamma[1]] : [chosen.rho_gamma[0], number] });
    },
  });
  return h("section", { key: "tests", "aria-labelledby": "tests-title" },
    h("h3", { id: "tests-title" }, w.t("curve_settings.tests")),
    h("div", { key: "weights", role: "group", "aria-labelledby": "tests-title" }, TESTS.map((name) => tick({
      id: `test-${name}`, label: w.t(`curve_settings.test.${name}`), hint: w.t(`curve_settings.test_hint.${name}`), checked: chosen.weights.includes(name),
      onchange: (on) => act.choose(tickTest(choices, name, on)),
    }))),
    chosen.weights.includes("fleming-harrington") ? h("div", { key: "exponents", class: "exponents" }, exponent(0), exponent(1)) : null,
    tick({ id: "test-trend", label: w.t("curve_settings.trend"), hint: w.t("curve_settings.trend_hint"), checked: chosen.trend, onchange: (trend) => change({ trend }) }),
    select({
      id: "pairwise", label: w.t("curve_settings.pairwise"), value: chosen.pairwise ?? "",
      options: ["", "holm", "bonferroni", "benjamini-hochberg", "none"].map((value) => [value, w.t(`curve_settings.pairwise_values.${value || "no"}`)]),
      onchange: (value) => change({ pairwise: value || null }),
    }));
}

/** @param {Choices} choices @param {Context} context */
function picture(choices, { w, act }) {
  const { figures } = choices;
  const change = (/** @type {Partial<Choices["figures"]>} */ fields) => act.choose({ ...choices, figures: { ...figures, ...fields } });
  return h("section", { key: "picture", "aria-labelledby": "picture-title" },
    h("h3", { id: "picture-title" }, w.t("curve_settings.figure")),
    select({
      id: "risk_table", label: w.t("curve_settings.risk_table"), value: figures.risk_table,
      options: (/** @type {const} */ (["full", "at_risk", "hidden"])).map((value) => [value, w.t(`curve_settings.risk_table_values.${value}`)]),
      onchange: (value) => change({ risk_table: /** @type {Choices["figures"]["risk_table"]} */ (value) }),
    }),
    h("div", { key: "direction", role: "group", "aria-label": w.t("curve_settings.direction") }, /** @type {[string, Choices["figures"]["kind"], boolean][]} */ ([
      ["down", "survival", false], ["up", "survival", true], ["hazard", "cumulative_hazard", false], ["log", "log_minus_log", false],
    ]).map(([name, kind, upward]) => tick({
      id: `direction-${name}`, name: "direction", checked: figures.kind === kind && figures.upward === upward, label: w.t(`curve_settings.${name}`),
      hint: name === "log" ? w.t("curve_settings.log_hint") : null, onchange: () => change({ kind, upward }),
    }))),
    choices.endpoints.map((endpoint) => text({
      id: `${endpoint.key}-x_max`, short: true, label: w.t("curve_settings.x_max", { name: endpoint.name, unit: w.t(`unit.${endpoint.unit}`) }),
      value: figures.x_max[endpoint.key] === undefined ? "" : w.plain(figures.x_max[endpoint.key]),
      hint: w.t("curve_settings.x_max_hint"),
      onchange: (value) => {
        const number = Number(value.replace(",", "."));
        act.choose(endAxis(choices, endpoint.key, value.trim() !== "" && number > 0 && Number.isFinite(number) ? number : null));
      },
    })));
}
