// The engine as the page uses it. Only this folder knows of workers and of wasm.
import { instantiate } from 'riskset:glue';
import { engineModule, newWorker } from './assets.mjs';
import { Engine } from './engine.mjs';

export { demonstration } from './assets.mjs';
export { Engine, EngineError } from './engine.mjs';

/** The engine in a worker of its own. */
export function createEngine() {
  return new Engine(async () => {
    const module = await engineModule();
    const worker = newWorker();
    worker.postMessage({ type: 'start', module });
    return worker;
  });
}
