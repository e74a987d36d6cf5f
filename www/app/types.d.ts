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
  levels: Level[] | null; min: number | string | null; max: number | string | null; hint: Caution | null;
  /** For dates, the formats that fit; more than one is ambiguous. */
  formats: string[]; suggested_format: string | null;
  /** Values that look like a missing one; none is taken without the user's word. */
  missing_proposals: Level[];
  /** What a statistics file or a workbook says of the column. */
  suggested: { type?: ColumnType; label?: string; levels?: string[]; missing?: string[]; unit?: string } | null;
  /** A column that the study derives from another; and the type that the file alone would give. */
  from?: string; found?: ColumnType;
  /** What keeps a declared column from being used, as the engine said. */
  problem?: Problem | null;
  /** First of the hundred years to which years of two digits belong, where the column has such; the hundred years in use, once the engine has answered. */
  pivot?: number | null; window?: [number, number] | null;
  /** How its numbers are written, where that is more than the file's decimal mark; cells that do not fit the others. */
  numbers?: { decimal: string; thousands: string | null; percent?: boolean; marked?: boolean } | null; misfits?: { row: number; line: number; cell: string }[]; n_misfits?: number;
  /** All hints; `hint` is the first. */
  hints?: Caution[];
}

/** How a file was read. */
export interface Dialect {
  delimiter: string; decimal: string; encoding: string; header_line: number;
  thousands?: string | null; title_lines?: number; format?: string; sheet?: string | null; sheets?: string[]; detected?: string[];
}

/** How a file was read (`riskset inspect`). */
export interface Inspection {
  file: string; sha256: string; n_rows: number; columns: InspectedColumn[]; cautions: Caution[]; dialect: Dialect;
  /** The first records as they stand, title lines and header included. */
  preview: { line: number; cells: string[] }[];
}

/** How the user wants the file to be read; what is absent is detected. */
export interface ReadChoice {
  delimiter?: string; decimal?: string; encoding?: string; header_line?: number; sheet?: string; labels?: "labels" | "values";
}

/** What the user declares of a column: the study's `data.columns.NAME`. */
export interface ColumnChoice {
  label?: string; type?: ColumnType; unit?: string; per?: number; levels?: string[]; missing?: string[]; format?: string; partial?: "mid";
  decimal?: string; thousands?: string; pivot?: number;
  recode?: Record<string, string | null>; reference?: string; from?: string;
  cuts?: { at: number[]; labels?: string[]; right?: boolean };
}

/** A row that the user leaves out, and the finding that made them do it. */
export interface ExcludedRow { row: number; reason: string; finding?: string }

/** What the user decided about a finding of the audit. */
export interface Decision { finding: string; rows: number[]; decision: "accepted" | "to_correct"; note?: string }

/** The steps of the work. */
export type Step = "data" | "cohort" | "patients" | "curves" | "models" | "output";

/** One endpoint as the user chose it; a null is a choice not yet made. */
export interface EndpointChoice {
  key: string; name: string; kind: "dates" | "status"; unit: Unit;
  /** Further dates of origin: the earliest that a patient has begins the time. */
  origins?: (string | null)[];
  origin: string | null; events: EventChoice[]; censor: string | null;
  time: string | null; status: string | null; event: string[]; entry: string | null;
  /** Day after which nothing counts, such as `2022-09-30`. */
  cutoff: string | null;
  month_rule: string | null; time_zero: string | null; late_events: string | null;
}

/** An event of an endpoint by dates; `when` lets it count only where a column says so. */
export interface EventChoice { name: string; column: string | null; when?: { column: string; in: string[] } | null }

/** Where time starts, for all endpoints by dates: as defined, moved to another date, or watched from it on. */
export interface StartChoice { mode: "origin" | "move" | "late"; column: string | null }

/** Programs whose conventions can be followed. */
export type Program = "r" | "spss" | "stata" | "sas" | "prism";

/** How groups are compared: the first test stands on the figure. */
export interface TestChoice {
  /** Names of weights; `fleming-harrington` has its two exponents in `rho_gamma`. */
  weights: string[]; rho_gamma: [number, number]; trend: boolean;
  /** How p values of pairs are adjusted; null: no pairs. */
  pairwise: string | null;
}

