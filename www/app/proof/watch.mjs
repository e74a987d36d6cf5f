// What this document asked of the network, what its policy refused, and what its address has stored, as the browser tells a page.
// What a page cannot be told is said in docs/silence.md: this is a count to look at, the policy is what holds.

/** @typedef {import('../types').Silence} Silence */

/** Addresses that stay within the browser. */
const WITHIN = /^(blob|data):/;
/** Characters of an address that are shown. */
const SHOWN = 200;

/**
 * Listens from now on; the browser hands over what came before.
 * @returns {{opened: () => void, read: () => Promise<Omit<Silence, "worker">>}} `opened` says that a user's file is about to be read
 */
export function startWatch() {
  /** @type {Silence["requests"]} */
  const requests = [];
  /** @type {Silence["refused"]} */
  const refused = [];
  let within = 0;
  /** @type {number | null} */
  let opened = null;
  /** @param {PerformanceEntry} entry */
  const note = (entry) => {
    if (WITHIN.test(entry.name)) within += 1;
    else requests.push({ url: entry.name.slice(0, SHOWN), kind: /** @type {PerformanceResourceTiming} */ (entry).initiatorType, at: entry.startTime });
  };
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
  observer.observe({ type: "resource", buffered: true });
  document.addEventListener("securitypolicyviolation", (event) => {
    refused.push({ directive: event.effectiveDirective, url: event.blockedURI.slice(0, SHOWN), at: performance.now() });
  });
  return {
    // The first file counts: what is asked after it is asked with data in the page.
    opened() { opened ??= performance.now(); },
    async read() {
      observer.takeRecords().forEach(note);
      return {
        policy: [.../** @type {NodeListOf<HTMLMetaElement>} */ (document.querySelectorAll('meta[http-equiv="Content-Security-Policy" i]'))].map((meta) => meta.content),
        from: location.protocol === "file:" ? "file" : location.origin,
        requests: [...requests], within, refused: [...refused], opened, stored: await stored(),
      };
    },
  };
}

/** Names of all that can be stored at this page's address; null where the browser refuses a place to it. @returns {Promise<Silence["stored"]>} */
async function stored() {
  /** @param {() => string[] | Promise<string[]>} read */
  const or = async (read) => {
    try {
      return await read();
    } catch {
      return null;
    }
  };
  const places = {
    local: () => Object.keys(localStorage),
    session: () => Object.keys(sessionStorage),
    databases: async () => (await indexedDB.databases()).map(({ name = "" }) => name),
    cached: () => caches.keys(),
    cookies: () => document.cookie.split("; ").filter(Boolean).map((cookie) => cookie.split("=")[0]),
    workers: async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
    files: async () => {
      const names = [];
      for await (const name of /** @type {any} */ (await navigator.storage.getDirectory()).keys()) names.push(String(name));
      return names;
    },
    history: () => [...(history.state === null ? [] : ["history.state"]), ...(window.name === "" ? [] : ["window.name"])],
  };
  return Promise.all(Object.entries(places).map(async ([place, read]) => ({ place: /** @type {keyof typeof places} */ (place), names: await or(read) })));
}

/** Ways out of a page that code would use. None of them could reach anyone: names that end in `.invalid` belong to nobody. */
const WAYS = /** @type {Record<string, () => unknown>} */ ({
  request: () => fetch("https://nobody.invalid/", { method: "POST", mode: "no-cors", body: "x" }).catch(() => {}),
  beacon: () => navigator.sendBeacon("https://nobody.invalid/", "x"),
  socket: () => new WebSocket("wss://nobody.invalid/"),
  picture: () => { new Image().src = "https://nobody.invalid/x.png"; },
});

/**
 * Tries to send a letter x each way, and hears whether the policy refuses it. To be called only under a policy that does.
 * @returns {Promise<import('../types').Attempts>}
 */
export async function attempt() {
  const attempts = [];
  for (const [way, leave] of Object.entries(WAYS)) {
    let isRefused = false;
    const hear = (/** @type {SecurityPolicyViolationEvent} */ event) => { isRefused ||= event.blockedURI.includes("nobody.invalid"); };
    document.addEventListener("securitypolicyviolation", hear);
    try {
      await leave();
    } catch { /* refused at once */ }
    for (let wait = 0; wait < 20 && !isRefused; wait += 1) await new Promise((resolve) => { setTimeout(resolve, 50); });
    document.removeEventListener("securitypolicyviolation", hear);
    attempts.push({ way, refused: isRefused });
  }
  return attempts;
}
