// The columns as they are read, and a card for each: name, type, unit, missing values, order and merging of levels, classes of a
// number. All of it is in the study; the file stays as it is.

import { h } from "../../ui/dom.mjs";
import { button, cell, end, notice, select, table, text, tick } from "../../ui/parts.mjs";
import { declare, declaredOf, fieldId, orderLevels } from "../../state/choices.mjs";
import { columnsInUse, cutLabels, freeColumnName, parseCuts } from "../../state/columns.mjs";
import { checksOf } from "../../state/selectors.mjs";
import { effectView } from "./effect.mjs";
import { hasMarks, hasShortYears, marks, shortYears } from "./writing.mjs";

/** @typedef {import('../context.mjs').Context} Context */
/** @typedef {import('../../types').State} State */
/** @typedef {import('../../types').Choices} Choices */
/** @typedef {import('../../types').ColumnChoice} ColumnChoice */
/** @typedef {import('../../types').InspectedColumn} InspectedColumn */

/** Date orders that can be declared. */
const FORMATS = ["d/m/y", "m/d/y", "y-m-d", "d.m.y", "d-m-y", "m-d-y", "y/m/d", "ymd", "excel"];

/** @param {State} state @param {Context} context */
export function columnsView(state, context) {
  const { inspection, choices } = state;
  if (!inspection || !choices) return null;
  const { w, act } = context;
  const columns = columnsInUse(state);
  const rows = columns.map((column) => {
    const checks = checksOf(column, choices);
    const open = state.editing === column.name;
    return {
      class: open ? "open" : undefined,
      head: h("span", null, h("strong", null, declaredOf(choices, column.name)?.label || context.label(column.name)),
        context.label(column.name) !== column.name || declaredOf(choices, column.name)?.label ? h("span", { class: "hint" }, ` ${column.name}`) : null,
        column.from ? h("span", { class: "hint" }, ` ${w.t("columns.from", { name: column.from })}`) : null),
      cells: [
        h("span", null, h("span", { class: "type" }, w.t(`type.${column.type}`)), declaredOf(choices, column.name) ? h("span", { class: "guess" }, w.t("columns.changed")) : null),
        cell({ class: "number" }, w.count(column.n_missing)),
        h("span", null, h("span", { class: "values" }, values(column, w)), checks.length ? h("span", { class: "check" }, checks.map((check) => w.code("caution", check)).join(" ")) : null,
          column.problem ? h("span", { class: "check" }, w.code("error", column.problem)) : null),
        button(w.t(open ? "columns.close" : "columns.edit"), () => act.edit(open ? null : column.name), {
          id: fieldId("edit", column.name), class: "quiet", "aria-expanded": String(open), "aria-label": w.t(open ? "columns.close_named" : "columns.edit_named", { name: column.name }),
        }),
      ],
    };
  });
  const edited = columns.find((column) => column.name === state.editing);
  return h("section", { key: "columns-card", class: "card columns-card", "aria-labelledby": "columns-title" },
    h("h2", { id: "columns-title" }, w.t("columns.title", { n: columns.length })),
    h("p", { class: "hint" }, w.t("columns.hint")),
    edited ? editor(edited, columns, state, context) : null,
    table({
      key: "columns", caption: w.t("data.columns"), hideCaption: true, class: "dense column-table",
      head: [[w.t("data.column"), w.t("data.type"), cell({ class: "number" }, w.t("data.missing")), w.t("data.values"), h("span", { class: "unseen" }, w.t("columns.edit"))]],
      rows,
    }));
}

/** Levels with their counts, else the range, else some values. @param {InspectedColumn} column @param {import('../../i18n/words.mjs').Words} w */
function values(column, w) {
  if (column.type === "category" && column.levels) {
    return column.levels.map((level) => (level.n === null ? level.value : `${level.value} (${w.count(level.n)})`)).join(", ");
  }
  if (column.type !== "number" && column.type !== "date") return column.examples.slice(0, 5).join(", ");
  if (column.min !== null && column.max !== null) return w.t("data.range", { min: end(column.min, w), max: end(column.max, w) });
  return column.examples.slice(0, 5).join(", ");
}

