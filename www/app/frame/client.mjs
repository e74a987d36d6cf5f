// For pages that hold riskset in a frame: promises instead of messages. A classic script or a module's import; it gives one name,
// RiskSetFrame.

/** Version of the messages (protocol.mjs). */
const PROTOCOL = 1;
/** Milliseconds between two attempts to reach a frame that is still loading, and until it is given up. */
const AGAIN = 100, PATIENCE = 60_000;

/** What the frame answers with when it cannot do what was asked. */
class RiskSetFrameError extends Error {
  /** @param {{code: string, message: string, position?: object, params?: object}} problem */
  constructor({ code, message, position = {}, params = {} }) {
    super(message);
    this.name = "RiskSetFrameError";
    this.code = code;
    this.position = position;
    this.params = params;
  }
}

/** A frame that holds riskset. Events: `ready`, `results`, `error`, `change`, `consent`, each with its detail. */
class RiskSetFrame extends EventTarget {
  /** @type {MessagePort | null} */
  #port = null;
  #id = 0;
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
  #waiting = new Map();

  /** What the frame says of itself. */
  version = "";
  apiVersion = 0;

  /**
   * Reaches the frame, which may still be loading.
   * @param {HTMLIFrameElement} frame
   * @param {{origin?: string, timeout?: number}} [how] `origin`: where the frame's document comes from; by default that of its address. A
   *   frame that is sandboxed or made of srcdoc has none: `*`, with which only the greeting is sent, that holds nothing
   * @returns {Promise<RiskSetFrame>}
   */
  static connect(frame, { origin, timeout = PATIENCE } = {}) {
    const made = new RiskSetFrame();
    return made.#connect(frame, origin ?? originOf(frame), timeout).then(() => made);
  }

  /** @param {HTMLIFrameElement} frame @param {string} origin @param {number} timeout @returns {Promise<void>} */
  #connect(frame, origin, timeout) {
    return new Promise((resolve, reject) => {
      const end = Date.now() + timeout;
      /** @type {MessagePort[]} */
      const ports = [];
      const attempt = () => {
        if (Date.now() > end) {
          for (const port of ports) port.close();
          reject(new RiskSetFrameError({ code: "frame_silent", message: "The frame did not answer. Its address must name this page's origin: embed.html#origin=" + self.origin }));
          return;
        }
        const { port1, port2 } = new MessageChannel();
        ports.push(port1);
        port1.onmessage = ({ data }) => {
          clearTimeout(timer);
          for (const port of ports) if (port !== port1) port.close();
          if (data?.error) {
            reject(new RiskSetFrameError(data.error));
            return;
          }
          this.#port = port1;
          this.version = data.result.version;
          this.apiVersion = data.result.apiVersion;
          port1.onmessage = (event) => this.#hear(event.data);
          // Of several greetings that arrived this one counts.
          this.#ask("connect").then(() => resolve(), reject);
        };
        frame.contentWindow?.postMessage({ riskset: PROTOCOL, id: 0, method: "connect" }, origin, [port2]);
        timer = setTimeout(attempt, AGAIN);
      };
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      // A document of another origin stands in the frame until its own is there: a message to it would be an error on the console.
      if (isLoaded(frame)) attempt();
      else {
        frame.addEventListener("load", () => { clearTimeout(timer); attempt(); }, { once: true });
        timer = setTimeout(attempt, Math.min(timeout, 5000));
      }
    });
  }

  /** @param {any} data */
  #hear(data) {
    if (data?.riskset !== PROTOCOL) return;
    if ("event" in data) {
      this.dispatchEvent(new CustomEvent(data.event, { detail: data.detail }));
      return;
    }
    const waiting = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    if (data.error) waiting?.reject(new RiskSetFrameError(data.error));
    else waiting?.resolve(data.result);
  }

  /** @param {string} method @param {object} [params] @returns {Promise<any>} */
  #ask(method, params = {}) {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port?.postMessage({ riskset: PROTOCOL, id, method, params });
    });
  }

  /** Opens data. @param {string | Blob | Uint8Array} data @param {{name?: string, read?: object}} [how] */
  load(data, { name, read } = {}) { return this.#ask("load", { data, name: name ?? (data instanceof File ? data.name : undefined), read }); }

  /** Runs a study; without one, the study in force. @param {object | string} [study] */
  run(study) { return this.#ask("run", { study }); }

  /** The last results, or null. */
  results() { return this.#ask("results"); }

  /** The study in force, or null. */
  study() { return this.#ask("study"); }

  /** A figure, a table or the results as a file. @param {object} [wanted] */
  export(wanted = {}) { return this.#ask("export", wanted); }

  /** Sets attributes of the element: `view`, `lang`, `theme`. @param {Record<string, string | null>} attributes */
  set(attributes) { return this.#ask("set", attributes); }

  /** Begins again. */
  reset() { return this.#ask("reset"); }

  /** Lets go of the frame; what was asked is not answered any more. */
  close() {
    this.#port?.close();
    this.#port = null;
    for (const { reject } of this.#waiting.values()) reject(new RiskSetFrameError({ code: "cancelled", message: "The connection to the frame was closed." }));
    this.#waiting.clear();
  }
}

/** Where a frame's document comes from. @param {HTMLIFrameElement} frame */
function originOf(frame) {
  // A sandbox around this page is one around its frames.
  if (self.origin === "null") return "*";
  const sandbox = frame.getAttribute("sandbox");
  if (sandbox !== null && !/\ballow-same-origin\b/.test(sandbox)) return "*";
  if (frame.hasAttribute("srcdoc")) return self.origin;
  const { origin } = new URL(frame.src, document.baseURI);
  return origin === "null" ? "*" : origin;
}

/** Whether the frame's first document is there: one of another origin cannot be looked into, and an empty one is not it. @param {HTMLIFrameElement} frame */
function isLoaded(frame) {
  try {
    const { contentDocument } = frame;
    return contentDocument === null || (contentDocument.URL !== "about:blank" && contentDocument.readyState === "complete");
  } catch {
    return true;
  }
}

Object.assign(globalThis, { RiskSetFrame });
