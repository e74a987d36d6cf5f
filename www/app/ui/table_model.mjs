// A table that the engine has set: the same rows and words as in every export of it.

import { h, render } from "./dom.mjs";
import { cell, table } from "./parts.mjs";

/** @typedef {import('../types').Client} Client */
/** @typedef {import('../types').TableModel} TableModel */
/** @typedef {import('../types').TableRequest} TableRequest */
/**
 * `version` changes when the same request would give another table.
 * @typedef {{client: Client, request: TableRequest, version: unknown, class: string, failed: (error: any) => string}} TableData
 */

/** The table itself. @param {TableModel} model @param {string} kind its class */
export function modelTable(model, kind) {
  const number = (/** @type {import('./dom.mjs').Child} */ words) => cell({ class: "number" }, words);
  const [first, ...heads] = model.header;
  return [
    table({
      key: "model", caption: model.title, hideCaption: true, class: kind,
      head: [[first, ...heads.map(number)]],
      rows: model.rows.map(({ indent, heading, cells: [name, ...figures] }) => ({
        class: `indent-${Math.min(indent, 3)}${heading ? " heading" : ""}`, head: name.text,
        cells: figures.map(({ text, mark }) => number([text, mark ? h("sup", null, mark) : null])),
      })),
    }),
    model.footnotes.length ? h("p", { key: "footnotes", class: "hint footnotes" }, model.footnotes.map((note) => h("span", null, `${note} `))) : null,
  ];
}

/** @param {HTMLElement} place @param {TableData} data */
function asked(place, data) {
  let turn = 0, shown = "";
  /** @type {unknown} */
  let version;
  async function ask() {
    const signature = JSON.stringify(data.request);
    if (signature === shown && version === data.version) return;
    shown = signature;
    version = data.version;
    const mine = ++turn;
    try {
      const model = await data.client.table(data.request);
      if (mine === turn) render(place, modelTable(model, data.class));
    } catch (error) {
      if (mine !== turn) return;
      shown = "";
      render(place, h("p", { key: "failed", class: "figure-failed" }, data.failed(error)));
    }
  }
  ask();
  return {
    /** @param {TableData} next */
    update(next) {
      data = next;
      ask();
    },
    destroy() {
      turn++;
    },
  };
}

/** @param {string} key @param {TableData} data */
export function tableView(key, data) {
  return h("div", { key, class: "table-model", use: asked, data });
}
