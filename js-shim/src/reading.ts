// What a page may read of itself.

export type Rating = "good" | "needs-improvement" | "poor";

export interface VitalReading {
  /** In milliseconds; of CLS, as it is. */
  readonly value: number;
  readonly rating: Rating;
}

/** By name: LCP, INP, CLS, FCP, TTFB, FID, TBT, TTI. */
export type Vitals = Readonly<Record<string, VitalReading>>;

/** Of 100. Without a vital of its kind, a part is left out, and the others weigh more. */
export interface Score {
  readonly score: number;
  readonly performance?: number;
  readonly interaction?: number;
  readonly reliability?: number;
  readonly visualStability?: number;
}

export interface Summary {
  readonly path: string;
  readonly vitals: Vitals;
  readonly score: Score | undefined;
  /** Of the page view. */
  readonly errors: number;
}

export interface Readings {
  vitals(): Vitals;
  score(): Score | undefined;
  summary(): Summary;
}

export type Thresholds = Readonly<Record<string, readonly [good: number, poor: number]>>;

/** Times a function or a promise, and tells it as a metric. Throws nothing but what `work` throws. */
export type Timed = <Result>(
  name: string,
  work: (() => Result) | Result,
  attributes?: Readonly<Record<string, string | number | boolean>>,
) => Result;
