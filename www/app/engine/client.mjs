// The engine as the page uses it. Only this folder knows of workers and of wasm.
import { instantiate } from 'riskset:glue';
import { casesText, compiledModule, demonstration, isStaged, newWorker, officeModule, pageModule, wholeEngine } from './assets.mjs';
import { Engine, EngineError } from './engine.mjs';
import { localThread } from './local.mjs';
import { StagedEngine } from './stages.mjs';

export { casesText, demonstration, laterPart, takeInWithin } from './assets.mjs';
export { portable } from './portable.mjs';
export { Engine, EngineError } from './engine.mjs';
export { lacking } from './policy.mjs';
export { version } from 'riskset:version';

// At once, beside all that the page does before it first asks. A failure is told by whoever needs the engine.
if (isStaged) pageModule().catch(() => {});

/** Milliseconds after which the rest is fetched although nothing was painted: the page may be out of sight. */
const UNSEEN = 1000;

/** Called when the rest may be fetched: after the first figure, and before a user's file is read. @type {() => void} */
let begin;
const mayBegin = new Promise((/** @type {(nothing: void) => void} */ resolve) => { begin = () => resolve(); });

/** @type {() => void} */
let painted;
/** Resolves when the first figure was painted, or none is going to be for a while. */
export const firstPainted = new Promise((/** @type {(nothing: void) => void} */ resolve) => { painted = () => resolve(); });
mayBegin.then(() => painted());

/** After the first figure. Not before the document is loaded: until then the browser says that it is still loading, and what is asked for would be part of that. */
function afterFigure() {
  painted();
  if (document.readyState === 'complete') begin();
  else addEventListener('load', () => setTimeout(begin), { once: true });
}

/** Asks for all that comes last, at one moment: none of it may come once a file is open. Gives the second wasm. */
function later() {
  casesText().catch(() => {});
  return officeModule();
}

// The engine before them. A failure is told by whoever needs it.
mayBegin.then(wholeEngine).catch(() => {}).then(later).catch(() => {});

/** A worker with the whole engine. */
async function spawn() {
  const { worker, module } = await wholeEngine();
  // Not while the document is being read: Chromium then tells of the worker's script as if it had failed, although it runs.
  if (document.readyState === 'loading') await new Promise((resolve) => { setTimeout(resolve); });
  const thread = newWorker(worker);
  // A worker that is ended from outside sends no event. It holds a lock while it lives, and whoever waits for the lock hears of its end.
  // Where there are no locks (an address without https, a sandboxed frame) the user sees work that goes on, and stops it.
  const life = `riskset-${Math.random()}`;
  thread.addEventListener('message', ({ data }) => {
    if (data.type === 'alive') navigator.locks.request(life, () => thread.ondeath?.()).catch(() => {});
  });
  thread.postMessage({ type: 'start', module, life });
  return thread;
}

/** A new engine: its first curves on this thread where the page carries an engine for them, all else in a worker of its own. */
export function createEngine() {
  setTimeout(begin, UNSEEN);
  const whole = () => new Engine(spawn, () => { begin(); return later(); });
  if (!isStaged) return whole();
  const first = new Engine(async () => {
    const module = await pageModule();
    const thread = localThread(instantiate());
    thread.postMessage({ type: 'start', module });
    return thread;
  });
  const hurry = () => { begin(); later().catch(() => {}); };
  return new StagedEngine(first, () => mayBegin.then(wholeEngine).then(whole), hurry, (source) => source === demonstration().bytes);
}

/** The engine on this thread, for painting only. @type {Glue | undefined} */
let painter;
/** Of which module it is: of the whole engine once that is there. @type {WebAssembly.Module | undefined} */
let painterModule;
let panic = '';

/**
 * Paints a scene that `figure` gave, with as many device pixels as the screen has. Sets the canvas' width and height;
 * its size in the page is the caller's.
 * @param {HTMLCanvasElement} canvas @param {unknown} scene @param {number} [ratio] device pixels per CSS pixel
 */
export function paint(canvas, scene, ratio = devicePixelRatio) {
  try {
    if (painterModule !== compiledModule()) painter = undefined;
    painter ??= newPainter();
    painter.paint(canvas, scene, ratio);
    markFirst();
    // Once this figure is on the screen.
    setTimeout(afterFigure, 0);
  } catch (problem) {
    // After a trap the instance is in an unknown state: the next figure gets another.
    painter = undefined;
    const message = panic || String(problem);
    panic = '';
    throw new EngineError({ code: 'engine_crashed', message });
  }
}

/** Says when the first figure was painted, for who measures it. */
let markFirst = () => {
  performance.mark('riskset:first-curve');
  markFirst = () => {};
};

function newPainter() {
  const glue = instantiate();
  painterModule = compiledModule();
  glue.initSync({ module: painterModule });
  glue.watchPanics((message, place) => { panic = place ? `${message} (${place})` : message; });
  return glue;
}
