// States that this view is shown in, for tests and for looking at.

import { COPY, analysed } from "../../testing/states.mjs";
import { aboutView } from "./view.mjs";

/** @typedef {import('../../types').State} State */

const other = (/** @type {Partial<typeof COPY>} */ copy) =>
  (/** @type {State} */ state, /** @type {import('../context.mjs').Context} */ context) => aboutView(state, context, { ...COPY, ...copy });
const view = other({});
const sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const kept = /** @type {const} */ (["off", "unable", "coming", "kept", "failed"]);

/** @type {{name: string, state: State, view: typeof view}[]} */
export const examples = [
  ...kept.map((how) => ({ name: `without a network: ${how}`, state: { ...analysed(), keeping: { kept: how, isNewer: false } }, view })),
  { name: "a newer version, in French", state: { ...analysed(() => {}, "fr"), keeping: { kept: "kept", isNewer: true } }, view },
  { name: "the single file, built outside a clone", state: analysed(), view: other({ form: "single", commit: null, tools: [] }) },
  { name: "in a page with no policy of ours", state: analysed(), view: other({ scripts: null }) },
  { name: "a file being read", state: { ...analysed(), checked: { name: "riskset.html" } }, view },
  { name: "the released file", state: { ...analysed(), checked: { name: "riskset.html", sha256: sum }, expected: `${sum}  riskset.html` }, view },
  { name: "another file, in French", state: { ...analysed(() => {}, "fr"), checked: { name: "riskset.html", sha256: sum }, expected: sum.replace("b", "c") }, view },
  { name: "no checksum to compare with", state: { ...analysed(), checked: { name: "riskset.html", sha256: sum }, expected: "riskset.html" }, view },
  { name: "a file that cannot be read", state: { ...analysed(), checked: { name: "riskset.html", problem: { code: "file_unreadable", params: { reason: "NotReadableError" } } } }, view },
];
