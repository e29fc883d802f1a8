// The ranges of time one can choose, and the instants they mean now.

export interface Range {
  readonly key: string;
  readonly label: string;
  /** For sentences: "in the last hour". */
  readonly phrase: string;
  readonly spanMs: number;
  /** Between the charts' points, the finest first: what rollups are kept by, or a multiple. */
  readonly stepsMs: readonly number[];
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const ranges: readonly Range[] = [
  {
    key: "15m",
    label: "15 min",
    phrase: "in the last 15 minutes",
    spanMs: 15 * minute,
    stepsMs: [minute],
  },
  {
    key: "1h",
    label: "1 h",
    phrase: "in the last hour",
    spanMs: hour,
    stepsMs: [minute, 2 * minute, 5 * minute],
  },
  {
    key: "24h",
    label: "24 h",
    phrase: "in the last 24 hours",
    spanMs: day,
    stepsMs: [15 * minute, 30 * minute, hour],
  },
  {
    key: "7d",
    label: "7 d",
    phrase: "in the last 7 days",
    spanMs: 7 * day,
    stepsMs: [2 * hour, 6 * hour, 12 * hour],
  },
  { key: "30d", label: "30 d", phrase: "in the last 30 days", spanMs: 30 * day, stepsMs: [day] },
];

export const defaultRangeKey = "1h";

/** The range of that key, or the default one. */
export function rangeOf(key: string): Range {
  const found =
    ranges.find((range) => range.key === key) ??
    ranges.find((range) => range.key === defaultRangeKey);
  if (found === undefined) throw new Error("the default range is missing from the table");
  return found;
}

/** Below this a point's p75 says more about chance than about the site. */
const fewestViewsPerPoint = 4;

/** The finest step that leaves enough page views to a point on average, or the coarsest. */
export function stepFor(range: Range, pageViews: number): number {
  const enough = range.stepsMs.find(
    (step) => (pageViews * step) / range.spanMs >= fewestViewsPerPoint,
  );
  return enough ?? range.stepsMs.at(-1) ?? range.spanMs;
}

/**
 * The half-open interval that a range means now. Its end is the end of the running minute (of the running hour for
 * ranges of more than a day), so that rollups are read whole and what arrived a second ago is in it.
 */
export function intervalOf(
  range: Range,
  nowUnixMs: number,
): { readonly fromUnixMs: number; readonly toUnixMs: number } {
  const unit = range.spanMs > day ? hour : minute;
  const toUnixMs = (Math.floor(nowUnixMs / unit) + 1) * unit;
  return { fromUnixMs: toUnixMs - range.spanMs, toUnixMs };
}
