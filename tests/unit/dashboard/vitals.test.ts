import { describe, expect, it } from "vitest";
import { headlineOf } from "../../../dashboard/src/format/headline";
import { rate, ratingInfo, vitalInfo, vitals, worse } from "../../../dashboard/src/format/vitals";
import type { Rating, VitalSummary, Vitals } from "../../../dashboard/src/api/types";

describe("rate", () => {
  it.each(vitals.map((info) => [info.short, info] as const))(
    "gives %s the better rating on a threshold",
    (_, info) => {
      expect(rate(info, info.good)).toBe("RATING_GOOD");
      expect(rate(info, info.good * 1.0001)).toBe("RATING_NEEDS_IMPROVEMENT");
      expect(rate(info, info.poor)).toBe("RATING_NEEDS_IMPROVEMENT");
      expect(rate(info, info.poor * 1.0001)).toBe("RATING_POOR");
    },
  );
});

it("has the six vitals with the Core Web Vitals first", () => {
  expect(vitals.map((info) => info.short)).toEqual(["LCP", "INP", "CLS", "FCP", "TTFB", "FID"]);
  expect(vitals.map((info) => info.isCore)).toEqual([true, true, true, false, false, false]);
  expect(vitalInfo("METRIC_OF_TOMORROW")).toBeUndefined();
});

it("keeps the worse rating, and any rating over none", () => {
  expect(worse("RATING_GOOD", "RATING_POOR")).toBe("RATING_POOR");
  expect(worse("RATING_NEEDS_IMPROVEMENT", "RATING_GOOD")).toBe("RATING_NEEDS_IMPROVEMENT");
  expect(worse("RATING_UNSPECIFIED", "RATING_GOOD")).toBe("RATING_GOOD");
});

it("has a word for every rating, and one for a rating of a later schema", () => {
  expect(ratingInfo("RATING_POOR").word).toBe("Poor");
  expect(ratingInfo("RATING_EXCELLENT" as Rating).word).toBe("No data");
});

describe("headlineOf", () => {
  const answer = (ratings: Readonly<Record<string, Rating>>, pageViews = 10): Vitals => ({
    fromUnixMs: 0,
    toUnixMs: 1,
    pageViews,
    rageClicks: 0,
    relativeError: 0.01,
    vitals: Object.entries(ratings).map(
      ([short, rating]) =>
        ({ metric: `METRIC_${short}`, rating, count: 5 }) as unknown as VitalSummary,
    ),
  });
  const good = "RATING_GOOD";
  const poor = "RATING_POOR";

  it.each([
    [{}, 0, "No page views yet"],
    [{ FCP: good }, 3, "No Core Web Vital measured yet"],
    [{ LCP: good }, 3, "The one Core Web Vital measured is good"],
    [{ LCP: good, CLS: good, FCP: poor }, 3, "Both Core Web Vitals measured are good"],
    [{ LCP: good, CLS: poor }, 3, "One of two Core Web Vitals is good"],
    [{ LCP: poor, CLS: poor, INP: poor }, 3, "None of three Core Web Vitals are good"],
    [{ LCP: good, CLS: poor, INP: good }, 3, "Two of three Core Web Vitals are good"],
    [{ LCP: good, CLS: good, INP: good }, 3, "All three Core Web Vitals are good"],
  ] as const)("says of %j with %d page views: %s", (ratings, pageViews, text) => {
    expect(headlineOf(answer(ratings, pageViews))).toBe(text);
  });
});
