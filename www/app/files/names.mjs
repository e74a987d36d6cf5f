// Names of files that say what is in them, on every system.

/** Longest name before its ending. */
const LONGEST = 100;

/**
 * `kaplan-meier-OS-174mm.pdf`: letters and digits of any script, everything else a hyphen. A file that holds the times of patients
 * says so in its name.
 * @param {(string | null | undefined)[]} parts @param {string} ending @param {{patients?: boolean}} [of]
 */
export function fileName(parts, ending, { patients = false } = {}) {
  const words = parts.map((part) => (part ?? "").normalize("NFC").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "")).filter(Boolean);
  const stem = [...words.join("-")].slice(0, LONGEST).join("").replace(/-+$/, "") || "riskset";
  return `${stem}${patients ? "-PATIENT-DATA" : ""}.${ending}`;
}
