import assert from "node:assert/strict";
import test from "node:test";
import en from "./page.en.json" with { type: "json" };
import fr from "./page.fr.json" with { type: "json" };
import engineEn from "./engine.en.json" with { type: "json" };
import engineFr from "./engine.fr.json" with { type: "json" };
import { chooseLanguage, createWords, fill } from "./words.mjs";

/** @param {any} node @param {string} [path] @returns {[string, string][]} */
const leaves = (node, path = "") =>
  Object.entries(node).flatMap(([key, value]) => (typeof value === "string" ? [[path + key, value]] : leaves(value, `${path}${key}.`)));

test("both languages have the same keys and the same places to fill", () => {
  const places = (/** @type {any} */ words) =>
    leaves(words).map(([key, text]) => `${key} ${[...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join()}`).sort();
  assert.deepEqual(places(fr), places(en));
});

test("no sentence is empty", () => {
  for (const words of [en, fr]) for (const [key, text] of leaves(words)) assert.ok(text.trim(), key);
});

test("singular and plural follow the language", () => {
  assert.equal(createWords("en").t("data.size", { n: 41, columns: "76" }), "41 rows, 76 columns");
  assert.equal(createWords("en").t("problems.title", { n: 1 }), "There is a problem");
  assert.equal(createWords("fr").t("data.size", { n: 1, columns: "2" }), "1 ligne, 2 colonnes");
});

test("a code is said in the user's language, else as the engine says it", () => {
  const error = { code: "unknown_column", params: { name: "âge", suggestion: "" }, message: "x" };
  assert.match(createWords("fr").code("error", error), /âge/);
  assert.equal(createWords("fr").code("error", { code: "brand_new", message: "New." }), "New.");
  assert.match(createWords("en").code("error", { code: "engine_crashed" }), /started again/);
});

