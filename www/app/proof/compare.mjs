// A result against R's figures, number by number. tests/reference.rs does the same natively; tests/reference/comparison.json holds both
// to one another.

/**
 * How results are compared (tests/reference/rules.json): `closed_form` types of analysis are held to `closed_form_tolerance`, relative, whatever
 * looser tolerance a case has; the iterated ones to the case's. `floor` is added, absolutely. A p value may differ by `p_value_factor` times
 * the tolerance, and without the floor.
 * @typedef {{closed_form: string[], closed_form_tolerance: number, p_value_factor: number, floor: number, not_offered: string[][]}} Rules
 */
/** @typedef {{path: string, want: unknown, got: unknown}} Difference */
/**
 * `figures` were compared as numbers, `undefined_in_both` as not defined, `words` as text. `worst` is the largest relative difference of a figure,
 * `worst_near_zero` the largest difference of one that R has as nothing (no more than the floor).
 * @typedef {{figures: number, undefined_in_both: number, words: number, worst: number, worst_at: string, worst_near_zero: number, differences: Difference[]}} Comparison
 */

/** The relative tolerance of an analysis. @param {string} type @param {number} declared the case's @param {Rules} rules */
export function toleranceOf(type, declared, rules) {
  return rules.closed_form.includes(type) ? Math.min(declared, rules.closed_form_tolerance) : declared;
}

/**
 * Compares what R has with what was found: all that `want` names must be there.
 * @param {any} want @param {any} got @param {number} tolerance @param {Rules} rules @param {string} [path] where both stand
 * @returns {Comparison}
 */
export function compare(want, got, tolerance, rules, path = "") {
  /** @type {Comparison} */
  const out = { figures: 0, undefined_in_both: 0, words: 0, worst: 0, worst_at: "", worst_near_zero: 0, differences: [] };
  visit(want, got, path);
  return out;

  /** @param {any} wanted @param {any} found @param {string} at */
  function visit(wanted, found, at) {
    const differs = () => { out.differences.push({ path: at, want: wanted, got: found }); };
    if (wanted === null) {
      if (found === null || found === undefined) out.undefined_in_both += 1;
      else differs();
    } else if (Array.isArray(wanted)) {
      if (Array.isArray(found) && found.length === wanted.length) wanted.forEach((value, i) => visit(value, found[i], `${at}[${i}]`));
      else differs();
    } else if (typeof wanted === "object") {
      if (found === null || typeof found !== "object" || Array.isArray(found)) differs();
      else for (const [key, value] of Object.entries(wanted)) visit(value, Object.hasOwn(found, key) ? found[key] : undefined, `${at}.${key}`);
    } else if (typeof wanted === "number") {
      out.figures += 1;
      if (typeof found !== "number" || !Number.isFinite(found)) differs();
      else if (!isClose(wanted, found, at)) differs();
    } else {
      out.words += 1;
      if (wanted !== found) differs();
    }
  }

  /** @param {number} wanted @param {number} found @param {string} at */
  function isClose(wanted, found, at) {
    const apart = Math.abs(found - wanted), size = Math.abs(wanted), isP = at.endsWith(".p_value");
    if (size > rules.floor || isP) {
      const relative = apart === 0 ? 0 : apart / size;
      if (relative > out.worst) Object.assign(out, { worst: relative, worst_at: at });
    } else {
      out.worst_near_zero = Math.max(out.worst_near_zero, apart);
    }
    return apart <= (isP ? rules.p_value_factor * tolerance * size : tolerance * size + rules.floor);
  }
}
