// Modules that scripts/bundle.mjs makes at build time.

declare module 'riskset:copy' {
  /** Which form of the page this is. */
  export const form: 'hosted' | 'single' | 'element';
  /** Name of the service worker beside the script; the single file has none. */
  export const serviceWorker: string | null;
  /** What it was built from and with, in the order in which it is shown. */
  export const build: { version: string; commit: string | null; tools: [string, string][] };
}

declare module 'riskset:files' {
  /** Names the files below. */
  export const version: string;
  /** All files of the hosted page but the service worker itself. */
  export const files: { name: string; integrity: string; type: string }[];
}
