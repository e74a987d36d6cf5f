// Reading a curve at a time: by pointing at the figure, or by a slider that lies under its time axis and does the same.
// What is read is for the moment and no choice of the study; where the axis ends is one.

import { h, render } from "../../ui/dom.mjs";
import { button, interval, table, cell } from "../../ui/parts.mjs";
import { keyStep, lastTime, readAt, timeAxis } from "../../state/reading.mjs";

/** @typedef {import('../../types').Client} Client */
/** @typedef {import('../../types').Scene} Scene */
/** @typedef {import('../../i18n/words.mjs').Words} Words */
/**
 * `key` tells the figures of a page apart; `curves` are the results'; `zoomed` says that the axis ends early; `start` is read first.
 * @typedef {{key: string, client: Client | null, w: Words, unit: string, title: string, curves: any[], all: string, end: number, start: number, zoomed: boolean,
 *   upward: boolean, endAxis: (end: number | null) => void}} ReaderData
 */

/** The last scene of each figure, by the engine that drew it, and who waits for it. @type {WeakMap<Client, Map<string, {scene: Scene | null, heard: Set<() => void>}>>} */
const drawn = new WeakMap();

/** @param {Client} client @param {string} key */
function place(client, key) {
  const figures = drawn.get(client) ?? new Map();
  drawn.set(client, figures);
  const found = figures.get(key) ?? { scene: null, heard: new Set() };
  figures.set(key, found);
  return found;
}

/** The engine, whose scene of this figure is remembered: its axis tells the time under the pointer. @param {Client} client @param {string} key @returns {Client} */
export function watching(client, key) {
  if (!client) return client;
  return {
    ...client,
    async figure(request) {
      const scene = await client.figure(request);
      // A file for a journal is laid out at another width.
      if (request.theme === "print") return scene;
      const own = place(client, key);
      own.scene = scene;
      queueMicrotask(() => { for (const hear of own.heard) hear(); });
      return scene;
    },
  };
}

/** Pixels that a pointer must move for a drag. */
const DRAG = 6;

/** Milliseconds of rest before a reading is said. */
const SAY = 300;

/** A time that is neither more exact than the picture nor beyond it. @param {number} time @param {number} end */
function rounded(time, end) {
  const step = keyStep(end);
  return Math.min(end, Math.max(0, Number((Math.round(time / step) * step).toPrecision(10))));
}

