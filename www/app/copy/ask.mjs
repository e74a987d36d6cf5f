// Asks a service worker of this program which version it has. The question and the shape of the answer are the same in all versions.

/** Milliseconds until a worker that does not answer is taken for one of another program. */
const PATIENCE = 2000;

/**
 * Name of its cache, and names of its files; null where it does not say.
 * @param {{postMessage: (message: unknown, transfer: Transferable[]) => void}} worker
 * @param {number} [patience]
 * @returns {Promise<{cache: string, files: string[]} | null>}
 */
export function ask(worker, patience = PATIENCE) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const end = (/** @type {any} */ answer) => {
      clearTimeout(alarm);
      port1.close();
      resolve(answer);
    };
    const alarm = setTimeout(() => end(null), patience);
    port1.onmessage = ({ data }) => end(typeof data?.cache === 'string' && Array.isArray(data.files) ? data : null);
    worker.postMessage('which riskset is this?', [port2]);
  });
}
