// What can be set of a figure, beside it: the journal and the text of all figures, the words of this one, its groups, and what is drawn.

import { h } from "./dom.mjs";
import { button, select, text, tick } from "./parts.mjs";
import { FAMILIES, POINTS, PRESETS, looksOf, ownOf, paperWidth, resetFigure, setGroup, setLook, setOwn } from "../state/figures.mjs";

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').FigureRef} FigureRef */
/** @typedef {import('../i18n/words.mjs').Words} Words */
/** A column whose levels a figure names, and what it is called. @typedef {{column: string, name: string, levels: string[]}} Levels */
/**
 * A figure whose settings the user can change; `groups` are its curves, `levels` those of its columns, `has` what else can be set of it.
 * @typedef {{choices: Choices, choose: (choices: Choices) => void, ref: FigureRef, groups?: string[], levels?: Levels[], has?: {axes?: ("x_label" | "y_label")[], options?: [name: string, usual: boolean][], tail?: boolean, axis?: boolean}}} Settable
 */

/** Hues that stay apart for colour-blind readers, by the words of their names. @type {[string, string][]} */
const HUES = [["blue", "#0072b2"], ["vermillion", "#d55e00"], ["green", "#009068"], ["purple", "#a8467f"], ["brown", "#9a6a00"], ["black", "#222222"]];

/** What becomes of a curve where few are at risk, by the words of each. @type {[string, any][]} */
const TAILS = [["thin_count", undefined], ["thin_share", { thin: { share: 0.1 } }], ["cut_count", { cut: { count: 5 } }], ["cut_share", { cut: { share: 0.1 } }], ["full", "full"]];

/** Least and greatest of what is typed. */
const MM = [60, 400], PT = [5, 24];

/** A number within limits as it is typed; `undefined` for what is none. @param {string} typed @param {number[]} limits */
function within(typed, [least, most]) {
  const number = Number(typed.trim().replace(",", ".") || NaN);
  return number >= least && number <= most ? number : undefined;
}

/** @param {string} key @param {Settable} figure @param {Words} w */
export function figureSettings(key, figure, w) {
  const { choices, choose, ref, levels: columns = [] } = figure;
  const isNamed = columns.some(({ column }) => Object.values(looksOf(choices.figures, column)).some(({ label }) => label !== undefined));
  const isSet = Object.keys(ownOf(choices.figures, ref)).length > 0 || Object.keys(looksOf(choices.figures, ref.by)).length > 0 || isNamed;
  return h("details", { key: "settings", class: "figure-settings" },
    h("summary", null, w.t("figure_settings.title")),
    h("div", { class: "figure-settings-body" },
      everyFigure(key, figure, w), thisFigure(key, figure, w), figure.groups?.length ? groups(key, figure, figure.groups, w) : null, columns.length ? levels(key, figure, columns, w) : null, drawn(key, figure, w),
      isSet ? button(w.t("figure_settings.reset"), () => choose(resetFigure(choices, ref, columns.map(({ column }) => column))), { key: "reset", class: "quiet" }) : null));
}

/** @param {string} key @param {Settable} figure @param {Words} w */
function everyFigure(key, { choices, choose }, w) {
  const { look } = choices.figures, set = (/** @type {import('../types').Patch} */ patch) => choose(setLook(choices, patch));
  const preset = look.preset ?? "plain", column = look.column ?? "double";
  return h("fieldset", { key: "every" },
    h("legend", null, w.t("figure_settings.every")),
    h("div", { class: "figure-fields" },
      select({
        id: `${key}-preset`, label: w.t("figure_settings.preset"), value: preset, options: Object.keys(PRESETS).map((name) => [name, w.t(`figure_settings.presets.${name}`)]),
        onchange: (name) => set({ preset: name === "plain" ? undefined : name, width_mm: undefined }),
      }),
      select({
        id: `${key}-column`, label: w.t("figure_settings.column"), value: column,
        options: (/** @type {const} */ (["single", "double"])).map((name) => [name, w.t(`figure_settings.columns.${name}`, { mm: w.count((PRESETS[preset] ?? PRESETS.plain)[name]) })]),
        onchange: (name) => set({ column: name === "double" ? undefined : name, width_mm: undefined }),
      }),
      text({
        id: `${key}-mm`, short: true, label: w.t("export.width"), value: w.plain(paperWidth(look)), hint: w.t("figure_settings.width_hint", { least: MM[0], most: MM[1] }),
        onchange: (typed) => set({ width_mm: within(typed, MM) }),
      }),
      text({
        id: `${key}-size`, short: true, label: w.t("figure_settings.points"), value: w.plain(look.font_size ?? POINTS), hint: w.t("figure_settings.points_hint"),
        onchange: (typed) => { const points = within(typed, PT); set({ font_size: points === POINTS ? undefined : points }); },
      }),
      select({
        id: `${key}-family`, label: w.t("figure_settings.family"), value: look.font_family ?? FAMILIES[0], options: FAMILIES.map((name) => [name, name]),
        onchange: (name) => set({ font_family: name === FAMILIES[0] ? undefined : name }),
      })));
}

