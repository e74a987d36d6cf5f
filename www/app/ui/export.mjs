// The menu under a figure or a table that hands it out as a file or through the clipboard. It says what it did, or what went
// wrong, in words.

import { h, render } from "./dom.mjs";
import { button, notice } from "./parts.mjs";

/** @typedef {import('./dom.mjs').Child} Child */
/** @typedef {import('../i18n/words.mjs').Words} Words */
/**
 * One thing that the menu can do; `run` gives the words to say when it is done.
 * @typedef {{key: string, words: string, run: (fields: Record<string, string>) => Promise<string>}} Action
 * A field that the actions read.
 * @typedef {{key: string, words: string, hint?: string, value: string, options?: [string, string][]}} Field
 * @typedef {{id: string, w: Words, summary: string, fields: Field[], actions: Action[], notes: string[], open?: boolean}} Menu
 * What the menu says at the moment.
 * @typedef {{values: Record<string, string>, busy: string | null, said: string, problem: string}} Said
 */

/** What the menu shows. @param {Menu} menu @param {Said} said @param {(action: Action) => void} start @param {(key: string, value: string) => void} change */
export function menuPanel({ id, w, fields, actions, notes }, said, start, change) {
  return [
    fields.length === 0 ? null : h("div", { key: "fields", class: "export-fields" }, fields.map((field) => {
      const own = `${id}-${field.key}`, value = said.values[field.key] ?? field.value;
      const set = (/** @type {any} */ event) => change(field.key, event.target.value);
      return h("div", { key: field.key, class: "field" },
        h("label", { for: own }, field.words),
        field.hint ? h("p", { class: "hint", id: `${own}-hint` }, field.hint) : null,
        field.options
          ? h("select", { id: own, value, onchange: set }, field.options.map(([option, words]) => h("option", { key: option, value: option }, words)))
          : h("input", { id: own, type: "text", inputmode: "decimal", class: "short", autocomplete: "off", value, "aria-describedby": field.hint ? `${own}-hint` : null, oninput: set }));
    })),
    h("div", { key: "actions", class: "row" }, actions.map((action) =>
      button(action.words, () => start(action), { key: action.key, disabled: said.busy !== null }))),
    notes.map((words, i) => h("p", { key: `note-${i}`, class: "hint" }, words)),
    h("p", { key: "said", class: "hint", role: "status" }, said.busy !== null ? w.t("export.working") : said.said),
    said.problem ? h("div", { key: "problem", role: "alert" }, notice("problem", said.problem, "error")) : null,
  ];
}

/** @param {HTMLElement} place @param {Menu} menu */
function keeper(place, menu) {
  /** @type {Said} */
  const said = { values: {}, busy: null, said: "", problem: "" };
  let isGone = false;

  function draw() {
    if (!isGone) render(place, menuPanel(menu, said, start, (key, value) => { said.values[key] = value; draw(); }));
  }

  /** @param {Action} action */
  async function start(action) {
    if (said.busy !== null) return;
    Object.assign(said, { busy: action.key, said: "", problem: "" });
    draw();
    const values = Object.fromEntries(menu.fields.map((field) => [field.key, said.values[field.key] ?? field.value]));
    try {
      said.said = await action.run(values);
    } catch (error) {
      said.problem = inWords(error, menu.w);
    }
    said.busy = null;
    draw();
  }

  draw();
  return {
    /** @param {Menu} next */
    update(next) {
      menu = next;
      draw();
    },
    destroy() { isGone = true; },
  };
}

/** @param {any} error @param {Words} w */
function inWords(error, w) {
  return typeof error?.code === "string" ? w.code("error", error) : w.t("export.failed", { reason: String(error?.message ?? error) });
}

/** @param {Menu} menu */
export function exportMenu(menu) {
  return h("details", { key: `${menu.id}-menu`, class: "export" }, h("summary", null, menu.summary),
    h("div", { class: "export-body", use: keeper, data: menu }));
}
