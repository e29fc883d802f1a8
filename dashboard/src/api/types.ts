// The answers of query.proto as the collector writes them.
//
// The generated JSON types make every field optional and every double possibly "NaN". The collector always writes all
// scalar fields and never writes a NaN, so here only message fields may be absent.
import type {
  GetJourneyResponseJson,
  GetPagesResponseJson,
  GetQualityResponseJson,
  GetSitesResponseJson,
  GetTimeSeriesResponseJson,
  GetVitalsResponseJson,
  JourneyEventJson,
  JourneyPageViewJson,
  ListSessionsResponseJson,
  LiveUpdateJson,
  OutcomeCountJson,
  QualityGapJson,
  SessionSummaryJson,
  VitalSummaryJson,
  VitalValueJson,
} from "../../../build/generated/ts/paceline/v1/query_pb";
import type { MetricJson, RatingJson } from "../../../build/generated/ts/paceline/v1/beacon_pb";
import type { OutcomeJson } from "../../../build/generated/ts/paceline/v1/ingest_pb";
import type {
  NavigationTypeJson,
  RectJson,
} from "../../../build/generated/ts/paceline/v1/entry_pb";

type NotANumber = "NaN" | "Infinity" | "-Infinity";
type Item<V> = V extends NotANumber ? never : V extends object ? Answer<V> : V;
type Field<V> = V extends readonly (infer E)[] ? readonly Item<E>[] : Item<V>;
type IsMessage<V> =
  NonNullable<V> extends readonly unknown[] ? false : NonNullable<V> extends object ? true : false;

/** A generated JSON type with its scalars and lists required, and its messages optional. */
export type Answer<T> = {
  readonly [K in keyof T as IsMessage<T[K]> extends true ? never : K]-?: Field<NonNullable<T[K]>>;
} & {
  readonly [K in keyof T as IsMessage<T[K]> extends true ? K : never]?:
    Answer<NonNullable<T[K]>> | undefined;
};

export type Metric = Exclude<MetricJson, "METRIC_UNSPECIFIED">;
export type Rating = RatingJson;
export type NavigationType = NavigationTypeJson;
export type Rect = Answer<RectJson>;

export type Sites = Answer<GetSitesResponseJson>;
export type Vitals = Answer<GetVitalsResponseJson>;
export type VitalSummary = Answer<VitalSummaryJson>;
export type TimeSeries = Answer<GetTimeSeriesResponseJson>;
export type Pages = Answer<GetPagesResponseJson>;
export type Sessions = Answer<ListSessionsResponseJson>;
export type SessionSummary = Answer<SessionSummaryJson>;
export type Journey = Answer<GetJourneyResponseJson>;
export type JourneyPageView = Answer<JourneyPageViewJson>;
export type JourneyEvent = Answer<JourneyEventJson>;
export type VitalValue = Answer<VitalValueJson>;
export type LiveUpdate = Answer<LiveUpdateJson>;
export type Outcome = OutcomeJson;
export type OutcomeCount = Answer<OutcomeCountJson>;
export type QualityGap = Answer<QualityGapJson>;
/** Without completeness when nothing has been sent, without coverage when nobody has told what servers saw. */
export type Quality = Omit<Answer<GetQualityResponseJson>, "completeness" | "coverage"> & {
  readonly completeness?: number;
  readonly coverage?: number;
};