/** @param {InspectedColumn} column @param {InspectedColumn[]} columns @param {State} state @param {Context} context */
function editor(column, columns, state, context) {
  const { w, act } = context;
  const choices = /** @type {Choices} */ (state.choices);
  const source = /** @type {import('../../types').Inspection} */ (state.inspection).columns.find((item) => item.name === (column.from ?? column.name));
  const spec = declaredOf(choices, column.name) ?? {};
  const change = (/** @type {ColumnChoice} */ fields) => act.choose(declare(choices, column.name, fields));
  return h("div", { key: `editor-${column.name}`, id: "column-editor", class: "editor", role: "group", tabindex: "-1", "aria-label": w.t("columns.edit_named", { name: column.name }) },
    h("div", { class: "editor-head" }, h("h3", null, column.name), button(w.t("columns.close"), () => act.edit(null), { class: "quiet" })),
    h("div", { class: "editor-fields" },
      text({ id: "column-label", label: w.t("columns.label"), value: spec.label ?? "", hint: w.t("columns.label_hint"), onchange: (value) => change({ label: value.trim() || undefined }) }),
      column.from || spec.cuts ? null : select({
        id: "column-type", label: w.t("data.type"), value: spec.type ?? "",
        options: [["", w.t("columns.as_found", { type: w.t(`type.${source?.type ?? "text"}`) })], .../** @type {const} */ (["number", "category", "date", "text"]).map((type) => /** @type {[string, string]} */ ([type, w.t(`type.${type}`)]))],
        onchange: (value) => change({ type: /** @type {any} */ (value || undefined), ...(value === "category" ? {} : { levels: undefined, recode: undefined, reference: undefined }) }),
      }),
      column.type === "number" ? text({ id: "column-unit", label: w.t("columns.unit"), value: spec.unit ?? "", short: true, onchange: (value) => change({ unit: value.trim() || undefined }) }) : null),
    column.type === "date" && source ? dates(source, spec, change, w) : null,
    column.type === "date" && source && hasShortYears(source, spec) ? shortYears(column, source, spec, change, w) : null,
    column.type !== "date" && spec.type !== "text" && source && hasMarks(source, spec) ? marks(source, spec, /** @type {import('../../types').Inspection} */ (state.inspection).dialect.decimal, change, w) : null,
    missing(column, source, spec, change, w),
    column.type === "category" && !spec.cuts ? [levels(column, source, spec, change, w), effectView(column.name, state, context)] : null,
    column.type === "number" || spec.cuts ? cuts(column, columns, spec, choices, state, context) : null,
    h("div", { class: "row" },
      declaredOf(choices, column.name) ? button(w.t(column.from ? "columns.remove" : "columns.reset"), () => {
        const { [column.name]: _, ...rest } = choices.columns;
        act.choose({ ...choices, columns: rest });
        if (column.from) act.edit(null);
      }, { class: "quiet" }) : null));
}

/** @param {InspectedColumn} source @param {ColumnChoice} spec @param {(fields: ColumnChoice) => void} change @param {import('../../i18n/words.mjs').Words} w */
function dates(source, spec, change, w) {
  const ambiguous = source.formats.length > 1 && !spec.format;
  const offered = [...new Set([...source.formats, ...FORMATS, ...(spec.format ? [spec.format] : [])])];
  return h("div", { key: "dates", class: "editor-fields" },
    select({
      id: "column-format", label: w.t("columns.format"), value: spec.format ?? "", open: ambiguous ? w.t("columns.ambiguous") : null,
      options: [["", ambiguous ? w.t("columns.choose_format") : w.t("columns.format_found", { format: formatWord(source.formats[0] ?? "", w) })],
        ...offered.map((format) => /** @type {[string, string]} */ ([format, formatWord(format, w)]))],
      onchange: (value) => change({ format: value || undefined, ...(value ? { type: "date" } : {}) }),
    }),
    tick({ id: "column-partial", label: w.t("columns.partial"), checked: spec.partial === "mid", hint: w.t("columns.partial_hint"), onchange: (on) => change({ partial: on ? "mid" : undefined }) }));
}

/** @param {string} format @param {import('../../i18n/words.mjs').Words} w */
function formatWord(format, w) {
  // A dot in a key leads to a deeper word.
  return w.or(`date_format.${format.replaceAll(".", "·")}`, format);
}

/** @param {InspectedColumn} column @param {InspectedColumn | undefined} source @param {ColumnChoice} spec @param {(fields: ColumnChoice) => void} change @param {import('../../i18n/words.mjs').Words} w */
function missing(column, source, spec, change, w) {
  const declared = spec.missing ?? [];
  const proposals = (source?.missing_proposals ?? []).filter((proposal) => !declared.includes(proposal.value));
  const take = (/** @type {string[]} */ list) => change({ missing: list.length ? [...new Set(list)] : undefined });
  return h("div", { key: "missing", class: "editor-part" },
    text({
      id: "column-missing", label: w.t("columns.missing"), value: declared.join("; "), hint: w.t("columns.missing_hint"),
      onchange: (value) => take(value.split(";").map((part) => part.trim()).filter(Boolean)),
    }),
    proposals.length ? h("p", { class: "row" }, w.t("columns.proposals"), proposals.map((proposal) =>
      button(w.t("columns.declare_missing", { value: proposal.value, n: proposal.n ?? 0 }), () => take([...declared, proposal.value]), { key: proposal.value }))) : null);
}

