// How figures are drawn: what the user set of every figure, of the groups of a column, and of one figure, laid over the request that
// the page makes. All of it are JSON merge patches (RFC 7396), as what the acceptance list proposes to mend is one.

/** @typedef {import('../types').Choices} Choices */
/** @typedef {import('../types').FigureChoice} FigureChoice */
/** @typedef {import('../types').FigureRequest} FigureRequest */
/** @typedef {import('../types').FigureRef} FigureRef */
/** @typedef {import('../types').Patch} Patch */

/** Journals and neutral sets, in the order in which they are offered, with the widths of one and of two columns in mm (as the engine has them). @type {Record<string, {single: number, double: number}>} */
export const PRESETS = {
  plain: { single: 89, double: 183 }, nejm: { single: 86, double: 178 }, jama: { single: 84, double: 178 }, lancet: { single: 75, double: 154 },
  bmj: { single: 85, double: 175 }, annals: { single: 84, double: 174 }, greyscale: { single: 89, double: 183 },
};

/** Families that are as wide as the built-in widths of text. */
export const FAMILIES = ["Arial", "Helvetica", "Liberation Sans"];

/** Points of text on paper where nothing else is chosen (as every preset has it). */
export const POINTS = 7;

/** What of a request belongs to every figure, and what to one; nothing else is taken from a saved study. */
const LOOK = ["preset", "column", "width_mm", "font_size", "font_family"];
const OWN = ["title", "x_label", "y_label", "legend", "options", "from", "favours", "band_method"];

