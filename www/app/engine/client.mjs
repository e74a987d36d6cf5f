// Stand-in for the engine's client, for work on the page alone.

/** @type {import('../types').Client} */
export const client = /** @type {any} */ (globalThis).risksetMock;
