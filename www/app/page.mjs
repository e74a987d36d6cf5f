// The page: its parts in order, and what the user can do with them.

import { later, whenLater } from "./later/door.mjs";
import { h, render } from "./ui/dom.mjs";
import { button, notice } from "./ui/parts.mjs";
import { download } from "./ui/download.mjs";
import { tabStore } from "./copy/tab.mjs";
import { lastResults } from "./state/current.mjs";
import { LANGUAGES, chooseLanguage, createWords } from "./i18n/words.mjs";
import { createStore } from "./state/store.mjs";
import { createKeeper } from "./state/keeper.mjs";
import { isUnsaved } from "./state/kept.mjs";
import { SLOW, createRunner } from "./state/runner.mjs";
import { initialState, reduce } from "./state/reducer.mjs";
import { readStudy } from "./state/saved.mjs";
import { buildStudy } from "./state/study.mjs";
import { isCurrent } from "./state/selectors.mjs";
import { PARTS } from "./embed/part.mjs";
import { createAnalysis, createLabel, createMoment } from "./views/context.mjs";
import { groupView } from "./views/covariates/group.mjs";
import { curvesView } from "./views/curves/view.mjs";
import { keptView } from "./views/kept/view.mjs";
import { dataView } from "./views/data/view.mjs";
import { headlineView } from "./views/headline/view.mjs";
import { problemsView } from "./views/problems/view.mjs";
import { startView } from "./views/start/view.mjs";
import { stepsView } from "./views/steps/view.mjs";

/** @typedef {import('./types').State} State */
/** @typedef {import('./views/context.mjs').Context} Context */

/** Width from which the settings stand open beside the results, in pixels (the same as in layout.css). */
const WIDE = 960;

/** Bytes of the largest file whose checksum is computed here: the page has a few million. */
const MAX_CHECKED = 50_000_000;

/**
 * What the page is told by its element. `around` is null where the page is all of the document; `home` opens what the page began
 * with; `theme` is always light or dark, or null.
 * @typedef {object} Setting
 * @property {() => import('./views/context.mjs').Around | null} around
 * @property {() => Part | null} part what is on show; null: it names no part
 * @property {() => "light" | "dark" | null} theme
 * @property {() => import('./ui/dom.mjs').Child} refused words that stand for the page where the engine cannot be started; else null
 * @property {() => void} home
 * @property {boolean} keep studies are kept in the tab for a reload, and leaving an unsaved one asks: where the page is all of the document
 * @property {typeof import('./copy/copy.mjs').copy | null} copy what this copy is, where the page is all of the document
 */

/**
 * Starts the page in a shadow root; what it opens is for the caller.
 * @param {HTMLElement} host
 * @param {ShadowRoot} root
 * @param {import('./types').Client} client
 * @param {Setting} setting
 */
