// What stands above the page where authors share their data.

import { h } from "../ui/dom.mjs";
import { button, notice } from "../ui/parts.mjs";
import { cited } from "./file.mjs";

/** @param {import('../i18n/words.mjs').Words} w @param {import('./file.mjs').Data} supplement @param {import('../types').Language[]} languages @param {(language: import('../types').Language) => void} speak */
export function dataView(w, supplement, languages, speak) {
  const { citation, licence, engine } = supplement, whole = cited(citation);
  return h("header", { key: "header", class: "supplement" },
    h("div", { class: "languages", role: "group", "aria-label": w.t("page.tools") }, languages.map((language) =>
      button(language === "fr" ? "Français" : "English", () => speak(language), { key: language, lang: language, "aria-pressed": String(w.language === language) }))),
    h("h1", null, citation.title || w.t("supplement.untitled")),
    whole ? h("p", { class: "citation" }, h("strong", null, w.t("supplement.cite")), " ", whole) : null,
    notice("what", [h("p", null, w.t("supplement.what_data")), h("p", null, h("strong", null, w.t("supplement.licence_is")), " ", licence || w.t("supplement.no_licence"))], "demo"),
    h("p", { class: "hint" }, w.t("supplement.made_with", { version: engine.version, commit: engine.commit ?? w.t("supplement.no_commit") }), " ", w.t("supplement.silent")));
}
