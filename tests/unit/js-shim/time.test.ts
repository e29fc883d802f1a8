import { describe, expect, it } from "vitest";
import { createTimeline, units } from "../../../js-shim/src/time.ts";

describe("units", () => {
  it.each([
    [0, 0],
    [0.04, 0],
    [0.7999999998, 8],
    [1234.56, 12_346],
  ])("gives %d ms as %d", (milliseconds, expected) => {
    expect(units(milliseconds)).toBe(expected);
  });
});

describe("Timeline", () => {
  it("rounds differences to the page view's start, not times", () => {
    const timeline = createTimeline();
    timeline.begunMs = 1000.06;
    // 99.98 ms later. Rounding both ends would give 11,000 - 10,001.
    const difference = timeline.at(1100.04) - timeline.at(1000.06);
    expect(difference).toBe(1000);
  });

  it("keeps times before the start", () => {
    const timeline = createTimeline();
    timeline.begunMs = 50;
    expect(timeline.at(20)).toBe(200);
  });
});
