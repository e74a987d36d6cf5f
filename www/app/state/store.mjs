// One place that holds the state; everything else asks it and is told of changes.

/** @typedef {import('../types').State} State */
/** @typedef {import('./reducer.mjs').Action} Action */
/** @typedef {{get: () => State, dispatch: (action: Action) => void, subscribe: (listener: () => void) => () => void}} Store */

/**
 * @param {(state: State, action: Action) => State} reduce
 * @param {State} state
 * @returns {Store}
 */
export function createStore(reduce, state) {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    get: () => state,
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
  };
}
