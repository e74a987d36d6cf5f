// What the page keeps of a study for a reload, said where it matters: a study that waits for its file, one that was taken up again, one
// that the browser does not let the page keep.

import { h } from "../../ui/dom.mjs";
import { button, notice } from "../../ui/parts.mjs";
import { isUnsaved } from "../../state/kept.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** Above every step. @param {State} state @param {Context} context */
export function keptView(state, { w, act, label }) {
  const { keep, source } = state;
  const forget = button(w.t("kept.forget"), act.forget, { key: "forget" });
  if ((keep.status === "denied" || keep.status === "full") && isUnsaved(state)) {
    return notice("kept", [w.t(`kept.${keep.status}`), " ", button(w.t("output.save_study"), act.saveStudy, { key: "save" })]);
  }
  if (keep.left.length > 0) return notice("kept", w.t("kept.left", { n: keep.left.length, columns: keep.left.map(label).join(", ") }));
  if (keep.waiting > 0 && source === "demo") return notice("kept", [w.t("kept.waiting", { n: keep.waiting }), " ", forget], "kept");
  if (keep.taken) {
    return notice("kept", [w.t("kept.taken"), " ", h("span", { class: "row" }, button(w.t("kept.afresh"), act.startAfresh, { key: "afresh" }))], "kept");
  }
  return null;
}

/** Beside the saving of files: what is kept without one. @param {State} state @param {Context} context */
export function keptHint({ keep }, { w, act }) {
  if (keep.status !== "ready") return null;
  return h("div", { key: "kept", class: "row kept-hint" },
    h("p", { class: "hint" }, w.t("kept.what")),
    keep.now || keep.waiting > 0 ? button(w.t("kept.forget"), act.forget, { key: "forget", class: "quiet" }) : null);
}
