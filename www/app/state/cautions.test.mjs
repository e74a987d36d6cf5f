import assert from "node:assert/strict";
import test from "node:test";
import { analysed } from "../testing/states.mjs";
import { crossing, curveCautions, unevenFollowUp } from "./cautions.mjs";

/** @param {string} group @param {number[]} time @param {number[]} estimate */
const curve = (group, time, estimate, n_risk = time.map(() => 10)) => ({ group, n: 10, n_event: 10, steps: { time, estimate, n_risk } });

test("curves cross where each is above the other by 0.05 while five are at risk in both", () => {
  const early = curve("A", [1, 2, 3], [0.8, 0.75, 0.7]), late = curve("B", [1, 2, 3], [0.95, 0.75, 0.5]);
  assert.deepEqual(crossing([early, late]), { groups: ["A", "B"], time: 3 });
  assert.equal(crossing([early, curve("B", [1, 2, 3], [0.95, 0.75, 0.66])]), null, "0.04 is not apart");
  assert.equal(crossing([early, curve("B", [1, 2, 3], [0.95, 0.75, 0.5], [10, 9, 4])]), null, "four at risk tell nothing");
  assert.equal(crossing([early, curve("B", [], [])]), null);
});

test("follow-up is uneven where one median is below three quarters of another", () => {
  const of = (/** @type {string} */ group, /** @type {number | null} */ estimate) => ({ group, quantiles: [{ prob: 0.5, estimate }] });
  assert.equal(unevenFollowUp([of("A", 75), of("B", 100)]), null);
  assert.equal(unevenFollowUp([of("A", 74), of("B", 100)])?.shortest.group, "A");
  assert.equal(unevenFollowUp([of("A", 74), of("B", null)]), null);
});

test("the demonstration: DFS is censored at the last contact, and each group has its few events named", () => {
  const { answer } = analysed();
  assert.ok(answer);
  const keys = answer.plan.endpoints.map((plan) => curveCautions(answer, plan, { result: answer.results.results.find((item) => item.id === plan.by), followUpBy: null }).map((item) => item.key));
  assert.deepEqual(keys.map((list) => list.includes("last_contact")), [false, true]);
  assert.deepEqual(keys.map((list) => list.includes("few_events")), [true, false]);
});

test("a ratio of the groups that changes over time is said with the p of its test", () => {
  const { answer } = analysed();
  assert.ok(answer);
  const [plan] = answer.plan.endpoints, of = (/** @type {number | null} */ p) => curveCautions(answer, plan, { result: null, followUpBy: null, ph: { global: { p_value: p } } }).filter((item) => item.key === "changing_ratio");
  assert.deepEqual(of(0.012), [{ key: "changing_ratio", params: { p: 0.012 } }]);
  assert.deepEqual([...of(0.05), ...of(null)], []);
});