/** @param {unknown} value @returns {value is Record<string, any>} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Lays a patch over a request: objects are joined, anything else takes the place of what was there, null takes it away. @param {any} base @param {any} patch @returns {any} */
export function overlay(base, patch) {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(base) ? base : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, overlay(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

/** One patch that does what the first and then the second do: its nulls stay. @param {any} first @param {any} second @returns {any} */
function joined(first, second) {
  if (!isObject(first) || !isObject(second)) return second;
  const merged = new Map(Object.entries(first));
  for (const [name, value] of Object.entries(second)) merged.set(name, merged.has(name) ? joined(merged.get(name), value) : value);
  return Object.fromEntries(merged);
}

/** A patch without what says nothing: `undefined` and objects that are empty. @param {Patch} patch @returns {Patch} */
function tidy(patch) {
  const kept = Object.entries(patch).flatMap(([name, value]) => {
    const own = isObject(value) ? tidy(value) : value;
    return own === undefined || (isObject(own) && Object.keys(own).length === 0) ? [] : [[name, own]];
  });
  return Object.fromEntries(kept);
}

/** The name under which a figure's own settings are kept: of which endpoint, which figure, by which column. @param {FigureRef} ref */
export const refKey = ({ endpoint, figure, by }) => JSON.stringify([endpoint, figure, by]);

/** @param {string} key @returns {FigureRef} */
export function refOf(key) {
  const [endpoint, figure, by] = JSON.parse(key);
  return { endpoint, figure, by };
}

/** What was set of one figure. @param {FigureChoice} figures @param {FigureRef} ref @returns {Patch} */
export const ownOf = (figures, ref) => figures.own[refKey(ref)] ?? {};

/** How groups of a column are called and coloured. @param {FigureChoice} figures @param {string | null} by @returns {Record<string, import('../types').GroupLook>} */
export const looksOf = (figures, by) => (by !== null && Object.hasOwn(figures.groups, by) ? figures.groups[by] : {});

/** Figures of models name levels of several columns, which may have the same text. @param {FigureRef} ref */
const isOfModel = (ref) => ref.figure === "forest" || ref.figure === "schoenfeld";

/** How the levels of every column are called, each by the key that a figure of models knows it by. @param {FigureChoice} figures @returns {Record<string, import('../types').GroupLook>} */
function levelLooks({ groups }) {
  return Object.fromEntries(Object.entries(groups).flatMap(([column, looks]) =>
    Object.entries(looks).flatMap(([level, { label }]) => (label === undefined ? [] : [[`${column}=${level}`, { label }]]))));
}

/**
 * The request of the page with what the user set; `known` are the ids of the analyses that may be quoted.
 * @param {Omit<FigureRequest, "width" | "theme">} base @param {FigureChoice} figures @param {FigureRef} ref @param {string[]} known @returns {Omit<FigureRequest, "width" | "theme">}
 */
export function requestWith(base, figures, ref, known) {
  const own = ownOf(figures, ref);
  // An analysis that is asked for no more cannot be quoted.
  const from = Object.entries(own.from ?? {}).filter(([, id]) => id === null || known.includes(id));
  const patched = overlay(overlay(base, figures.look), own.from ? { ...own, from: Object.fromEntries(from) } : own);
  const looks = isOfModel(ref) ? levelLooks(figures) : looksOf(figures, ref.by);
  return Object.keys(looks).length ? { ...patched, groups: overlay(patched.groups ?? {}, looks) } : patched;
}

/**
 * The request of a study's figure with what the study's `figures` say of it.
 * @param {Omit<FigureRequest, "width" | "theme">} base @param {any} figures @param {FigureRef} ref whose `endpoint` is a name @param {string[]} known ids of analyses
 */
export function requestOfStudy(base, figures, ref, known) {
  const endpoints = ref.endpoint === null ? [] : [{ key: ref.endpoint, name: ref.endpoint }];
  const kind = ref.figure === "curves" && figures?.kind ? { kind: figures.kind } : {};
  return requestWith({ ...base, ...kind }, /** @type {FigureChoice} */ (/** @type {unknown} */ (figuresFromStudy(figures ?? {}, endpoints))), ref, known);
}

/** Sets fields of every figure; `undefined` takes a field back. @param {Choices} choices @param {Patch} patch @returns {Choices} */
export function setLook(choices, patch) {
  const { figures } = choices;
  return { ...choices, figures: { ...figures, look: tidy({ ...figures.look, ...patch }) } };
}

/** Sets fields of one figure; `undefined` takes a field back. @param {Choices} choices @param {FigureRef} ref @param {Patch} patch @returns {Choices} */
export function setOwn(choices, ref, patch) {
  const { figures } = choices, key = refKey(ref), before = ownOf(figures, ref);
  const merged = { ...before, ...patch, ...("options" in patch ? { options: { ...before.options, ...patch.options } } : {}) };
  const own = tidy(merged), { [key]: _, ...others } = figures.own;
  return { ...choices, figures: { ...figures, own: Object.keys(own).length ? { ...others, [key]: own } : others } };
}

/** Calls or colours a group of a column otherwise; `undefined` takes it back. @param {Choices} choices @param {string} by @param {string} group @param {import('../types').GroupLook} look @returns {Choices} */
export function setGroup(choices, by, group, look) {
  const { figures } = choices, looks = new Map(Object.entries(looksOf(figures, by)));
  looks.set(group, { ...looks.get(group), ...look });
  const groups = new Map(Object.entries(figures.groups));
  groups.set(by, Object.fromEntries(looks));
  return { ...choices, figures: { ...figures, groups: /** @type {any} */ (tidy(Object.fromEntries(groups))) } };
}

/**
 * Forgets what was set of one figure and of the groups that it shows; of `columns`, whose levels it names, only their names.
 * @param {Choices} choices @param {FigureRef} ref @param {string[]} [columns] @returns {Choices}
 */
export function resetFigure(choices, ref, columns = []) {
  const { figures } = choices, { [refKey(ref)]: _, ...own } = figures.own;
  const groups = Object.entries(figures.groups).filter(([by]) => by !== ref.by).map(([by, looks]) =>
    [by, columns.includes(by) ? Object.fromEntries(Object.entries(looks).map(([level, { label: __, ...look }]) => [level, look])) : looks]);
  return { ...choices, figures: { ...figures, own, groups: /** @type {any} */ (tidy(Object.fromEntries(groups))) } };
}

/**
 * Does what the acceptance list proposes: each part of the patch goes where the page keeps it.
 * @param {Choices} choices @param {FigureRef} ref @param {Patch} mend @returns {Choices}
 */
export function applyMend(choices, ref, mend) {
  const { groups, options = {}, width: _, ...fields } = mend;
  let next = choices;
  const look = Object.fromEntries(Object.entries(fields).filter(([name]) => LOOK.includes(name)));
  const own = Object.fromEntries(Object.entries(fields).filter(([name]) => !LOOK.includes(name)));
  if (Object.keys(look).length) next = setLook(next, Object.fromEntries(Object.entries(look).map(([name, value]) => [name, value ?? undefined])));
  for (const [group, change] of Object.entries(groups ?? {})) {
    if (ref.by !== null) next = setGroup(next, ref.by, group, Object.fromEntries(Object.entries(change ?? { label: null, colour: null }).map(([name, value]) => [name, value ?? undefined])));
  }
  const { risk_table, x_max, ...others } = options;
  if (risk_table !== undefined && (ref.figure === "curves" || ref.figure === "adjusted")) next = { ...next, figures: { ...next.figures, risk_table: risk_table ?? "full" } };
  const rest = { ...own, ...(Object.keys(others).length ? { options: others } : {}) };
  return Object.keys(rest).length ? setOwn(next, ref, joined(ownOf(next.figures, ref), rest)) : next;
}

/** The request on a screen of this width: as large as its text is read there, in its colours. @param {Omit<FigureRequest, "width" | "theme">} request @param {number} width @param {"light" | "dark"} theme @returns {FigureRequest} */
export function onScreen(request, width, theme) {
  const { width_mm: _, font_size: __, column: ___, ...shown } = request;
  // A preset's text is made for paper, and its colours for white.
  return { ...shown, width, theme, ...(request.preset ? { font_size: null, ...(theme === "dark" ? { colours: null } : {}) } : {}) };
}

/** How wide the figure is on paper, in mm. @param {Pick<FigureRequest, "preset" | "column" | "width_mm">} request */
export function paperWidth({ preset = "plain", column = "double", width_mm }) {
  return width_mm ?? (PRESETS[preset] ?? PRESETS.plain)[column];
}

/** The request on white paper, this many millimetres wide. @param {Omit<FigureRequest, "width" | "theme">} request @param {number} [mm] @returns {FigureRequest} */
export function onPaper(request, mm = paperWidth(request)) {
  return { ...request, preset: request.preset ?? "plain", column: request.column ?? "double", width_mm: mm, theme: "print" };
}

/**
 * The study's part on what was set of figures; endpoints by their names.
 * @param {FigureChoice} figures @param {{key: string, name: string}[]} endpoints
 */
export function figuresOfStudy({ look, groups, own }, endpoints) {
  const single = Object.entries(own).flatMap(([key, request]) => {
    const ref = refOf(key), endpoint = endpoints.find((item) => item.key === ref.endpoint);
    if (ref.endpoint !== null && !endpoint) return [];
    return [{ figure: ref.figure, ...(endpoint ? { endpoint: endpoint.name } : {}), ...(ref.by === null ? {} : { by: ref.by }), request }];
  });
  return {
    ...(Object.keys(look).length ? { look } : {}), ...(Object.keys(groups).length ? { groups } : {}), ...(single.length ? { own: single } : {}),
  };
}

/** Reads that part back; what no control of the page sets is left out. @param {any} figures @param {{key: string, name: string}[]} endpoints @returns {Pick<FigureChoice, "look" | "groups" | "own">} */
export function figuresFromStudy(figures, endpoints) {
  const only = (/** @type {any} */ value, /** @type {string[]} */ names) => Object.fromEntries(Object.entries(isObject(value) ? value : {}).filter(([name]) => names.includes(name)));
  const single = (Array.isArray(figures.own) ? figures.own : []).flatMap((/** @type {any} */ item) => {
    const endpoint = item.endpoint === undefined ? null : endpoints.find(({ name }) => name === item.endpoint)?.key;
    return endpoint === undefined ? [] : [[refKey({ endpoint, figure: item.figure, by: item.by ?? null }), only(item.request, OWN)]];
  });
  const groups = Object.entries(isObject(figures.groups) ? figures.groups : {}).map(([by, looks]) =>
    [by, Object.fromEntries(Object.entries(isObject(looks) ? looks : {}).map(([group, look]) => [group, only(look, ["label", "colour"])]))]);
  return { look: only(figures.look, LOOK), groups: Object.fromEntries(groups), own: Object.fromEntries(single) };
}
