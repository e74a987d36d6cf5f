import assert from "node:assert/strict";
import test from "node:test";
import { analysed, badCell, opened } from "../testing/states.mjs";
import { outputs } from "./outputs.mjs";

test("every figure and table of the demonstration, in the order of the steps", () => {
  const found = outputs(analysed());
  const named = (/** @type {string} */ kind) => found.filter((item) => item.kind === kind).map((item) => [item.name, item.step, item.endpoint].filter(Boolean).join(" "));
  assert.deepEqual(named("figure"), ["flow cohort", "timeline cohort OS", "timeline cohort DFS", "missing_map cohort", "curve curves OS", "curve curves DFS", "forest models OS",
    "adjusted models OS", "schoenfeld models OS", "forest models DFS", "adjusted models DFS", "schoenfeld models DFS"]);
  assert.deepEqual(named("table"), ["patients patients", "groups curves OS", "differences curves OS", "follow_up curves OS", "groups curves DFS", "differences curves DFS",
    "factors models OS", "hazards models OS", "influence models OS", "factors models DFS", "hazards models DFS", "influence models DFS", "rules output"]);
  assert.ok(found.every((item) => !item.failed));
});

test("a table of which nothing could be computed says so; one of which a part stands does not", () => {
  assert.ok(outputs(badCell()).every((item) => !item.failed), "only one factor is spoilt");
  const none = analysed((document) => { for (const result of document.results) if (result.type === "cox_table") { delete result.rows; result.error = { code: "no_events" }; } });
  assert.deepEqual(outputs(none).filter((item) => item.failed).map((item) => item.name), ["factors", "forest", "factors", "forest"]);
  assert.deepEqual(outputs(opened()), [], "nothing before a run");
});
