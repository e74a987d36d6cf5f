// Sentences in the user's language, and numbers by its habits.

import pageEn from "./page.en.json" with { type: "json" };
import pageFr from "./page.fr.json" with { type: "json" };
import engineEn from "./engine.en.json" with { type: "json" };
import engineFr from "./engine.fr.json" with { type: "json" };
import { createFormats, once } from "./format.mjs";

/** @typedef {import('../types').Language} Language */
/** @typedef {import('../types').Problem} Problem */
/** @typedef {ReturnType<typeof createWords>} Words */

/** @type {Record<Language, any>} */
const PAGE = { en: pageEn, fr: pageFr };
/** @type {Record<Language, any>} */
const ENGINE = { en: engineEn, fr: engineFr };

/** Words that come later than the first curves, by language and file. @typedef {Partial<Record<Language, {page: object, engine: object}>>} LaterWords */

/** Takes in words that came later (later.mjs). @param {LaterWords} words */
export function addWords(words) {
  for (const [language, { page, engine }] of /** @type {[Language, {page: object, engine: object}][]} */ (Object.entries(words))) {
    takeIn(PAGE[language], page);
    takeIn(ENGINE[language], engine);
  }
}

/** Of a section a part may be there already. @param {Record<string, any>} words @param {Record<string, any>} more */
function takeIn(words, more) {
  for (const [section, sentences] of Object.entries(more)) words[section] = typeof sentences === "string" ? sentences : { ...words[section], ...sentences };
}

/** The languages, with their names in themselves. @type {[Language, string][]} */
export const LANGUAGES = [["en", "English"], ["fr", "Français"]];

/** Parameters that are numbers of the engine's making, by code: they follow the language, as texts of the file must not. @type {Record<string, string[]>} */
const DECIMALS = { few_events: ["ratio"], number_off_tick: ["tick"], number_clipped: ["tick"], counts_do_not_sum: ["tick"], x_ticks_not_clinical: ["step"], text_too_small: ["points"], flat_to_end: ["value", "from", "prob"], zero_before_entry: ["time"], exact_too_large: ["time"] };

/** Parameters that are days, by code. @type {Record<string, string[]>} */
const DATES = { incomplete_follow_up: ["closing"] };

/** Parameters that are times in full precision, by code: a tenth is enough to be read. @type {Record<string, string[]>} */
const TIMES = { flat_to_end: ["from"], zero_before_entry: ["time"] };

/** Parameters that are types of a column, by code. @type {Record<string, string[]>} */
const TYPES = { bad_cell: ["expected"], unreadable_cell: ["expected"], wrong_column_type: ["found", "expected"] };

/** Parameters that may be words of the engine's making, by code. @type {Record<string, string[]>} */
const PHRASES = { bad_option: ["found", "expected"], office_unreadable: ["reason"], contents_too_large: ["limit"], inverted_status: ["sign"] };

/** The first of the browser's languages that the page speaks. @param {readonly string[]} wanted @returns {Language} */
export function chooseLanguage(wanted) {
  for (const language of wanted) {
    const short = language.slice(0, 2).toLowerCase();
    if (short === "en" || short === "fr") return short;
  }
  return "en";
}

const english = once(() => new Intl.PluralRules("en"));

/**
 * Fills `{name}` places in one pass; `{name#one form|other form}` chooses by the number that the parameter is.
 * @param {string} template @param {Record<string, unknown>} params @param {() => Intl.PluralRules} [plural]
 */
