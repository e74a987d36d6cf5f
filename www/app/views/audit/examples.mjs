// States that this view is shown in, for tests and for looking at.

import { analysed } from "../../testing/states.mjs";
import { auditView } from "./view.mjs";

/** Findings of each kind, as the engine gives them. */
function found() {
  return analysed((document) => {
    document.results.find((/** @type {any} */ result) => result.id === "audit").findings = [
      { key: "zero_time:OS", code: "zero_time", severity: "warning", endpoint: "OS", columns: [], n: 2, rows: [3, 9], params: { n: "2", endpoint: "OS" }, decision: null },
      { key: "duplicate_patient", code: "duplicate_patient", severity: "error", endpoint: null, columns: ["id"], n: 2, rows: [1, 2], params: { n: "2", columns: "id" }, decision: "to_correct" },
    ];
  });
}

/** @type {{name: string, state: import('../../types').State, view: typeof auditView}[]} */
export const examples = [
  { name: "nothing found", state: analysed(), view: auditView },
  { name: "findings", state: found(), view: auditView },
];