test("what befalls one patient is said in the singular, with all that the sentence of many says", () => {
  const caution = { code: "event_after_death", params: { n: "1" } };
  assert.match(createWords("en").code("caution", caution), /^One patient has /);
  assert.match(createWords("en").code("caution", { ...caution, params: { n: "2" } }), /^2 patients have /);
  const places = (/** @type {string} */ text) => [...new Set(text.match(/\{\w+(?=[}#])/g)?.map((place) => `${place}}`) ?? [])].filter((place) => place !== "{n}").sort();
  for (const [own, many] of /** @type {[any, any][]} */ ([[en, engineEn], [fr, engineFr]])) {
    for (const [code, text] of Object.entries(own.one.caution)) assert.deepEqual(places(text), places(many.caution[code]), code);
  }
});

test("no sentence of the page names a field of the study document", () => {
  for (const [language, engine] of /** @type {[import('../types').Language, any][]} */ ([["en", engineEn], ["fr", engineFr]])) {
    const w = createWords(language);
    for (const section of /** @type {const} */ (["error", "caution", "reason", "finding", "lint"])) {
      for (const [code, text] of Object.entries(engine[section])) {
        const said = w.code(section, { code, params: {} });
        // Words between straight quotes are fields; so are words joined by a line.
        assert.doesNotMatch(said.replace(/\{[^}]*\}/g, ""), /"|[a-z]_[a-z]/, code);
        const places = (/** @type {string} */ of) => new Set(of.match(/\{\w+(?=[}#])/g));
        for (const place of places(said)) assert.ok(places(/** @type {string} */ (text)).has(place), `${code}: ${place}`);
      }
    }
  }
  for (const section of /** @type {const} */ (["error", "caution"])) for (const code of Object.keys(en.plain[section])) assert.ok(code in engineEn[section], code);
});

test("the form of a word follows its number, by the language's rule", () => {
  const caution = (/** @type {string} */ events) => ({ code: "few_events", params: { events, parameters: "3", ratio: "0.3" } });
  assert.match(createWords("en").code("caution", caution("1")), /^1 event for 3 parameters/);
  assert.match(createWords("en").code("caution", caution("0")), /^0 events for 3 parameters/);
  assert.match(createWords("fr").code("caution", caution("0")), /^0 événement pour 3 paramètres/);
  assert.match(createWords("fr").code("caution", caution("2")), /^2 événements pour 3 paramètres/);
  const finding = { code: "unreadable_cell", params: { n: "1", columns: "d", cells: "“x”", expected: "date" } };
  assert.match(createWords("fr").code("finding", finding), /1 cellule n’est pas lue comme date/);
});

test("a number of the engine's making follows the language", () => {
  const caution = { code: "few_events", params: { events: "22", parameters: "5", ratio: "4.4" } };
  assert.match(createWords("fr").code("caution", caution), /4,4/);
  assert.match(createWords("en").code("caution", caution), /4\.4/);
});

test("a time in full precision is said to a tenth", () => {
  const caution = { code: "flat_to_end", params: { curve: "", value: "50%", from: "124.74743326488706", prob: "0.5" } };
  assert.match(createWords("en").code("caution", caution), /from 124\.7 to/);
  assert.match(createWords("fr").code("caution", caution), /124,7/);
});

test("a type of a column is said in the user's language", () => {
  assert.match(createWords("fr").code("error", { code: "bad_cell", params: { expected: "number" } }), /de type nombre/);
  const wrong = { code: "wrong_column_type", params: { name: "number", found: "category", expected: "number" } };
  assert.match(createWords("fr").code("error", wrong), /«\u00a0number\u00a0» contient\u00a0: catégorie\u00a0; il faut ici\u00a0: nombre/);
});

test("what an option must be is said in the user's language", () => {
  const bad = (/** @type {string} */ expected) => ({ code: "bad_option", params: { option: "conf_level", found: "2", expected } });
  assert.match(createWords("fr").code("error", bad("between 0 and 1, such as 0.95")), /il faut une valeur entre 0 et 1, par exemple 0,95/);
  assert.match(createWords("en").code("error", bad("between 0 and 1, such as 0.95")), /must be between 0 and 1, such as 0\.95/);
  assert.match(createWords("fr").code("error", bad("relapse, death")), /relapse, death/);
});

test("words that the engine makes of several are said in the user's language, with what is in them", () => {
  const french = (/** @type {string} */ code, /** @type {Record<string, string>} */ params) => createWords("fr").code("error", { code, params });
  const bad = (/** @type {string} */ found, /** @type {string} */ expected) => french("bad_option", { option: "x", found, expected });
  assert.match(bad("age, twice", "each column once"), /valoir age, deux fois\u00a0; il faut chaque colonne une seule fois/);
  assert.match(bad("9", "a level of grade: 1, 2"), /9\u00a0; il faut une modalité de grade\u00a0: 1, 2/);
  assert.match(bad('{"draws":5}', "at most 40 draws for 7000 rows"), /au plus 40 tirages pour 7000 lignes/);
  assert.match(bad("true, false", 'true, false or {"draws": N, "seed": S}, whole numbers, N at least 100'), /ou \{"draws": N, "seed": S\}, des nombres entiers/);
  assert.match(bad("“id” (900 parameters in all)", "columns with few levels"), /«\u00a0id\u00a0» \(900 paramètres en tout\)/);
  assert.match(french("office_unreadable", { format: "SPSS", reason: "record 8 is not known" }), /SPSS\u00a0: enregistrement 8 inconnu/);
  assert.match(french("wrong_column_type", { name: "d", found: "date", expected: "number / category" }), /nombre \/ catégorie/);
  // Names of JavaScript and what the file holds are no phrases.
  for (const text of ["constructor", "__proto__", "(a.b)*", "twice"]) assert.ok(bad(text, "numbers").includes(` ${text}\u00a0;`), text);
});

test("places are filled once, so that braces in the user's text stay", () => {
  assert.equal(fill("{a} {b}", { a: "{b}", b: 1 }), "{b} 1");
});

test("the browser's first known language is taken", () => {
  assert.equal(chooseLanguage(["de-DE", "fr-CA", "en"]), "fr");
  assert.equal(chooseLanguage(["de"]), "en");
});

test("a French sentence never breaks before a mark that stands apart", () => {
  for (const words of [fr, engineFr]) for (const [key, text] of leaves(words)) assert.doesNotMatch(text, /\S [:;?!»]|« | %/, key);
});
