// <risk-set>: the whole program as one element, behind a shadow root, with no style attribute and no style element.

import * as engine from "./engine/client.mjs";
import { startPage } from "./page.mjs";
import { sheets } from "./styles/sheets.mjs";

/** The engine as the page sees it: a worker of its own for each element. @returns {import('./types').Client & {close: () => void}} */
function createClient() {
  const own = engine.createEngine();
  return {
    demo: engine.demonstration(),
    open: (file, name, how) => own.open(file, name, how),
    run: (study, listener) => own.run(study, listener),
    compare: (study) => own.compare(study),
    figure: (request) => own.figure(request),
    table: (request) => own.table(request),
    paint: /** @type {any} */ (engine).paint,
    figureSvg: (request) => own.figureSvg(request),
    figureLint: (request) => own.figureLint(request),
    figureCsv: (request) => own.figureCsv(request),
    figurePdf: (scene, request) => own.figurePdf(scene, request),
    coxTable: (request) => own.coxTable(request),
    tableCsv: (table, language) => own.tableCsv(table, language),
    tableDocx: (table, request) => own.tableDocx(table, request),
    tableXlsx: (table) => own.tableXlsx(table),
    cancel: () => own.cancel(),
    close: () => own.close(),
  };
}

/** The custom element; `version` names the contract of its attributes (`lang`). */
export class RiskSet extends HTMLElement {
  static version = 1;

  /** @type {(() => void) | null} */
  #stop = null;

  connectedCallback() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = sheets();
    const client = createClient();
    const page = startPage(this, root, client);
    this.#stop = () => {
      page.stop();
      client.close();
    };
  }

  disconnectedCallback() {
    this.#stop?.();
    this.#stop = null;
  }
}

customElements.define("risk-set", RiskSet);
