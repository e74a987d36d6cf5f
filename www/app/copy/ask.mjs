// What pages and service workers of this program ask of one another. Questions and the shapes of answers are the same in all versions.

/** Milliseconds until a worker or a page that does not answer is taken for one of another program. */
const PATIENCE = 2000;

/**
 * Name of its cache, and names of its files; null where it does not say.
 * @param {{postMessage: (message: unknown, transfer: Transferable[]) => void}} worker
 * @param {number} [patience]
 * @returns {Promise<{cache: string, files: string[]} | null>}
 */
export async function ask(worker, patience = PATIENCE) {
  const data = await answerOf(worker, 'which riskset is this?', patience);
  return typeof data?.cache === 'string' && Array.isArray(data.files) ? data : null;
}

/** A page tells the service worker that is being installed that a file of the user's is opened. */
export const OPENED = 'a file is opened';

/** A service worker asks each page whether the program's files may still be fetched: `true` or `false`. */
export const MAY_FETCH = 'may files be fetched?';

/**
 * Whether the program's files may be fetched: not once a file of the user's is opened in every page that there is. A page that does not answer is
 * of a version that does not know the question.
 * @param {() => Promise<readonly {postMessage: (message: unknown, transfer: Transferable[]) => void}[]>} pages @param {number} [patience]
 */
export async function mayFetch(pages, patience = PATIENCE) {
  const answers = await Promise.all((await pages()).map((page) => answerOf(page, MAY_FETCH, patience)));
  return answers.length === 0 || answers.some((answer) => answer !== false);
}

/**
 * The answer to a question; null where there is none.
 * @param {{postMessage: (message: unknown, transfer: Transferable[]) => void}} other @param {string} question @param {number} patience @returns {Promise<any>}
 */
function answerOf(other, question, patience) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const end = (/** @type {any} */ answer) => {
      clearTimeout(alarm);
      port1.close();
      resolve(answer);
    };
    const alarm = setTimeout(() => end(null), patience);
    port1.onmessage = ({ data }) => end(data);
    other.postMessage(question, [port2]);
  });
}
