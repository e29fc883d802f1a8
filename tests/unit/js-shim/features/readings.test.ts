// @vitest-environment jsdom
import { expect, it } from "vitest";
import { createReadings } from "../../../../js-shim/src/features/readings.ts";
import type { InitOptions } from "../../../../js-shim/src/options.ts";
import { createHostDouble } from "./host_double.ts";

// Numbers of paceline.v1.Metric.
const [LCP, INP, CLS, FCP, TTFB] = [1, 2, 3, 4, 5];

function readingsOf(
  values: readonly (readonly [number, number])[],
  more: Partial<InitOptions> = {},
  errors = 0,
) {
  const host = createHostDouble({ options: more });
  values.forEach(([metric, value]) => host.values.set(metric, value));
  host.errors = errors;
  return createReadings(host);
}

it("rates a value on a threshold with the better rating", () => {
  const { vitals } = readingsOf([
    [LCP, 2500],
    [INP, 200.1],
    [CLS, 0.25],
    [FCP, 3000.1],
  ]);
  expect(vitals()).toEqual({
    LCP: { value: 2500, rating: "good" },
    INP: { value: 200.1, rating: "needs-improvement" },
    CLS: { value: 0.25, rating: "needs-improvement" },
    FCP: { value: 3000.1, rating: "poor" },
  });
});

it("knows nothing before there is something", () => {
  const { vitals, score, summary } = readingsOf([]);
  expect(vitals()).toEqual({});
  expect(score()).toBeUndefined();
  expect(summary()).toEqual({ path: "/", vitals: {}, score: undefined, errors: 0 });
});

it("gives 100 for nothing, 90 on the threshold of good, 50 on that of poor, less beyond", () => {
  const interaction = (value: number) => readingsOf([[INP, value]]).score()?.interaction;
  expect([0, 200, 350, 500, 1000, 50_000].map(interaction)).toEqual([100, 90, 70, 50, 25, 1]);
});

it("weighs the parts, and leaves out what has no vital", () => {
  const all = readingsOf(
    [
      [LCP, 2500],
      [FCP, 1800],
      [TTFB, 1800],
      [INP, 500],
      [CLS, 0],
    ],
    {},
    1,
  ).score();
  // (90 + 90 + 50) / 3 = 76.7; 0.3 · 76.7 + 0.3 · 50 + 0.2 · 80 + 0.2 · 100 = 74
  expect(all).toEqual({
    score: 74,
    performance: 77,
    interaction: 50,
    reliability: 80,
    visualStability: 100,
  });
  // (0.3 · 90 + 0.2 · 0) / 0.5
  expect(readingsOf([[INP, 200]], {}, 9).score()).toEqual({
    score: 54,
    interaction: 90,
    reliability: 0,
  });
});

it("takes the page's own thresholds, also as an attribute", () => {
  for (const thresholds of [{ INP: [50, 100] } as const, '{"INP": [50, 100]}']) {
    expect(readingsOf([[INP, 101]], { thresholds }).vitals().INP?.rating).toBe("poor");
  }
  expect(readingsOf([[INP, 101]], { thresholds: "{" }).vitals().INP?.rating).toBe("good");
});
