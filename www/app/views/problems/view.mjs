// The error summary: what went wrong, where, how to mend it, with a link to the control. It takes focus when it changes.

import { h } from "../../ui/dom.mjs";
import { button } from "../../ui/parts.mjs";
import { problems } from "../../state/selectors.mjs";

/** @typedef {import('../context.mjs').Context} Context */

/** Most analyses that are named. */
const NAMED = 4;

/** Takes focus when something new went wrong; not from a page around in which the reader is elsewhere. @param {HTMLElement} element @param {string} signature */
function takeFocus(element, signature) {
  const focus = () => queueMicrotask(() => {
    const { host } = /** @type {ShadowRoot} */ (element.getRootNode());
    const active = document.activeElement;
    if (!host || !active || active === document.body || active === host || active.contains(host)) element.focus();
  });
  focus();
  return {
    /** @param {string} next */
    update(next) {
      if (next !== signature) focus();
      signature = next;
    },
  };
}

/** @param {import('../../types').State} state @param {Context} context */
export function problemsView(state, { w, act, analysis }) {
  const found = problems(state);
  if (found.length === 0) return null;
  const signature = JSON.stringify(found.map((problem) => [problem.code, problem.position, problem.params]));
  const all = state.answer?.results.results.length;
  const stopped = (/** @type {string[]} */ ids) => ids.length === all ? w.t("problems.every")
    : w.t(ids.length > NAMED ? "problems.many" : "problems.analyses", { n: ids.length, ids: ids.map(analysis).join("; ") });
  const opening = state.problem?.during === "open";
  return h("section", {
    key: "problems", id: "problems", class: "problems", role: "alert", tabindex: "-1", "aria-labelledby": "problems-title", use: takeFocus, data: signature,
  },
  h("h2", { id: "problems-title" }, w.t("problems.title", { n: found.length })),
  h("ul", null, found.map((problem) => h("li", null,
    h("a", {
      href: `#${problem.field}`,
      onclick: (/** @type {Event} */ event) => { event.preventDefault(); act.focus(problem.field); },
    }, w.code("error", problem)),
    // The place in the study says nothing to who sees the analysis named, and never wrote the study.
    place(w, problem.analyses.length ? { ...problem.position, path: undefined } : problem.position),
    problem.analyses.length ? h("p", { class: "hint" }, stopped(problem.analyses)) : null))),
  opening ? h("p", null, state.inspection ? w.t("problems.kept", { file: state.inspection.file }) : w.t("problems.nothing_kept")) : null,
  h("div", { class: "row" },
    state.problem?.during === "run" ? button(w.t("problems.again"), act.again) : null,
    state.problem ? button(w.t("problems.dismiss"), act.dismiss) : null));
}

/** The place as a list of terms: file, row, line, column, cell. @param {import('../../i18n/words.mjs').Words} w @param {import('../../types').Position | undefined} position */
function place(w, position) {
  const names = /** @type {const} */ (["file", "row", "line", "character", "column", "cell", "path"]);
  const parts = names.filter((name) => position?.[name] !== undefined);
  if (!position || parts.length === 0) return null;
  return h("dl", { class: "place" }, parts.map((name) => h("div", null,
    h("dt", null, w.t(`place.${name}`)), h("dd", null, typeof position[name] === "number" ? w.count(position[name]) : String(position[name])))));
}