/** @param {string} key @param {Settable} figure @param {Words} w */
function thisFigure(key, { choices, choose, ref, has = {} }, w) {
  const own = ownOf(choices.figures, ref);
  const line = (/** @type {string} */ name, /** @type {string} */ usual) => text({
    id: `${key}-${name}`, label: w.t(`figure_settings.${name === "title" ? "title_of" : name}`), value: own[name] ?? "", hint: w.t(`figure_settings.${usual}`),
    onchange: (typed) => choose(setOwn(choices, ref, { [name]: typed.trim() || undefined })),
  });
  return h("fieldset", { key: "this" },
    h("legend", null, w.t("figure_settings.this")),
    h("div", { class: "figure-fields" },
      line("title", "title_hint"), (has.axes ?? []).map((name) => line(name, "label_hint")),
      text({
        id: `${key}-legend`, label: w.t("figure_settings.legend"), value: (own.legend ?? []).join(" "), hint: w.t("figure_settings.legend_hint"),
        onchange: (typed) => choose(setOwn(choices, ref, { legend: typed.trim() ? [typed.trim()] : undefined })),
      })));
}

/** @param {string} key @param {Settable} figure @param {string[]} names @param {Words} w */
function groups(key, { choices, choose, ref }, names, w) {
  const by = /** @type {string} */ (ref.by), looks = new Map(Object.entries(looksOf(choices.figures, by)));
  return h("fieldset", { key: "groups" },
    h("legend", null, w.t("figure_settings.groups")),
    names.map((name, i) => {
      const look = looks.get(name) ?? {}, colour = look.colour?.toLowerCase();
      const isOwn = colour !== undefined && !HUES.some(([, hue]) => hue === colour);
      return h("div", { key: String(i), class: "figure-fields" },
        nameField(`${key}-group-${i}`, w.t("figure_settings.group", { group: name }), name, look.label, (label) => choose(setGroup(choices, by, name, { label }))),
        select({
          id: `${key}-colour-${i}`, label: w.t("figure_settings.colour", { group: name }), value: isOwn ? "own" : colour ?? "",
          options: [["", w.t("figure_settings.usual_colour")], ...HUES.map(([words, hue]) => /** @type {[string, string]} */ ([hue, w.t(`figure_settings.hues.${words}`)])), ["own", w.t("figure_settings.own_colour")]],
          onchange: (hue) => choose(setGroup(choices, by, name, { colour: hue === "own" ? colour ?? "#555555" : hue || undefined })),
        }),
        isOwn || colour === "#555555" ? h("div", { class: "field", key: "own" },
          h("label", { for: `${key}-own-${i}` }, w.t("figure_settings.own_colour_of", { group: name })),
          h("input", { id: `${key}-own-${i}`, type: "color", value: colour, onchange: (/** @type {any} */ event) => choose(setGroup(choices, by, name, { colour: event.target.value })) })) : null);
    }));
}

/** A field for the name of a group or a level; empty, or as in the file, it is none of its own. @param {string} id @param {string} label @param {string} name @param {string | undefined} own @param {(label: string | undefined) => void} set */
function nameField(id, label, name, own, set) {
  return text({ id, label, value: own ?? name, onchange: (typed) => set(typed.trim() && typed.trim() !== name ? typed.trim() : undefined) });
}

/** Names of levels, by their columns. @param {string} key @param {Settable} figure @param {Levels[]} columns @param {Words} w */
function levels(key, { choices, choose }, columns, w) {
  return h("fieldset", { key: "levels" },
    h("legend", null, w.t("figure_settings.levels")),
    h("p", { class: "hint" }, w.t("figure_settings.levels_hint")),
    columns.map((item, i) => h("div", { key: item.column, class: "figure-fields", role: "group", "aria-label": item.name },
      item.levels.map((level, j) => nameField(`${key}-level-${i}-${j}`, w.t("figure_settings.level", { level, name: item.name }), level,
        new Map(Object.entries(looksOf(choices.figures, item.column))).get(level)?.label, (label) => choose(setGroup(choices, item.column, level, { label })))))));
}

/** @param {string} key @param {Settable} figure @param {Words} w */
function drawn(key, { choices, choose, ref, has = {} }, w) {
  const { options = {} } = ownOf(choices.figures, ref);
  if (!has.options?.length && !has.tail && !has.axis) return null;
  const set = (/** @type {import('../types').Patch} */ patch) => choose(setOwn(choices, ref, { options: patch }));
  const tail = TAILS.find(([, value]) => JSON.stringify(value) === JSON.stringify(options.tail ?? undefined))?.[0] ?? "thin_count";
  return h("fieldset", { key: "drawn" },
    h("legend", null, w.t("figure_settings.drawn")),
    has.options?.length ? h("div", { class: "ticks" }, has.options.map(([name, usual]) => tick({
      id: `${key}-${name}`, label: w.t(`figure_settings.options.${name}`), checked: options[name] ?? usual, onchange: (on) => set({ [name]: on === usual ? undefined : on }),
    }))) : null,
    h("div", { class: "figure-fields" },
      has.tail ? select({
        id: `${key}-tail`, label: w.t("figure_settings.tail"), value: tail, options: TAILS.map(([name]) => [name, w.t(`figure_settings.tails.${name}`)]),
        onchange: (name) => set({ tail: TAILS.find(([other]) => other === name)?.[1] }),
      }) : null,
      has.axis ? [
        text({
          id: `${key}-y_cut`, short: true, label: w.t("figure_settings.y_cut"), value: typeof options.y_cut === "number" ? w.plain(100 * options.y_cut) : "", hint: w.t("figure_settings.y_cut_hint"),
          onchange: (typed) => { const share = within(typed, [1, 95]); set({ y_cut: share === undefined ? undefined : share / 100 }); },
        }),
        text({
          id: `${key}-x_step`, short: true, label: w.t("figure_settings.x_step"), value: typeof options.x_step === "number" ? w.plain(options.x_step) : "", hint: w.t("figure_settings.x_step_hint"),
          onchange: (typed) => set({ x_step: within(typed, [1e-6, 1e6]) }),
        })] : null));
}
