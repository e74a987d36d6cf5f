// States of what is kept.

import { analysed } from "../../testing/states.mjs";
import { keptHint, keptView } from "./view.mjs";

const state = analysed();
const keep = { status: /** @type {const} */ ("ready"), now: false, taken: false, waiting: 0, left: /** @type {string[]} */ ([]) };
const own = { ...state, source: /** @type {const} */ ("file"), untouched: null };

export const examples = [
  { name: "nothing", state: { ...state, keep }, view: keptView },
  { name: "a study waits for its file", state: { ...state, keep: { ...keep, waiting: 1 } }, view: keptView },
  { name: "several wait", state: { ...state, keep: { ...keep, waiting: 3 } }, view: keptView },
  { name: "taken up again", state: { ...own, keep: { ...keep, now: true, taken: true } }, view: keptView },
  { name: "levels left out", state: { ...own, keep: { ...keep, now: true, left: ["margin", "chemo"] } }, view: keptView },
  { name: "denied by the browser", state: { ...own, keep: { ...keep, status: /** @type {const} */ ("denied") } }, view: keptView },
  { name: "no room", state: { ...own, keep: { ...keep, status: /** @type {const} */ ("full") } }, view: keptView },
  { name: "what is kept", state: { ...own, keep: { ...keep, now: true } }, view: keptHint },
];