/** A JSON merge patch (RFC 7396) of a request for a figure. */
export type Patch = Record<string, any>;

/** A figure of the page: of an endpoint (by key) or of the whole cohort, and of the groups of a column. */
export interface FigureRef { endpoint: string | null; figure: "curves" | "adjusted" | "forest" | "schoenfeld" | "timeline" | "flow" | "missing_map"; by: string | null }

/** How a group is called and coloured where it is not as usual. */
export interface GroupLook { label?: string; colour?: string }

/** How figures are drawn: the study's `figures`. */
export interface FigureChoice {
  risk_table: "full" | "at_risk" | "hidden"; upward: boolean;
  /** What the curves show over time. */
  kind: "survival" | "cumulative_hazard" | "log_minus_log";
  /** What is set of every figure. */
  look: Patch;
  /** How groups are called and coloured, by column and level. */
  groups: Record<string, Record<string, GroupLook>>;
  /** What is set of one figure, by `refKey`. */
  own: Record<string, Patch>;
  /** Where the time axis ends, by endpoint key; absent: at the last time. */
  x_max: Record<string, number>;
}

/** Everything the user can choose; plain data, never mutated. */
export interface Choices {
  title: string;
  endpoints: EndpointChoice[];
  start: StartChoice;
  /** How the file is to be read. */
  read: ReadChoice;
  columns: Record<string, ColumnChoice>;
  exclude: ExcludedRow[];
  decisions: Decision[];
  /** The day on which the file was opened, after which a date is in the future; null: the future is not judged. */
  as_of: string | null;
  /** The column that names the patients, for duplicates and the timeline. */
  patient: string | null;
  /** Variables of the table of patients, in order; null: those that the page proposes. */
  table: string[] | null;
  /** Rows of that table under a heading of their own. */
  blocks?: TableBlock[];
  /** Patients screened before the file was made, and why some are not in it; how a patient lost to follow-up is told. */
  flow: { screened: number | null; before: { reason: string; n: number }[]; lost: null | { column: string; in: string[] } | { before: string } };
  by: string | null;
  covariates: string[];
  /** Covariates of the multivariable model, by endpoint key. */
  multivariable: Record<string, string[]>;
  milestones: number[];
  conf_type: string;
  ties: string;
  /** The test of a factor in the prognostic table. */
  factor_test: FactorTest;
  /** Interval of the hazard ratios. */
  conf: "wald" | "profile";
  /** Columns whose levels have a baseline hazard of their own in every model. */
  strata: string[];
  /** In a file too large for it at every click: the influence of each patient and the absolute differences all the same. */
  deep: boolean;
  /** The program whose rules hold where nothing else is chosen. */
  conventions: Program;
  /** Differences between the groups at the milestones. */
  difference: boolean;
  tests: TestChoice;
  figures: FigureChoice;
  /** Paths of choices that the page guessed and the user has not touched, such as `a.time`. */
  guessed: string[];
}

/** Rows of the table of patients under a heading: as they are, or a line for each yes/no column with the rows that have `level`. */
export interface TableBlock { heading: string; kind: "heading" | "yes_no"; variables: string[]; level?: string }
export type FactorTest = "likelihood_ratio" | "wald" | "score";

/** Ids of the analyses of one endpoint. */
export interface EndpointPlan {
  key: string; name: string; unit: Unit; origin: string | null; entry: string | null; composite: boolean;
  all: string; followUp: string | null; followUpBy: string | null; by: string | null; logRank: string | null; group: string | null;
  /** Whether the ratio of the groups stays the same over time. */
  groupPh: string | null;
  /** The further tests of the groups. */
  tests: { weights: string; id: string }[];
  /** The prognostic table: every covariate alone, and those of the multivariable model together. */
  table: string | null; univariable: string[]; multivariable: string[];
  /** Of the multivariable model: proportional hazards, and the model without each patient. */
  ph: string | null; influence: string | null;
  /** Curves of the groups adjusted for the other factors of the multivariable model. */
  adjusted: string | null;
  /** Rates at the milestones by the levels of a covariate, with their differences from the reference. */
  rates: { variable: string; id: string }[];
  /** Splines of the numbers: whether one ratio per unit says it all. */
  lines: { variable: string; id: string }[];
}

