import { describe, expect, it } from "vitest";
import type { Quality } from "../../../dashboard/src/api/types";
import {
  countOf,
  daysText,
  gapText,
  percentText,
  refusalsOf,
  silenceOf,
} from "../../../dashboard/src/format/quality";

const day = 86_400_000;
const midnight = Date.UTC(2026, 10, 21);

function quality(overrides: Partial<Quality> = {}): Quality {
  return {
    fromUnixMs: midnight,
    toUnixMs: midnight + day,
    outcomes: [],
    nobodys: [],
    stored: 0,
    missing: 0,
    incomplete: false,
    completenessTarget: 0.95,
    gaps: [],
    lastUnixMs: 0,
    usualPauseMs: 0,
    dayUnixMs: [],
    dayStored: [],
    dayMissing: [],
    dayRefused: [],
    dayServerPageViews: [],
    dayMeasuredPageViews: [],
    serverPageViews: 0,
    measuredPageViews: 0,
    lowCoverage: false,
    coverageTarget: 0.95,
    ...overrides,
  };
}

describe("refusals", () => {
  it("are what was neither taken, nor known, nor outside the sample", () => {
    const rows = refusalsOf([
      { outcome: "OUTCOME_ACCEPTED", count: 100 },
      { outcome: "OUTCOME_REFUSED_ORIGIN", count: 9 },
      { outcome: "OUTCOME_DUPLICATE", count: 5 },
      { outcome: "OUTCOME_SAMPLED_OUT", count: 4 },
      { outcome: "OUTCOME_OVERLOADED", count: 1 },
    ]);
    expect(rows.map((row) => row.count)).toEqual([9, 1]);
    expect(rows[0]?.text).toBe("From a page of another origin");
    expect(rows[0]?.advice).toContain("paceline.yaml");
  });

  it("have a name also when this dashboard does not know them", () => {
    const [row] = refusalsOf([{ outcome: "OUTCOME_UNSPECIFIED", count: 1 }]);
    expect(row?.text).toBe("unspecified");
  });

  it("can be counted one by one", () => {
    const outcomes = [{ outcome: "OUTCOME_DUPLICATE", count: 5 }] as const;
    expect(countOf(outcomes, "OUTCOME_DUPLICATE")).toBe(5);
    expect(countOf(outcomes, "OUTCOME_CONFLICT")).toBe(0);
  });
});

describe("completeness", () => {
  it("is never shown to be better than it is", () => {
    expect(percentText(1)).toBe("100");
    expect(percentText(0.9999)).toBe("99.9");
    expect(percentText(0.94999)).toBe("94.9");
    expect(percentText(0.29)).toBe("29");
    expect(percentText(0.95)).toBe("95");
  });
});

describe("gaps", () => {
  const gap = { fromUnixMs: midnight, toUnixMs: midnight + 35 * 60_000 };

  it("tell from when, to when and how long", () => {
    expect(gapText(gap, midnight)).toMatch(/^\d\d:\d\d to \d\d:\d\d \(35 min\)$/);
  });

  it("without an end are the silence that goes on", () => {
    expect(silenceOf(quality({ gaps: [gap] }))).toBeUndefined();
    const open = { fromUnixMs: midnight + day, toUnixMs: 0 };
    expect(silenceOf(quality({ gaps: [gap, open] }))).toBe(open);
  });
});

describe("days", () => {
  it("are named by their UTC dates", () => {
    expect(daysText(quality())).toBe("21 Nov, UTC");
    expect(daysText(quality({ fromUnixMs: midnight - 6 * day }))).toBe("15 Nov to 21 Nov, UTC");
  });
});
