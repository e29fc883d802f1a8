// The one table of vitals: names, units, thresholds.
import type { Metric, Rating } from "../api/types";

export interface VitalInfo {
  readonly metric: Metric;
  /** As people say it. */
  readonly short: string;
  readonly name: string;
  /** What a visitor notices of it. */
  readonly meaning: string;
  readonly unit: "s" | "ms" | "";
  /** A value up to this is good; ms, or no unit for CLS. Source: web.dev/vitals. */
  readonly good: number;
  /** A value above this is poor. */
  readonly poor: number;
  readonly isCore: boolean;
}

/** In the order of the screen: the Core Web Vitals first. */
export const vitals: readonly VitalInfo[] = [
  {
    metric: "METRIC_LCP",
    short: "LCP",
    name: "Largest Contentful Paint",
    meaning: "until the main content is seen",
    unit: "s",
    good: 2500,
    poor: 4000,
    isCore: true,
  },
  {
    metric: "METRIC_INP",
    short: "INP",
    name: "Interaction to Next Paint",
    meaning: "until the page answers a tap, click or key",
    unit: "ms",
    good: 200,
    poor: 500,
    isCore: true,
  },
  {
    metric: "METRIC_CLS",
    short: "CLS",
    name: "Cumulative Layout Shift",
    meaning: "how much the page moves by itself",
    unit: "",
    good: 0.1,
    poor: 0.25,
    isCore: true,
  },
  {
    metric: "METRIC_FCP",
    short: "FCP",
    name: "First Contentful Paint",
    meaning: "until anything is seen",
    unit: "s",
    good: 1800,
    poor: 3000,
    isCore: false,
  },
  {
    metric: "METRIC_TTFB",
    short: "TTFB",
    name: "Time to First Byte",
    meaning: "until the server answers",
    unit: "s",
    good: 800,
    poor: 1800,
    isCore: false,
  },
  {
    metric: "METRIC_FID",
    short: "FID",
    name: "First Input Delay",
    meaning: "until the first tap or key is handled; replaced by INP",
    unit: "ms",
    good: 100,
    poor: 300,
    isCore: false,
  },
];

/** Lab-style, Lighthouse's definitions: told in journeys, beside the vitals that people felt. */
export const labVitals: readonly VitalInfo[] = [
  {
    metric: "METRIC_TBT",
    short: "TBT",
    name: "Total Blocking Time",
    meaning: "how long tasks kept the page from answering while it loaded",
    unit: "ms",
    good: 200,
    poor: 600,
    isCore: false,
  },
  {
    metric: "METRIC_TTI",
    short: "TTI",
    name: "Time to Interactive",
    meaning: "until the page could be used without waiting",
    unit: "s",
    good: 3800,
    poor: 7300,
    isCore: false,
  },
];

const byMetric = new Map<string, VitalInfo>(
  [...vitals, ...labVitals].map((vital) => [vital.metric, vital]),
);

/** The table's row, or undefined for a metric that this dashboard does not know. */
export function vitalInfo(metric: string): VitalInfo | undefined {
  return byMetric.get(metric);
}

/** Rates as the collector does: a value exactly on a threshold gets the better rating. */
export function rate(info: VitalInfo, value: number): Rating {
  if (value <= info.good) return "RATING_GOOD";
  return value <= info.poor ? "RATING_NEEDS_IMPROVEMENT" : "RATING_POOR";
}

export interface RatingInfo {
  readonly word: string;
  /** The CSS class that colours it. */
  readonly tone: "good" | "fair" | "poor" | "none";
}

const ratings: Readonly<Record<Rating, RatingInfo>> = {
  RATING_GOOD: { word: "Good", tone: "good" },
  RATING_NEEDS_IMPROVEMENT: { word: "Needs improvement", tone: "fair" },
  RATING_POOR: { word: "Poor", tone: "poor" },
  RATING_UNSPECIFIED: { word: "No data", tone: "none" },
};

export function ratingInfo(rating: Rating): RatingInfo {
  return ratings[rating] ?? ratings.RATING_UNSPECIFIED;
}

const severity: readonly Rating[] = [
  "RATING_UNSPECIFIED",
  "RATING_GOOD",
  "RATING_NEEDS_IMPROVEMENT",
  "RATING_POOR",
];

/** 0 for no data, then growing from good to poor. */
export function severityOf(rating: Rating): number {
  return severity.indexOf(rating);
}

/** The worse of two ratings; no data is better than any. */
export function worse(a: Rating, b: Rating): Rating {
  return severityOf(a) >= severityOf(b) ? a : b;
}