/** A study document and where its analyses belong on the page. */
export interface Plan {
  study: Record<string, any>; text: string; endpoints: EndpointPlan[]; by: string | null;
  /** What of the study is computed: its text without how figures are drawn. */
  computed: string;
  /** Ids of the analyses of the whole cohort, null where there is nothing to ask. */
  cohort: { audit: string | null; flow: string | null; missing: string | null; table: string | null; timelines: Record<string, string> };
  /** What is still to be chosen: field id and key of the sentence. */
  missing: { field: string; endpoint: string; word: string }[];
}

/** A results document (contract): shapes differ by type of analysis. */
export interface Results {
  engine?: { name: string; version: string; commit?: string };
  study?: Record<string, any>;
  data?: { sha256?: string; n_rows?: number; columns?: any[] };
  endpoints: Record<string, any>;
  results: Record<string, any>[];
  warnings: Caution[];
}

/** A finished run with the plan that asked for it. */
export interface Answer {
  results: Results; plan: Plan; choices: Choices;
  /** Only the first curves are computed: the rest of the engine is still to come. */
  partial?: boolean;
}

/** A study run as it stands, with its results once they are there. */
export interface Fixed { text: string; study: Record<string, any>; results: Results | null }

/** How far the reading of a file is. */
export interface Progress { bytes: number; of: number; rows: number }

/** Work in the engine that has not ended. */
export interface Work {
  kind: "open" | "run"; slow: boolean;
  /** How much is done, 0 to 1; null while nobody knows. */
  share: number | null;
  /** Rows read so far, of a file. */
  rows?: number;
  /** Entries of the results so far, by index of the analysis: figures still to come are null, with reason `pending`. */
  entries: Record<number, any>;
}

/** What the page keeps of studies for a reload (`state/keeper.mjs`). */
export interface Keep {
  /** `off`: it does not (embedded elsewhere); `denied`, `full`: the browser did not let it, so that studies are kept until the page goes only. */
  status: "off" | "ready" | "denied" | "full";
  /** The study on show is kept; it was taken up from what had been kept. */
  now: boolean; taken: boolean;
  /** Kept studies of other files. */
  waiting: number;
  /** Columns of the study on show whose levels are not kept, as they could name patients. */
  left: string[];
}

/** An analysis of a reference case against R (proof/compare.mjs). */
export interface TestedAnalysis {
  id: string; type: string; tolerance: number; status: "agrees" | "differs" | "not_offered";
  figures: number; undefined_in_both: number; worst: number; worst_at: string; worst_near_zero: number;
  /** The first of them, and how many there are. */
  differences: { path: string; want: unknown; got: unknown }[]; n_differences: number;
  /** Code of the engine's refusal. */
  error: string | null;
}

/** A reference case; `problem` says why it could not be computed. */
export interface TestedCase { name: string; problem: string | null; sha256: { study: string; data: string; expected: string }; analyses: TestedAnalysis[] }

/** A self-test that has ended. */
export interface SelfTest {
  /** ISO dates. */
  began: string; ended: string;
  engine: { version: string; commit: string | null } | null;
  /** Hashes of the scripts that the policy names, where the page was opened from (an origin, or `file`), and the browser's own name of itself. */
  surroundings: { scripts: string[]; from: string; browser: string };
  made_with: Record<string, string>;
  rules: { closed_form_tolerance: number; p_value_factor: number; floor: number };
  cases: TestedCase[];
  totals: { cases: number; agree: number; differ: number; not_offered: number; figures: number; worst: number; worst_near_zero: number };
  agrees: boolean;
}

/** What the browser says of this document's traffic and of what its address has stored (proof/watch.mjs). Times are milliseconds since its start. */
export interface Silence {
  /** Policies in the document's own head. */
  policy: string[];
  /** Where the page was opened from: an origin, or `file`. */
  from: string;
  requests: { url: string; kind: string; at: number }[];
  /** Addresses that stay within the browser. */
  within: number;
  refused: { directive: string; url: string; at: number }[];
  /** When a file of the user's was opened first. */
  opened: number | null;
  /** Names by place; null where the browser refuses it. */
  stored: { place: "local" | "session" | "databases" | "cached" | "cookies" | "workers" | "files" | "history"; names: string[] | null }[];
  /** Of the computing worker now running; null while it computes. */
  worker: { requests: number; refused: number } | null;
}

