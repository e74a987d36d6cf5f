// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { silenceView } from "./view.mjs";

/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').Silence} Silence */

/** @type {Silence} */
const silence = {
  policy: ["default-src 'none'; script-src 'sha256-AAAA=' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'none'; img-src data: blob:; base-uri 'none'; form-action 'none'"],
  from: "https://example.org", requests: [{ url: "https://example.org/riskset.0123456789abcdef.js", kind: "script", at: 12.3 }], within: 1, refused: [], opened: 2000,
  stored: [{ place: "local", names: [] }, { place: "cached", names: ["riskset-0123"] }, { place: "databases", names: null }], worker: { requests: 0, refused: 0 },
};

/** @param {Partial<Silence> | null} change @param {State["attempts"]} [attempts] @param {import('../../types').Language} [language] @returns {State} */
const at = (change, attempts = null, language = "en") => ({ ...analysed(() => {}, language), panel: "silence", silence: change && { ...silence, ...change }, attempts });

/** @type {{name: string, state: State, view: typeof silenceView}[]} */
export const examples = [
  { name: "closed", state: analysed(), view: silenceView },
  { name: "before the first look", state: at(null), view: silenceView },
  { name: "nothing", state: at({}), view: silenceView },
  { name: "nothing, in French, from a file, while it computes", state: at({ from: "file", requests: [], opened: null, worker: null }, "trying", "fr"), view: silenceView },
  { name: "a leak", state: at({
    policy: ["connect-src *"], requests: [...silence.requests, { url: "https://elsewhere.example/?x", kind: "other", at: 3000 }],
    refused: [{ url: "https://elsewhere.example/x.png", directive: "img-src", at: 3100 }], worker: { requests: 1, refused: 1 },
  }), view: silenceView },
  { name: "ways out that were tried", state: at({}, [{ way: "request", refused: true }, { way: "beacon", refused: true }, { way: "socket", refused: false }, { way: "picture", refused: true }], "fr"), view: silenceView },
  { name: "in another page", state: at({ policy: [] }), view: silenceView },
];