/** Order, reference, names and merging: two levels of one name are one. @param {InspectedColumn} column @param {InspectedColumn | undefined} source @param {ColumnChoice} spec @param {(fields: ColumnChoice) => void} change @param {import('../../i18n/words.mjs').Words} w */
function levels(column, source, spec, change, w) {
  const values = (source?.levels ?? []).filter((level) => !spec.missing?.includes(level.value));
  if (values.length === 0) return h("p", { key: "levels", class: "hint" }, w.t("columns.many_levels"));
  const recode = spec.recode ?? {};
  const shown = [...new Set(values.map(({ value }) => (Object.hasOwn(recode, value) ? recode[value] : value)))].filter((value) => value !== null);
  const order = [...(spec.levels ?? []).filter((level) => shown.includes(level)), ...orderLevels(shown.filter((level) => !spec.levels?.includes(level)))];
  const rename = (/** @type {string} */ value, /** @type {string} */ to) => {
    const { [value]: _, ...rest } = recode;
    const next = to.trim() === value ? rest : { ...rest, [value]: to.trim() === "" ? null : to.trim() };
    // A declared order names levels: one that is no more must go, one that is new stands last.
    const now = [...new Set(values.map((level) => (Object.hasOwn(next, level.value) ? next[level.value] : level.value)))].filter((level) => level !== null);
    const kept = spec.levels ? [...spec.levels.filter((level) => now.includes(level)), ...now.filter((level) => !spec.levels?.includes(level))] : undefined;
    change({ type: "category", recode: Object.keys(next).length ? next : undefined, levels: kept });
  };
  const move = (/** @type {number} */ from, /** @type {number} */ to) => {
    const next = [...order];
    next.splice(to, 0, ...next.splice(from, 1));
    change({ type: "category", levels: next });
  };
  return h("div", { key: "levels", class: "editor-part levels" },
    h("fieldset", { key: "order" },
      h("legend", null, w.t("columns.order")),
      h("p", { class: "hint" }, w.t("columns.order_hint")),
      h("ol", { class: "level-order" }, order.map((level, i) => {
        const n = values.filter(({ value }) => (Object.hasOwn(recode, value) ? recode[value] : value) === level).reduce((sum, { n }) => sum + (n ?? 0), 0);
        return h("li", { key: level },
          h("span", { class: "level-name" }, level, h("span", { class: "hint" }, ` ${w.t("columns.level_rows", { n })}`), i === 0 ? h("span", { class: "guess" }, w.t("columns.reference")) : null),
          button("↑", () => move(i, i - 1), { class: "small", disabled: i === 0, "aria-label": w.t("columns.up", { level }) }),
          button("↓", () => move(i, i + 1), { class: "small", disabled: i === order.length - 1, "aria-label": w.t("columns.down", { level }) }));
      }))),
    h("fieldset", { key: "names" },
      h("legend", null, w.t("columns.merge")),
      h("p", { class: "hint" }, w.t("columns.merge_hint")),
      values.map(({ value, n }) => text({
        id: fieldId("recode", value), label: w.t("columns.level_in_file", { value, n: n ?? 0 }), value: String((Object.hasOwn(recode, value) ? recode[value] : value) ?? ""), short: true,
        onchange: (to) => rename(value, to),
      }))));
}

/** Classes of a number: the column itself stays a number, its classes are a column of their own. @param {InspectedColumn} column @param {InspectedColumn[]} columns @param {ColumnChoice} spec @param {Choices} choices @param {State} state @param {Context} context */
function cuts(column, columns, spec, choices, state, { w, act }) {
  const show = (/** @type {number[]} */ at) => at.map((value) => (w.language === "fr" ? String(value).replace(".", ",") : String(value))).join("; ");
  const make = (/** @type {string} */ value) => {
    const at = parseCuts(value, w.language);
    if (spec.cuts) return act.choose(at.length ? declare(choices, column.name, { cuts: { at, labels: cutLabels(at) } }) : choices);
    if (at.length === 0) return;
    const name = freeColumnName(columns, w.t("columns.classes_of", { name: column.name }));
    act.choose(declare(choices, name, { from: column.name, cuts: { at, labels: cutLabels(at) } }));
    act.edit(name);
  };
  return h("div", { key: "cuts", class: "editor-part" },
    text({ id: "column-cuts", label: w.t("columns.cuts"), value: spec.cuts ? show(spec.cuts.at) : "", hint: w.t(spec.cuts ? "columns.cuts_change" : "columns.cuts_hint"), onchange: make }),
    spec.cuts ? h("p", { class: "hint" }, (spec.cuts.labels ?? []).join(" · ")) : null,
    spec.cuts ? notice("cutting", w.t("columns.cuts_caution")) : null);
}
