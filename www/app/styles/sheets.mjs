// Every style sheet of the page, made into sheets that a strict policy lets in. What comes after the first curves has its own (later.mjs).

import { later } from "../later/door.mjs";
import tokens from "./tokens.css";
import dark from "./dark.css";
import base from "./base.css";
import layout from "./layout.css";
import print from "./print.css";
import data from "../views/data/view.css";
import start from "../views/start/view.css";
import headline from "../views/headline/view.css";
import curves from "../views/curves/view.css";
import steps from "../views/steps/view.css";
import kept from "../views/kept/view.css";
import consoleSheet from "../views/console/view.css";
import problems from "../views/problems/view.css";

/** How an element looks: by the screen's scheme, or always one. @typedef {"auto" | "light" | "dark"} Theme */

/** Where the dark colours hold, by theme. @type {Record<Theme, string>} */
const DARK = { auto: "(prefers-color-scheme: dark)", light: "not all", dark: "all" };
/** What scroll bars and controls follow. @type {Record<Theme, string>} */
const SCHEME = { auto: "light dark", light: "light", dark: "dark" };

/**
 * The sheets in order; those behind win. In a page of somebody else (`embedded`) measures follow the element's width, not the
 * window's, and text the size that the reader has set, not that of the page's root.
 * @param {{embedded?: boolean, rem?: number}} [options] `rem`: that size in CSS pixels
 */
export function sheets({ embedded = false, rem = 16 } = {}) {
  const made = (/** @type {string} */ text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(embedded ? within(text) : text);
    return sheet;
  };
  const colours = made(dark), scheme = new CSSStyleSheet();
  const around = embedded ? [made(`:host { display: block; container-type: inline-size; --rem: ${rem}px; } :host([hidden]) { display: none; }
    .page { all: initial; direction: ltr; unicode-bidi: isolate; display: block; color: var(--ink); font: 400 0.9375rem/1.5 var(--font); overflow-wrap: anywhere; }`)] : [];
  const before = [...around, made(tokens), colours, scheme, made([base, layout, data, start, headline, curves, steps, consoleSheet, problems, kept].join("\n"))], last = made(print);
  /** @type {CSSStyleSheet | undefined} */
  let more;
  return {
    /** Those that are there. */
    get all() {
      const part = later();
      if (part) more ??= made(part.sheets.join("\n"));
      return [...before, ...(more ? [more] : []), last];
    },
    /** @param {Theme} theme */
    follow(theme) {
      colours.media.mediaText = DARK[theme];
      scheme.replaceSync(`:host { color-scheme: ${SCHEME[theme]}; }`);
    },
  };
}

/** The same rules inside a page of somebody else. @param {string} text */
function within(text) {
  return text.replace(/@media \((min|max)-width: (\d+px)\)/g, "@container ($1-width: $2)").replace(/(-?[\d.]+)rem\b/g, "calc($1 * var(--rem))");
}
