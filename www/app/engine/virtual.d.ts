// Modules that scripts/bundle.mjs makes at build time, and the global of the worker's glue.

declare module 'riskset:assets' {
  /** The engine, gzipped, in base64: hosted without the functions that the first curves do not call, in the single file whole. */
  export const wasmGzipBase64: string;
  export const demoName: string;
  export const demoCsv: string;
}

/** A script beside the page that hands over what it carries. */
interface Carrier { src: string; integrity: string }

/**
 * The source of the engine's worker, less its glue; where the page's script carries the first curves' functions, words and views only, the `rest` (gzipped, base64),
 * the other `words`, and the other part of the `page`, a function of what it uses of the first.
 */
interface WholeEngine {
  worker: string;
  rest?: string;
  words?: Record<string, { page: object; engine: object }>;
  page?: (shared: object) => typeof import('../later/part.mjs');
}

/** The second wasm, gzipped, in base64; where it comes as a script, with the hashes of the scripts of supplements. */
interface OfficePart { packed: string; supplement?: { counts: string; data: string } }

declare module 'riskset:parts' {
  /** The whole engine: within, or the script that carries it. */
  export const whole: WholeEngine | Carrier;
  /** The second wasm: within, or the script that carries it; null where there is none. */
  export const office: OfficePart | Carrier | null;
  /** The reference cases of the self-test, gzipped, in base64: within, or the script that carries them; null where there are none. */
  export const cases: string | Carrier | null;
  /** The source of the function that the page's script calls (script.mjs). */
  export const source: () => string;
  /** What the part of the page that comes later uses of the first. */
  export const handOver: () => object;
}

declare module 'riskset:later' {
  /** The part of the page that comes later elsewhere, where it is within. */
  export const within: typeof import('../later/part.mjs') | null;
}

declare module 'riskset:version' {
  /** Version of the package, as in Cargo.toml. */
  export const version: string;
}

declare module 'riskset:glue' {
  /** A fresh instance of the glue, with no wasm in it yet. */
  export const instantiate: () => Glue;
  /** Source of a function that gives one. */
  export const glue: () => string;
}

/** What wasm-bindgen's `no-modules` glue gives, as far as it is used. */
interface Glue {
  initSync(options: { module: WebAssembly.Module }): unknown;
  watchPanics(report: (message: string, place: string) => void): void;
  paint(canvas: HTMLCanvasElement, scene: unknown, ratio: number): void;
  Session: new () => EngineSession;
}

/** `Session` of src/wasm/session.rs. */
interface EngineSession {
  readonly version: string;
  open(bytes: Uint8Array, name: string, options?: string): unknown;
  begin(name: string, options?: string): void;
  push(bytes: Uint8Array): { bytes: number; rows: number };
  finish(): unknown;
  inspect(): unknown;
  compare(study: string): unknown;
  run(study: string, told?: (progress: EngineProgress) => void): unknown;
  figure(request: string): unknown;
  figure_svg(request: string): string;
  figure_csv(request: string): { name: string; text: string }[];
  table_one(request: string): unknown;
  cox_table(request: string): unknown;
  table_csv(table: unknown, locale: string): string;
  checksum(bytes: Uint8Array): string;
  aggregate(request: string): unknown;
  redo(document: string, request: string): unknown;
  shared(request: string): unknown;
}

/** What a run says while it is under way (src/study/progress.rs). */
interface EngineProgress { analysis: number; of?: number; share?: number; entry?: any }

declare const wasm_bindgen: Glue;

/** A fresh instance of the glue of the second wasm, in the worker. */
declare function riskset_office(): OfficeGlue;

/** The glue of the second wasm (src/wasm/office.rs). */
interface OfficeGlue {
  initSync(options: { module: WebAssembly.Module }): unknown;
  watchPanics(report: (message: string, place: string) => void): void;
  convert(bytes: Uint8Array, name: string, options?: string): Uint8Array;
  figurePdf(scene: unknown, request: string): Uint8Array;
  tableDocx(table: unknown, request: string): Uint8Array;
  tableXlsx(table: unknown): Uint8Array;
}
