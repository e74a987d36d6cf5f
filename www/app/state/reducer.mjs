// How the page's state answers what happens: a pure function of state and action.

/** @typedef {import('../types').State} State */
/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').Language} Language */
/**
 * What happens. Undo takes back `choose` and `study`.
 * @typedef {{type: "opened", inspection: import('../types').Inspection, choices: Choices, source: State["source"], kept?: {saved: boolean} | null}
 *   | {type: "reread", inspection: import('../types').Inspection, choices: Choices} | {type: "choose", choices: Choices, isProposal?: boolean} | {type: "undo"} | {type: "redo"}
 *   | {type: "work", kind: "open" | "run"} | {type: "slow"} | {type: "idle"} | {type: "stopped"}
 *   | {type: "progress", share: number, rows?: number} | {type: "partial", analysis: number, entry: any}
 *   | {type: "answered" | "first", answer: import('../types').Answer} | {type: "no_endpoint"} | {type: "emptied"}
 *   | {type: "fixed", text: string, study: Record<string, any>} | {type: "fixed_answered", text: string, results: import('../types').Results}
 *   | {type: "study", choices: Choices, madeWith: string | null}
 *   | {type: "failed", during: "open" | "study" | "run", problem: import('../types').Problem, source?: State["source"]} | {type: "dismiss"}
 *   | {type: "language", language: Language} | {type: "show", endpoint: string} | {type: "step", step: import('../types').Step} | {type: "edit", column: string | null}
 *   | {type: "console", on: boolean} | {type: "compared", compared: State["compared"]}
 *   | {type: "panel", panel: State["panel"]} | {type: "silence", silence: State["silence"]} | {type: "attempts", attempts: State["attempts"]}
 *   | {type: "self_test", selfTest: Partial<State["selfTest"]>}
 *   | {type: "keeping", keeping: State["keeping"]} | {type: "checked", checked: State["checked"]} | {type: "expected", expected: string}
 *   | {type: "say", key: string, params: Record<string, string | number>}
 *   | {type: "saved"} | {type: "keep", keep: Partial<import('../types').Keep>} | {type: "revived"} | {type: "pending", on: boolean}} Action
 */

/** Steps of undo that are kept. */
export const HISTORY = 200;

/** The state before anything is read. @param {Language} language @returns {State} */
export function initialState(language) {
  return {
    language, source: "demo", inspection: null, choices: null, past: [], future: [], step: "curves", editing: null, shown: "both", answer: null, fixed: null, work: null, pending: false,
    problem: null, madeWith: null, stopped: false, said: null, console: false, compared: null, untouched: null, saved: null, revived: false,
    keep: { status: "off", now: false, taken: false, waiting: 0, left: [] },
    panel: null, silence: null, attempts: null, selfTest: { running: null, report: null, problem: null },
    keeping: { kept: "off", isNewer: false }, checked: null, expected: "",
  };
}

