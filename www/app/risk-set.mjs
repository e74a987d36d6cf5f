// <risk-set>: the whole program as one element, behind a shadow root, with no style attribute and no style element.

import { client } from "./engine/client.mjs";
import { startPage } from "./page.mjs";
import { sheets } from "./styles/sheets.mjs";

/** The custom element; `version` names the contract of its attributes (`lang`). */
export class RiskSet extends HTMLElement {
  static version = 1;

  /** @type {{stop: () => void} | null} */
  #page = null;

  connectedCallback() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = sheets();
    this.#page = startPage(this, root, client);
  }

  disconnectedCallback() {
    this.#page?.stop();
    this.#page = null;
  }
}

customElements.define("risk-set", RiskSet);
