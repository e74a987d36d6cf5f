// Pieces that several views share. Each is a description made by `h`, so that it can be tested without a browser.

import { h } from "./dom.mjs";

/** @typedef {import('./dom.mjs').Child} Child */
/** @typedef {import('../i18n/words.mjs').Words} Words */

/** A labelled select. `options` are [value, words]. @param {{id: string, label: string, value: string | null, options: [string, string][], onchange: (value: string) => void, guess?: string | null, hint?: string | null, open?: string | null}} field */
export function select({ id, label, value, options, onchange, guess, hint, open }) {
  const notes = [hint ? `${id}-hint` : null, open ? `${id}-open` : null].filter(Boolean).join(" ");
  return h("div", { class: open ? "field field-open" : "field", key: id },
    h("label", { for: id }, label, guess ? [" ", h("span", { class: "guess" }, guess)] : null),
    hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null,
    open ? h("p", { class: "open-choice", id: `${id}-open` }, open) : null,
    h("select", {
      id, value: value ?? "", "aria-describedby": notes || null,
      onchange: (/** @type {any} */ event) => onchange(event.target.value),
    }, options.map(([option, words]) => h("option", { value: option, key: option }, words))));
}

/** A labelled line of text, taken when it is left or Enter is pressed. @param {{id: string, label: string, value: string, onchange: (value: string) => void, hint?: string | null, open?: string | null, short?: boolean}} field */
export function text({ id, label, value, onchange, hint, open, short }) {
  const notes = [hint ? `${id}-hint` : null, open ? `${id}-open` : null].filter(Boolean).join(" ");
  return h("div", { class: open ? "field field-open" : "field", key: id },
    h("label", { for: id }, label),
    hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null,
    open ? h("p", { class: "open-choice", id: `${id}-open` }, open) : null,
    h("input", {
      id, type: "text", class: short ? "short" : null, value, autocomplete: "off", spellcheck: "false", "aria-describedby": notes || null,
      onchange: (/** @type {any} */ event) => onchange(event.target.value),
    }));
}

/** A labelled day, `2022-09-30`; null where none is given. @param {{id: string, label: string, value: string | null, onchange: (value: string | null) => void, hint?: string | null}} field */
export function day({ id, label, value, onchange, hint }) {
  return h("div", { class: "field", key: id },
    h("label", { for: id }, label),
    hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null,
    h("input", {
      id, type: "date", class: "short", value: value ?? "", min: "1800-01-01", max: "2199-12-31", "aria-describedby": hint ? `${id}-hint` : null,
      onchange: (/** @type {any} */ event) => onchange(event.target.value || null),
    }));
}

/** A box to tick, or a dot to choose when `name` is given. @param {{id: string, label: Child, checked: boolean, onchange: (on: boolean) => void, name?: string, hint?: string | null, key?: string}} field */
export function tick({ id, label, checked, onchange, name, hint, key }) {
  return h("div", { class: "tick", key: key ?? id },
    h("input", {
      id, type: name ? "radio" : "checkbox", ...(name ? { name } : {}), checked, "aria-describedby": hint ? `${id}-hint` : null,
      onchange: (/** @type {any} */ event) => onchange(event.target.checked),
    }),
    h("label", { for: id }, label),
    hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null);
}

/** @param {Child} words @param {(event?: Event) => void} onclick @param {Record<string, any>} [props] */
export function button(words, onclick, props = {}) {
  return h("button", { type: "button", ...props, class: `button ${props.class ?? ""}`.trim(), onclick }, words);
}

/**
 * A table that scrolls within its own region. A head or cell is words, or {words, …attributes}.
 * @param {{key: string, caption: string, head: Child[][], rows: {head: Child, cells: Child[], class?: string}[], class?: string, hideCaption?: boolean}} table
 */
export function table({ key, caption, head, rows, class: kind, hideCaption }) {
  return h("div", { key, class: "scroll", role: "region", tabindex: "0", "aria-label": caption },
    h("table", { class: kind ?? null },
      h("caption", { class: hideCaption ? "unseen" : null }, caption),
      h("thead", null, head.map((row) => h("tr", null, row.map((cell) => cellOf("th", cell, { scope: "col" }))))),
      h("tbody", null, rows.map((row) =>
        h("tr", { class: row.class ?? null }, cellOf("th", row.head, { scope: "row" }), row.cells.map((cell) => cellOf("td", cell, {})))))));
}

/** @param {string} tag @param {Child} cell @param {Record<string, any>} props */
function cellOf(tag, cell, props) {
  // A description whose tag is the empty text carries attributes for the cell itself.
  if (cell && typeof cell === "object" && "tag" in cell && cell.tag === "") return h(tag, { ...props, ...cell.props }, cell.children);
  return h(tag, props, cell);
}

/** A cell with attributes, for `table`. @param {Record<string, any>} props @param {...Child} children */
export function cell(props, ...children) {
  return h("", props, ...children);
}

/** Words to open and close. @param {string} key @param {string} summary @param {Child} content @param {Record<string, any>} [props] */
export function disclosure(key, summary, content, props = {}) {
  return h("details", { key, ...props }, h("summary", null, summary), content);
}

/** An estimate with its interval: `0.16 – 0.92`, with spaces that do not break. @param {Words} w @param {(value: number) => string} format @param {{low: number | null, high: number | null}} limits @param {string} [none] */
export function interval(w, format, { low, high }, none) {
  const side = (/** @type {number | null} */ value) => (value === null || value === undefined ? none ?? w.t("result.not_reached") : format(value));
  return `${side(low)}\u202f–\u2060\u202f${side(high)}`;
}

/** A share with its interval, `74.4% (61.2 – 90.6)`; without one where neither limit is defined (at 0). @param {Words} w @param {any} at @returns {[string, string]} */
export function rate(w, at) {
  const none = typeof at.conf_low !== "number" && typeof at.conf_high !== "number";
  return [w.percentSign(at.estimate), none ? "" : ` (${interval(w, w.percent, { low: at.conf_low, high: at.conf_high }, "–")})`];
}

/** The least or greatest value of a column: a number or a day by the language's habits. @param {number | string} value @param {Words} w */
export function end(value, w) {
  return typeof value === "number" ? w.plain(value) : w.date(value);
}

/** A short notice beside a figure. @param {string} key @param {Child} words @param {string} [kind] */
export function notice(key, words, kind = "caution") {
  return h("div", { key, class: `notice ${kind}` }, words);
}

/** For a dialog's `close`: hears that it was closed, not that it was opened anew at once, as for printing. @param {() => void} then */
export function closed(then) {
  return (/** @type {any} */ event) => { if (!event.target.open) then(); };
}
