import assert from "node:assert/strict";
import test from "node:test";
import { keyStep, lastStep, readAt, timeAxis } from "./reading.mjs";

// Six rows: events at 2, 4, 4, censored at 3, 6, 8. S: 5/6 from 2, then 4 at risk at 4 with 2 events: 5/12.
const curve = {
  n: 6, steps: {
    time: [2, 3, 4, 6, 8], n_risk: [6, 5, 4, 2, 1], n_event: [1, 0, 2, 0, 0], n_censor: [0, 1, 0, 1, 1],
    estimate: [5 / 6, 5 / 6, 5 / 12, 5 / 12, 5 / 12], conf_low: [0.6, 0.6, 0.2, 0.2, 0.2], conf_high: [1, 1, 0.9, 0.9, 0.9],
  },
};

test("a curve is read as it stands: on a step, between steps, before the first, at the last, after it", () => {
  const read = (/** @type {number} */ time) => { const { estimate, nRisk } = readAt(curve, time); return [estimate, nRisk]; };
  assert.deepEqual(read(0), [1, 6]);
  assert.deepEqual(read(1.9), [1, 6]);
  assert.deepEqual(read(2), [5 / 6, 6], "an event at the time counts in the estimate; who has it is still at risk");
  assert.deepEqual(read(2.5), [5 / 6, 5]);
  assert.deepEqual(read(4), [5 / 12, 4]);
  assert.deepEqual(read(5), [5 / 12, 2]);
  assert.deepEqual(read(8), [5 / 12, 1]);
  assert.deepEqual(read(8.1), [null, 0]);
  assert.equal(readAt(curve, 9).ended, true);
});

test("a curve that has come to 0 stays there", () => {
  const dead = { ...curve, steps: { ...curve.steps, time: [1], n_risk: [2], n_event: [2], n_censor: [0], estimate: [0], conf_low: [null], conf_high: [null] } };
  assert.deepEqual(readAt(dead, 5), { estimate: 0, low: null, high: null, nRisk: 0, ended: true });
});

test("with late entry those count who have come and not gone", () => {
  // Entries 0, 1, 3; ends 2 (event), 5 (censored), 6 (event).
  const late = { n: 3, entry: [0, 1, 3], steps: { time: [2, 5, 6], n_risk: [2, 2, 1], n_event: [1, 0, 1], n_censor: [0, 1, 0], estimate: [0.5, 0.5, 0], conf_low: [0.1, 0.1, null], conf_high: [1, 1, null] } };
  assert.deepEqual([0, 0.5, 1, 2, 2.5, 3.5, 5, 6].map((time) => readAt(late, time).nRisk), [1, 1, 1, 2, 1, 2, 2, 1]);
});

test("a group without rows has nothing to read", () => {
  assert.deepEqual(readAt({ n: 0, steps: { time: [] } }, 1), { estimate: null, low: null, high: null, nRisk: 0, ended: true });
});

test("times are found by halving", () => {
  assert.deepEqual([0, 1, 1.5, 3, 9].map((time) => lastStep([1, 2, 3], time)), [-1, 0, 0, 2, 2]);
  assert.equal(lastStep([], 1), -1);
});

test("the place of a time on the picture and back", () => {
  const text = (/** @type {string} */ role, /** @type {number} */ tick, /** @type {number} */ x, /** @type {number} */ y) => ({ role, tick, shape: { text: { x, y } } });
  const axis = timeAxis({ items: [text("x_tick", 0, 50, 300), text("x_tick", 12, 110, 300), text("x_tick", 24, 170, 300), text("y_tick", 0, 40, 290), text("y_tick", 1, 40, 10)] });
  assert.ok(axis);
  assert.deepEqual([axis.place(6), axis.time(140), axis.top, axis.bottom, axis.end], [80, 18, 10, 290, 24]);
  assert.equal(timeAxis({ items: [] }), null);
});

test("a press of a key goes a round number, never more than a hundredth", () => {
  assert.deepEqual([156, 100, 60, 5, 0.8].map(keyStep), [1, 1, 0.5, 0.05, 0.005]);
});
