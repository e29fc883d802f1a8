import { describe, expect, it } from "vitest";
import {
  formatAgo,
  formatCompact,
  formatDuration,
  formatMoment,
  formatOffset,
  formatVital,
  navigationText,
  plural,
  thresholdText,
  vitalText,
  wholePercents,
} from "../../../dashboard/src/format/format";
import { vitalInfo, type VitalInfo } from "../../../dashboard/src/format/vitals";

function vital(short: string): VitalInfo {
  const info = vitalInfo(`METRIC_${short}`);
  if (info === undefined) throw new Error(`no vital ${short}`);
  return info;
}

describe("vitals", () => {
  it("shows loading vitals in seconds with two decimals", () => {
    expect(formatVital(vital("LCP"), 2314.9)).toEqual({ value: "2.31", unit: "s" });
    expect(formatVital(vital("FCP"), 90)).toEqual({ value: "0.09", unit: "s" });
    expect(formatVital(vital("TTFB"), 0)).toEqual({ value: "0.00", unit: "s" });
  });

  it("shows interaction vitals in whole milliseconds", () => {
    expect(formatVital(vital("INP"), 183.5)).toEqual({ value: "184", unit: "ms" });
    expect(formatVital(vital("FID"), 2.4)).toEqual({ value: "2", unit: "ms" });
  });

  it("shows CLS with three decimals and no unit", () => {
    expect(formatVital(vital("CLS"), 0.1)).toEqual({ value: "0.100", unit: "" });
    expect(vitalText(vital("CLS"), 0.0424)).toBe("0.042");
  });

  it("keeps number and unit on one line", () => {
    expect(vitalText(vital("LCP"), 1000)).toBe("1.00\u00a0s");
  });

  it("shows thresholds without needless zeros", () => {
    expect(thresholdText(vital("LCP"), 2500)).toBe("2.5\u00a0s");
    expect(thresholdText(vital("INP"), 200)).toBe("200\u00a0ms");
    expect(thresholdText(vital("CLS"), 0.1)).toBe("0.1");
  });
});

describe("wholePercents", () => {
  it("always adds up to 100", () => {
    for (const shares of [
      [1, 1, 1],
      [0.005, 0.005, 0.99],
      [2, 1, 0],
      [0.333, 0.333, 0.334],
    ]) {
      expect(wholePercents(shares).reduce((sum, part) => sum + part, 0)).toBe(100);
    }
  });

  it("gives what is missing to the largest remainders", () => {
    expect(wholePercents([0.786, 0.192, 0.022])).toEqual([79, 19, 2]);
    expect(wholePercents([1, 1, 1])).toEqual([34, 33, 33]);
  });

  it("stays zero without any data", () => {
    expect(wholePercents([0, 0, 0])).toEqual([0, 0, 0]);
  });
});

describe("counts", () => {
  it("writes singular and plural", () => {
    expect(plural(1, "page view")).toBe("1 page view");
    expect(plural(0, "page view")).toBe("0 page views");
    expect(plural(12345, "page view")).toBe("12,345 page views");
  });

  it("shortens only large numbers", () => {
    expect(formatCompact(9999)).toBe("9,999");
    expect(formatCompact(12_400)).toBe("12.4K");
  });
});

describe("durations", () => {
  it.each([
    [0, "0 ms"],
    [640.4, "640 ms"],
    [999.4, "999 ms"],
    [1000, "1.0 s"],
    [9940, "9.9 s"],
    [43_400, "43 s"],
    [9960, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 min"],
    [185_000, "3 min 05 s"],
    [3_600_000, "1 h"],
    [7_800_000, "2 h 10 min"],
    [273_600_000, "3 d 04 h"],
  ])("writes %d ms as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it("counts from the page's beginning", () => {
    expect(formatOffset(421)).toBe("+0.42 s");
    expect(formatOffset(-3)).toBe("+0.00 s");
    expect(formatOffset(12_400)).toBe("+12 s");
  });

  it("says how long ago something was", () => {
    expect(formatAgo(1500)).toBe("just now");
    expect(formatAgo(12_900)).toBe("12 s ago");
    expect(formatAgo(300_000)).toBe("5 min ago");
    expect(formatAgo(3 * 86_400_000)).toBe("3 d ago");
  });
});

describe("formatMoment", () => {
  const noon = new Date(2026, 2, 12, 12, 5).getTime();

  it("leaves the day out for today", () => {
    expect(formatMoment(noon, noon + 3_600_000)).toBe("12:05");
  });

  it("names the day otherwise", () => {
    expect(formatMoment(noon, noon + 86_400_000)).toBe("12 Mar, 12:05");
    expect(formatMoment(noon, noon, 86_400_000)).toBe("12 Mar");
  });
});

it("writes navigation types as words", () => {
  expect(navigationText("NAVIGATION_TYPE_BACK_FORWARD_CACHE")).toBe("back forward cache");
  expect(navigationText("NAVIGATION_TYPE_UNSPECIFIED")).toBe("");
});
