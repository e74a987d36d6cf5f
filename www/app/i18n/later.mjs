// Words that nothing says before the whole engine is there: hosted, they come with it (scripts/bundle.mjs takes them out of the page's
// script). By file and section.

/** Sections of `page.*.json`: the steps beside the curves. */
const PAGE = [
  "audit", "flow", "hazards", "influence", "method", "missing_map", "output", "rule_values", "supplement", "timeline", "transform",
];

/** Sections of `engine.*.json`: tables, the other figures, findings. */
const ENGINE = ["cox_table", "finding", "flow", "lint", "missing_map", "phrase", "swimmer", "table_one"];

/** @param {"page" | "engine"} file @param {string} section */
export function isLater(file, section) {
  return (file === "page" ? PAGE : ENGINE).includes(section);
}