export function startPage(host, root, client, setting) {
  const isWhole = setting.around() === null;
  const wanted = host.lang ? [host.lang] : isWhole ? navigator.languages : [host.closest("[lang]")?.getAttribute("lang") ?? "", ...navigator.languages];
  const store = createStore(reduce, initialState(chooseLanguage(wanted)));
  const { keep } = setting;
  const keeper = keep ? createKeeper(store, tabStore) : null;
  const runner = createRunner(client, store, { keeper });
  client.onDeath?.((isLast) => {
    if (isLast) store.dispatch({ type: "failed", during: "run", problem: { code: "engine_unstable" } });
    else store.dispatch({ type: "revived" });
  });
  /** @type {Partial<Record<import('./types').Language, import('./i18n/words.mjs').Words>>} */
  const made = {};
  const words = (/** @type {import('./types').Language} */ language) => (made[language] ??= createWords(language));
  const hasRoom = () => (isWhole ? matchMedia(`(min-width: ${WIDE}px)`).matches : host.clientWidth >= WIDE);
  let wide = hasRoom();

  /** What the page has still to ask for of its own files is asked for before a file is read: just after the page was opened that takes a moment. Gives whether the user has not stopped it. */
  async function quiet() {
    let isShown = false;
    const alarm = setTimeout(() => {
      isShown = !store.get().work;
      if (!isShown) return;
      store.dispatch({ type: "work", kind: "open" });
      store.dispatch({ type: "slow" });
    }, SLOW);
    await setting.copy?.keep.quiet();
    clearTimeout(alarm);
    if (!isShown) return true;
    const { stopped } = store.get();
    if (!stopped) store.dispatch({ type: "idle" });
    return !stopped;
  }

  /** @param {File} file @param {(file: File) => Promise<void>} open */
  async function reading(file, open) {
    try {
      if (await quiet()) await open(file);
    } catch (error) {
      store.dispatch({ type: "failed", during: "open", source: "file", problem: { code: "file_unreadable", params: { reason: String(error) }, position: { file: file.name } } });
    }
  }

  /** @param {File} file */
  async function openTable(file) {
    await runner.open(file, file.name, "file");
  }

  /** A saved study, for the file that is open. @param {File} file */
  async function openStudy(file) {
    const text = await file.text(), { inspection } = store.get();
    if (!inspection) return;
    const read = readStudy(text, inspection);
    if ("problem" in read) store.dispatch({ type: "failed", during: "study", source: "file", problem: { ...read.problem, position: { file: file.name } } });
    else store.dispatch({ type: "study", choices: read.choices, madeWith: read.other });
    runner.changed();
  }

  /** The checksum of a copy of the page that the user has. @param {File} file */
  async function check(file) {
    const { name } = file;
    store.dispatch({ type: "checked", checked: { name } });
    /** @type {State["checked"]} */
    let checked;
    try {
      if (file.size > MAX_CHECKED) throw { code: "not_a_copy", params: { name } };
      checked = { name, sha256: await client.checksum(file, name) };
    } catch (error) {
      checked = { name, problem: /** @type {any} */ (error) };
    }
    if (store.get().checked?.name === name) store.dispatch({ type: "checked", checked });
  }

  /** @param {string} id */
  function focus(id) {
    const home = root.getElementById(id) ? null : stepOf(id);
    if (home) {
      store.dispatch({ type: "step", step: home });
      draw();
    }
    const target = root.getElementById(id);
    if (!target) return;
    for (let node = target.parentElement; node; node = node.parentElement) if (node instanceof HTMLDetailsElement) node.open = true;
    if (target instanceof HTMLDetailsElement) target.open = true;
    target.scrollIntoView({ block: "center" });
    const focusable = target.matches("input, select, button, [tabindex], summary, a") ? target : target.querySelector("summary, input, select, button");
    /** @type {HTMLElement | null} */ (focusable)?.focus();
  }

  /** Shows a heading in its step. @param {import('./types').Step} step @param {string} id */
  function go(step, id) {
    store.dispatch({ type: "step", step });
    draw();
    const target = root.getElementById(id);
    if (!target) return;
    // A heading has the focus only for this: so that reading goes on from there.
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  }

  /** What is done in the two dialogs, once their part of the page is there. @type {ReturnType<import('./later/door.mjs').Part["createPanels"]> | null} */
  let panels = null;
  const act = /** @type {Context["act"]} */ ({
    choose: (choices) => { store.dispatch({ type: "choose", choices }); runner.changed(); },
    open: (file) => { reading(file, /\.json$/i.test(file.name) ? openStudy : openTable); },
    openStudy: (file) => { reading(file, openStudy); },
    openDemo: setting.home,
    startAfresh() {
      const choices = runner.proposal();
      if (!choices) return;
      store.dispatch({ type: "choose", choices, isProposal: true });
      runner.changed();
    },
    forget: () => keeper?.forget(),
    show: (endpoint) => store.dispatch({ type: "show", endpoint }),
    step(step) {
      store.dispatch({ type: "step", step });
      root.getElementById("results")?.focus();
      host.scrollIntoView({ block: "start" });
    },
    go,
    edit(column) {
      store.dispatch({ type: "edit", column });
      if (column !== null) queueMicrotask(() => queueMicrotask(() => root.getElementById("column-editor")?.focus()));
    },
    cancel: () => runner.cancel(),
    again: () => { store.get().inspection ? runner.again() : setting.home(); },
    compare: () => { runner.compare(); },
    glossary(open) {
      const dialog = /** @type {HTMLDialogElement | null} */ (root.getElementById("glossary"));
      if (open) dialog?.showModal();
      else dialog?.close();
    },
    about(open) {
      const dialog = /** @type {HTMLDialogElement | null} */ (root.getElementById("about"));
      if (open) dialog?.showModal();
      else dialog?.close();
    },
    check: (file) => { check(file); },
    expect: (expected) => store.dispatch({ type: "expected", expected }),
    dismiss: () => store.dispatch({ type: "dismiss" }),
    focus,
    panel: (...given) => panels?.act.panel(...given),
    attempt: () => { panels?.act.attempt(); },
    selfTest: () => { panels?.act.selfTest(); },
    print: () => panels?.act.print(),
    saveSelfTest: (form) => panels ? panels.act.saveSelfTest(form) : Promise.reject(new Error("no report")),
    saveStudy() {
      const { choices, inspection } = store.get();
      if (!choices || !inspection) return;
      download("riskset-study.json", buildStudy(choices, inspection).text);
      store.dispatch({ type: "saved" });
    },
    saveResults() {
      const state = store.get(), part = later();
      // How figures are drawn can have changed since: it is no reason to compute again.
      if (part && lastResults(state)) download("riskset-results-PATIENT-DATA.json", JSON.stringify(part.savedResults(state, contextOf(state)), null, 2) + "\n");
    },
  });

  function undo(/** @type {"undo" | "redo"} */ type) {
    store.dispatch({ type });
    runner.changed();
  }

  const place = document.createElement("div");
  place.className = "page";
  root.append(place);

  /** What views are given beside the state. @param {State} state @returns {Context} */
  function contextOf(state) {
    const w = words(state.language);
    const plan = state.choices && state.inspection ? buildStudy(state.choices, state.inspection) : null;
    return { w, client, plan, brief, copy: setting.copy?.facts ?? null, around: setting.around(), label: createLabel(state, w), moment: createMoment(state, w), analysis: createAnalysis(state, w), act };
  }

  // While the rest is on its way the first curve comes first on the page too.
  let brief = !later();
  client.firstPainted?.then(() => {
    if (!brief) return;
    brief = false;
    draw();
  });

  let waiting = false;
  /** The language that was last told. */
  let said = "";
  function draw() {
    waiting = false;
    const state = store.get();
    if (host.lang !== state.language || said !== state.language) {
      said = host.lang = state.language;
      host.dispatchEvent(new CustomEvent("language", { detail: state.language }));
    }
    const context = contextOf(state);
    // A console that was closed, or went with its step, costs nothing any more.
    queueMicrotask(() => { if (store.get().console && !root.querySelector(".how[open]")) store.dispatch({ type: "console", on: false }); });
    const theme = setting.theme(), refused = setting.refused();
    if (theme) place.dataset.theme = theme;
    else delete place.dataset.theme;
    render(place, refused || pageView(state, context, { wide, part: setting.part(), undo, language: (language) => store.dispatch({ type: "language", language }) }));
  }
  /** The first curves are computed here and at once: what comes before them is drawn with them. */
  const comesFirst = () => !later() && !store.get().answer && !store.get().problem;
  store.subscribe(() => {
    if (waiting) return;
    waiting = true;
    if (comesFirst()) setTimeout(draw);
    else queueMicrotask(draw);
  });

  // A frame is laid out after this script has begun, a window grows: what is not open then opens, unless it was the user who closed it.
  /** The settings that the user last opened or closed. @type {Element | null | undefined} */
  let touched;
  place.addEventListener("click", ({ target }) => { touched = /** @type {Element} */ (target).closest("#settings > summary")?.parentElement ?? touched; });
  const growth = new ResizeObserver(() => {
    if (!wide && !hasRoom()) return;
    growth.disconnect();
    if (wide) return;
    wide = true;
    const settings = /** @type {HTMLDetailsElement | null} */ (root.getElementById("settings")), isOpen = settings?.open;
    draw();
    if (settings && settings === touched) settings.open = Boolean(isOpen);
  });
  growth.observe(host);

  const keydown = (/** @type {KeyboardEvent} */ event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(event.key.toLowerCase())) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && target.matches("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio]):not([type=file])")) return;
    if (!event.composedPath().includes(host) && !(isWhole && target === document.body)) return;
    event.preventDefault();
    undo(event.shiftKey || event.key.toLowerCase() === "y" ? "redo" : "undo");
  };
  window.addEventListener("keydown", keydown);
  // A file that misses its zone must not replace the page. Where only a part is on show a file is for the page around.
  const takes = () => setting.part()?.kind === "all";
  const catches = () => takes() || Boolean(setting.around()?.apart);
  const dragover = (/** @type {DragEvent} */ event) => { if (catches()) event.preventDefault(); };
  const drop = (/** @type {DragEvent} */ event) => {
    if (event.defaultPrevented || !catches()) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file && takes()) act.open(file);
  };
  host.addEventListener("dragover", dragover);
  host.addEventListener("drop", drop);

  // Where something would be lost, the browser asks; what it says is its own.
  const leaving = (/** @type {BeforeUnloadEvent} */ event) => { if (isUnsaved(store.get())) event.preventDefault(); };
  const gone = () => keeper?.flush();
  if (keep) {
    window.addEventListener("beforeunload", leaving);
    window.addEventListener("pagehide", gone);
  }

  if (comesFirst()) {
    waiting = true;
    setTimeout(draw);
  } else draw();
  const notLater = whenLater(() => {
    panels = later()?.createPanels({ root, store, client, draw, words }) ?? null;
    draw();
  });
  const unsubscribe = setting.copy?.keep.subscribe((keeping) => store.dispatch({ type: "keeping", keeping }));
  return {
    store, runner, words, undo,
    /** Draws what is not of the state: the part on show, the theme. */
    draw,
    context: () => contextOf(store.get()),
    stop() {
      notLater();
      panels?.stop();
      growth.disconnect();
      unsubscribe?.();
      keeper?.stop();
      window.removeEventListener("beforeunload", leaving);
      window.removeEventListener("pagehide", gone);
      window.removeEventListener("keydown", keydown);
      host.removeEventListener("dragover", dragover);
      host.removeEventListener("drop", drop);
      render(place);
      place.remove();
    },
  };
}

