// <risk-set>: the whole program as one element, behind a shadow root, with no style attribute and no style element.

import * as engine from "./engine/client.mjs";
import { lacking } from "./engine/support.mjs";
import { startPage } from "./page.mjs";
import { sheets } from "./styles/sheets.mjs";
import { showUnsupported } from "./ui/unsupported.mjs";

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
    figureCsv: (request) => own.figureCsv(request),
    figurePdf: (scene, request) => own.figurePdf(scene, request),
    coxTable: (request) => own.coxTable(request),
    tableCsv: (table, language) => own.tableCsv(table, language),
    tableDocx: (table, request) => own.tableDocx(table, request),
    tableXlsx: (table) => own.tableXlsx(table),
    cancel: () => own.cancel(),
    onDeath(told) {
      own.addEventListener("died", () => told(false));
      own.addEventListener("gave_up", () => told(true));
    },
    close: () => own.close(),
  };
}

/**
 * The custom element; `version` names the contract of its attributes: `lang`, and `keep`, by which studies are kept in the tab for a reload
 * (docs/storage.md).
 */
export class RiskSet extends HTMLElement {
  static version = 1;

  /** @type {(() => void) | null} */
  #stop = null;

  connectedCallback() {
    // What stood here said that nothing had started.
    this.textContent = "";
    const lack = lacking();
    if (lack) {
      showUnsupported(this, this, lack);
      return;
    }
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    try {
      root.adoptedStyleSheets = sheets();
      const client = createClient();
      const page = startPage(this, root, client, { keep: this.hasAttribute("keep") });
      this.#stop = () => {
        page.stop();
        client.close();
      };
    } catch (problem) {
      showUnsupported(this, root, "failed", problem);
    }
  }

  disconnectedCallback() {
    this.#stop?.();
    this.#stop = null;
  }
}

customElements.define("risk-set", RiskSet);
