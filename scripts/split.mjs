// Takes the engine apart for the hosted page: what its first curves come to, and the rest (www/app/engine/join.mjs puts the two together).
//
// What the first curves come to is found by running them: the engine, with a mark at the beginning of each branch of each function, opens the
// demonstration, runs its study and draws its curves as the page does, in both languages, at many widths, with the choices that stand beside
// the curves. A branch that was not foreseen is no harm: it traps, and the page waits for the whole engine. Nothing depends on time or
// chance, so that the same engine is always taken apart alike.
import { readFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { runInThisContext } from 'node:vm';
import { join, number, written } from '../www/app/engine/join.mjs';
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
import { CODE, MEMORY, branchesOf, functionsOf, importsOf, sectionOf, withFunctions, withSection } from './wasm_code.mjs';

/** Up to this length, in bytes, a branch costs little more than its trap and its place in the plan. */
const SMALL = 12;
/** `unreachable`: whatever a block should give, it may end so. */
const TRAP = 0;

/** What goes another way where things lie elsewhere in the memory: called at all, it stays whole. */
const WHOLE = /dlmalloc|hashbrown|indexmap|flt2dec|dec2flt|core.*::fmt|libm|memchr|compiler_builtins/;

/**
 * @param {Uint8Array} wasm without custom sections @param {Map<number, string>} names of its functions @param {string} glue
 * @param {string} root of the clone
 * @returns {Promise<{first: Uint8Array, rest: Uint8Array, called: number, of: number}>}
 */
export async function split(wasm, names, glue, root) {
  const csv = await readFile(path(root, 'www/demo/lms_vc_synthetic.csv'));
  const starts = functionsOf(wasm), functions = starts.slice(0, -1).map((start) => branchesOf(wasm, start));
  const seen = seenBy(wasm, functions, glue, (engine, time) => firstCurves(engine, csv, PICTURES.filter((_, i) => time === 0 || i % TIMES === time)));
  const called = functions.filter((branches) => seen.has(branches[0])).length;
  const imported = importsOf(wasm);
  const cuts = functions.map((branches, i) => (seen.has(branches[0]) && WHOLE.test(names.get(imported + i) ?? '') ? [] : cutsOf(branches, seen)));
  const { first, rest } = apart(wasm, cuts);
  if (Buffer.compare(join(first, rest), wasm) !== 0) throw new Error('the two pieces of the engine do not make it again');
  return { first, rest, called, of: functions.length };
}

/** @typedef {{at: number, end: number}} Branch */

/** The branches of a function that nothing comes to, without those within others. @param {Branch[]} branches @param {Set<Branch>} seen */
function cutsOf(branches, seen) {
  let after = 0;
  return branches.filter((branch) => {
    const isCut = branch.at >= after && !seen.has(branch) && branch.end - branch.at > SMALL;
    if (isCut) after = branch.end;
    return isCut;
  });
}

/**
 * The module with a trap in place of each cut, and the piece that belongs there. The lengths of functions and of their section are others then, and
 * are cut too.
 * @param {Uint8Array} wasm @param {Branch[][]} cuts of each function
 */
export function apart(wasm, cuts) {
  const code = sectionOf(wasm, CODE), starts = functionsOf(wasm), end = starts[starts.length - 1];
  const first = /** @type {Uint8Array[]} */ ([]), own = /** @type {Uint8Array[]} */ ([]);
  /** @type {{same: number, instead: number, own: number}[]} */
  const plan = [{ same: 0, instead: 0, own: 0 }];
  let from = 0;
  /** Goes on to `at`, and has `bytes` in place of what stands there up to `to`. @param {number} at @param {number} to @param {number[]} bytes */
  const replace = (at, to, bytes) => {
    first.push(wasm.subarray(from, at), Uint8Array.from(bytes));
    own.push(wasm.subarray(at, to));
    plan.push({ same: at - from, instead: bytes.length, own: to - at });
    from = to;
  };
  const lengths = cuts.map((own, i) => starts[i + 1] - number(wasm, starts[i]).end - own.reduce((sum, { at, end }) => sum + end - at - 1, 0));
  const length = lengths.reduce((sum, own) => sum + written(own).length + own, starts[0] - code.contents);
  replace(code.start + 1, code.contents, written(length));
  cuts.forEach((own, i) => {
    if (own.length > 0) replace(starts[i], number(wasm, starts[i]).end, written(lengths[i]));
    for (const { at, end } of own) replace(at, end, [TRAP]);
  });
  first.push(wasm.subarray(from));
  const steps = Buffer.from(plan.slice(1).flatMap((step) => [...written(step.same), ...written(step.instead), ...written(step.own)]));
  return {
    first: Buffer.concat(first),
    rest: Buffer.concat([Buffer.from([...written(wasm.length), ...written(steps.length)]), steps, ...own]),
  };
}

/** How often the engine is used. Its hash tables begin with an address, so that another one takes them other ways. */
const TIMES = 8;

/**
 * The branches that are come to while the module is used.
 * @param {Uint8Array} wasm @param {Branch[][]} functions @param {string} glue @param {(engine: any, time: number) => void} use
 * @returns {Set<Branch>}
 */
function seenBy(wasm, functions, glue, use) {
  const branches = functions.flat(), base = memoryOf(wasm), module = new WebAssembly.Module(marked(wasm, functions, base));
  /** @type {Set<Branch>} */
  const seen = new Set();
  for (let time = 0; time < TIMES; time += 1) {
    const bindgen = runInThisContext(`((document) => { ${glue}\nreturn wasm_bindgen; })(undefined)`);
    const { memory } = bindgen.initSync({ module });
    memory.grow(1 + time);
    use(bindgen, time);
    const marks = new Uint8Array(memory.buffer, base, branches.length);
    branches.forEach((branch, i) => { if (marks[i] === 1) seen.add(branch); });
  }
  return seen;
}

const PAGE = 65_536;

/** How much memory the module begins with, in bytes: what is added behind it nobody uses, as all that is needed later is added again. @param {Uint8Array} wasm */
const memoryOf = (wasm) => number(wasm, sectionOf(wasm, MEMORY).contents + 2).value * PAGE;

/**
 * The module with a byte in its memory for each branch, from `base` on, that is set when it is come to.
 * @param {Uint8Array} wasm @param {Branch[][]} functions @param {number} base @returns {Uint8Array<ArrayBuffer>}
 */
export function marked(wasm, functions, base) {
  let address = base;
  const starts = functionsOf(wasm);
  const bodies = functions.map((branches, i) => {
    const pieces = [];
    let from = number(wasm, starts[i]).end;
    for (const { at } of branches) {
      // i32.const address, i32.const 1, i32.store8.
      pieces.push(wasm.subarray(from, at), Buffer.from([0x41, ...signed(address), 0x41, 1, 0x3a, 0, 0]));
      address += 1;
      from = at;
    }
    const body = Buffer.concat([...pieces, wasm.subarray(from, starts[i + 1])]);
    return Buffer.concat([Buffer.from(written(body.length)), body]);
  });
  const pages = Math.ceil(address / PAGE);
  // One memory, without a limit.
  const larger = withSection(wasm, MEMORY, () => Buffer.from([1, 0, ...written(pages)]));
  return Uint8Array.from(withFunctions(larger, bodies));
}

/** A number that is not negative, as one with a sign is written. @param {number} value */
function signed(value) {
  const bytes = [];
  for (; value > 0x3f; value >>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

/** Pictures of a curve: width, theme, pixels of the screen to one of the page. From a phone to a wall screen. @type {[number, 'light' | 'dark', number][]} */
const PICTURES = [
  [280, 'light', 3], [328, 'dark', 2], [380, 'light', 1], [460, 'dark', 2], [560, 'light', 1], [640, 'dark', 1.25], [760, 'light', 2], [900, 'dark', 1],
  [1100, 'light', 1.5], [1600, 'dark', 1],
];

/** What the page does until its first curves are on the screen. @param {any} engine @param {Uint8Array} csv @param {typeof PICTURES} pictures */
function firstCurves(engine, csv, pictures) {
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
          for (const [width, theme, ratio] of pictures) {
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
