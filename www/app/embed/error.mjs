// What the element's promises are rejected with.

/** @typedef {import('../types').Problem} Problem */

/** A problem with its stable code, the place in the host's material and the parameters of its sentence; `message` is in the element's language. */
export class RiskSetError extends Error {
  /** @param {Problem} problem @param {string} message */
  constructor({ code, position = {}, params = {} }, message) {
    super(message);
    this.name = "RiskSetError";
    this.code = code;
    this.position = position;
    this.params = params;
  }
}

/** Anything thrown as a problem with a code. @param {any} thrown @returns {Problem} */
export function problemOf(thrown) {
  if (typeof thrown?.code === "string") return { code: thrown.code, message: thrown.message, position: thrown.position, params: thrown.params };
  return { code: "engine_crashed", message: String(thrown?.message ?? thrown) };
}
