// What the menu of a figure offers: the same scene, laid out for paper at the width that is asked for, as a file for a journal.

import { download } from "./download.mjs";
import { exportMenu } from "./export.mjs";
import { fileName } from "../files/names.mjs";
import { onPaper, paperWidth } from "../state/figures.mjs";
import { pngSaying, svgSaying } from "../files/marks.mjs";
import { LONGEST, MOST, pixels, withResolution } from "../files/png.mjs";

/** @typedef {import('../types').Client} Client */
/** @typedef {import('../types').FigureRequest} FigureRequest */
/** @typedef {import('../i18n/words.mjs').Words} Words */
/**
 * `name` are the parts of the files' names; `data` the parts of the data behind the figure; `patients` says that each patient's times
 * can be read off the picture itself.
 * @typedef {{key: string, client: Client, w: Words, request: Omit<FigureRequest, "width" | "theme">, title: string, name: string[], data?: string[], patients?: boolean}} Figure
 */

/** Widths that a journal may ask for, in millimetres. */
const NARROWEST = 60, WIDEST = 400;
const RESOLUTIONS = ["300", "600", "1200"];
/** Resolution of a picture on the clipboard. */
const CLIPBOARD = 300;
/** Data with the exact times of patients, whatever the picture shows. */
const TIMES = ["curve", "residuals"];

/** What the picture of these data says within itself: where it has the times of patients in it, that it has. @param {Words} w @param {string[]} data @param {boolean} patients @returns {string | null} */
export const saysWithin = (w, data, patients) => (patients || data.some((part) => TIMES.includes(part)) ? w.t("export.within") : null);

/** @param {Figure} figure */
export function figureExport(figure) {
  const { key, w, name, data = ["table"], patients = false } = figure;
  /** @param {string} ending @param {string[]} more */
  const file = (ending, ...more) => fileName([...name, ...more], ending, { patients });
  const hasTimes = data.some((part) => TIMES.includes(part)), says = saysWithin(w, data, patients);
  const saved = (/** @type {string} */ words) => w.t("export.saved", { name: words });
  return exportMenu({
    id: `export-${key}`, w, summary: w.t("export.figure"),
    fields: [
      { key: "width", words: w.t("export.width"), hint: w.t("export.width_hint"), value: w.plain(paperWidth(figure.request)) },
      { key: "dpi", words: w.t("export.dpi"), value: RESOLUTIONS[0], options: RESOLUTIONS.map((dpi) => [dpi, w.t("export.dpi_value", { dpi })]) },
    ],
    actions: [
      {
        key: "svg", words: "SVG",
        async run({ width }) {
          const mm = millimetres(width), own = file("svg", `${mm}mm`);
          const svg = await figure.client.figureSvg(onPaper(figure.request, mm));
          download(own, says ? svgSaying(svg, says) : svg, "image/svg+xml");
          return saved(own);
        },
      },
      {
        key: "pdf", words: "PDF",
        async run({ width }) {
          const mm = millimetres(width), scene = await figure.client.figure(onPaper(figure.request, mm));
          const bytes = await figure.client.figurePdf(scene, { title: figure.title, language: w.language, width_mm: mm, ...(says ? { subject: says } : {}) });
          const own = file("pdf", `${mm}mm`);
          download(own, bytes, "application/pdf");
          return saved(own);
        },
      },
      {
        key: "png", words: "PNG",
        async run({ width, dpi }) {
          const mm = millimetres(width);
          const { bytes, size } = await picture(figure, mm, Number(dpi), says);
          const own = file("png", `${mm}mm`, `${dpi}dpi`);
          download(own, bytes, "image/png");
          return `${saved(own)} ${w.t("export.pixels", { width: w.count(size.width), height: w.count(size.height) })}`;
        },
      },
      {
        key: "copy", words: w.t("export.copy_picture"),
        async run({ width }) {
          const made = picture(figure, millimetres(width), CLIPBOARD, says);
          // The promise goes into the item, or the browser would forget that the user asked for it.
          await toClipboard({ "image/png": made.then(({ bytes }) => new Blob([bytes], { type: "image/png" })) }, made);
          return w.t("export.copied_picture");
        },
      },
      ...data.map((part) => ({
        key: part, words: w.t(`export.csv_${part}`),
        async run() {
          const found = (await figure.client.figureCsv(onPaper(figure.request))).find((item) => item.name === part);
          if (!found) throw new Error(`there is no ${part}`);
          const own = fileName([...name, part.replaceAll("_", "-")], "csv", { patients: patients || TIMES.includes(part) });
          // With the mark by which spreadsheets know UTF-8.
          download(own, `\ufeff${found.text}`, "text/csv");
          return saved(own);
        },
      })),
    ],
    notes: [w.t("export.figure_hint"), ...(hasTimes ? [w.t("export.times")] : []), ...(patients ? [w.t("export.patients")] : [])],
  });
}

/** @param {string} text */
export function millimetres(text) {
  const value = Number(text.trim().replace(",", "."));
  if (!(value >= NARROWEST && value <= WIDEST)) throw { code: "export_width", params: { found: text.trim() || "–", least: String(NARROWEST), most: String(WIDEST) } };
  return value;
}

/** @param {Figure} figure @param {number} mm @param {number} dpi @param {string | null} says what stands in it that nobody sees */
export async function picture(figure, mm, dpi, says) {
  const scene = await figure.client.figure(onPaper(figure.request, mm)), size = pixels(scene, mm, dpi);
  if (!size.fits) {
    const { w } = figure;
    throw { code: "export_pixels", params: { width: w.count(size.width), height: w.count(size.height), longest: w.count(LONGEST), most: w.count(MOST / 1e6) } };
  }
  const canvas = document.createElement("canvas");
  await figure.client.paint(canvas, scene, size.ratio);
  const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve, "image/png"));
  // The memory of a large canvas is given back at once.
  const painted = { width: canvas.width, height: canvas.height };
  canvas.width = canvas.height = 0;
  if (!blob || painted.width !== size.width || painted.height !== size.height) throw { code: "export_no_memory", params: { width: String(size.width), height: String(size.height) } };
  const bytes = withResolution(new Uint8Array(await blob.arrayBuffer()), dpi);
  return { bytes: says ? pngSaying(bytes, says) : bytes, size };
}

/** @param {Record<string, Promise<Blob> | Blob>} contents @param {Promise<unknown>} [made] what it is made of: its failure is told rather than the clipboard's */
export async function toClipboard(contents, made) {
  if (!navigator.clipboard?.write || typeof ClipboardItem === "undefined") throw { code: "export_no_clipboard" };
  try {
    await navigator.clipboard.write([new ClipboardItem(contents)]);
  } catch (problem) {
    await made;
    throw { code: "export_clipboard_refused", params: { reason: String(problem) } };
  }
  await made;
}
