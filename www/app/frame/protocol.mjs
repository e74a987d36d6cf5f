// The messages between a frame and the page around it: who may speak, and what may be told. Pure, without a browser in it.
//
// in:  {riskset: 1, id, method, params}     out: {riskset: 1, id, result} | {riskset: 1, id, error: {code, message, position, params}}
//                                                {riskset: 1, event, detail}

/** Version of the messages. */
export const PROTOCOL = 1;

/** What may be asked of a frame. */
export const METHODS = /** @type {const} */ (["connect", "load", "run", "results", "study", "export", "set", "reset"]);
/** @typedef {typeof METHODS[number]} Method */

/** Of these, the ones whose answer tells of the data. @type {ReadonlySet<string>} */
const TELLING = new Set(["run", "results", "study", "export"]);

/**
 * The one origin that may speak to the frame: what its address (`#origin=…`) or, where it has none, its name (`riskset:origin=…`) says;
 * else its own. Null: nobody. `null` as a text stands for a page without an origin (a file, a sandbox), which must hand over a port.
 * @param {{hash: string, name: string, own: string}} frame `own` is the frame's origin, the text `null` where it has none
 * @returns {string | null}
 */
export function allowedOrigin({ hash, name, own }) {
  const said = new URLSearchParams(hash.replace(/^#/, "")).get("origin") ?? /^riskset:origin=(.*)$/.exec(name)?.[1];
  if (said === undefined || said === null) return own === "null" ? null : own;
  if (said === "null") return said;
  try {
    const { origin, protocol } = new URL(said);
    // An address of more than an origin is taken for a slip, not for a permission.
    return /^https?:$/.test(protocol) && origin === said && !said.includes("*") ? origin : null;
  } catch {
    return null;
  }
}

/** @typedef {{id: number | string, method: Method, params: Record<string, any>}} Call */

/**
 * Reads a message; null for what is none of ours, or no call that can be answered.
 * @param {unknown} data @returns {Call | {id: number | string, problem: import('../types').Problem} | null}
 */
export function readCall(data) {
  if (data === null || typeof data !== "object" || !("riskset" in data)) return null;
  const { riskset, id, method, params = {} } = /** @type {Record<string, any>} */ (data);
  if (typeof id !== "number" && typeof id !== "string") return null;
  if (riskset !== PROTOCOL) return { id, problem: { code: "frame_version", params: { found: String(riskset), expected: String(PROTOCOL) } } };
  if (!METHODS.includes(method) || params === null || typeof params !== "object") return { id, problem: { code: "frame_method", params: { found: String(method), expected: METHODS.join(", ") } } };
  return { id, method, params };
}

/** Whether the answer to a call waits for the user's word. @param {Method} method @param {boolean} isOwn the data on show were opened by the user @param {boolean} agreed */
export function needsConsent(method, isOwn, agreed) {
  return isOwn && !agreed && TELLING.has(method);
}

/** What of an event may be told: of the user's own data only that something happened. @param {string} name @param {any} detail @param {boolean} withheld */
export function tellable(name, detail, withheld) {
  if (!withheld || name === "ready") return detail;
  return name === "error" ? { withheld: true, code: detail.code, during: detail.during } : { withheld: true };
}
