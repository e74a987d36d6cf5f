// Shapes that cross file borders: what the engine answers, what the user chose, and what the page remembers.

export type Unit = "days" | "weeks" | "months" | "years";
export type Language = "en" | "fr";
export type ColumnType = "number" | "category" | "date" | "text";

/** Where in the user's material something was found (the engine's `Position`). */
export interface Position {
  file?: string; row?: number; line?: number; character?: number; column?: string; cell?: string; path?: string;
}

/** An error of the engine, or of the page itself. */
export interface Problem {
  code: string; message?: string; position?: Position; params?: Record<string, string>;
}

/** What must be known to read a figure. */
export interface Caution {
  code: string; message?: string; params?: Record<string, string>; rows?: number[];
  analysis?: string | null; endpoint?: string | null;
}

export interface Level { value: string; n: number | null }

/** One column as the engine read it. */
export interface InspectedColumn {
  name: string; type: ColumnType; n_missing: number; n_distinct: number; examples: string[];
  levels: Level[] | null; min: number | string | null; max: number | string | null; hint: string | null;
}

/** How a file was read (`riskset inspect`). */
export interface Inspection {
  file: string; sha256: string; n_rows: number; columns: InspectedColumn[]; cautions: Caution[];
  dialect: { delimiter: string; decimal: string; encoding: string; header_line: number };
}

/** One endpoint as the user chose it; a null is a choice not yet made. */
export interface EndpointChoice {
  key: string; name: string; kind: "dates" | "status"; unit: Unit;
  origin: string | null; events: { name: string; column: string | null }[]; censor: string | null;
  time: string | null; status: string | null; event: string[]; entry: string | null;
}

/** Where time starts, for all endpoints by dates: as defined, moved to another date, or watched from it on. */
export interface StartChoice { mode: "origin" | "move" | "late"; column: string | null }

/** Everything the user can choose; plain data, never mutated. */
export interface Choices {
  title: string;
  endpoints: EndpointChoice[];
  start: StartChoice;
  columns: Record<string, { type?: ColumnType; levels?: string[] }>;
  by: string | null;
  covariates: string[];
  /** Covariates of the multivariable model, by endpoint key. */
  multivariable: Record<string, string[]>;
  milestones: number[];
  conf_type: string;
  ties: string;
  /** Paths of choices that the page guessed and the user has not touched, such as `a.time`. */
  guessed: string[];
}

/** Ids of the analyses of one endpoint. */
export interface EndpointPlan {
  key: string; name: string; unit: Unit; origin: string | null; entry: string | null; composite: boolean;
  all: string; followUp: string | null; by: string | null; logRank: string | null; group: string | null;
  univariable: { variable: string; id: string }[]; multivariable: { id: string; covariates: string[] } | null;
}

/** A study document and where its analyses belong on the page. */
export interface Plan {
  study: Record<string, any>; text: string; endpoints: EndpointPlan[]; by: string | null;
  /** What is still to be chosen: field id and key of the sentence. */
  missing: { field: string; endpoint: string; word: string }[];
}

/** A results document (contract): shapes differ by type of analysis. */
export interface Results {
  engine?: { name: string; version: string; commit?: string };
  study?: Record<string, any>;
  data?: { sha256?: string; n_rows?: number };
  endpoints: Record<string, any>;
  results: Record<string, any>[];
  warnings: Caution[];
}

/** A finished run with the plan that asked for it. */
export interface Answer { results: Results; plan: Plan; choices: Choices }

/** Work in the engine that has not ended. */
export interface Work {
  kind: "open" | "run"; slow: boolean;
  /** How much is done, 0 to 1; null while nobody knows. */
  share: number | null;
  /** Entries of the results so far, by index of the analysis: figures still to come are null, with reason `pending`. */
  entries: Record<number, any>;
}

/** All the page remembers. */
export interface State {
  language: Language;
  source: "demo" | "file";
  inspection: Inspection | null;
  choices: Choices | null;
  past: Choices[];
  future: Choices[];
  /** Key of the endpoint on show, or `both`. */
  shown: string;
  answer: Answer | null;
  work: Work | null;
  /** The engine could not open a file, read the study or finish. */
  problem: (Problem & { during: "open" | "study" | "run" }) | null;
  /** Name of the file that the opened study was made with, where it is not the one that is open. */
  madeWith: string | null;
  /** Work that the user stopped: what is on show may be of earlier choices. */
  stopped: boolean;
  /** Words of the live region: key and parameters. */
  said: { key: string; params: Record<string, string | number> } | null;
}

/** A picture asked of the engine. */
export interface FigureRequest {
  analysis: string; width: number; height?: number; theme: "light" | "dark"; locale: string;
  words: Record<string, any>; options: Record<string, any>;
}

/** A display list with its text alternative. */
export interface Scene { width: number; height: number; items: unknown[]; alt: { text: string; header?: string[]; rows?: string[][] } }

/** The engine as the page sees it. */
export interface Client {
  demo: { name: string; bytes: Uint8Array };
  open(bytes: Uint8Array, name: string): Promise<any>;
  run(study: string, listener?: {
    onPartial?(analysis: number, entry: any): void; onProgress?(share: number): void;
  }): Promise<any>;
  figure(request: FigureRequest): Promise<Scene> | Scene;
  paint(canvas: HTMLCanvasElement, scene: Scene): Promise<void> | void;
  /** Ends the work under way; its promise rejects with code `cancelled`. */
  cancel?(): void;
}
