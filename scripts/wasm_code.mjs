// The code of a wasm module, read as far as it takes to know its branches. (WebAssembly Core Specification 2.0, chapter 5: Binary Format.)
import { number, written } from '../www/app/engine/join.mjs';

/** Kinds of sections. */
export const CUSTOM = 0, MEMORY = 5, CODE = 10;

/**
 * The sections of a module: kind, where each begins, where its contents do and where it ends.
 * @param {Uint8Array} module
 */
export function sectionsOf(module) {
  const sections = [];
  // An eight-byte head, then sections: a kind, a length, the contents.
  for (let at = 8; at < module.length;) {
    const length = number(module, at + 1), end = length.end + length.value;
    sections.push({ kind: module[at], start: at, contents: length.end, end });
    at = end;
  }
  return sections;
}

/** The section of a kind. @param {Uint8Array} module @param {number} kind */
export function sectionOf(module, kind) {
  const section = sectionsOf(module).find((one) => one.kind === kind);
  if (!section) throw new Error(`the module has no section of kind ${kind}`);
  return section;
}

/** How many functions a module takes from outside: their numbers come before those of its own. @param {Uint8Array} module */
export const importsOf = (module) =>
  WebAssembly.Module.imports(new WebAssembly.Module(Uint8Array.from(module))).filter(({ kind }) => kind === 'function').length;

/**
 * The names of functions by their numbers, as the custom section `name` has them: subsections of a kind, a length and contents; those of the
 * functions are of kind 1.
 * @param {Uint8Array} module @returns {Map<number, string>}
 */
export function namesOf(module) {
  /** @type {Map<number, string>} */
  const names = new Map();
  const text = (/** @type {number} */ at) => {
    const length = number(module, at), end = length.end + length.value;
    return { value: new TextDecoder().decode(module.subarray(length.end, end)), end };
  };
  for (const { kind, contents, end } of sectionsOf(module)) {
    const name = kind === CUSTOM ? text(contents) : null;
    if (name?.value !== 'name') continue;
    for (let at = name.end; at < end;) {
      const length = number(module, at + 1), count = number(module, length.end);
      for (let i = 0, entry = count.end; module[at] === 1 && i < count.value; i += 1) {
        const index = number(module, entry), own = text(index.end);
        names.set(index.value, own.value);
        entry = own.end;
      }
      at = length.end + length.value;
    }
  }
  return names;
}

/** Where the functions of a module begin, each with its length before it; the last entry is the end. @param {Uint8Array} module */
export function functionsOf(module) {
  const count = number(module, sectionOf(module, CODE).contents), starts = [count.end];
  for (let i = 0; i < count.value; i += 1) {
    const size = number(module, starts[i]);
    starts.push(size.end + size.value);
  }
  return starts;
}

/** The module with other contents of a section. @param {Uint8Array} module @param {number} kind @param {(contents: Uint8Array) => Uint8Array} change */
export function withSection(module, kind, change) {
  const section = sectionOf(module, kind), contents = change(module.subarray(section.contents, section.end));
  return Buffer.concat([module.subarray(0, section.start), Buffer.from([kind, ...written(contents.length)]), contents, module.subarray(section.end)]);
}

/** The module with these functions in place of its own, each with its length before it. @param {Uint8Array} module @param {Uint8Array[]} functions */
export const withFunctions = (module, functions) =>
  withSection(module, CODE, () => Buffer.concat([Buffer.from(written(functions.length)), ...functions]));

/** Opcodes that are named here. */
const UNREACHABLE = 0x00, BLOCK = 0x02, LOOP = 0x03, IF = 0x04, ELSE = 0x05, END = 0x0b, BRANCH_IF = 0x0d, BRANCH_TABLE = 0x0e, SELECT_OF = 0x1c;

