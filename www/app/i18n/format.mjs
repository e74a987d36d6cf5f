// Numbers as a clinician prints them. Rounding never crosses what matters: a p never reads .05 from the other side, a
// ratio never reads 1.00 from the other side, and nothing that is not 0 reads 0.

/** @typedef {ReturnType<typeof createFormats>} Formats */

/** What is made when it is first asked for: a browser takes milliseconds to make a format. @template T @param {() => T} make @returns {() => T} */
export function once(make) {
  /** @type {T | undefined} */
  let made;
  return () => (made ??= make());
}

/** Formats of a language. @param {string} locale */
export function createFormats(locale) {
  /** @type {Map<number, Intl.NumberFormat>} */
  const made = new Map();
  // The month in letters: no reader can take it for the day.
  const day = once(() => new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }));
  const share = once(() => new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }));
  const fixed = (/** @type {number} */ value, /** @type {number} */ digits) => {
    let format = made.get(digits);
    if (!format) {
      format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
      made.set(digits, format);
    }
    return format.format(value);
  };

  /** Digits that keep `value` on its own side of `border`. @param {number} value @param {number} digits @param {number} border */
  const apart = (value, digits, border) => {
    while (value !== border && digits < 15 && Math.abs(round(value, digits) - border) < 10 ** -digits / 4) digits++;
    return digits;
  };

  return {
    fixed,
    /** A whole number, such as a count. @param {number} value */
    count: (value) => fixed(value, Number.isInteger(value) ? 0 : 1),

    /** A p value: <0.001, three decimals below .1, else two. @param {number} value */
    p(value) {
      if (value < 0.001) return `<${fixed(0.001, 3)}`;
      if (value > 0.99) return `>${fixed(0.99, 2)}`;
      return fixed(value, apart(value, value < 0.1 ? 3 : 2, 0.05));
    },

    /** A ratio, as the engine's figures have it: 0.38, 9.71, 47.8, 731; what is larger than 9999 is no more than that. @param {number} value */
    ratio(value) {
      if (value > 9999) return ">9999";
      if (value >= 99.95) return String(Math.round(value));
      if (value >= 9.995) return fixed(value, 1);
      if (value !== 0 && Math.abs(value) < 0.095) {
        const digits = Math.min(20, 1 - Math.floor(Math.log10(Math.abs(value))));
        return fixed(value, digits);
      }
      return fixed(value, apart(value, 2, 1));
    },

    /** A number as the study has it, in its shortest form; powers of ten where it would be a long row of zeros. @param {number} value */
    plain(value) {
      const size = Math.abs(value), far = value !== 0 && (size < 1e-6 || size >= 1e15);
      return new Intl.NumberFormat(locale, { ...(far ? { notation: "scientific", maximumSignificantDigits: 17 } : { maximumFractionDigits: 15 }), useGrouping: false }).format(value);
    },

    /** A day as the engine writes it (2003-01-27) by the language's habits; what is no day stays as it is. @param {string} value */
    date: (value) => (/^\d{4}-\d{2}-\d{2}$/.test(value) ? day().format(new Date(`${value}T00:00:00Z`)) : value),

    /** A difference with its sign, one decimal. @param {number} value */
    signed: (value) => (round(value, 1) < 0 ? `\u2212${fixed(-value, 1)}` : round(value, 1) > 0 ? `+${fixed(value, 1)}` : fixed(0, 1)),

    /** A time in the endpoint's unit, one decimal. @param {number} value */
    time: (value) => fixed(value, 1),

    /** A measurement: one decimal, or two figures below 1. @param {number} value */
    quantity(value) {
      if (value === 0 || Math.abs(value) >= 0.95) return fixed(value, 1);
      return fixed(value, Math.min(20, 1 - Math.floor(Math.log10(Math.abs(value)))));
    },

    /** A share given as percent, without decimals: no share but none is 0%, none but all is 100%. @param {number} value */
    wholePercent(value) {
      const sign = locale.startsWith("fr") ? "\u202f%" : "%";
      if (value > 0 && value < 0.5) return `<${fixed(1, 0)}${sign}`;
      if (value < 100 && value >= 99.5) return `>${fixed(99, 0)}${sign}`;
      return `${fixed(value, 0)}${sign}`;
    },

    /** A share of 1 in percent, one decimal, without its sign (for columns that name it). @param {number} value */
    percent: (value) => fixed(100 * value, 1),

    /** A share of 1 in percent with its sign. @param {number} value */
    percentSign: (value) => share().format(value),
  };
}

/** @param {number} value @param {number} digits */
function round(value, digits) {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
