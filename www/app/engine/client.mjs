// The engine as the page uses it. Only this folder knows of workers and of wasm.
import { instantiate } from 'riskset:glue';
import { casesText, compiledModule, engineModule, newWorker, officeModule } from './assets.mjs';
import { Engine, EngineError } from './engine.mjs';

export { casesText, demonstration } from './assets.mjs';
export { portable } from './portable.mjs';
export { Engine, EngineError } from './engine.mjs';
export { lacking } from './policy.mjs';
export { version } from 'riskset:version';

/** A new engine in a worker of its own; its event `ready` says that it can compute. */
export function createEngine() {
  return new Engine(async () => {
    const module = await engineModule();
    const worker = newWorker();
    // A worker that is ended from outside sends no event. It holds a lock while it lives, and whoever waits for the lock hears of its end.
    // Where there are no locks (an address without https, a sandboxed frame) the user sees work that goes on, and stops it.
    const life = `riskset-${Math.random()}`;
    worker.addEventListener('message', ({ data }) => {
      if (data.type === 'alive') navigator.locks.request(life, () => worker.ondeath?.()).catch(() => {});
    });
    worker.postMessage({ type: 'start', module, life });
    return worker;
  }, later);
}

/** The engine on this thread, for painting only. @type {Glue | undefined} */
let painter;
let panic = '';

/**
 * Paints a scene that `figure` gave, with as many device pixels as the screen has. Sets the canvas' width and height;
 * its size in the page is the caller's.
 * @param {HTMLCanvasElement} canvas @param {unknown} scene @param {number} [ratio] device pixels per CSS pixel
 */
export function paint(canvas, scene, ratio = devicePixelRatio) {
  try {
    painter ??= newPainter();
    painter.paint(canvas, scene, ratio);
    loadLaterSoon();
  } catch (problem) {
    // After a trap the instance is in an unknown state: the next figure gets another.
    painter = undefined;
    const message = panic || String(problem);
    panic = '';
    throw new EngineError({ code: 'engine_crashed', message });
  }
}

/** Asks for all that comes later, at one moment: none of it may come once a file is open. Gives the second wasm. */
function later() {
  casesText().catch(() => {});
  return officeModule();
}

let isLoadingLater = false;

/** After the first figures, and before a file can be opened: from then on the page asks for nothing. */
function loadLaterSoon() {
  if (isLoadingLater) return;
  isLoadingLater = true;
  // A failure is told by the file that needs it.
  setTimeout(() => { later().catch(() => {}); }, 0);
}

function newPainter() {
  const glue = instantiate();
  glue.initSync({ module: compiledModule() });
  glue.watchPanics((message, place) => { panic = place ? `${message} (${place})` : message; });
  return glue;
}