/** The step that has a control, where the one on show has not. @param {string} id @returns {import('./types').Step} */
function stepOf(id) {
  return /^(?:covariate|multi|category|reference|per|ties|conf|strata|stratum)(?:-|$)/.test(id) ? "models" : "curves";
}

/** @typedef {import('./embed/part.mjs').Part} Part */
/** @typedef {{wide: boolean, part: Part | null, undo: (type: "undo" | "redo") => void, language: (language: import('./types').Language) => void}} Frame */

/** All of the page, or a part of it. @param {State} state @param {Context} context @param {Frame} frame */
export function pageView(state, context, frame) {
  const { part } = frame;
  if (part === null) return notice("part", context.w.t("document.no_part", { parts: PARTS.join(", ") }), "error");
  return part.kind === "all" && !state.fixed ? wholeView(state, context, frame) : partView(part, state, context, frame);
}

/** A landmark in a document of one's own; in a page of somebody else it would be one too many. @param {Context} context @param {string} tag */
const landmark = ({ around }, tag) => (around && !around.apart ? "div" : tag);

/** @param {State} state @param {Context} context @param {Frame} frame */
function wholeView(state, context, frame) {
  const { w } = context;
  return [
    header(state, context, frame),
    newer(state, context),
    work(state, context),
    h(landmark(context, "main"), { key: "main" },
      problemsView(state, context),
      state.revived ? notice("revived", [w.t("kept.revived"), " ", button(w.t("problems.dismiss"), context.act.dismiss)], "caution") : null,
      stepsView(state, context),
      keptView(state, context),
      h("div", { key: "columns", class: `columns columns-${state.step}` },
        state.step === "output" ? null : h("div", { key: "side", class: "side" }, side(state, context, frame)),
        h("div", { key: "results", id: "results", class: "results", tabindex: "-1", "aria-busy": state.work || state.pending ? "true" : null }, main(state, context)))),
    later()?.glossaryView(context),
    context.around ? foot(state, context) : ownFoot(state, context),
    h("div", { key: "live", class: "unseen", role: "status", "aria-live": "polite" }, state.said ? w.t(state.said.key, state.said.params) : ""),
  ];
}

