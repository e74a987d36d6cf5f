// The engine as the page uses it. Only this folder knows of workers and of wasm.
import { instantiate } from 'riskset:glue';
import { compiledModule, demonstration, engineModule, newWorker } from './assets.mjs';
import { Engine, EngineError } from './engine.mjs';

export { Engine, EngineError } from './engine.mjs';

/** The engine in a worker of its own, which paints on this thread. */
class PageEngine extends Engine {
  /** The demonstration cohort. */
  demo = demonstration();

  /** The engine on this thread, for painting only. @type {Glue | undefined} */
  #painter;
  #panic = '';

  constructor() {
    super(async () => {
      const module = await engineModule();
      const worker = newWorker();
      worker.postMessage({ type: 'start', module });
      return worker;
    });
  }

  /**
   * Paints a scene that `figure` gave, with as many device pixels as the screen has. Sets the canvas' width and height;
   * its size in the page is the caller's.
   * @param {HTMLCanvasElement} canvas @param {unknown} scene @param {number} [ratio] device pixels per CSS pixel
   */
  paint(canvas, scene, ratio = devicePixelRatio) {
    try {
      this.#painter ??= this.#newPainter();
      this.#painter.paint(canvas, scene, ratio);
    } catch (problem) {
      // After a trap the instance is in an unknown state: the next figure gets another.
      this.#painter = undefined;
      const message = this.#panic || String(problem);
      this.#panic = '';
      throw new EngineError({ code: 'engine_crashed', message });
    }
  }

  #newPainter() {
    const glue = instantiate();
    glue.initSync({ module: compiledModule() });
    glue.watchPanics((message, place) => { this.#panic = place ? `${message} (${place})` : message; });
    return glue;
  }
}

/** A new engine; `ready` is its event. */
export const createEngine = () => new PageEngine();