/** Ways out that were tried, and whether the policy refused them. */
export type Attempts = { way: string; refused: boolean }[];

/** All the page remembers. */
export interface State {
  language: Language;
  /** Where the file comes from: the demonstration, the user, or the page around the element. */
  source: "demo" | "file" | "host";
  inspection: Inspection | null;
  choices: Choices | null;
  /** The choices as the page proposed them, and those that the user has in a file: nobody loses them. */
  untouched: Choices | null;
  saved: Choices | null;
  keep: Keep;
  past: Choices[];
  future: Choices[];
  /** The step on show. */
  step: Step;
  /** The column whose card is open. */
  editing: string | null;
  /** Key of the endpoint on show, or `both`. */
  shown: string;
  answer: Answer | null;
  /** A study that the page's controls cannot make, run as it stands: it is shown instead of the choices. */
  fixed: Fixed | null;
  work: Work | null;
  /** A change waits a moment before it is computed. */
  pending: boolean;
  /** `source`: who gave what it is about, where that is not what is on show. The engine could not open a file, read the study or finish. */
  problem: (Problem & { during: "open" | "study" | "run"; source?: State["source"] }) | null;
  /** Name of the file that the opened study was made with, where it is not the one that is open. */
  madeWith: string | null;
  /** Whether programs are compared: kept up to date while a console is open. */
  console: boolean;
  /** The study that was compared, and its results by program. */
  compared: { computed: string; results: Record<Program, Results> } | { computed: string; problem: Problem } | null;
  /** Work that the user stopped: what is on show may be of earlier choices. */
  stopped: boolean;
  /** The dialog that is open, beside the glossary. */
  panel: "silence" | "self_test" | null;
  silence: Silence | null;
  /** What was tried against the policy; `trying` while it is. */
  attempts: Attempts | "trying" | null;
  selfTest: { running: { done: number; of: number; name: string } | null; report: SelfTest | null; problem: string | null };
  /** Whether the browser keeps this copy of the page, and has a newer one. */
  keeping: import('./copy/keep.mjs').Keeping;
  /** The file whose checksum was asked for, and the checksum that it should have. */
  checked: { name: string; sha256?: string; problem?: Problem } | null; expected: string;
  /** Words of the live region: key and parameters. */
  said: { key: string; params: Record<string, string | number> } | null;
  /** The engine was ended from outside, and stands again. */
  revived: boolean;
}

/** A picture asked of the engine. */
export interface FigureRequest {
  /** CSS pixels; absent: `width_mm` or the preset's width. */
  analysis: string; width?: number; height?: number; theme: "light" | "dark" | "print"; locale: string;
  words: Record<string, any>; options: Record<string, any>; title?: string; x_label?: string; y_label?: string; legend?: string[];
  /** Which figure of the analysis, where it has several; of a table of models, which models. */
  kind?: string; model?: "univariable" | "multivariable";
  /** A journal's ways, on one or two columns; fields of the request win over it, and null takes a field of it away. */
  preset?: string; column?: "single" | "double"; width_mm?: number; font_size?: number | null; font_family?: string; colours?: string[] | null;
  groups?: Record<string, GroupLook>;
  /** Ids of the analyses that the figure quotes. */
  from?: { effect?: string; test?: string; follow_up?: string; counts?: string };
  annotation?: string[]; band_method?: string | null;
  /** What columns are called, and why a figure has no value. */
  names?: Record<string, string>; reasons?: Record<string, string>;
}

/** One of the 21 points of the acceptance list; `mend` is a JSON merge patch of the request. */
export interface Finding {
  point: number; code: string; status: "holds" | "fails" | "not_applicable"; params?: Record<string, string>; mend?: Record<string, any>;
}

