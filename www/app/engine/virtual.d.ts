// Modules that scripts/bundle.mjs makes at build time, and the global of the worker's glue.

declare module 'riskset:assets' {
  export const wasmGzipBase64: string;
  export const workerSource: string;
  export const demoName: string;
  export const demoCsv: string;
}

/** What comes after the first figures: within (gzipped, base64), or the script that carries it. */
interface Later { base64?: string; src?: string; integrity?: string }

/** What such a script hands over; that of the second wasm, with the hashes of the scripts of supplements. */
interface Carried { base64: string; supplement?: { counts: string; data: string } }

declare module 'riskset:self' {
  /** The source of the function that the page's script calls (script.mjs). */
  export const source: () => string;
}

declare module 'riskset:later' {
  /** The second wasm. */
  export const office: Later | null;
  /** The reference cases of the self-test. */
  export const cases: Later | null;
}

declare module 'riskset:version' {
  /** Version of the package, as in Cargo.toml. */
  export const version: string;
}

declare module 'riskset:glue' {
  /** A fresh instance of the glue, with no wasm in it yet. */
  export const instantiate: () => Glue;
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
declare function riskset_office(): {
  initSync(options: { module: WebAssembly.Module }): unknown;
  watchPanics(report: (message: string, place: string) => void): void;
  convert(bytes: Uint8Array, name: string, options?: string): Uint8Array;
  figurePdf(scene: unknown, request: string): Uint8Array;
  tableDocx(table: unknown, request: string): Uint8Array;
  tableXlsx(table: unknown): Uint8Array;
};
