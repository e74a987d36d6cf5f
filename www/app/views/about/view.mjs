// What this copy of the page is, and how to check that it is the released one.

import { h } from "../../ui/dom.mjs";
import { button, notice, text } from "../../ui/parts.mjs";
import { checksumIn, hexadecimal } from "../../state/checksum.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../copy/copy.mjs').Facts} Facts */

/** How the checksum of a file is asked for on each system. */
const COMMANDS = [["Windows", "certutil -hashfile riskset.html SHA256"], ["macOS", "shasum -a 256 riskset.html"], ["Linux", "sha256sum riskset.html"]];

/** @param {State} state @param {Context} context @param {Facts} copy */
export function aboutView(state, { w, act }, copy) {
  const { version, commit, tools, form } = copy;
  return h("dialog", { key: "about", id: "about", class: "about", "aria-labelledby": "about-title" },
    h("div", { class: "about-head" }, h("h2", { id: "about-title" }, w.t("about.title")), button(w.t("about.close"), () => act.about(false))),
    h("div", { class: "scroll about-body", role: "region", tabindex: "0", "aria-labelledby": "about-title" },
      h("dl", null,
        item(w.t("about.version"), `riskset ${version}, ${w.t(`about.form_${form}`)}`),
        item(w.t("about.commit"), commit ? h("code", null, commit) : w.t("about.no_commit")),
        item(w.t("about.kept"), w.t(`about.kept_${state.keeping.kept}`), state.keeping.isNewer ? ` ${w.t("about.newer")}` : null),
        item(w.t("about.scripts"), scripts(w, copy)),
        tools.length ? item(w.t("about.built"), h("ul", null, tools.map(([name, which]) => h("li", null, `${name}: ${which}`)))) : null),
      check(state, w, act)));
}

/** @param {string} term @param {...import('../../ui/dom.mjs').Child} words */
function item(term, ...words) {
  return [h("dt", null, term), h("dd", null, words)];
}

/** @param {Context["w"]} w @param {Facts} copy */
function scripts(w, { scripts }) {
  if (!scripts?.length) return w.t("about.no_policy");
  return [h("p", { class: "hint" }, w.t("about.scripts_hint")),
    h("ul", { class: "sums" }, scripts.map((hash) => h("li", null, h("code", { class: "below" }, hexadecimal(hash)), h("code", { class: "below hint" }, `sha256-${hash}`))))];
}

/** @param {State} state @param {Context["w"]} w @param {Context["act"]} act */
function check({ checked, expected }, w, act) {
  const wanted = checksumIn(expected);
  return h("section", { class: "about-check", "aria-labelledby": "about-check" },
    h("h3", { id: "about-check" }, w.t("about.check")),
    h("p", null, w.t("about.check_why")),
    h("dl", { class: "commands" }, COMMANDS.map(([system, command]) => item(system, h("code", null, command)))),
    h("p", null, w.t("about.check_here")),
    h("div", { class: "field" },
      h("label", { for: "check-file" }, w.t("about.choose")),
      h("input", {
        id: "check-file", type: "file", accept: ".html",
        onchange: (/** @type {any} */ event) => { if (event.target.files[0]) act.check(event.target.files[0]); },
      })),
    text({ id: "check-sum", label: w.t("about.expected"), value: expected, onchange: act.expect }),
    h("div", { class: "about-result", role: "status" },
      checked?.problem ? notice("problem", w.code("error", checked.problem), "error") : null,
      checked?.sha256 ? h("p", null, w.t("about.result", { name: checked.name }), " ", h("code", null, checked.sha256)) : null,
      checked && !checked.sha256 && !checked.problem ? h("p", null, w.t("about.computing", { name: checked.name })) : null,
      expected && !wanted ? notice("no-sum", w.t("about.not_sum"), "caution") : null,
      checked?.sha256 && wanted ? verdict(checked.sha256 === wanted, w) : null));
}

/** @param {boolean} same @param {Context["w"]} w */
function verdict(same, w) {
  return same ? h("p", null, h("strong", null, w.t("about.same"))) : notice("differs", w.t("about.differs"), "error");
}
