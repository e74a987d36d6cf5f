// A host in TypeScript: compiled with everything else (tsconfig.json), never run. What must not compile says so.

import type { ExportedFile, Results, RiskSetElement, Study } from "./riskset";

const study: Study = {
  format: "riskset-study/1",
  endpoints: { OS: { time: "months", status: "status", event: [1], unit: "months" } },
  analyses: [{ id: "curve", type: "kaplan_meier", endpoint: "OS", by: "arm" }],
};

export async function dashboard(file: File): Promise<Results> {
  const element: RiskSetElement = document.createElement("risk-set");
  element.view = "figure:curve";
  element.study = study;
  element.study = null;
  element.addEventListener("riskset:results", ({ detail }) => { const n: number = detail.results.results.length; void n; });
  element.addEventListener("riskset:error", (event) => { const { code, during, position }: { code: string; during: string; position?: object } = event.detail; void [code, during, position]; });
  element.addEventListener("click", (event) => { void event.clientX; });
  const { version, apiVersion } = await element.ready;
  void [version, apiVersion satisfies number];
  const { n_rows } = await element.load(file, { read: { delimiter: ";" } });
  void (n_rows satisfies number);
  const made: ExportedFile = await element.export({ analysis: "curve", format: "pdf", width_mm: 85 });
  void [made.blob.size, made.patientData satisfies boolean];
  if (element.source === "user") element.undo();
  void customElements.get("risk-set")?.apiVersion;
  // @ts-expect-error no such format
  void element.export({ format: "gif" });
  // @ts-expect-error data are text or bytes
  void element.load({ rows: [] });
  // @ts-expect-error results are read, not set
  element.results = null;
  // @ts-expect-error no such source
  void (element.source === "someone");
  return element.run(study);
}

export async function framed(frame: HTMLIFrameElement): Promise<number> {
  const riskset = await RiskSetFrame.connect(frame, { origin: "https://riskset.example" });
  riskset.addEventListener("results", ({ detail }) => {
    if ("withheld" in detail) return;
    void detail.results.warnings;
  });
  riskset.addEventListener("consent", ({ detail }) => { void (detail.agreed satisfies boolean); });
  await riskset.set({ view: "curves", lang: "fr" });
  // @ts-expect-error no such language
  void riskset.set({ lang: "de" });
  await riskset.load("time,status\n1,1\n");
  const results = await riskset.run(study);
  riskset.close();
  return results.results.length;
}
