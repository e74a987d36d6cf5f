import assert from "node:assert/strict";
import test from "node:test";
import { h } from "./dom.mjs";
import { cell } from "./parts.mjs";
import { plain } from "./table_export.mjs";
import { tableModel } from "./table_text.mjs";

const model = () => tableModel({
  title: "Prognostic factors",
  head: [
    [cell({ rowspan: 2 }, "Factor"), cell({ rowspan: 2, class: "number" }, "Events / n"), cell({ colspan: 2 }, "Alone"), cell({ colspan: 2 }, "Together")],
    [cell({}, "HR"), cell({}, "p"), cell({}, "HR"), cell({}, "p")],
  ],
  rows: [
    { class: "factor", head: h("span", null, h("span", null, "Margin"), h("span", { class: "hint" }, " per cm")), cells: [cell({}, "22 / 41"), cell({}, ""), cell({}, "0.03", h("sup", null, "a")), cell({}, ""), "–"] },
    { class: "level", head: "R1", cells: [cell({}, 9, " / ", 11), cell({}, h("span", null, "not estimable"), h("span", { class: "ci below" }, "at least 2.3")), "", null, "=1+1"] },
  ],
  notes: ["a  Test.", null, "1.2\u2060–\u20603"],
});

test("what is read on the page is what is exported", () => {
  const found = model();
  assert.deepEqual(found.header, ["Factor", "Events / n", "Alone: HR", "Alone: p", "Together: HR", "Together: p"]);
  assert.deepEqual(found.rows.map(({ cells }) => cells.map(({ text, mark }) => text + (mark ? `^${mark}` : ""))), [
    ["Margin per cm", "22 / 41", "", "0.03^a", "", "–"],
    ["R1", "9 / 11", "not estimable at least 2.3", "", "", "=1+1"],
  ]);
  assert.deepEqual(found.rows.map(({ indent, heading }) => [indent, heading]), [[0, true], [1, false]]);
  assert.deepEqual(found.footnotes, ["a Test.", "1.2–3"]);
});

test("as text for a sheet, where nothing is a formula and no cell breaks a line", () => {
  const found = model();
  found.rows[1].cells[1].text = "two\nlines\tand a tab";
  assert.equal(plain(found), [
    "Prognostic factors", "Factor\tEvents / n\tAlone: HR\tAlone: p\tTogether: HR\tTogether: p", "Margin per cm\t22 / 41\t\t0.03 [a]\t\t–",
    "  R1\ttwo lines and a tab\tnot estimable at least 2.3\t\t\t'=1+1", "a Test.", "1.2–3", "",
  ].join("\n"));
});
