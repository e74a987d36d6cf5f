// A supplement as readers open it: counts with what can be redone of them, or the authors' data in the whole page.

import { render } from "../ui/dom.mjs";
import { download } from "../ui/download.mjs";
import { chooseLanguage, createWords } from "../i18n/words.mjs";
import { fileName } from "../files/names.mjs";
import { sheets } from "../styles/sheets.mjs";
import sheet from "./reader.css";
import { cited } from "./file.mjs";
import { countsCsv, readerView } from "./view.mjs";
import { dataView } from "./data.mjs";

/** @typedef {import('./file.mjs').Supplement} Supplement */
/** @typedef {{redo: (document: string, request: string) => Promise<any>}} Engine */

const LANGUAGES = /** @type {import('../types').Language[]} */ (["en", "fr"]);

/** @param {HTMLElement} host */
function rootOf(host) {
  const root = host.attachShadow({ mode: "open" });
  const own = new CSSStyleSheet();
  own.replaceSync(sheet);
  const page = sheets();
  page.follow("auto");
  root.adoptedStyleSheets = [...page.all, own];
  return root;
}

/** A number as readers type it. @param {string} text */
const numberOf = (text) => Number(text.trim().replace(",", "."));

/** Shows a supplement in a document that has nothing else. @param {Document} document @param {Supplement} supplement @param {() => Engine} createEngine */
export function startSupplement(document, supplement, createEngine) {
  const host = document.createElement("div");
  document.body.append(host);
  const root = rootOf(host);
  const words = { en: createWords("en"), fr: createWords("fr") };
  let language = chooseLanguage([supplement.language]);
  const speak = (/** @type {import('../types').Language} */ chosen) => { language = chosen; document.documentElement.lang = chosen; };
  speak(language);
  if (supplement.kind === "data") {
    const draw = () => {
      render(root, dataView(words[language], supplement, LANGUAGES, (chosen) => {
        speak(chosen);
        draw();
        for (const element of document.querySelectorAll("risk-set")) /** @type {HTMLElement} */ (element).lang = chosen;
      }));
    };
    draw();
    const element = document.createElement("risk-set");
    element.setAttribute("lang", language);
    element.setAttribute("data", supplement.csv);
    element.setAttribute("study", supplement.study);
    const main = document.createElement("main");
    main.append(element);
    document.body.append(main);
    return;
  }
  const counts = JSON.parse(supplement.document), engine = createEngine();
  /** @type {import('./view.mjs').Reading} */
  const reading = {
    supplement, counts, endpoint: counts.endpoints[0].name, together: false, tau: null, redone: null, problem: null,
    at: counts.endpoints[0].ends.at(-1) / 2,
  };
  let asked = 0;
  async function redo() {
    asked += 1;
    const mine = asked, { endpoint, together, tau } = reading;
    try {
      const redone = await engine.redo(supplement.kind === "counts" ? supplement.document : "", JSON.stringify({ endpoint, together, ...(tau === null ? {} : { tau }) }));
      if (mine !== asked) return;
      Object.assign(reading, { redone, problem: null });
    } catch (problem) {
      if (mine !== asked) return;
      // What stood before still stands; what was asked is said to be wrong.
      Object.assign(reading, { problem, tau: reading.redone?.tau ?? null });
    }
    draw();
  }
  const name = cited({ ...supplement.citation, authors: "", journal: "", doi: "" }) || "supplement";
  /** @type {import('./view.mjs').Act} */
  const act = {
    endpoint(chosen) {
      const own = counts.endpoints.find((/** @type {any} */ one) => one.name === chosen);
      Object.assign(reading, { endpoint: chosen, tau: null, redone: null, at: own.ends.at(-1) / 2 });
      draw();
      redo();
    },
    together(on) { reading.together = on; redo(); },
    tau(text) {
      const value = numberOf(text);
      reading.tau = Number.isFinite(value) ? value : null;
      redo();
    },
    at(time) { reading.at = time; draw(); },
    language(chosen) { speak(chosen); draw(); },
    save(what) {
      if (what === "study") download("riskset-study.json", `${JSON.stringify(counts.study, null, 2)}\n`);
      else if (what === "counts") download(fileName([name, "counts"], "json"), `${JSON.stringify(counts, null, 2)}\n`);
      else download(fileName([name, "counts"], "csv"), `\ufeff${countsCsv(counts)}`, "text/csv");
    },
  };
  function draw() {
    render(root, readerView(words[language], reading, act, LANGUAGES));
  }
  draw();
  redo();
}
