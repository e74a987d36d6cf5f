// The file: what is open, how it was read, and how to open another. Nothing of it leaves the machine.

import { later } from "../../later/door.mjs";
import { h } from "../../ui/dom.mjs";
import { button, notice } from "../../ui/parts.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */

/** @param {State} state @param {Context} context */
export function dataView(state, { w, act, around }) {
  const { inspection } = state;
  return h("section", { key: "data", class: "card data", "aria-labelledby": "data-title" },
    h("h2", { id: "data-title" }, w.t("data.title")),
    inspection && state.source === "demo" ? notice("demo", [h("strong", null, w.t("demo.label")), " ", w.t("demo.what")], "demo") : null,
    inspection ? h("p", { key: "file", class: "file" }, h("strong", null, inspection.file), " ",
      w.t("data.size", { n: inspection.n_rows, columns: w.count(inspection.columns.length) })) : null,
    // In the open: a cell that is no number is why a column of times was not taken for one.
    inspection?.cautions.length ? h("ul", { key: "cautions", class: "cautions" }, inspection.cautions.map((caution) => h("li", null, w.code("caution", caution)))) : null,
    dropZone(w, act),
    inspection ? h("div", { key: "study", class: "pick-study" }, filePicker({
      id: "study-file", accept: ".json,application/json", hint: null, label: w.t("data.open_study"), kind: "", take: act.openStudy,
    })) : null,
    state.madeWith === null ? null : notice("made-with", w.t("data.made_with", { file: state.madeWith })),
    state.source === "file" ? button(w.t(around?.given ? "document.back" : "data.back"), act.openDemo, { key: "back" }) : null,
    // The step of the data shows all of it.
    inspection && state.step !== "data" ? later()?.readingSummary(state, w) : null);
}

/** @param {import('../../i18n/words.mjs').Words} w @param {Context["act"]} act */
function dropZone(w, act) {
  const over = (/** @type {any} */ event, /** @type {boolean} */ on) => {
    event.preventDefault();
    event.currentTarget.classList.toggle("over", on);
  };
  return h("div", {
    key: "drop", class: "drop",
    ondragover: (/** @type {any} */ event) => over(event, true),
    ondragleave: (/** @type {any} */ event) => over(event, false),
    ondrop: (/** @type {any} */ event) => {
      over(event, false);
      const file = event.dataTransfer?.files?.[0];
      if (file) act.open(file);
    },
  },
  ...filePicker({ id: "file", accept: ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.sav,.zsav,.dta,text/csv,text/plain", hint: "file-hint", label: w.t("data.open"), kind: "open-file", take: act.open }),
  h("p", { class: "hint", id: "file-hint" }, w.t("data.drop"), " ", h("strong", null, w.t("data.privacy"))));
}

/** A button that asks for a file. @param {{id: string, accept: string, hint: string | null, label: string, kind: string, take: (file: File) => void}} picker */
function filePicker({ id, accept, hint, label, kind, take }) {
  return [
    // The input itself is out of sight: its own words cannot be translated, and would name no file after one is open.
    h("input", {
      id, type: "file", class: "unseen", accept, "aria-describedby": hint,
      onchange: (/** @type {any} */ event) => {
        const file = event.target.files?.[0];
        event.target.value = "";
        if (file) take(file);
      },
    }),
    h("label", { for: id, class: `button ${kind}` }, label),
  ];
}
