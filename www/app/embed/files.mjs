// Files that the host asks for: the same that the menus of the page write, with the same names and the same warning in them.

import { fileName } from "../files/names.mjs";
import { lastResults } from "../state/current.mjs";
import { onPaper } from "../state/figures.mjs";
import { svgSaying } from "../files/marks.mjs";
import { millimetres, picture, saysWithin } from "../ui/figure_export.mjs";
import { figureOf } from "../views/document/figures.mjs";
import { tableOf, titleOf } from "../views/document/tables.mjs";

/** @typedef {import('../types').State} State */
/** @typedef {import('../types').Problem} Problem */
/** @typedef {import('../views/context.mjs').Context} Context */
/**
 * What is asked for. `width_mm` and `dpi` are of figures; `part` is the part of the data behind a figure (`curve`, `risk_table`, `forest`, …), for `csv`.
 * @typedef {{analysis?: string, format?: string, width_mm?: number, dpi?: number, part?: string}} Wanted
 * `patientData`: single patients can be told from it.
 * @typedef {{name: string, type: string, blob: Blob, patientData: boolean}} File
 */

const TYPES = /** @type {Record<string, string>} */ ({
  svg: "image/svg+xml", pdf: "application/pdf", png: "image/png", csv: "text/csv", json: "application/json",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
});
const FIGURES = ["svg", "pdf", "png"], TABLES = ["docx", "xlsx"];
/** Data with the exact times of patients, whatever the picture shows. */
const TIMES = ["curve", "residuals"];
/** Double column, and the least resolution that journals take. */
const WIDTH = 174, DPI = 300;

/** @param {string} option @param {unknown} found @param {string[]} expected @returns {Problem} */
const wrong = (option, found, expected) => ({ code: "embed_option", params: { option, found: String(found ?? ""), expected: expected.join(", ") } });

/**
 * The results document as it is saved: with how figures are drawn, and the words that it is patient data.
 * @param {State} state @param {Context} context
 */
export function savedResults(state, { w, plan }) {
  const results = /** @type {import('../types').Results} */ (lastResults(state));
  const { figures } = (state.fixed ? state.fixed.study : plan?.study) ?? {};
  return { ...results, study: { ...results.study, ...(figures ? { figures } : {}) }, patient_data: w.t("output.patient_data") };
}

/**
 * Makes a file; what cannot be made is thrown as a problem with a code.
 * @param {Wanted} wanted @param {State} state @param {Context} context @returns {Promise<File>}
 */
export async function fileOf({ analysis, format = "json", width_mm = WIDTH, dpi = DPI, part }, state, context) {
  const { client, w } = context;
  const results = lastResults(state);
  if (!results) throw { code: "embed_no_results" };
  if (!Object.hasOwn(TYPES, format)) throw wrong("format", format, Object.keys(TYPES));
  const made = (/** @type {(string | null | undefined)[]} */ name, /** @type {BlobPart} */ contents, patients = false) =>
    ({ name: fileName(name, format, { patients }), type: TYPES[format], blob: new Blob([contents], { type: TYPES[format] }), patientData: patients });
  if (analysis === undefined) {
    if (format !== "json") throw wrong("analysis", analysis, results.results.map(({ id }) => id));
    return made(["riskset-results"], `${JSON.stringify(savedResults(state, context), null, 2)}\n`, true);
  }
  const result = results.results.find(({ id }) => id === analysis);
  if (!result) throw wrong("analysis", analysis, results.results.map(({ id }) => id));
  if (format === "json") return made([result.type, result.endpoint, result.id], `${JSON.stringify({ ...result, patient_data: w.t("output.patient_data") }, null, 2)}\n`, true);
  if (result.error) throw result.error;
  const figure = figureOf(result, results, state, context), table = tableOf(result, results, state, context);
  if (FIGURES.includes(format) || part !== undefined || (format === "csv" && !table)) {
    if (!figure) throw wrong("format", format, table ? [...TABLES, "csv", "json"] : ["json"]);
    const title = titleOf(result, results, context);
    const whole = { key: analysis, client, w, request: figure.request, title, name: figure.name };
    if (part !== undefined || format === "csv") {
      const wanted = part ?? figure.data[0];
      if (format !== "csv" || !figure.data.includes(wanted)) throw format === "csv" ? wrong("part", wanted, figure.data) : wrong("format", format, ["csv"]);
      const found = (await client.figureCsv(onPaper(whole.request, WIDTH))).find(({ name }) => name === wanted);
      if (!found) throw wrong("part", wanted, figure.data);
      return made([...figure.name, wanted.replaceAll("_", "-")], `\ufeff${found.text}`, figure.patients || TIMES.includes(wanted));
    }
    const mm = millimetres(String(width_mm)), says = saysWithin(w, figure.data, figure.patients);
    if (format === "svg") {
      const svg = await client.figureSvg(onPaper(whole.request, mm));
      return made([...figure.name, `${mm}mm`], says ? svgSaying(svg, says) : svg, figure.patients);
    }
    if (format === "png") {
      if (!(Number.isFinite(dpi) && dpi >= 50 && dpi <= 2400)) throw wrong("dpi", dpi, ["50–2400"]);
      return made([...figure.name, `${mm}mm`, `${dpi}dpi`], (await picture(whole, mm, dpi, says)).bytes, figure.patients);
    }
    const scene = await client.figure(onPaper(whole.request, mm));
    return made([...figure.name, `${mm}mm`], await client.figurePdf(scene, { title, language: w.language, width_mm: mm, ...(says ? { subject: says } : {}) }), figure.patients);
  }
  if (!table) throw wrong("format", format, figure ? [...FIGURES, "csv", "json"] : ["json"]);
  const model = await table.model();
  if (format === "csv") return made(table.name, await client.tableCsv(model, w.language));
  return made(table.name, await (format === "docx" ? client.tableDocx(model, { language: w.language }) : client.tableXlsx(model)));
}
