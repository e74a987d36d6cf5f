// What a curve says at a time: read from its steps, as an eye reads it from the figure.

/**
 * Survival, limits and number at risk at a time. `estimate` is null after the last time unless the curve has come to 0.
 * `nRisk` counts those who are still followed just before the time (the page's rule in table and figure).
 * @typedef {{estimate: number | null, low: number | null, high: number | null, nRisk: number, ended: boolean}} Reading
 */

/** Index of the last step at or before a time, -1 before the first. @param {number[]} times @param {number} time */
export function lastStep(times, time) {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] <= time) low = middle + 1; else high = middle;
  }
  return low - 1;
}

/**
 * Reads a curve of the results document (`kaplan_meier`) at a time.
 * @param {any} curve @param {number} time @returns {Reading}
 */
export function readAt(curve, time) {
  const { steps } = curve;
  const times = /** @type {number[]} */ (steps?.time ?? []);
  const at = lastStep(times, time);
  const nRisk = atRisk(curve, time);
  if (at < 0) return { estimate: times.length ? 1 : null, low: times.length ? 1 : null, high: times.length ? 1 : null, nRisk, ended: times.length === 0 };
  const ended = at === times.length - 1 && time > times[at];
  const value = steps.estimate[at];
  if (ended && value !== 0) return { estimate: null, low: null, high: null, nRisk, ended };
  return { estimate: value, low: steps.conf_low[at], high: steps.conf_high[at], nRisk, ended };
}

/** Followed just before a time: entered earlier (or at 0), and not yet gone. @param {any} curve @param {number} time */
function atRisk(curve, time) {
  const { steps, entry } = curve;
  const times = /** @type {number[]} */ (steps?.time ?? []);
  if (!entry?.length) {
    // The first step at or after the time has as many at risk.
    const next = times.length === 0 ? 0 : times[Math.max(0, lastStep(times, time))] === time ? lastStep(times, time) : lastStep(times, time) + 1;
    return next < times.length ? steps.n_risk[next] : 0;
  }
  const come = entry.filter((/** @type {number} */ from) => from < time || (time <= 0 && from <= 0)).length;
  const gone = times.reduce((sum, at, i) => (at < time ? sum + steps.n_event[i] + steps.n_censor[i] + (steps.n_leave?.[i] ?? 0) - (steps.n_enter?.[i] ?? 0) : sum), 0);
  return come - gone;
}

/** The last time of all curves. @param {any[]} curves */
export function lastTime(curves) {
  return Math.max(0, ...curves.map((curve) => curve.steps?.time?.at(-1) ?? 0));
}

/**
 * Where the time axis lies in a scene: the time at a place and the place of a time, in CSS pixels. Null where the scene has no
 * two ticks to tell.
 * @param {{items: any[]}} scene
 */
export function timeAxis(scene) {
  const ticks = scene.items.filter((item) => item.role === "x_tick" && typeof item.tick === "number" && item.shape?.text);
  const heights = scene.items.filter((item) => item.role === "y_tick" && item.shape?.text).map((item) => item.shape.text.y);
  if (ticks.length < 2 || heights.length < 2) return null;
  const [first, last] = [ticks[0], ticks[ticks.length - 1]];
  const perUnit = (last.shape.text.x - first.shape.text.x) / (last.tick - first.tick);
  return {
    top: Math.min(...heights), bottom: Math.max(...heights), end: last.tick,
    place: (/** @type {number} */ time) => first.shape.text.x + (time - first.tick) * perUnit,
    time: (/** @type {number} */ place) => first.tick + (place - first.shape.text.x) / perUnit,
  };
}

/** How far one press of an arrow key goes: a hundredth of the axis or less, a round number. @param {number} end */
export function keyStep(end) {
  const power = 10 ** Math.floor(Math.log10(end / 100));
  return [5, 2, 1].map((digit) => digit * power).find((step) => step <= end / 100) ?? power;
}

/** An end of the axis in the middle of what is seen, for who zooms without pointing. @param {number} end */
export function half(end) {
  return Number((end / 2).toPrecision(3));
}
