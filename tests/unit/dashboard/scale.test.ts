import { describe, expect, it } from "vitest";
import {
  axisTop,
  binPosition,
  gaps,
  roundTicks,
  sparkStrokes,
  toBins,
} from "../../../dashboard/src/charts/scale";

describe("axisTop", () => {
  it("keeps the good threshold in sight when everything is fast", () => {
    expect(axisTop(300, 2500, 4000)).toBeGreaterThan(2500);
  });

  it("holds what was measured", () => {
    for (const maximum of [10, 2400, 3000, 3900, 4100, 9000]) {
      expect(axisTop(maximum, 2500, 4000)).toBeGreaterThan(maximum);
    }
  });

  it("never ends just below the poor threshold", () => {
    for (let maximum = 0; maximum < 8000; maximum += 50) {
      const top = axisTop(maximum, 2500, 4000);
      expect(top <= 4000 * 0.8 || top >= 4000 * 1.1 - 1e-9).toBe(true);
    }
  });
});

describe("roundTicks", () => {
  it("uses round numbers from zero", () => {
    expect(roundTicks(4400, 5)).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(roundTicks(0.32, 5)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(roundTicks(260, 5)).toEqual([0, 100, 200]);
  });

  it("does not drift", () => {
    expect(roundTicks(1, 10)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  });

  it("survives an empty axis", () => {
    expect(roundTicks(0, 5)).toEqual([0]);
    expect(roundTicks(Number.NaN, 5)).toEqual([0]);
  });
});

describe("sparkStrokes", () => {
  it("cuts where nothing was measured", () => {
    expect(sparkStrokes([1, 2, null, 4, null], 4)).toEqual([
      [
        [0, 0.25],
        [0.25, 0.5],
      ],
      [[0.75, 1]],
    ]);
  });

  it("places a single value", () => {
    expect(sparkStrokes([3], 6)).toEqual([[[0, 0.5]]]);
    expect(sparkStrokes([], 6)).toEqual([]);
  });
});

it("tells not measured from zero", () => {
  expect(gaps([0, 0, 5], [0, 2, 1])).toEqual([null, 0, 5]);
});

describe("bins", () => {
  it("drops the empty ones at the end only", () => {
    expect(toBins([1, 2, 3, 4], [0, 5, 0, 0], 0)).toEqual([
      { lower: 0, upper: 1, count: 0 },
      { lower: 1, upper: 2, count: 5 },
    ]);
  });

  it("keeps the axis up to where it has to reach", () => {
    expect(toBins([1, 2, 3, 4], [5, 0, 0, 0], 2.5).map((bin) => bin.upper)).toEqual([1, 2, 3]);
    expect(toBins([1, 2, 3, 4], [0, 0, 0, 9], 2.5)).toHaveLength(4);
  });

  it("places a value inside its bin", () => {
    const bins = toBins([100, 200, 400], [1, 1, 1], 0);
    expect(binPosition(bins, 100)).toBe(1);
    expect(binPosition(bins, 300)).toBe(2.5);
    expect(binPosition(bins, 1000)).toBe(3);
  });
});
