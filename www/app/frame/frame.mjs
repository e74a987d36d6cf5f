// The page in a frame of another page (dist/embed.html): the element, and the messages by which the page around drives it. It hears
// only its parent, only of the one origin that is allowed, and answers to no other. What is opened by the user is told to the page
// around only once the user agrees.

import { RiskSet, defineRiskSet } from "../risk-set.mjs";
import { chooseLanguage, createWords } from "../i18n/words.mjs";
import { h, render } from "../ui/dom.mjs";
import { button } from "../ui/parts.mjs";
import { PROTOCOL, allowedOrigin, needsConsent, readCall, tellable } from "./protocol.mjs";

/** @typedef {import('./protocol.mjs').Call} Call */
/** @typedef {import('../types').Problem} Problem */

/** Milliseconds that the question has to stand before it can be answered: a click that was meant for something else answers nothing. */
const LOOK = 700;

/** Events of the element that the page around hears. */
const EVENTS = ["ready", "results", "error", "change"];
/** Attributes that it may set. */
const ATTRIBUTES = ["view", "lang", "theme"];

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  body { margin: 0 } risk-set { min-height: 100vh }
  .around { font: 400 14px/1.45 system-ui, "Liberation Sans", Arial, sans-serif; padding: 8px 16px; background: #e2f0f2; color: #16232b; border-bottom: 1px solid #74828b; overflow-wrap: anywhere }
  .around p { margin: 0 } .around.asks { background: #fdf3d8 } .around .row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px }
  .around button { font: inherit; min-height: 32px; padding: 2px 12px; border: 1px solid #74828b; border-radius: 6px; background: #fff; color: #16232b; cursor: pointer }
  .around button:disabled { color: #4d5c66; cursor: default } .around :focus-visible { outline: 3px solid #0b5a69; outline-offset: 2px }
  @media (prefers-color-scheme: dark) {
    .around { background: #17363c; color: #e5ebee } .around.asks { background: #33290f }
    .around button { background: #1a2125; color: #e5ebee } .around button:disabled { color: #a7b4bc } .around :focus-visible { outline-color: #7ccbd8 }
  }`);
document.adoptedStyleSheets = [sheet];

const own = self.origin;
const allowed = allowedOrigin({ hash: location.hash, name: self.name, own });
const framed = parent !== self;

defineRiskSet("frame");
const element = /** @type {import("../public/riskset").RiskSetElement} */ (document.createElement("risk-set"));
const notice = document.createElement("aside");
const asked = new URLSearchParams(location.hash.slice(1));
for (const name of ATTRIBUTES) if (asked.has(name)) element.setAttribute(name, String(asked.get(name)));
// The page around gives the data, unless it asks for the demonstration.
if (!asked.has("demonstration") && framed && allowed !== null) element.setAttribute("data", "");

/** The port that the page around handed over; it takes the place of the window. @type {MessagePort | null} */
let port = null;
/** Whether the page around has spoken. */
let isConnected = false;
/** The user's word about the file that is open. */
let agreed = false;
/** Messages that nobody was allowed to send. */
let ignored = 0;
let askedAt = 0;

/** Whether what is on show was opened by the user. */
const isOwn = () => element.source === "user";
const words = () => createWords(chooseLanguage([element.lang, ...navigator.languages]));

/** @param {Record<string, unknown>} message @param {MessagePort | null} [by] */
function send(message, by = port) {
  const whole = { riskset: PROTOCOL, ...message };
  if (by) by.postMessage(whole);
  // To the one origin, whoever has taken the parent's place meanwhile. A page without an origin has no address: only a port reaches it.
  else if (allowed !== null && allowed !== "null") parent.postMessage(whole, allowed);
}

/** @param {Problem} problem */
const inWords = (problem) => {
  const w = words();
  return { code: problem.code, message: w.code("error", problem), position: problem.position ?? {}, params: problem.params ?? {} };
};

/** @param {Call | {id: number | string, problem: Problem}} call @param {MessagePort | null} [by] the port that was just offered */
async function answer(call, by) {
  try {
    if ("problem" in call) throw call.problem;
    if (needsConsent(call.method, isOwn(), agreed)) {
      draw();
      throw { code: "frame_consent" };
    }
    const result = await done(call);
    // The user may have opened a file in the meantime.
    if (needsConsent(call.method, isOwn(), agreed)) throw { code: "frame_consent" };
    send({ id: call.id, result }, by ?? port);
  } catch (thrown) {
    const problem = /** @type {any} */ (thrown);
    send({ id: call.id, error: inWords(typeof problem?.code === "string" ? problem : { code: "engine_crashed", message: String(problem) }) });
  }
}

/** @param {Call} call @returns {Promise<unknown>} */
async function done({ method, params }) {
  switch (method) {
    case "connect": return { version: RiskSet.version, apiVersion: RiskSet.apiVersion, protocol: PROTOCOL };
    case "load": {
      agreed = false;
      const loaded = await element.load(params.data, { name: params.name, read: params.read });
      draw();
      return loaded;
    }
    case "run": return element.run(params.study);
    case "results": return element.results;
    case "study": return element.currentStudy;
    case "export": return element.export(params);
    case "set": {
      for (const name of ATTRIBUTES) {
        if (!Object.hasOwn(params, name)) continue;
        if (params[name] === null) element.removeAttribute(name);
        else element.setAttribute(name, String(params[name]));
      }
      return null;
    }
    case "reset": return element.reset().then(() => null);
  }
}

/** @param {MessageEvent} event */
function hear(event) {
  const call = readCall(event.data);
  if (!call) return;
  // A page without an origin can be answered through a port only.
  const isReachable = allowed !== "null" || event.ports.length > 0;
  const isAllowed = framed && event.source === parent && allowed !== null && event.origin === allowed && isReachable;
  if (!isAllowed) {
    ignored += 1;
    draw();
    return;
  }
  isConnected = true;
  const [offered] = event.ports;
  draw();
  if (!offered || "problem" in call || call.method !== "connect") {
    answer(call);
    return;
  }
  // Whoever greets again and again until the frame is loaded goes on with one of the ports, and says by which.
  offered.onmessage = ({ data }) => {
    const next = readCall(data);
    if (!next) return;
    if (port !== offered) {
      port?.close();
      port = offered;
    }
    answer(next);
  };
  answer(call, offered);
}
addEventListener("message", hear);

for (const name of EVENTS) {
  element.addEventListener(`riskset:${name}`, (event) => {
    draw();
    const { detail } = /** @type {CustomEvent} */ (event);
    // A file of the user's that could not be opened is not on show, and its cells are in the error.
    const isOfUser = isOwn() || detail.source === "user";
    if (isConnected) send({ event: name, detail: tellable(name, detail, isOfUser && !(agreed && isOwn())) });
  });
}
// A file that the user opens needs the user's word anew.
element.addEventListener("source", () => {
  agreed = false;
  draw();
});
element.addEventListener("language", () => {
  document.documentElement.lang = element.lang;
  draw();
});

/** Says who can see what, and asks. */
function draw() {
  const w = words(), who = allowed === "null" ? w.t("frame.no_origin") : allowed ?? "";
  const isAsking = isConnected && isOwn() && !agreed;
  if (!isAsking) askedAt = 0;
  else if (askedAt === 0) {
    askedAt = Date.now();
    setTimeout(draw, LOOK + 20);
  }
  const said = !framed ? null : allowed === null ? "frame.nobody" : !isConnected ? "frame.silent" : isAsking ? "frame.asks" : isOwn() ? "frame.agreed" : "frame.reads";
  notice.className = isAsking ? "around asks" : "around";
  notice.lang = w.language;
  notice.hidden = said === null;
  notice.setAttribute("aria-label", w.t("frame.label"));
  render(notice,
    said === null ? null : h("p", { key: "who", role: isAsking ? "alert" : null }, w.t(said, { who }),
      isConnected && allowed === own ? ` ${w.t("frame.same")}` : null, ignored ? ` ${w.t("frame.ignored", { n: ignored })}` : null),
    isConnected && isOwn() ? h("div", { key: "row", class: "row" }, isAsking
      ? button(w.t("frame.agree", { who }), agree, { key: "agree", disabled: Date.now() - askedAt < LOOK })
      : button(w.t("frame.withdraw"), () => consent(false), { key: "withdraw" })) : null);
}

/** Only the user's own click counts, on a question that stood long enough to be read. @param {Event} [event] */
function agree(event) {
  if (event?.isTrusted && Date.now() - askedAt >= LOOK) consent(true);
}

/** @param {boolean} given */
function consent(given) {
  agreed = given;
  draw();
  send({ event: "consent", detail: { agreed } });
}

document.body.append(notice, element);
draw();
