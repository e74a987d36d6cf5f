// The curves of counts in bins: points at the ends of bins, joined by straight lines, each with its band. Drawn as SVG, made of elements;
// what is read off is beside it in words.

const NS = "http://www.w3.org/2000/svg";
const HEIGHT = 360, LEFT = 62, RIGHT = 14, TOP = 12, BOTTOM = 44;
/** Narrowest that is drawn; a place without a width gets the usual one. */
const NARROWEST = 260, USUAL = 720;

/** Line types by group; colour alone tells nothing. */
const DASHES = ["", "8 4", "2 3", "10 3 2 3", "1 4", "14 4"];

/**
 * @typedef {{group: string | null, time: number[], estimate: number[], conf_low: (number | null)[], conf_high: (number | null)[]}} Curve
 * `at` is the time that is read, null for none; `tick` gives a time in words, `y` a share.
 * @typedef {{curves: Curve[], names: string[], end: number, at: number | null, xLabel: string, yLabel: string, label: string, tick: (value: number) => string, y: (value: number) => string}} Drawing
 */

/** @param {string} tag @param {Record<string, string | number>} attributes @param {(Node | string)[]} children */
function svg(tag, attributes, ...children) {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A step between ticks such that there are at most `most`, but eight. @param {number} end @param {number} [most] */
export function tickStep(end, most = 8) {
  const n = Math.max(2, Math.min(8, most));
  const steps = [0.25, 0.5, 1, 2, 3, 6, 12, 24, 60, 120, 240, 365, 730, 1825, 3650];
  return steps.find((step) => end / step <= n) ?? 10 ** Math.ceil(Math.log10(end / n));
}

/** S on the straight line at `time`. @param {Curve} curve @param {number} time @returns {number | null} */
export function survivalAt(curve, time) {
  const i = curve.time.findIndex((end) => end >= time);
  if (i < 0) return null;
  const [start, before] = i === 0 ? [0, 1] : [curve.time[i - 1], curve.estimate[i - 1]];
  return before + (curve.estimate[i] - before) * ((time - start) / (curve.time[i] - start));
}

/** @param {HTMLElement} place @param {Drawing} drawing */
export function figure(place, drawing) {
  // Drawn at the width that it has, so that its text is as large as the page's.
  let width = USUAL;

  /** @param {Drawing} next */
  function draw({ curves, names, end, at, xLabel, yLabel, label, tick, y }) {
    const x = (/** @type {number} */ time) => LEFT + (time / end) * (width - LEFT - RIGHT);
    const up = (/** @type {number} */ surv) => TOP + (1 - surv) * (HEIGHT - TOP - BOTTOM);
    const root = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": label, class: "life" });
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      root.append(svg("line", { x1: LEFT, x2: width - RIGHT, y1: up(share), y2: up(share), class: share === 0 ? "axis" : "grid" }),
        svg("text", { x: LEFT - 8, y: up(share) + 4, "text-anchor": "end" }, y(share)));
    }
    const step = tickStep(end, Math.floor((width - LEFT) / 45));
    for (let time = 0; time <= end * (1 + 1e-9); time += step) {
      root.append(svg("line", { x1: x(time), x2: x(time), y1: up(0), y2: up(0) + 5, class: "axis" }),
        svg("text", { x: x(time), y: up(0) + 19, "text-anchor": "middle" }, tick(time)));
    }
    root.append(svg("text", { x: (LEFT + width - RIGHT) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, xLabel),
      svg("text", { x: 12, y: (TOP + HEIGHT - BOTTOM) / 2, "text-anchor": "middle", transform: `rotate(-90 12 ${(TOP + HEIGHT - BOTTOM) / 2})` }, yLabel));
    const line = (/** @type {[number, number][]} */ points) => points.map(([time, surv], i) => `${i ? "L" : "M"}${x(time).toFixed(2)} ${up(surv).toFixed(2)}`).join("");
    curves.forEach((curve, g) => {
      const kind = `group-${g % 6}`;
      /** @type {[number, number][]} */
      const low = [[0, 1]], /** @type {[number, number][]} */ high = [[0, 1]];
      curve.time.forEach((time, i) => {
        const [from, to] = [curve.conf_low[i], curve.conf_high[i]];
        if (from !== null && to !== null) { low.push([time, from]); high.push([time, to]); }
      });
      root.append(svg("path", { d: `${line(high)}${line([...low].reverse()).replace("M", "L")}Z`, class: `band ${kind}` }));
      /** @type {[number, number][]} */
      const points = [[0, 1], ...curve.time.map((time, i) => /** @type {[number, number]} */ ([time, curve.estimate[i]]))];
      root.append(svg("path", { d: line(points), class: `curve-line ${kind}`, "stroke-dasharray": DASHES[g % 6] }));
      for (const [time, surv] of points.slice(1)) root.append(svg("circle", { cx: x(time), cy: up(surv), r: 2.6, class: `point ${kind}` }));
    });
    // The names in the lower left corner, where curves that begin at 1 are last.
    names.forEach((name, g) => {
      const top = up(0) - 12 - 18 * (names.length - 1 - g);
      root.append(svg("line", { x1: LEFT + 10, x2: LEFT + 44, y1: top - 4, y2: top - 4, class: `curve-line group-${g % 6}`, "stroke-dasharray": DASHES[g % 6] }),
        svg("text", { x: LEFT + 50, y: top }, name));
    });
    if (at !== null) {
      root.append(svg("line", { x1: x(at), x2: x(at), y1: TOP, y2: up(0), class: "reading" }));
      curves.forEach((curve, g) => {
        const surv = survivalAt(curve, at);
        if (surv !== null) root.append(svg("circle", { cx: x(at), cy: up(surv), r: 4.5, class: `read group-${g % 6}` }));
      });
    }
    place.replaceChildren(root);
  }
  let last = drawing;
  const resized = new ResizeObserver(() => {
    const wide = Math.max(NARROWEST, Math.round(place.clientWidth) || USUAL);
    if (wide === width) return;
    width = wide;
    draw(last);
  });
  draw(drawing);
  resized.observe(place);
  return {
    /** @param {Drawing} next */
    update(next) {
      const isOther = JSON.stringify(next) !== JSON.stringify(last);
      last = next;
      if (isOther) draw(next);
    },
    destroy() { resized.disconnect(); },
  };
}

/** The time under the pointer, between 0 and `end`. @param {PointerEvent} event @param {number} end */
export function timeUnder(event, end) {
  const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
  const width = Math.max(NARROWEST, Math.round(box.width));
  const share = ((event.clientX - box.left) / box.width * width - LEFT) / (width - LEFT - RIGHT);
  return Math.min(1, Math.max(0, share)) * end;
}