/** @param {HTMLElement} element @param {ReaderData} data */
function reader(element, data) {
  const find = (/** @type {string} */ part) => /** @type {any} */ (element.querySelector(part));
  const picture = find(".reader-figure"), line = find(".reader-line"), drag = find(".reader-drag"), readout = find(".readout"), said = find(".reader-said");
  const slider = /** @type {HTMLInputElement} */ (find("input[type=range]"));
  let time = data.start, touched = false, shown = "";
  /** @type {number | null} */
  let from = null;
  let isDrag = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const axis = () => {
    const scene = data.client ? place(data.client, data.key).scene : null;
    return scene && timeAxis(scene);
  };
  const canvas = () => /** @type {HTMLCanvasElement | null} */ (picture.querySelector("canvas"));

  /** Puts the line and the slider where the picture has them. */
  function lay() {
    const scale = axis(), drawing = canvas();
    line.hidden = !scale || !drawing || drawing.hidden || !touched;
    if (!scale || !drawing) return;
    const left = drawing.offsetLeft + scale.place(time);
    line.style.left = `${left}px`;
    line.style.top = `${drawing.offsetTop + scale.top}px`;
    line.style.height = `${scale.bottom - scale.top}px`;
    const room = /** @type {HTMLElement} */ (slider.parentElement).clientWidth;
    const start = Math.max(0, drawing.offsetLeft + scale.place(0) - 8);
    slider.style.marginLeft = `${start}px`;
    slider.style.width = `${Math.min(room - start, scale.place(data.end) - scale.place(0) + 16)}px`;
  }

  function show() {
    const rows = data.curves.map((curve) => ({ curve, at: readAt(curve, time) }));
    const { w } = data;
    const when = w.t("reader.at", { time: w.time(time), unit: data.unit });
    slider.value = String(time);
    slider.setAttribute("aria-valuetext", `${w.time(time)} ${data.unit}`);
    const key = JSON.stringify([data.title, when, rows.map(({ at }) => at), data.upward, w.language]);
    if (key !== shown) {
      shown = key;
      const share = (/** @type {number | null} */ value) => (value === null ? null : data.upward ? 1 - value : value);
      const words = (/** @type {import("../../state/reading.mjs").Reading} */ { estimate, low, high }) => {
        if (estimate === null) return [w.t("reader.ended"), ""];
        const limits = data.upward ? { low: share(high), high: share(low) } : { low, high };
        const none = typeof low !== "number" && typeof high !== "number";
        return [w.percentSign(/** @type {number} */ (share(estimate))), none ? "" : interval(w, w.percent, limits, "–")];
      };
      render(readout, table({
        key: "reading", caption: w.t("reader.caption", { title: data.title, time: w.time(time), unit: data.unit }), class: "dense reading",
        head: [[w.t("curves.group"), cell({ class: "number" }, w.t(data.upward ? "reader.events" : "reader.survival")), cell({ class: "number" }, w.t("result.ci95")), cell({ class: "number" }, w.t("curves.at_risk"))]],
        rows: rows.map(({ curve, at }) => ({ head: curve.group ?? data.all, cells: [...words(at), w.count(at.nRisk)].map((text) => cell({ class: "number" }, text)) })),
      }));
      clearTimeout(timer);
      if (touched) timer = setTimeout(() => {
        said.textContent = `${when} ${rows.map(({ curve, at }) => {
          const [estimate, limits] = words(at);
          return w.t("reader.said", { group: curve.group ?? data.all, estimate, limits: limits ? ` (${limits})` : "", n: at.nRisk });
        }).join("; ")}.`;
      }, SAY);
    }
    lay();
  }

  /** @param {number} next */
  function read(next) {
    touched = true;
    time = rounded(next, data.end);
    show();
  }

  /** The time under the pointer; null beside the plot. @param {PointerEvent} event @param {boolean} [clamped] */
  function pointed(event, clamped = false) {
    const scale = axis(), drawing = canvas();
    if (!scale || !drawing) return null;
    const box = drawing.getBoundingClientRect();
    const found = scale.time(event.clientX - box.left), y = event.clientY - box.top;
    if (!clamped && (found < 0 || found > data.end || y < scale.top - 12 || y > scale.bottom + 12)) return null;
    return Math.min(data.end, Math.max(0, found));
  }

  const move = (/** @type {PointerEvent} */ event) => {
    const found = pointed(event, from !== null);
    if (found === null) return;
    read(found);
    if (from === null) return;
    const scale = axis(), drawing = canvas();
    if (!scale || !drawing) return;
    const width = Math.abs(scale.place(found) - scale.place(from));
    isDrag = isDrag || width > DRAG;
    drag.hidden = !isDrag;
    const last = Math.max(found, from);
    drag.style.left = `${drawing.offsetLeft + scale.place(last)}px`;
    drag.style.width = `${Math.max(0, scale.place(data.end) - scale.place(last))}px`;
    drag.style.top = `${drawing.offsetTop + scale.top}px`;
    drag.style.height = `${scale.bottom - scale.top}px`;
  };
  const down = (/** @type {PointerEvent} */ event) => {
    // A finger scrolls the page.
    if (event.button !== 0 || event.pointerType === "touch") return;
    from = pointed(event);
    isDrag = false;
    if (from !== null) picture.setPointerCapture(event.pointerId);
  };
  const up = (/** @type {PointerEvent} */ event) => {
    const first = from, last = pointed(event, true);
    const ends = isDrag && event.type === "pointerup" && first !== null && last !== null;
    from = null;
    isDrag = false;
    drag.hidden = true;
    if (ends) end(rounded(Math.max(first, last), data.end));
  };
  const end = (/** @type {number} */ at) => { if (at > 0 && at < data.end) data.endAxis(at); };
  const input = () => read(Number(slider.value));
  const keydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") end(time);
    else if (event.key === "Escape" && data.zoomed) data.endAxis(null);
    else return;
    event.preventDefault();
  };
  const here = () => end(time);

  picture.addEventListener("pointermove", move);
  picture.addEventListener("pointerdown", down);
  picture.addEventListener("pointerup", up);
  picture.addEventListener("pointercancel", up);
  slider.addEventListener("input", input);
  slider.addEventListener("keydown", keydown);
  find(".reader-here").addEventListener("click", here);
  drag.hidden = true;
  if (data.client) place(data.client, data.key).heard.add(lay);
  show();
  return {
    /** @param {ReaderData} next */
    update(next) {
      data = next;
      time = Math.min(time, data.end);
      show();
    },
    destroy() {
      clearTimeout(timer);
      if (data.client) place(data.client, data.key).heard.delete(lay);
    },
  };
}

/** Filled by the reader alone. */
const ofReader = () => ({});

/**
 * A figure that can be read, with its slider and what is read.
 * @param {ReaderData} data @param {(beneath: import('../../ui/dom.mjs').Child) => import('../../ui/dom.mjs').VNode} figure makes the figure with this right beneath its picture
 */
export function readerView(data, figure) {
  return h("div", { key: "reader", class: "reader", use: reader, data },
    h("div", { key: "figure", class: "reader-figure" }, figure(slide(data)),
      h("div", { key: "line", class: "reader-line", "aria-hidden": "true" }), h("div", { key: "drag", class: "reader-drag", "aria-hidden": "true" })));
}

/** The slider, its buttons and what is read. @param {ReaderData} data */
function slide(data) {
  const { w, end } = data;
  const id = `read-${data.key}`;
  return [
    h("div", { key: "slide", class: "reader-slide" },
      h("label", { for: id, class: "label" }, w.t("reader.label", { unit: data.unit })),
      h("input", { id, type: "range", min: 0, max: end, step: keyStep(end), "aria-describedby": `${id}-hint` })),
    h("div", { key: "buttons", class: "row reader-buttons" },
      h("button", { type: "button", class: "button reader-here", key: "here" }, w.t("reader.end_here")),
      data.zoomed ? button(w.t("reader.whole"), () => data.endAxis(null), { key: "whole", id: `${id}-whole` }) : null,
      h("p", { key: "hint", class: "hint", id: `${id}-hint` }, w.t("reader.hint"))),
    h("div", { key: "readout", class: "readout", use: ofReader }),
    h("p", { key: "said", class: "unseen reader-said", "aria-live": "polite", use: ofReader }),
  ];
}

/** Where the time axis of curves ends. @param {any[]} curves @param {number | undefined} chosen */
export function axisEnd(curves, chosen) {
  const last = lastTime(curves);
  return chosen !== undefined && chosen > 0 ? chosen : last;
}
