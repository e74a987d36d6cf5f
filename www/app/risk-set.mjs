// Proves the way from the page to the engine; the page's own element takes this place.
import { createEngine } from './engine/client.mjs';

customElements.define('risk-set', class extends HTMLElement {
  async connectedCallback() {
    const engine = createEngine();
    const { bytes, name } = engine.demo;
    this.textContent = JSON.stringify(await engine.open(bytes, name));
  }
});
