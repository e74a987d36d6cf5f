// A picture drawn by the engine on a canvas: as wide as its place, sharp on any screen, drawn again when the place, the
// screen, the colours or the data change. Its numbers stand beside it as a table for who does not see it.

import { later } from "../later/door.mjs";
import { h, render } from "./dom.mjs";
import { applyMend, onPaper, onScreen, requestWith } from "../state/figures.mjs";

/** @typedef {import('../types').Client} Client */
/** @typedef {import('../types').FigureRequest} FigureRequest */
/**
 * `version` changes when the same request would give another picture; `table` names the table of its numbers; `name`, `data`
 * and `patients` are those of its files; `settable`
 * is what the user can set of it, and `quotable` the ids of the analyses that it may quote; `paper` is the picture as it is printed; `beneath`
 * stands right under the picture.
 * @typedef {{client: Client, w: import('../i18n/words.mjs').Words, request: Omit<FigureRequest, "width" | "theme">, version: unknown, label: string, table: string, name: string[], data?: string[], patients?: boolean, failed: (error: any) => string, settable?: import('./figure_settings.mjs').Settable, quotable?: string[], paper?: boolean, beneath?: import('./dom.mjs').Child}} FigureData
 */

/** Narrowest picture that is asked for, in CSS pixels. */
const NARROWEST = 240;

/** What is drawn at each tick, in words. @param {string} caption @param {import('../types').Scene["alt"]} alt */
function numbersTable(caption, { header = [], rows = [] }) {
  return rows.length === 0 ? null : h("table", null,
    h("caption", null, caption),
    h("thead", null, h("tr", null, header.map((words) => h("th", { scope: "col" }, words)))),
    h("tbody", null, rows.map(([first, ...rest]) => h("tr", null, h("th", { scope: "row" }, first), rest.map((text) => h("td", null, text))))));
}

/** @param {HTMLElement} place @param {FigureData} data */
function figure(place, data) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", data.label);
  const message = document.createElement("p");
  message.className = "figure-failed";
  message.hidden = true;
  const numbers = document.createElement("div");
  numbers.className = "unseen";
  // Of a picture that nobody has asked to see there is nothing.
  if (!data.paper) place.append(canvas, message, numbers);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const print = matchMedia("print");
  // What is closed has a size all the same.
  const around = data.paper ? place.closest("details") : null;
  let turn = 0, drawn = "";
  /** @type {unknown} */
  let version;
  /** @type {MediaQueryList} */
  let density;

  async function draw() {
    const width = Math.max(NARROWEST, Math.floor(place.clientWidth));
    if (!place.isConnected || place.clientWidth === 0 || (around && !around.open)) return;
    // In a page that is always light or dark the screen says nothing.
    const always = /** @type {HTMLElement | null} */ (place.closest("[data-theme]"))?.dataset.theme;
    const theme = (always ? always === "dark" : dark.matches) && !print.matches && !data.paper ? /** @type {const} */ ("dark") : /** @type {const} */ ("light");
    const request = data.paper ? onPaper(data.request) : onScreen(data.request, width, theme);
    if (!canvas.isConnected) place.append(canvas, message);
    const signature = JSON.stringify([request, devicePixelRatio]);
    if (signature === drawn && version === data.version) return;
    drawn = signature;
    version = data.version;
    const mine = ++turn;
    try {
      const scene = await data.client.figure(request);
      if (mine !== turn) return;
      canvas.width = Math.round(scene.width * devicePixelRatio);
      canvas.height = Math.round(scene.height * devicePixelRatio);
      canvas.style.width = `${scene.width}px`;
      canvas.style.height = `${scene.height}px`;
      await data.client.paint(canvas, scene);
      canvas.dataset.theme = theme;
      if (mine !== turn) return;
      canvas.setAttribute("aria-label", data.paper ? data.label : scene.alt?.text ?? data.label);
      if (!data.paper) render(numbers, numbersTable(data.table, scene.alt));
      message.hidden = true;
      canvas.hidden = false;
    } catch (error) {
      if (mine !== turn) return;
      message.textContent = data.failed(error);
      message.hidden = false;
      canvas.hidden = true;
      render(numbers);
      drawn = "";
    }
  }

  function watchDensity() {
    density?.removeEventListener("change", watchDensity);
    density = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    density.addEventListener("change", watchDensity);
    draw();
  }

  const size = new ResizeObserver(() => draw());
  size.observe(place);
  around?.addEventListener("toggle", draw);
  dark.addEventListener("change", draw);
  print.addEventListener("change", draw);
  watchDensity();
  return {
    /** @param {FigureData} next */
    update(next) {
      data = next;
      draw();
    },
    destroy() {
      turn++;
      size.disconnect();
      around?.removeEventListener("toggle", draw);
      dark.removeEventListener("change", draw);
      print.removeEventListener("change", draw);
      density.removeEventListener("change", watchDensity);
    },
  };
}

/** @param {string} key @param {FigureData} asked */
export function figureView(key, asked) {
  const { client, w, settable, version } = asked, part = later();
  const data = settable ? { ...asked, request: requestWith(asked.request, settable.choices.figures, settable.ref, asked.quotable ?? []) } : asked;
  return h("div", { key, class: "figure-place" },
    h("div", { key: "figure", class: "figure", use: figure, data }),
    data.beneath ?? null,
    settable && part ? [
      part.figureCheck({ key, label: data.label, client, w, version, request: onPaper(data.request), mend: (patch) => settable.choose(applyMend(settable.choices, settable.ref, patch)) }),
      part.figureSettings(key, settable, w),
      h("details", { key: "paper", class: "figure-preview" }, h("summary", null, w.t("figure_settings.preview")),
        h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": `${w.t("figure_settings.preview")}: ${data.label}` }, h("div", { class: "figure-paper", use: figure, data: { ...data, paper: true, label: `${w.t("figure_settings.preview")}: ${data.label}` } }))),
    ] : null,
    part?.figureExport({ key, client, w, request: data.request, title: data.request.title || data.label, name: data.name, data: data.data, patients: data.patients }));
}
