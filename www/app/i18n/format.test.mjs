import assert from "node:assert/strict";
import test from "node:test";
import { createFormats } from "./format.mjs";

const en = createFormats("en"), fr = createFormats("fr");

test("p values: never 0.000, three decimals near .05, never across it", () => {
  const cases = /** @type {[number, string][]} */ ([
    [0, "<0.001"], [0.00099, "<0.001"], [0.001, "0.001"], [0.0042, "0.004"], [0.025, "0.025"], [0.0453, "0.045"], [0.0547, "0.055"], [0.05, "0.050"],
    [0.04996, "0.04996"], [0.0500001, "0.0500001"], [0.2117, "0.21"], [0.9355, "0.94"], [0.99999, ">0.99"], [1, ">0.99"],
  ]);
  for (const [value, text] of cases) assert.equal(en.p(value), text);
  assert.equal(fr.p(0.0009), "<0,001");
});

test("ratios: two decimals, then one, then none, as in the figures; never 0.00 and never 1.00 from the other side", () => {
  const cases = /** @type {[number, string][]} */ ([
    [0.3797, "0.38"], [9.714, "9.71"], [9.999, "10.0"], [47.81, "47.8"], [99.94, "99.9"], [99.96, "100"], [778.6, "779"], [9999, "9999"], [1, "1.00"], [0.998, "0.998"], [1.0004, "1.0004"], [0.0034, "0.0034"],
    [0.0912, "0.091"], [123456, ">9999"],
  ]);
  for (const [value, text] of cases) assert.equal(en.ratio(value), text);
  assert.equal(fr.ratio(0.3797), "0,38");
});

test("times and percents have one decimal, counts none", () => {
  assert.equal(en.time(54.735), "54.7");
  assert.equal(en.percent(0.744423), "74.4");
  assert.equal(en.count(41), "41");
  assert.equal(fr.time(69.749), "69,7");
});

test("a day has its month in letters, and no time zone moves it", () => {
  assert.equal(en.date("2003-01-27"), "27 Jan 2003");
  assert.equal(fr.date("2003-01-27"), "27 janv. 2003");
  assert.equal(en.date("1850-12-31"), "31 Dec 1850");
  assert.equal(en.date("K1"), "K1");
});

test("a number as the study has it: no long row of zeros, and never 0 for what is not", () => {
  assert.deepEqual([0, 2.5, 1234567, 0.000001, 1e-300, 1e300, -3e-7].map(en.plain), ["0", "2.5", "1234567", "0.000001", "1E-300", "1E300", "-3E-7"]);
  assert.equal(fr.plain(2.5), "2,5");
});