/**
 * A step with its controls or, of a study that is run as it stands, figures and tables.
 * @param {Part} part @param {State} state @param {Context} context @param {Frame} frame
 */
function partView(part, state, context, frame) {
  const { w } = context, { inspection } = state;
  const isAll = part.kind === "all", isDocument = state.fixed !== null || part.id !== null;
  const noEndpoint = !state.work && !state.fixed && Boolean(context.plan?.missing.length);
  const waits = lastResults(state) ? null : !inspection ? "document.no_data" : noEndpoint ? "document.no_endpoint" : "document.waiting";
  return [
    isAll ? header(state, context, frame) : null,
    newer(state, context),
    work(state, context),
    h(landmark(context, "main"), { key: "part", class: "part", "aria-busy": state.work || state.pending ? "true" : null },
      // A frame is a document of its own, and begins with a heading of the first level.
      !isAll && context.around?.apart ? h("h1", { key: "name", class: "unseen" }, "riskset") : null,
      isAll ? dataView(state, context) : inspection && state.source === "demo" ? notice("demo", [h("strong", null, w.t("demo.label")), " ", w.t("demo.what")], "demo") : null,
      !isAll && state.madeWith !== null ? notice("made-with", w.t("data.made_with", { file: state.madeWith })) : null,
      later()?.partProblems(state, context),
      waits === null || state.problem ? null : h("p", { key: "waits", class: "hint" }, w.t(waits)),
      state.fixed ? null : stale(state, context),
      isDocument ? later()?.documentView(part, state, context) : stepParts(part, state, context)),
    context.around ? foot(state, context) : ownFoot(state, context),
    h("div", { key: "live", class: "unseen", role: "status", "aria-live": "polite" }, state.said ? w.t(state.said.key, state.said.params) : ""),
  ];
}