export function fill(template, params, plural = english) {
  return template.replace(/\{(\w+)(?:#([^{}|]*)\|([^{}|]*))?\}/g, (whole, name, one, other) => {
    if (!Object.hasOwn(params, name)) return whole;
    if (one === undefined) return String(params[name]);
    return plural().select(Number(params[name])) === "one" ? one : other;
  });
}

/**
 * Says words of the engine's making, which it writes in English, in another language: a phrase as it stands, or one with places (`{n} cells`).
 * @param {Record<string, string>} phrases the words by their English
 * @returns {(text: string) => string} gives what is no phrase back
 */
export function createPhrases(phrases) {
  /** @type {Map<string, string>} */
  const whole = new Map();
  /** @type {{ sign: RegExp, names: string[], template: string }[]} */
  const withPlaces = [];
  for (const [english, template] of Object.entries(phrases)) {
    const names = [...english.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    if (names.length === 0) whole.set(english, template);
    else {
      // A place called `n` is a whole number.
      const place = (/** @type {string} */ name) => (name === "n" ? "(\\d+)" : "(.+?)");
      const literal = (/** @type {string} */ part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      const sign = english.split(/\{(\w+)\}/).map((part, i) => (i % 2 ? place(part) : literal(part))).join("");
      withPlaces.push({ sign: new RegExp(`^${sign}$`, "su"), names, template });
    }
  }
  return (text) => {
    const found = whole.get(text);
    if (found !== undefined) return found;
    for (const { sign, names, template } of withPlaces) {
      const match = sign.exec(text);
      if (match) return fill(template, Object.fromEntries(names.map((name, i) => [name, match[i + 1]])));
    }
    return text;
  };
}

/** @param {Language} language */
export function createWords(language) {
  const plural = once(() => new Intl.PluralRules(language));
  const formats = createFormats(language);
  /** Made when it is first needed: its words may come later. @type {((text: string) => string) | undefined} */
  let phrases;
  const phrase = (/** @type {string} */ text) => {
    if (!phrases && ENGINE[language].phrase) phrases = createPhrases(ENGINE[language].phrase);
    return phrases ? phrases(text) : text;
  };
  const find = (/** @type {string} */ key) =>
    key.split(".").reduce((/** @type {any} */ node, part) => node?.[part], PAGE[language]);

  /** A sentence by key. With `n` among the parameters, `{one, other}` are told apart. @param {string} key @param {Record<string, unknown>} [params] @returns {string} */
  const t = (key, params = {}) => {
    const found = find(key);
    const template = typeof found === "object" && found !== null ? found[plural().select(Number(params.n))] ?? found.other : found;
    if (typeof template !== "string") return key;
    const shown = typeof params.n === "number" ? { ...params, n: formats.count(params.n) } : params;
    return fill(template, shown, plural);
  };

  /** Words of a value that may have none of its own. @param {string} key @param {string} fallback */
  const or = (key, fallback) => (typeof find(key) === "string" ? find(key) : fallback);

  /** The sentence of an engine code; what the engine said itself where the code has no words. @param {"error" | "caution" | "reason" | "finding" | "lint"} section @param {Problem} item @returns {string} */
  const code = (section, item) => {
    const own = find(`${section}.${item.code}`);
    // The engine has one sentence for any number.
    const alone = item.params?.n === "1" ? find(`one.${section}.${item.code}`) : undefined;
    const template = alone ?? ENGINE[language][section]?.[item.code] ?? (typeof own === "string" ? own : undefined);
    const params = { ...item.params };
    for (const name of DATES[item.code] ?? []) params[name] = formats.date(String(params[name]));
    for (const name of TIMES[item.code] ?? []) if (Number.isFinite(Number(params[name] || NaN))) params[name] = String(Number(Number(params[name]).toFixed(1)));
    for (const name of DECIMALS[item.code] ?? []) if (language === "fr" && params[name]) params[name] = params[name].replace(".", ",");
    for (const name of TYPES[item.code] ?? []) params[name] = String(params[name]).split(" / ").map((type) => or(`type.${type}`, type)).join(" / ");
    for (const name of PHRASES[item.code] ?? []) if (Object.hasOwn(params, name)) params[name] = phrase(String(params[name]));
    return template ? fill(template, params, plural) : item.message ?? item.code;
  };

  /** Words of another of the engine's figures or of its tables. @param {"figure" | "flow" | "swimmer" | "missing_map" | "table_one" | "cox_table" | "reason"} section @returns {Record<string, string>} */
  const drawn = (section) => ENGINE[language][section] ?? {};

  return {
    language, t, code, or, drawn,
    /** Words that the engine's figures are drawn with. @returns {Record<string, string>} */
    get figure() { return drawn("figure"); },
    /** Why a figure has no value, in words. @returns {Record<string, string>} */
    get reasons() { return drawn("reason"); },
    ...formats,
  };
}
