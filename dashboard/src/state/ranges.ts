// The ranges of time one can choose, and the instants they mean now.

export interface Range {
  readonly key: string;
  readonly label: string;
  /** For sentences: "in the last hour". */
  readonly phrase: string;
  readonly spanMs: number;
  /** Of the charts' points: what rollups are kept by, or a multiple. */
  readonly stepMs: number;
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
    stepMs: minute,
  },
  { key: "1h", label: "1 h", phrase: "in the last hour", spanMs: hour, stepMs: minute },
  { key: "24h", label: "24 h", phrase: "in the last 24 hours", spanMs: day, stepMs: 15 * minute },
  { key: "7d", label: "7 d", phrase: "in the last 7 days", spanMs: 7 * day, stepMs: 2 * hour },
  { key: "30d", label: "30 d", phrase: "in the last 30 days", spanMs: 30 * day, stepMs: day },
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

/**
 * The half-open interval that a range means now. Its end is the end of the running minute (of the running hour for
 * steps of an hour or more), so that rollups are read whole and what arrived a second ago is in it.
 */
export function intervalOf(
  range: Range,
  nowUnixMs: number,
): { readonly fromUnixMs: number; readonly toUnixMs: number } {
  const unit = range.stepMs >= hour ? hour : minute;
  const toUnixMs = (Math.floor(nowUnixMs / unit) + 1) * unit;
  return { fromUnixMs: toUnixMs - range.spanMs, toUnixMs };
}