/** @param {Part} part @param {State} state @param {Context} context */
function stepParts({ kind }, state, context) {
  const part = later();
  if (kind === "curves") return [tabs(state, context), headlineView(state, context), curvesView(state, context)];
  if (!part) return null;
  switch (kind) {
    case "cohort": return [part.flowView(state, context), tabs(state, context), part.timelineView(state, context), part.missingMapView(state, context)];
    case "patients": return part.patientsView(state, context);
    default: return [tabs(state, context), part.modelsView(state, context)];
  }
}

/** Who computed this, and who can see it. @param {State} state @param {Context} context */
function foot(state, { w, around }) {
  return h(around?.apart ? "footer" : "div", { key: "foot", class: "part-foot" }, w.t("document.foot", { version: lastResults(state)?.engine?.version ?? "" }), around && !around.apart ? ` ${w.t("document.around")}` : null);
}

/** The foot of a document of our own, with what this copy of it is. @param {State} state @param {Context} context */
function ownFoot(state, context) {
  const { w, act, copy } = context, part = later(), disabled = part === null;
  return [
    copy ? part?.aboutView(state, context, copy) : null,
    part?.silenceView(state, context),
    part?.selfTestView(state, context),
    h("footer", { key: "footer" }, h("p", null, w.t("page.foot")),
      h("div", { key: "proofs", class: "proofs" },
        button(w.t("silence.open"), () => act.panel("silence", true), { key: "silence", disabled, "aria-haspopup": "dialog" }),
        button(w.t("self_test.open"), () => act.panel("self_test", true), { key: "self_test", disabled, "aria-haspopup": "dialog" }),
        copy ? button(w.t("about.title"), () => act.about(true), { key: "copy", disabled, "aria-haspopup": "dialog" }) : null)),
  ];
}

/** A newer version stands ready. @param {State} state @param {Context} context */
function newer(state, { w }) {
  return state.keeping.isNewer ? h("p", { key: "newer", class: "newer" }, w.t("about.newer")) : null;
}

/** What is set in a step. @param {State} state @param {Context} context @param {Frame} frame */
function side(state, context, frame) {
  const { w } = context, part = later();
  const settings = (/** @type {import('./ui/dom.mjs').Child[]} */ ...parts) => state.choices
    ? h("details", { key: `settings-${state.step}`, id: "settings", class: "card settings", open: frame.wide },
      h("summary", null, h("h2", null, w.t(`settings.${state.step}`))), h("div", { class: "settings-body" }, context.brief ? null : parts)) : null;
  switch (state.step) {
    case "data": return dataView(state, context);
    case "cohort": return settings(part ? part.endpointView(state, context) : coming(w));
    case "patients": return settings(groupView(state, context), part ? part.patientsSettings(state, context) : coming(w));
    case "curves": return [dataView(state, context), part
      ? settings(part.endpointView(state, context), groupView(state, context), part.curvesSettings(state, context)) : settings(groupView(state, context), coming(w))];
    case "models": return settings(part ? [part.covariatesView(state, context), part.modelOptionsView(state, context)] : coming(w));
    default: return null;
  }
}

/** What a step shows. @param {State} state @param {Context} context */
function main(state, context) {
  const asked = [stale(state, context), open(state, context)], part = later();
  if (state.step === "curves") return [tabs(state, context), ...asked, headlineView(state, context), startView(state, context), curvesView(state, context)];
  if (!part || (state.answer?.partial && state.step !== "data")) return [...asked, waiting(state, context)];
  switch (state.step) {
    case "data": return [part.readingView(state, context), part.columnsView(state, context)];
    case "cohort": return [...asked, part.auditView(state, context), part.flowView(state, context), tabs(state, context), part.timelineView(state, context), part.missingMapView(state, context)];
    case "patients": return [...asked, part.patientsView(state, context)];
    case "models": return [tabs(state, context), ...asked, part.modelsView(state, context), part.adjustedView(state, context), part.hazardsView(state, context), part.influenceView(state, context)];
    case "output": return [...asked, part.outputView(state, context), part.supplementView(state, context), part.methodView(state, context)];
  }
}

