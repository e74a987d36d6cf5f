// The report of a self-test, once: what the page shows, the HTML file and the table are made of it.

/** @typedef {import('../types').SelfTest} SelfTest */
/** @typedef {import('../types').TableModel} TableModel */
/** @typedef {import('../i18n/words.mjs').Words} Words */
/** @typedef {{head: string[], rows: string[][]}} Grid */
/**
 * `sentences` say how it ended; `facts` are names and what belongs to them.
 * @typedef {{title: string, agrees: boolean, sentences: string[], facts: {key: string, name: string, values: string[]}[], headings: {analyses: string, files: string, differences: string}, analyses: Grid & {status: string[]}, files: Grid, differences: Grid | null}} Report
 */

/** A small number to two figures, `2.3e-12`, with the language's decimal mark. @param {number} value @param {Words} w */
export function small(value, w) {
  if (value === 0) return "0";
  const text = value.toExponential(1).replace(/\.0e/, "e");
  return w.language === "fr" ? text.replace(".", ",") : text;
}

/** `2026-11-28T11:30:00.123Z` as `2026-11-28 11:30:00`: a date that every country reads alike. @param {string} iso */
const moment = (iso) => iso.slice(0, 19).replace("T", " ");

/** A figure, or the text that stands in its place, in full. @param {unknown} value */
const shown = (value) => (value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value)).slice(0, 60);

/** @param {SelfTest} test @param {Words} w @returns {Report} */
export function reportOf(test, w) {
  const t = (/** @type {string} */ key, /** @type {Record<string, unknown>} */ params = {}) => w.t(`self_test.${key}`, params);
  const head = (/** @type {...string} */ ...keys) => keys.map((key) => t(`head.${key}`));
  const { totals, engine, surroundings, made_with, rules } = test;
  const broken = test.cases.filter((one) => one.problem !== null);
  const compared = totals.agree + totals.differ;
  const sentences = [
    test.agrees ? t("agrees", { figures: w.count(totals.figures), analyses: w.count(totals.agree), cases: w.count(totals.cases), worst: small(totals.worst, w), zero: small(totals.worst_near_zero, w) }) : null,
    totals.differ ? t("differs", { differ: w.count(totals.differ), analyses: w.count(compared) }) : null,
    broken.length ? t("broken", { cases: w.count(broken.length) }) : null,
    totals.not_offered ? t("not_offered", { n: totals.not_offered }) : null,
  ].filter((sentence) => sentence !== null);
  const differing = test.cases.flatMap((one) => one.analyses.filter((analysis) => analysis.differences.length).map((analysis) => ({ one, analysis })));
  return {
    title: t("title"), agrees: test.agrees, sentences, headings: { analyses: t("table"), files: t("files"), differences: t("differences") },
    facts: [
      { key: "date", values: [t("date", { began: moment(test.began), ended: moment(test.ended) })] },
      { key: "program", values: [engine ? t("program", { version: engine.version, commit: engine.commit ?? t("no_commit") }) : t("no_program")] },
      { key: "scripts", values: surroundings.scripts.length ? surroundings.scripts : [t("no_scripts")] },
      { key: "from", values: [surroundings.from === "file" ? t("file") : surroundings.from] },
      { key: "browser", values: [surroundings.browser] },
      { key: "made_with", values: Object.entries(made_with).map(([name, version]) => `${name} ${version}`) },
      { key: "tolerances", values: [t("tolerances", { closed: small(rules.closed_form_tolerance, w), factor: w.count(rules.p_value_factor), floor: small(rules.floor, w) })] },
    ].map((fact) => ({ ...fact, name: t(`facts.${fact.key}`) })),
    analyses: {
      head: head("case", "analysis", "status", "type", "figures", "undefined", "worst", "tolerance"),
      rows: test.cases.flatMap((one) => one.analyses.map((analysis) => {
        const counted = analysis.status !== "not_offered";
        return [
          one.name, analysis.id, t(`status.${analysis.status}`) + (analysis.status === "differs" && analysis.error ? ` (${analysis.error})` : ""),
          w.or(`self_test.types.${analysis.type}`, analysis.type), counted ? w.count(analysis.figures) : "–", counted ? w.count(analysis.undefined_in_both) : "–",
          counted ? small(analysis.worst, w) : "–", small(analysis.tolerance, w),
        ];
      })),
      status: test.cases.flatMap((one) => one.analyses.map((analysis) => analysis.status)),
    },
    files: { head: head("case", "study", "data", "expected"), rows: test.cases.map(({ name, sha256 }) => [name, sha256.study, sha256.data, sha256.expected]) },
    differences: differing.length || broken.length ? {
      head: head("case", "at", "want", "got"),
      rows: [
        ...broken.map((one) => [one.name, "", "", one.problem ?? ""]),
        ...differing.flatMap(({ one, analysis }) => [
          ...analysis.differences.map(({ path, want, got }) => [one.name, path, shown(want), shown(got)]),
          ...(analysis.n_differences > analysis.differences.length ? [[one.name, analysis.id, t("more", { n: analysis.n_differences - analysis.differences.length }), ""]] : []),
        ]),
      ],
    } : null,
  };
}