/** How many numbers in LEB128 follow an opcode, where any do and that is all. @type {Map<number, number>} */
const NUMBERS = new Map([
  [0x0c, 1], [BRANCH_IF, 1], [0x10, 1], [0x11, 2], [0x20, 1], [0x21, 1], [0x22, 1], [0x23, 1], [0x24, 1], [0x25, 1], [0x26, 1],
  // Loads and stores: alignment and offset. Then size and growth of the memory, constants, references.
  ...Array.from({ length: 0x3e - 0x28 + 1 }, (_, i) => /** @type {[number, number]} */ ([0x28 + i, 2])),
  [0x3f, 1], [0x40, 1], [0x41, 1], [0x42, 1], [0xd0, 1], [0xd2, 1],
]);
/** The same of what follows the prefix 0xfc, and of all that may. */
const NUMBERS_FC = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

/** Where a number in LEB128 ends, signed or not. @param {Uint8Array} code @param {number} at */
function afterNumber(code, at) {
  while (code[at] >= 0x80) at += 1;
  return at + 1;
}

/** Where an instruction ends. @param {Uint8Array} code @param {number} at */
function afterInstruction(code, at) {
  const opcode = code[at];
  const numbers = (/** @type {number} */ n, from = at + 1) => {
    for (let i = 0; i < n; i += 1) from = afterNumber(code, from);
    return from;
  };
  // The type of a block: one byte, or a number.
  if (opcode === BLOCK || opcode === LOOP || opcode === IF) return numbers(1);
  if (opcode === BRANCH_TABLE) {
    const count = number(code, at + 1);
    return numbers(count.value + 1, count.end);
  }
  if (opcode === SELECT_OF) {
    const count = number(code, at + 1);
    return count.end + count.value;
  }
  if (opcode === 0x43) return at + 5;
  if (opcode === 0x44) return at + 9;
  if (opcode === 0xfc) {
    const sub = number(code, at + 1);
    if (sub.value >= NUMBERS_FC.length) throw new Error(`an unknown instruction: 0xfc ${sub.value}`);
    return numbers(NUMBERS_FC[sub.value], sub.end);
  }
  if (opcode === 0xfd) {
    const { value: sub, end } = number(code, at + 1);
    if (sub <= 11 || sub === 92 || sub === 93) return numbers(2, end);
    if (sub === 12 || sub === 13) return end + 16;
    if (sub >= 21 && sub <= 34) return end + 1;
    if (sub >= 84 && sub <= 91) return numbers(2, end) + 1;
    if (sub > 255) throw new Error(`an unknown instruction: 0xfd ${sub}`);
    return end;
  }
  const n = NUMBERS.get(opcode);
  if (n !== undefined) return numbers(n);
  const isPlain = [UNREACHABLE, 0x01, ELSE, END, 0x0f, 0x1a, 0x1b, 0xd1].includes(opcode) || (opcode >= 0x45 && opcode <= 0xc4);
  if (!isPlain) throw new Error(`an unknown instruction: 0x${opcode.toString(16)}`);
  return at + 1;
}

/**
 * The branches of a function: places that code may come to or not, each with the end of what is not run either where it does not come there, which
 * is the end of the block around it. In the order in which they stand; the first is the function.
 * @param {Uint8Array} module @param {number} start of the function's length @returns {{at: number, end: number}[]}
 */
export function branchesOf(module, start) {
  const size = number(module, start), end = size.end + size.value;
  const groups = number(module, size.end);
  let at = groups.end;
  for (let i = 0; i < groups.value; i += 1) at = afterNumber(module, at) + 1;
  /** @type {{at: number, end: number}[]} */
  const branches = [];
  /** The branches in each of the blocks around. @type {{at: number, end: number}[][]} */
  const around = [[]];
  const branch = () => {
    const one = { at, end: -1 };
    branches.push(one);
    /** @type {{at: number, end: number}[]} */ (around.at(-1)).push(one);
  };
  branch();
  while (at < end) {
    const opcode = module[at];
    if (opcode === ELSE || opcode === END) for (const one of around.pop() ?? []) one.end = at;
    at = afterInstruction(module, at);
    if (opcode === BLOCK || opcode === LOOP || opcode === IF || opcode === ELSE) around.push([]);
    if (opcode === IF || opcode === ELSE || opcode === BRANCH_IF || (opcode === END && at < end)) branch();
  }
  if (at !== end || around.length !== 0) throw new Error('a function does not end where it should');
  return branches;
}
