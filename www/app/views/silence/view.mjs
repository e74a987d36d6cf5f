// What leaves this machine: the policy in force, the requests counted, what is stored, and how to check it oneself.

import { h } from "../../ui/dom.mjs";
import { button, closed, disclosure, notice, table } from "../../ui/parts.mjs";
import { explain, readPolicy, verdict } from "../../proof/policy.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').Silence} Silence */
/** @typedef {import('../../i18n/words.mjs').Words} Words */

/** Requests that the list names. */
const LISTED = 100;

/** @param {State} state @param {Context} context */
export function silenceView(state, { w, act }) {
  const { silence } = state, isOpen = state.panel === "silence";
  return h("dialog", { key: "silence", id: "silence", class: "panel silence", "aria-labelledby": "silence-title", onclose: closed(() => act.panel("silence", false)) }, isOpen ? [
    h("div", { key: "head", class: "panel-head" }, h("h2", { id: "silence-title" }, w.t("silence.title")), button(w.t("silence.close"), () => act.panel("silence", false), { key: "close" })),
    h("p", { key: "intro", class: "hint" }, w.t("silence.intro")),
    silence ? [policy(silence, w), count(silence, w), stored(silence, w), attempts(state, silence, w, act)] : null,
    h("section", { key: "check" }, h("h3", null, w.t("silence.check_title")),
      h("ol", null, ["devtools", "airplane", "single", "proxy"].map((key) => h("li", { key }, w.t(`silence.check.${key}`))))),
  ] : null);
}

/** @param {Silence} silence */
const linesOf = (silence) => silence.policy.flatMap(readPolicy);

/** @param {Silence} silence @param {Words} w */
function policy(silence, w) {
  const lines = linesOf(silence), { silent, open, own } = verdict(lines);
  return h("section", { key: "policy" }, h("h3", null, w.t("silence.policy_title")),
    lines.length === 0 ? notice("none", w.t("silence.no_policy")) : [
      h("p", { key: "verdict", class: silent ? "verdict" : "verdict differs" }, silent ? w.t("silence.silent") : w.t("silence.not_silent", { directives: open.join(", ") })),
      own.length ? h("p", { key: "own" }, w.t("silence.own", { directives: own.join(", ") })) : null,
      h("p", { key: "hint", class: "hint" }, w.t("silence.policy_hint")),
      table({
        key: "lines", caption: w.t("silence.policy_title"), hideCaption: true, class: "dense", head: [[w.t("silence.line"), w.t("silence.means")]],
        rows: lines.map((line) => {
          const { key, params } = explain(line);
          return { head: h("code", null, line.directive, " ", line.values.join(" ")), cells: [w.t(`silence.policy.${key}`, params)] };
        }),
      }),
    ]);
}

/** @param {Silence} silence @param {Words} w */
function count(silence, w) {
  const { requests, refused, opened, worker, within } = silence;
  const later = opened === null ? [] : requests.filter((request) => request.at > opened);
  const number = (/** @type {number} */ n) => w.count(n);
  return h("section", { key: "count" }, h("h3", null, w.t("silence.count_title")),
    table({
      key: "counts", caption: w.t("silence.count_title"), hideCaption: true, class: "dense counts", head: [[w.t("silence.count"), w.t("silence.number")]],
      rows: [
        { head: w.t("silence.program"), cells: [number(requests.length - later.length)] },
        { head: w.t("silence.later"), cells: [opened === null ? w.t("silence.no_file") : number(later.length)], class: later.length ? "differs" : undefined },
        { head: w.t("silence.worker"), cells: [worker === null ? w.t("silence.worker_busy") : number(worker.requests)], class: worker?.requests ? "differs" : undefined },
        { head: w.t("silence.refused"), cells: [number(refused.length + (worker?.refused ?? 0))] },
        { head: w.t("silence.within"), cells: [number(within)] },
      ],
    }),
    requests.length + refused.length === 0 ? null : disclosure("list", w.t("silence.list"), table({
      key: "requests", caption: w.t("silence.list"), hideCaption: true, class: "dense", head: [[w.t("silence.asked"), w.t("silence.when"), w.t("silence.by"), w.t("silence.later")]],
      rows: [...requests, ...refused.map(({ url, directive, at }) => ({ url, at, kind: `${w.t("silence.was_refused")} (${directive})` }))].sort((a, b) => a.at - b.at).slice(-LISTED).map(({ url, at, kind }) => ({
        head: h("code", null, url), cells: [w.fixed(at / 1000, 2), kind, w.t(opened !== null && at > opened ? "silence.after" : "silence.before")],
      })),
    })),
    h("p", { key: "limits", class: "hint" }, w.t("silence.limits")));
}

/** @param {Silence} silence @param {Words} w */
function stored(silence, w) {
  return h("section", { key: "stored" }, h("h3", null, w.t("silence.stored_title")),
    h("p", { key: "hint", class: "hint" }, w.t("silence.stored_hint"), silence.from === "file" ? ` ${w.t("silence.shared_file")}` : null),
    table({
      key: "places", caption: w.t("silence.stored_title"), hideCaption: true, class: "dense places", head: [[w.t("silence.place"), w.t("silence.held")]],
      rows: silence.stored.map(({ place, names }) => ({
        head: w.t(`silence.places.${place}`), cells: [names === null ? w.t("silence.refused_place") : names.length === 0 ? w.t("silence.none") : names.slice(0, LISTED).join(", ")],
      })),
    }));
}

/** Offered only where the policy refuses: else the attempt would be a request. @param {State} state @param {Silence} silence @param {Words} w @param {Context["act"]} act */
function attempts({ attempts: tried }, silence, w, act) {
  if (!verdict(linesOf(silence)).silent) return null;
  return h("section", { key: "attempts" }, h("h3", null, w.t("silence.attempt_title")),
    h("p", { key: "hint", class: "hint" }, w.t("silence.attempt_hint")),
    h("div", { key: "do", class: "row" }, button(w.t("silence.attempt"), act.attempt, { key: "attempt", disabled: tried === "trying" })),
    h("div", { key: "answer", role: "status" }, tried === "trying" ? w.t("silence.attempting") : tried ? table({
      key: "ways", caption: w.t("silence.attempt_title"), hideCaption: true, class: "dense ways", head: [[w.t("silence.way"), w.t("silence.answer")]],
      rows: tried.map(({ way, refused }) => ({ head: w.t(`silence.ways.${way}`), cells: [w.t(refused ? "silence.was_refused" : "silence.was_not")], class: refused ? undefined : "differs" })),
    }) : null));
}