/** The report as a table, its facts as notes, for a writer of tables. @param {Report} report @returns {TableModel} */
export function reportTable(report) {
  return {
    title: `riskset: ${report.title}`, header: report.analyses.head,
    rows: report.analyses.rows.map((cells) => ({ indent: 0, heading: false, cells: cells.map((text) => ({ text })) })),
    footnotes: [
      ...report.sentences, ...report.facts.map(({ name, values }) => `${name}: ${values.join(", ")}`),
      ...report.files.rows.map((row) => row.map((text, i) => (i ? `${report.files.head[i]} ${text}` : text)).join(" ")),
      ...(report.differences?.rows.map((row) => row.join(" | ")) ?? []),
    ],
  };
}

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The report as one page that needs nothing else and may load nothing. @param {Report} report @param {string} language */
export function reportPage(report, language) {
  const grid = (/** @type {Grid} */ { head, rows }, /** @type {string[]} */ marks = []) => `<table><thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join("")}</tr></thead><tbody>${
    rows.map((row, i) => `<tr${marks[i] === "differs" ? ' class="differs"' : ""}>${row.map((cell, at) => (at ? `<td>${escaped(cell)}</td>` : `<th scope="row">${escaped(cell)}</th>`)).join("")}</tr>`).join("\n")}</tbody></table>`;
  const title = `riskset: ${report.title}`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
body { font: 14px/1.5 system-ui, "Liberation Sans", Arial, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #16232b; background: #fff; overflow-wrap: anywhere; }
.verdict { border-left: 6px solid #0b5a69; padding: 0.5rem 1rem; background: #e2f0f2; font-weight: 600; }
.verdict.bad, .differs { background: #fdecec; } .verdict.bad { border-color: #a31621; }
dt { font-weight: 600; } dd { margin: 0 0 0.5rem; }
table { border-collapse: collapse; width: 100%; font-size: 12px; } th, td { text-align: left; vertical-align: top; padding: 2px 8px 2px 0; border-bottom: 1px solid #d5dce0; font-weight: 400; } thead th { font-weight: 600; }
tr { break-inside: avoid; } h2 { font-size: 16px; break-after: avoid; }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${report.sentences.map((sentence) => `<p class="verdict${report.agrees ? "" : " bad"}">${escaped(sentence)}</p>`).join("\n")}
<dl>
${report.facts.map(({ name, values }) => `<dt>${escaped(name)}</dt>${values.map((value) => `<dd>${escaped(value)}</dd>`).join("")}`).join("\n")}
</dl>
${report.differences ? `<h2>${escaped(report.headings.differences)}</h2>\n${grid(report.differences)}\n` : ""}<h2>${escaped(report.headings.analyses)}</h2>
${grid(report.analyses, report.analyses.status)}
<h2>${escaped(report.headings.files)}</h2>
${grid(report.files)}
</body>
</html>
`;
}
