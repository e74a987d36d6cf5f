// Every example of every view in a real browser, one at a time: tests/browser/examples bundles this and looks at each.

import { createWords } from "../i18n/words.mjs";
import { arrived } from "../later/door.mjs";
import * as part from "../later/part.mjs";
import { sheets } from "../styles/sheets.mjs";
import { h, render } from "../ui/dom.mjs";
import { createAnalysis, createLabel, createMoment } from "../views/context.mjs";
import { examples } from "./examples.mjs";
import { contextOf } from "./states.mjs";

/** An engine whose figures are all the same: what surrounds them is looked at. */
const client = /** @type {any} */ ({
  figure: async () => ({ width: 300, height: 120, items: [], alt: { text: "A figure.", header: ["Time", "At risk"], rows: [["0", "41"]] } }),
  figureLint: async () => [
    { point: 1, code: "step_function", status: "holds" }, { point: 3, code: "band_missing", status: "fails", mend: { options: { band: true } } },
    { point: 18, code: "competing", status: "not_applicable" },
  ],
  paint: () => {},
});

const host = /** @type {HTMLElement} */ (document.querySelector("main > div"));
const root = host.attachShadow({ mode: "open" });
arrived(part);
root.adoptedStyleSheets = sheets().all;

const gallery = {
  names: Object.entries(examples).flatMap(([view, list]) => list.map(({ name }) => [view, name])),
  /** @param {string} view @param {string} name @param {import('../types').Language} language */
  show(view, name, language) {
    const example = examples[view].find((item) => item.name === name);
    if (!example) throw new Error(`no example ${view}: ${name}`);
    const state = { ...example.state, language };
    const w = createWords(language);
    document.documentElement.lang = language;
    render(root);
    render(root, h("div", { class: "page" }, example.view(state, { ...contextOf(state), client, w, label: createLabel(state, w), moment: createMoment(state, w), analysis: createAnalysis(state, w) })));
    for (const details of root.querySelectorAll("details")) details.open = true;
    for (const dialog of root.querySelectorAll("dialog")) dialog.showModal();
  },
};

/** @type {any} */ (window).gallery = gallery;
