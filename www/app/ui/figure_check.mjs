// The program holds its own figure to the list of a published one: what fails stands beside the figure, with what mends it.

import { h, render } from "./dom.mjs";
import { button } from "./parts.mjs";

/** @typedef {import('../types').Client} Client */
/** @typedef {import('../types').Finding} Finding */
/** @typedef {import('../types').FigureRequest} FigureRequest */
/** @typedef {import('../i18n/words.mjs').Words} Words */
/**
 * `request` is that of the file for a journal; `version` changes when the same request would give another picture.
 * @typedef {{key: string, label: string, client: Client, w: Words, request: FigureRequest, version: unknown, mend: (patch: import('../types').Patch) => void}} Check
 */

/** The sentence of a finding. @param {Finding} finding @param {Words} w */
function sentence({ code, params = {} }, w) {
  // Parts of a legend are codes of the same section.
  const parts = params.parts?.split(" ").filter(Boolean).map((part) => w.code("lint", { code: part })).join(", ");
  return w.code("lint", { code, params: parts === undefined ? params : { ...params, parts } });
}

/** What the list says of a figure. @param {Pick<Check, "key" | "w" | "mend">} check @param {Finding[]} findings */
export function checkPanel({ key, w, mend }, findings) {
  const fails = findings.filter((finding) => finding.status === "fails"), holds = findings.filter((finding) => finding.status === "holds").length;
  const all = `check-${key}-all`;
  return [
    h("p", { key: "summary", class: fails.length ? "figure-check-summary figure-check-wrong" : "figure-check-summary" },
      w.t(fails.length ? "figure_check.fails" : "figure_check.holds", { n: fails.length || holds, of: w.count(holds + fails.length) })),
    fails.length ? h("ul", { key: "fails", class: "figure-check-fails" }, fails.map((finding) => h("li", { key: finding.code }, sentence(finding, w),
      finding.mend ? [" ", button(w.code("lint", { code: `${finding.code}_mend` }), () => mend(/** @type {any} */ (finding.mend)), { class: "quiet" })] : null))) : null,
    h("details", { key: "all", class: "figure-check-all" }, h("summary", { id: all }, w.t("figure_check.all")),
      h("ol", null, findings.map((finding) => h("li", { key: String(finding.point), class: `figure-check-${finding.status}` },
        h("strong", null, w.t(`figure_check.status.${finding.status}`)), " ", sentence(finding, w))))),
  ];
}

/** @param {HTMLElement} place @param {Check} data */
function checker(place, data) {
  let asked = "", turn = 0;
  /** @type {unknown} */
  let version;
  /** @type {Finding[] | null} */
  let found = null;

  const draw = () => render(place, found ? checkPanel({ ...data, mend }, found) : null);

  /** @param {import('../types').Patch} patch */
  function mend(patch) {
    // The button goes with what it mends; the focus stays beside the figure.
    /** @type {HTMLElement | null} */ (place.querySelector("summary"))?.focus({ preventScroll: true });
    data.mend(patch);
  }

  async function look() {
    const signature = JSON.stringify(data.request);
    if (signature === asked && version === data.version) return draw();
    asked = signature;
    version = data.version;
    const mine = ++turn;
    // A figure that cannot be drawn says so itself.
    const next = await Promise.resolve().then(() => data.client.figureLint(data.request)).catch(() => null);
    if (mine !== turn) return;
    found = next;
    if (!next) asked = "";
    draw();
  }

  look();
  return {
    /** @param {Check} next */
    update(next) {
      data = next;
      look();
    },
    destroy() { turn++; },
  };
}

/** @param {Check} data */
export function figureCheck(data) {
  return h("div", { key: "check", class: "figure-check", role: "group", "aria-label": `${data.w.t("figure_check.title")}: ${data.label}`, use: checker, data });
}