/** In place of settings whose part of the page is still on its way. @param {Context["w"]} w */
const coming = (w) => h("p", { key: "coming", class: "hint" }, w.t("first.page"));

/** In place of what the first curves come without. @param {State} state @param {Context} context */
function waiting(state, { w, act }) {
  if (state.work) return h("p", { key: "waiting", class: "card hint" }, w.t("first.waiting"));
  return state.stopped ? null : notice("waiting", [w.code("error", { code: "engine_not_loaded" }), " ", button(w.t("problems.again"), act.again)], "caution");
}

/** Choices that are still to be made, each a link to its control. @param {State} state @param {Context} context */
function open(state, { w, act, plan }) {
  if (!plan?.missing.length) return null;
  return notice("missing", [h("strong", null, w.t("missing.title")), state.answer ? null : ` ${w.t("missing.then")}`,
    h("ul", null, plan.missing.map((item) => h("li", null, h("a", {
      href: `#${item.field}`, onclick: (/** @type {Event} */ event) => { event.preventDefault(); act.focus(item.field); },
    }, `${state.choices?.endpoints.find((endpoint) => endpoint.key === item.endpoint)?.name ?? ""}: ${w.t(item.word)}`))))], "missing");
}

/** @param {State} state @param {Context} context @param {Frame} frame */
function header(state, context, frame) {
  const { w, act } = context;
  return h(landmark(context, "header"), { key: "header", class: "top" },
    // A button: a link cannot point into a shadow root.
    button(w.t("page.skip"), () => act.focus("results"), { key: "skip", class: "skip" }),
    h("div", { key: "name", class: "name" }, h(context.around && !context.around.apart ? "h2" : "h1", { class: "wordmark" }, "riskset"), h("p", null, w.t("page.tagline"))),
    h("div", { key: "tools", class: "tools", role: "group", "aria-label": w.t("page.tools") },
      button(w.t("page.undo"), () => frame.undo("undo"), { key: "undo", disabled: state.past.length === 0, "aria-keyshortcuts": "Control+Z" }),
      button(w.t("page.redo"), () => frame.undo("redo"), { key: "redo", disabled: state.future.length === 0, "aria-keyshortcuts": "Control+Shift+Z" }),
      button(w.t("glossary.title"), () => act.glossary(true), { key: "glossary", disabled: later() === null, "aria-haspopup": "dialog" }),
      LANGUAGES.map(([language, name]) => button(name, () => frame.language(language), {
        key: language, lang: language, "aria-pressed": String(state.language === language),
      }))));
}

/** Work that takes more than a moment, and the way to stop it. @param {State} state @param {Context} context */
function work(state, { w, act }) {
  // While the rest of the engine is on its way the curves are there, and what is missing says so in its place.
  if (!state.work?.slow || state.answer?.partial) return null;
  const { share, rows } = state.work;
  return h("div", { key: "work", class: "work", role: "status" },
    h("progress", { "aria-label": w.t("work.label"), value: share }),
    h("span", null, w.t(`work.${state.work.kind}`), rows ? ` ${w.t("work.rows", { n: rows })}` : null), button(w.t("work.cancel"), act.cancel));
}

/** Which endpoints are on show. @param {State} state @param {Context} context */
function tabs(state, { w, act }) {
  const plans = state.answer?.plan.endpoints ?? [];
  if (plans.length < 2) return null;
  const options = [...plans.map((plan) => [plan.key, plan.name]), ["both", w.t(plans.length === 2 ? "tabs.both" : "tabs.all")]];
  return h("div", { key: "tabs", class: "tabs", role: "group", "aria-label": w.t("tabs.title") },
    options.map(([key, name]) => button(name, () => act.show(key), { key, "aria-pressed": String(state.shown === key) })));
}

/** Says that what is on show is not of the choices as they now are. @param {State} state @param {Context} context */
function stale(state, { w, act, plan }) {
  const old = state.answer && plan && !isCurrent(state, plan.computed);
  if (state.stopped) return notice("stopped", [w.t(state.answer ? "stale.stopped" : "stale.nothing"), " ", button(w.t("stale.again"), act.again)], "caution");
  return old && (state.problem?.during === "run" || state.work?.slow) ? notice("stale", w.t("stale.earlier"), "caution") : null;
}
