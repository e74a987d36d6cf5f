// What stands in place of the page where it cannot run: plain elements and words, nothing that an old browser lacks.

import { BROWSERS } from "../engine/support.mjs";
import { chooseLanguage, createWords } from "../i18n/words.mjs";

/**
 * Shows why the page cannot run, and what to do.
 * @param {HTMLElement} host the page's element @param {Element | ShadowRoot} place where the words go
 * @param {import('../engine/support.mjs').Lack | "failed"} what @param {unknown} [reason] what the browser said
 */
export function showUnsupported(host, place, what, reason) {
  const language = chooseLanguage(host.lang ? [host.lang] : navigator.languages);
  const w = createWords(language);
  const box = document.createElement("div");
  box.setAttribute("role", "alert");
  box.lang = language;
  const add = (/** @type {string} */ tag, /** @type {string} */ words) => { box.appendChild(document.createElement(tag)).textContent = words; };
  add("h1", w.t("support.title"));
  add("p", w.t(`support.${what}`));
  if (what !== "failed" && what !== "policy") add("p", w.t("support.versions", BROWSERS));
  if (reason !== undefined) add("p", w.t("support.reason", { reason: String(reason) }));
  add("p", w.t("support.nothing"));
  place.textContent = "";
  place.appendChild(box);
}