/** A display list with its text alternative. */
export interface Scene { width: number; height: number; items: unknown[]; alt: { text: string; header?: string[]; rows?: string[][] } }

/** A table asked of the engine: Table 1 (docs/contract-additions-cohort.md). */
export interface TableRequest {
  analysis: string; title: string; locale: string; labels: Record<string, string>; units: Record<string, string>;
  words: Record<string, string>; reasons: Record<string, string>;
}

/** A table as the engine sets it. */
export interface TableModel {
  title: string; header: string[]; footnotes: string[];
  rows: { indent: number; heading: boolean; cells: { text: string; values?: number[]; mark?: string }[] }[];
}

/** The engine as the page sees it. */
export interface Client {
  /** Resolves when the first figure was painted, or none is going to be for a while. */
  firstPainted?: Promise<void>;
  demo: { name: string; bytes: Uint8Array };
  /** Reads a file, a text file in pieces; `onProgress` hears how far. */
  open(file: Uint8Array | Blob, name: string, how?: { options?: ReadChoice; onProgress?: (progress: Progress) => void }): Promise<any>;
  run(study: string, listener?: {
    onPartial?(analysis: number, entry: any): void; onProgress?(share: number): void;
    /** Hears the results of the first curves, where they come before the others. */
    onFirst?(results: Results): void;
  }): Promise<any>;
  /** Runs another study; the figures stay those of the last `run`. */
  compare(study: string): Promise<Results>;
  figure(request: FigureRequest): Promise<Scene> | Scene;
  table(request: TableRequest): Promise<TableModel>;
  /** `ratio` is device pixels per CSS pixel; the screen's where it is absent. */
  paint(canvas: HTMLCanvasElement, scene: Scene, ratio?: number): Promise<void> | void;
  figureSvg(request: FigureRequest): Promise<string>;
  /** What the acceptance list finds in a figure. */
  figureLint(request: FigureRequest): Promise<Finding[]>;
  /** The data behind a figure: its parts by name. */
  figureCsv(request: FigureRequest): Promise<{ name: string; text: string }[]>;
  /** The scene as a PDF of this width. */
  figurePdf(scene: Scene, request: { title: string; language: string; width_mm: number; subject?: string }): Promise<Uint8Array<ArrayBuffer>>;
  /** The prognostic table of a `cox_table`. */
  coxTable(request: TableRequest): Promise<TableModel>;
  tableCsv(table: TableModel, language: string): Promise<string>;
  tableDocx(table: TableModel, request: { language: string }): Promise<Uint8Array<ArrayBuffer>>;
  tableXlsx(table: TableModel): Promise<Uint8Array<ArrayBuffer>>;
  /** What the worker asked of the network since it began. */
  traffic(): Promise<{ requests: number; refused: number }>;
  /** What this document asked of the network and stored. */
  watch: { read(): Promise<Omit<Silence, "worker">> };
  /** Tries ways out of the page; only under a policy that refuses them. */
  attempt(): Promise<Attempts>;
  /** The reference cases in workers of their own, against R. */
  selfTest(told: (progress: { done: number; of: number; name: string }) => void): Promise<SelfTest>;
  /** SHA-256 of any file, in hexadecimal. */
  checksum(file: Blob, name: string): Promise<string>;
  /** Counts of the last results for a journal's readers, as text, and what could be learnt from them (docs/supplement.md). */
  aggregate(request: string): Promise<{ document: string; meter: any }>;
  /** What readers make again of such counts. */
  redo(document: string, request: string): Promise<any>;
  /** The cohort as its authors share it. */
  shared(request: string): Promise<any>;
  /** An engine of its own, for a table that is not the one on show. */
  another?(): { open(file: Uint8Array, name: string): Promise<Inspection>; run(study: string): Promise<Results>; close(): void };
  /** The script that a supplement carries, and its SHA-256 in base64; absent where this page has none to hand on. */
  portable?(kind: "counts" | "data"): Promise<{ script: string; hash: string }>;
  /** Ends the work under way; its promise rejects with code `cancelled`. */
  cancel?(): void;
  /** Hears of an engine that was ended from outside: another has taken its place, or, after too many in a row, none has. */
  onDeath?(told: (isLast: boolean) => void): void;
}
