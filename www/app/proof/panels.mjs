// What can be done in the two dialogs: looking at what leaves this machine, and the self-test.

import { download } from "../ui/download.mjs";
import { fileName } from "../files/names.mjs";
import { reportOf, reportPage, reportTable } from "./report.mjs";

/** @typedef {import('../types').State} State */
/** @typedef {NonNullable<State["panel"]>} Panel */

/** Milliseconds between two looks while the dialog is open, and for which a busy worker is waited for. */
const EVERY = 1000, PATIENCE = 200;

/**
 * @param {{root: ShadowRoot, store: import('../state/store.mjs').Store, client: import('../types').Client, draw: () => void, words: (language: import('../types').Language) => import('../i18n/words.mjs').Words}} page
 */
export function createPanels({ root, store, client, draw, words }) {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let looking;

  async function look() {
    const patience = new Promise((resolve) => { setTimeout(resolve, PATIENCE, null); });
    const [found, worker] = await Promise.all([client.watch.read(), Promise.race([client.traffic().catch(() => null), patience])]);
    const silence = { ...found, worker: /** @type {import('../types').Silence["worker"]} */ (worker) };
    // The page is drawn anew only when there is news.
    if (JSON.stringify(silence) !== JSON.stringify(store.get().silence)) store.dispatch({ type: "silence", silence });
  }

  /** @param {Panel} panel */
  function open(panel) {
    store.dispatch({ type: "panel", panel });
    draw();
    /** @type {HTMLDialogElement | null} */ (root.getElementById(panel))?.showModal();
    if (panel !== "silence") return;
    look();
    looking ??= setInterval(look, EVERY);
  }

  /** Also where the browser closes a dialog by itself. @param {Panel} panel */
  function close(panel) {
    if (panel === "silence") {
      clearInterval(looking);
      looking = undefined;
    }
    /** @type {HTMLDialogElement | null} */ (root.getElementById(panel))?.close();
    if (store.get().panel === panel) store.dispatch({ type: "panel", panel: null });
  }

  // A modal dialog is printed on as many sheets as the page behind it has: for printing it stands in the page like anything else.
  const reopen = (/** @type {"show" | "showModal"} */ how) => {
    const { panel } = store.get();
    const dialog = panel && /** @type {HTMLDialogElement | null} */ (root.getElementById(panel));
    dialog?.close();
    dialog?.[how]();
  };
  const before = () => reopen("show"), after = () => reopen("showModal");
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);

  const act = {
    /** @param {Panel} panel @param {boolean} isOpen */
    panel(panel, isOpen) {
      if (isOpen) open(panel);
      else close(panel);
    },

    async attempt() {
      if (store.get().attempts === "trying") return;
      store.dispatch({ type: "attempts", attempts: "trying" });
      store.dispatch({ type: "attempts", attempts: await client.attempt() });
      look();
    },

    async selfTest() {
      if (store.get().selfTest.running) return;
      store.dispatch({ type: "self_test", selfTest: { running: { done: 0, of: 0, name: "" }, report: null, problem: null } });
      try {
        const report = await client.selfTest((running) => store.dispatch({ type: "self_test", selfTest: { running } }));
        store.dispatch({ type: "self_test", selfTest: { running: null, report } });
      } catch (/** @type {any} */ error) {
        store.dispatch({ type: "self_test", selfTest: { running: null, problem: String(error?.message ?? error) } });
      }
    },

    // The sheet for printers shows the open dialog alone.
    print() { window.print(); },

    /** The report as a file. @param {"html" | "csv"} form @returns {Promise<string>} its name */
    async saveSelfTest(form) {
      const { selfTest: { report: test }, language } = store.get();
      if (!test) throw new Error("no report");
      const report = reportOf(test, words(language));
      const name = fileName(["riskset", test.engine?.version.replaceAll(".", "_"), "self-test", test.ended.slice(0, 10)], form);
      if (form === "html") download(name, reportPage(report, language), "text/html");
      else download(name, await client.tableCsv(reportTable(report), language), "text/csv");
      return name;
    },
  };
  return {
    act,
    stop() {
      clearInterval(looking);
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    },
  };
}
