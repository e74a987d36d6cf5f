// Words that are said before the first curves are on the screen, or while the rest of the page is on its way. Hosted, the others come with that
// rest (scripts/bundle.mjs takes them out of the page's script); later.test.mjs looks that none is missed.

/** Of `page.*.json`: sections, or one sentence of them. */
const PAGE = [
  "analysis", "cautions", "curves", "data", "demo", "endpoint_names", "event_names", "events", "first", "group", "headline", "kept", "live", "missing", "page",
  "place", "problems", "reader", "result", "settings", "since", "stale", "start", "steps", "support", "tabs", "unit", "work",
  // What stands beside them of steps and dialogs that come later.
  "about.newer", "about.title", "console.colon", "console.how", "curve_settings.pairwise_values", "curve_settings.test", "curve_settings.test_short",
  "curve_settings.trend", "glossary.title", "models.limits", "models.p", "models.separation", "output.save_study", "self_test.open", "silence.open",
  // The rest may never come.
  "error.cancelled", "error.engine_crashed", "error.engine_damaged", "error.engine_not_loaded", "error.engine_unavailable", "error.engine_unstable",
  "error.kept_unreadable", "error.out_of_memory",
];

/** Of `engine.*.json`. */
const ENGINE = [
  "reason",
  // What can be found of the demonstration.
  "caution.competing_risks", "caution.empty_group", "caution.event_after_censor", "caution.event_after_death", "caution.flat_to_end",
  "caution.group_without_events", "caution.incomplete_follow_up", "caution.missing_rows", "caution.no_censor_date", "caution.no_events", "caution.numeric_codes",
  "caution.origin_chosen", "caution.time_zero_dropped", "caution.time_zero_kept", "caution.times_joined", "caution.zero_before_entry",
  "error.bad_option", "error.no_events", "error.no_observations", "error.one_group",
];

/** Words of the engine's other figures, which have some in common with curves. */
export const OTHER_FIGURES = /^(?:forest|global|schoenfeld)_/;

/** The words of a file, those that come early and those that come later. @param {"page" | "engine"} file @param {Record<string, any>} words @returns {{early: Record<string, any>, later: Record<string, any>}} */
export function parted(file, words) {
  const known = new Set(file === "page" ? PAGE : ENGINE);
  const early = /** @type {Record<string, any>} */ ({}), later = /** @type {Record<string, any>} */ ({});
  for (const [section, sentences] of Object.entries(words)) {
    if (file === "engine" && section === "figure") {
      const [own, other] = [false, true].map((isOther) => Object.fromEntries(Object.entries(sentences).filter(([key]) => OTHER_FIGURES.test(key) === isOther)));
      early[section] = own;
      later[section] = other;
    } else if (known.has(section)) early[section] = sentences;
    // A section that is one sentence, or no part of which comes early.
    else if (typeof sentences === "string" || ![...known].some((name) => name.startsWith(`${section}.`))) later[section] = sentences;
    else {
      const entries = Object.entries(sentences), isEarly = (/** @type {[string, any]} */ [key]) => known.has(`${section}.${key}`);
      early[section] = Object.fromEntries(entries.filter(isEarly));
      later[section] = Object.fromEntries(entries.filter((entry) => !isEarly(entry)));
    }
  }
  return { early, later };
}