/** @param {State} state @param {Action} action @returns {State} */
export function reduce(state, action) {
  switch (action.type) {
    case "opened":
      return {
        ...state, inspection: action.inspection, choices: action.choices, source: action.source, past: [], future: [],
        shown: action.choices.endpoints.length > 1 ? "both" : action.choices.endpoints[0].key, answer: null, fixed: null, problem: null,
        madeWith: null, stopped: false, editing: null, revived: false,
        untouched: action.kept ? null : action.choices, saved: action.kept?.saved ? action.choices : null,
        keep: { ...state.keep, taken: Boolean(action.kept), now: Boolean(action.kept), left: [] },
      };
    case "reread":
      return { ...state, inspection: action.inspection, choices: action.choices, answer: null, problem: null, stopped: false };
    case "choose":
      if (!state.choices || action.choices === state.choices) return state;
      return {
        ...withChoices(state, action.choices), past: [...state.past, state.choices].slice(-HISTORY), future: [],
        ...(action.isProposal ? { untouched: action.choices, keep: { ...state.keep, taken: false } } : {}),
      };
    case "study":
      return { ...reduce({ ...state, fixed: null, problem: null }, { type: "choose", choices: action.choices }), madeWith: action.madeWith, saved: action.choices };
    case "undo": {
      const choices = state.past[state.past.length - 1];
      if (!choices || !state.choices) return state;
      return { ...withChoices(state, choices), past: state.past.slice(0, -1), future: [state.choices, ...state.future] };
    }
    case "redo": {
      const [choices, ...future] = state.future;
      if (!choices || !state.choices) return state;
      return { ...withChoices(state, choices), past: [...state.past, state.choices], future };
    }
    case "work":
      return { ...state, work: { kind: action.kind, slow: false, share: null, entries: {} }, stopped: false };
    case "slow":
      return state.work ? { ...state, work: { ...state.work, slow: true } } : state;
    case "progress":
      return state.work ? { ...state, work: { ...state.work, share: action.share, ...(action.rows === undefined ? {} : { rows: action.rows }) } } : state;
    case "partial":
      if (!state.work) return state;
      return { ...state, work: { ...state.work, entries: { ...state.work.entries, [action.analysis]: action.entry } } };
    case "pending":
      return state.pending === action.on ? state : { ...state, pending: action.on };
    case "idle":
      return { ...state, work: null };
    case "stopped":
      return { ...state, work: null, stopped: true };
    case "answered":
      return { ...state, answer: action.answer, problem: ofFile(state), work: null, stopped: false };
    case "first":
      return { ...state, answer: action.answer, problem: ofFile(state), stopped: false };
    case "no_endpoint":
      return { ...state, answer: null, problem: ofFile(state), work: null, stopped: false };
    case "emptied":
      return {
        ...state, source: "demo", inspection: null, choices: null, past: [], future: [], editing: null, shown: "both", answer: null, fixed: null, work: null,
        madeWith: null, stopped: false, compared: null,
      };
    case "fixed":
      return { ...state, fixed: { text: action.text, study: action.study, results: null }, answer: null, problem: null, madeWith: null, stopped: false };
    case "fixed_answered":
      if (state.fixed?.text !== action.text) return state;
      return { ...state, fixed: { ...state.fixed, results: action.results }, problem: ofFile(state), work: null, stopped: false };
    case "failed":
      return { ...state, problem: { ...action.problem, during: action.during, ...(action.source ? { source: action.source } : {}) }, work: null };
    case "dismiss":
      return { ...state, problem: null, revived: false };
    case "saved":
      return { ...state, saved: state.choices };
    case "keep":
      return { ...state, keep: { ...state.keep, ...action.keep } };
    case "revived":
      return { ...state, revived: true };
    case "language":
      return action.language === state.language ? state : { ...state, language: action.language };
    case "step":
      return { ...state, step: action.step };
    case "console":
      return state.console === action.on ? state : { ...state, console: action.on };
    case "compared":
      return { ...state, compared: action.compared };
    case "edit":
      return { ...state, editing: action.column };
    case "show":
      return { ...state, shown: action.endpoint };
    case "panel":
      return { ...state, panel: action.panel };
    case "silence":
      return { ...state, silence: action.silence };
    case "attempts":
      return { ...state, attempts: action.attempts };
    case "self_test":
      return { ...state, selfTest: { ...state.selfTest, ...action.selfTest } };
    case "keeping":
      return { ...state, keeping: action.keeping, said: action.keeping.isNewer && !state.keeping.isNewer ? { key: "about.newer", params: {} } : state.said };
    case "checked":
      return { ...state, checked: action.checked };
    case "expected":
      return { ...state, expected: action.expected };
    case "say":
      return { ...state, said: { key: action.key, params: action.params } };
  }
}

/** A second endpoint is shown beside the first, as it was added to be seen. @param {State} state @param {Choices} choices @returns {State} */
function withChoices(state, choices) {
  const keys = choices.endpoints.map((endpoint) => endpoint.key);
  const first = state.choices?.endpoints.length === 1 && keys.length > 1;
  const shown = (keys.includes(state.shown) && !first) || (state.shown === "both" && keys.length > 1) ? state.shown
    : keys.length > 1 ? "both" : keys[0];
  return { ...state, choices, shown };
}

/** A file or study that could not be opened stays said until it is read or sent away; a new answer mends only what a run said. @param {State} state */
function ofFile(state) {
  return state.problem && state.problem.during !== "run" ? state.problem : null;
}
