// Types of what pages embed: the element of riskset-embed.js and the client of riskset-frame.js. The contract is docs/embedding.md.

/** A study document (`riskset-study/1`). */
export interface Study {
  format: "riskset-study/1";
  title?: string;
  conventions?: "r" | "spss" | "stata";
  data?: { file?: string; sha256?: string; read?: ReadOptions; [more: string]: unknown };
  endpoints: Record<string, object>;
  analyses: { id: string; type: string; [option: string]: unknown }[];
  [more: string]: unknown;
}

/** A results document (`riskset-results/1`). It holds exact event times: patient data. */
export interface Results {
  format: "riskset-results/1";
  engine: { name: string; version: string; commit: string | null };
  study: Study;
  data: { sha256: string; n_rows: number; columns: object[] };
  endpoints: Record<string, any>;
  results: AnalysisResult[];
  warnings: Caution[];
}

/** One analysis; its figures are named by its type. */
export interface AnalysisResult { id: string; type: string; error?: Problem; cautions?: Caution[]; [figure: string]: any }

export interface Caution { code: string; message: string; params?: Record<string, string>; rows?: number[]; analysis?: string | null; endpoint?: string | null }

/** Where in the material something was found. `row` is the data row from 1, `line` the line of the file. */
export interface Position { file?: string; row?: number; line?: number; character?: number; column?: string; cell?: string; path?: string }

/** What went wrong: `code` is stable, `message` is in the element's language. */
export interface Problem { code: string; message: string; position?: Position; params?: Record<string, string> }

/** What promises are rejected with. */
export interface RiskSetError extends Error { readonly code: string; readonly position: Position; readonly params: Record<string, string> }

/** How a file is to be read; what is absent is detected. */
export interface ReadOptions { delimiter?: string; decimal?: string; encoding?: string; header_line?: number; sheet?: string; labels?: "labels" | "values" }

export interface LoadOptions { name?: string; read?: ReadOptions }

/** How data were read. */
export interface Inspection {
  file: string; sha256: string; n_rows: number; cautions: Caution[];
  columns: { name: string; type: "number" | "category" | "date" | "text"; n_missing: number; n_distinct: number; levels: { value: string; n: number | null }[] | null; [more: string]: unknown }[];
  [more: string]: unknown;
}

export type View = "all" | "cohort" | "patients" | "curves" | "models" | `figure:${string}` | `table:${string}`;
export type Format = "svg" | "pdf" | "png" | "csv" | "docx" | "xlsx" | "json";

/** A file that is asked for. Without `analysis`: all results, as `json`. */
export interface ExportOptions {
  analysis?: string;
  /** `json` where it is absent. */
  format?: Format;
  /** Of a figure: 60 to 400 mm, 174 by default. */
  width_mm?: number;
  /** Of a PNG: 300 by default. */
  dpi?: number;
  /** For `csv`: a part of the data behind a figure instead of the table. */
  part?: "curve" | "risk_table" | "forest" | "residuals" | "smooth" | "table";
}

/** A file. `patientData`: single patients can be told from it, and its name says so. */
export interface ExportedFile { name: string; type: string; blob: Blob; patientData: boolean }

export interface ReadyDetail { version: string; apiVersion: number }
export interface ResultsDetail { results: Results }
export interface ChangeDetail { study: Study }
/** `source` gave what the problem is about. */
export interface ErrorDetail extends Problem { during: "start" | "open" | "study" | "run"; source: Source }
export type Source = "demonstration" | "user" | "host" | null;

export interface RiskSetEventMap {
  "riskset:ready": CustomEvent<ReadyDetail>;
  "riskset:results": CustomEvent<ResultsDetail>;
  "riskset:change": CustomEvent<ChangeDetail>;
  "riskset:error": CustomEvent<ErrorDetail>;
}

/** `<risk-set>`. */
export interface RiskSetElement extends HTMLElement {
  /** Attributes, as properties. */
  get study(): string | null;
  set study(value: string | Study | null);
  data: string | null;
  view: View | (string & {});
  theme: "auto" | "light" | "dark";

  /** Resolves when the engine can compute; rejected with a RiskSetError when it cannot be started here. */
  readonly ready: Promise<ReadyDetail>;
  readonly busy: boolean;
  /** Who gave the data that are open. */
  readonly source: Source;
  /** A copy of the last results; null while there are none. */
  readonly results: Results | null;
  /** The study in force, with what the user changed; null before there are data. */
  readonly currentStudy: Study | null;

  load(data: string | Blob | Uint8Array | ArrayBuffer, options?: LoadOptions): Promise<Inspection>;
  run(study?: Study | string): Promise<Results>;
  export(options?: ExportOptions): Promise<ExportedFile>;
  undo(): void;
  redo(): void;
  reset(): Promise<void>;

  addEventListener<K extends keyof RiskSetEventMap>(type: K, listener: (this: RiskSetElement, event: RiskSetEventMap[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener<K extends keyof HTMLElementEventMap>(type: K, listener: (this: RiskSetElement, event: HTMLElementEventMap[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

/** The class: `customElements.get("risk-set")`. */
export interface RiskSetConstructor { new (): RiskSetElement; readonly version: string; readonly apiVersion: number }

/** An event of a frame. Of a file that the user opened and did not share: `{withheld: true}`, of an error its `code` and `during` too. */
export interface Withheld { withheld: true; code?: string; during?: string }
export interface RiskSetFrameEventMap {
  ready: CustomEvent<ReadyDetail>;
  results: CustomEvent<ResultsDetail | Withheld>;
  change: CustomEvent<ChangeDetail | Withheld>;
  error: CustomEvent<ErrorDetail | Withheld>;
  consent: CustomEvent<{ agreed: boolean }>;
}

/** A frame that holds embed.html. */
export interface RiskSetFrameClient extends EventTarget {
  readonly version: string;
  readonly apiVersion: number;
  load(data: string | Blob | Uint8Array, options?: LoadOptions): Promise<Inspection>;
  run(study?: Study | string): Promise<Results>;
  results(): Promise<Results | null>;
  study(): Promise<Study | null>;
  export(options?: ExportOptions): Promise<ExportedFile>;
  set(attributes: { view?: View | null; lang?: "en" | "fr" | null; theme?: "auto" | "light" | "dark" | null }): Promise<null>;
  reset(): Promise<null>;
  close(): void;
  addEventListener<K extends keyof RiskSetFrameEventMap>(type: K, listener: (event: RiskSetFrameEventMap[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap { "risk-set": RiskSetElement }
  interface CustomElementRegistry { get(name: "risk-set"): RiskSetConstructor | undefined }
  /** Of riskset-frame.js; the one global that it gives. riskset-embed.js gives none. */
  var RiskSetFrame: {
    connect(frame: HTMLIFrameElement, options?: { origin?: string; timeout?: number }): Promise<RiskSetFrameClient>;
  };
}
