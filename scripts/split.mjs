// Takes the engine apart for the hosted page: what its first curves call, and the rest (www/app/engine/join.mjs puts the two together).
//
// Which functions the first curves call is found by running them: the engine, with a mark at the beginning of each function, opens the
// demonstration, runs its study and draws its curves as the page does, in both languages, at several widths, with the choices that stand beside
// the curves. A function that was not foreseen is no harm: it traps, and the page waits for the whole engine. Nothing depends on time or
// chance, so that the same engine is always taken apart alike.
import { readFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { runInThisContext } from 'node:vm';
import { TRAP, functionsOf, isTrap, join, number, withFunctions, written } from '../www/app/engine/join.mjs';
import { firstOf } from '../www/app/engine/stages.mjs';
import { LANGUAGES } from '../www/app/i18n/words.mjs';
import { groupBy } from '../www/app/state/choices.mjs';
import { demoChoices } from '../www/app/state/demo.mjs';
import { readInspection } from '../www/app/state/inspection.mjs';
import { initialState, reduce } from '../www/app/state/reducer.mjs';
import { curves } from '../www/app/state/selectors.mjs';
import { buildStudy } from '../www/app/state/study.mjs';
import { contextOf } from '../www/app/testing/states.mjs';
import { figureRequest } from '../www/app/views/curves/view.mjs';

/** Up to this length, in bytes, a function costs little more than its trap. */
const SMALL = 24;

/**
 * @param {Uint8Array} wasm without custom sections @param {string} glue @param {string} root of the clone
 * @returns {Promise<{first: Uint8Array, rest: Uint8Array, called: number, of: number}>}
 */
export async function split(wasm, glue, root) {
  const csv = await readFile(path(root, 'www/demo/lms_vc_synthetic.csv'));
  const called = calledBy(wasm, glue, (engine) => firstCurves(engine, csv));
  const { starts } = functionsOf(wasm);
  const first = [], rest = [];
  for (let i = 0; i + 1 < starts.length; i += 1) {
    const body = wasm.subarray(starts[i], starts[i + 1]);
    // A function that is a trap itself could not be told from one left out.
    const stays = !isTrap(wasm, starts[i], starts[i + 1]) && (called.has(i) || body.length <= SMALL);
    first.push(stays ? body : Uint8Array.from(TRAP));
    if (!stays) rest.push(body);
  }
  const parts = { first: withFunctions(wasm, first), rest: Buffer.concat(rest), called: called.size, of: starts.length - 1 };
  if (Buffer.compare(join(parts.first, parts.rest), wasm) !== 0) throw new Error('the two pieces of the engine do not make it again');
  return parts;
}

/** Numbers of the module's own functions that `use` calls. @param {Uint8Array} wasm @param {string} glue @param {(engine: any) => void} use @returns {Set<number>} */
function calledBy(wasm, glue, use) {
  const names = functionsOf(wasm).starts.slice(1).map((_, i) => `called${i}`);
  const bindgen = runInThisContext(`((document) => { ${glue}\nreturn wasm_bindgen; })(undefined)`);
  const exports = bindgen.initSync({ module: new WebAssembly.Module(marked(wasm, names)) });
  use(bindgen);
  return new Set(names.flatMap((name, i) => (exports[name].value ? [i] : [])));
}

/** Kinds of sections, and of exports. */
const GLOBALS = 6, EXPORTS = 7, GLOBAL = 3;

/**
 * The module with a global for each function, exported by these names, that the function sets when it is called.
 * @param {Uint8Array} wasm @param {string[]} names @returns {Uint8Array<ArrayBuffer>}
 */
function marked(wasm, names) {
  let nGlobals = importedGlobals(wasm);
  /** @type {Uint8Array[]} */
  const sections = [wasm.subarray(0, 8)];
  for (let at = 8; at < wasm.length;) {
    const length = number(wasm, at + 1), end = length.end + length.value, count = number(wasm, length.end);
    const more = (/** @type {number[][]} */ entries) => {
      const contents = [...written(count.value + entries.length), ...wasm.subarray(count.end, end), ...entries.flat()];
      sections.push(Uint8Array.from([wasm[at], ...written(contents.length), ...contents]));
    };
    if (wasm[at] === GLOBALS) {
      nGlobals += count.value;
      // A whole number of 32 bits that can be set, 0 at first.
      more(names.map(() => [0x7f, 1, 0x41, 0, 0x0b]));
    } else if (wasm[at] === EXPORTS) {
      const first = nGlobals;
      more(names.map((name, i) => [name.length, ...Buffer.from(name), GLOBAL, ...written(first + i)]));
    } else {
      sections.push(wasm.subarray(at, end));
    }
    at = end;
  }
  const { starts } = functionsOf(wasm);
  return withFunctions(Buffer.concat(sections), names.map((_, i) => {
    const body = wasm.subarray(number(wasm, starts[i]).end, starts[i + 1]), code = afterLocals(body);
    // global.set of 1, before all else.
    const mark = [0x41, 1, 0x24, ...written(nGlobals + i)];
    return Buffer.concat([Buffer.from(written(body.length + mark.length)), body.subarray(0, code), Buffer.from(mark), body.subarray(code)]);
  }));
}

/** Where the code of a function begins. @param {Uint8Array} body */
function afterLocals(body) {
  const groups = number(body, 0);
  let at = groups.end;
  for (let i = 0; i < groups.value; i += 1) at = number(body, at).end + 1;
  return at;
}

/** How many globals a module takes from outside: wasm-bindgen's modules take functions only. @param {Uint8Array} wasm */
function importedGlobals(wasm) {
  return WebAssembly.Module.imports(new WebAssembly.Module(/** @type {any} */ (wasm))).filter(({ kind }) => kind === 'global').length;
}

/** What the page does until its first curves are on the screen. @param {any} engine @param {Uint8Array} csv */
function firstCurves(engine, csv) {
  const { now } = Date;
  // The engine tells how a run goes after some time only.
  let time = 0;
  Date.now = () => (time += 1000);
  const canvas = pretendedCanvas();
  try {
    engine.watchPanics(() => {});
    const session = new engine.Session();
    if (!session.version) throw new Error('the engine has no version');
    session.begin('lms_vc_synthetic.csv', '{}');
    session.push(csv);
    const inspection = readInspection(session.finish());
    for (const [language] of LANGUAGES) {
      for (const choices of variants(inspection)) {
        const plan = buildStudy(choices, inspection);
        const results = session.run(firstOf(plan.text), () => {});
        const opened = reduce(initialState(language), { type: 'opened', inspection, choices, source: 'demo' });
        const state = reduce(opened, { type: 'first', answer: { results, plan, choices, partial: true } });
        for (const item of curves(state)) {
          if (item.result?.error) throw new Error(`the first curves fail: ${item.result.error.message}`);
          for (const [width, theme, ratio] of /** @type {const} */ ([[300, 'light', 1], [420, 'dark', 2], [760, 'light', 2], [1100, 'light', 1.5]])) {
            const scene = session.figure(JSON.stringify({ ...figureRequest(item, state, contextOf(state)), width, theme }));
            engine.paint(canvas, scene, ratio);
          }
        }
      }
    }
  } finally {
    Date.now = now;
  }
}

/** The choices of the demonstration, and those that stand beside the curves. @param {import('../www/app/types').Inspection} inspection */
function variants(inspection) {
  const choices = demoChoices();
  const grouped = (/** @type {string | null} */ by) => groupBy(choices, by === null ? null : /** @type {any} */ (inspection.columns.find(({ name }) => name === by)));
  return [
    choices, grouped(null), grouped('margin'), grouped('sex'), { ...choices, start: { ...choices.start, mode: /** @type {const} */ ('move') } },
    { ...choices, figures: { ...choices.figures, upward: true, risk_table: /** @type {const} */ ('at_risk'), x_max: { a: 60 } } },
  ];
}

/** A canvas that takes everything and shows nothing. */
function pretendedCanvas() {
  class CanvasRenderingContext2D {}
  class HTMLCanvasElement {
    getContext() { return context; }
  }
  Object.assign(globalThis, { CanvasRenderingContext2D, HTMLCanvasElement });
  const context = new Proxy(new CanvasRenderingContext2D(), {
    get: (target, name) => (name in target ? Reflect.get(target, name) : () => ({ width: 1 })),
  });
  return new HTMLCanvasElement();
}
