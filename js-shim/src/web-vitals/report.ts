// A metric on its way to a callback: the objects here, the numbers in core.
import { vitalsCore, type Tracker, type VitalsCore } from "./core.ts";
import type { NavigationTiming, SoftNavigation } from "./entries.ts";
import { isObservable } from "./observe.ts";
import { isPrerendering, navigationTiming, restoredAt, wasDiscarded } from "./page.ts";
import type { Metric, MetricType, NavigationType, Rating, ReportOpts } from "./types.ts";

/** Numbers of paceline.v1.Metric. */
const NUMBERS = { LCP: 1, INP: 2, CLS: 3, FCP: 4, TTFB: 5 } as const;

/** By the number of paceline.v1.Rating. */
const RATINGS: readonly Rating[] = ["good", "good", "needs-improvement", "poor"];

/** What a metric belongs to, when that is not the load. */
export interface Begin {
  readonly type: NavigationType;
  readonly navigationId: number | undefined;
  readonly interactionId: number | undefined;
  readonly url: string | undefined;
  readonly startTime: number;
}

export interface Reporter<M extends MetricType> {
  readonly core: VitalsCore;
  readonly tracker: Tracker;
  /** The object that the callback gets, until another begins. */
  metric(): M;
  begin(what: Begin, value?: number, interactionCount?: number): void;
  /** Calls back if there is news and either it is time or every change is wanted. */
  report(isTime?: boolean): void;
}

export function createReporter<M extends MetricType>(
  name: M["name"],
  callback: (metric: M) => void,
  options: ReportOpts,
  value = -1,
): Reporter<M> {
  const core = vitalsCore();
  const tracker = core.track(NUMBERS[name], !!options.reportAllChanges, value);
  let metric = createMetric<M>(name, value);
  return {
    core,
    tracker,
    metric: () => metric,
    begin(what, newValue = -1, interactionCount = 0) {
      core.begin(tracker, newValue, interactionCount);
      metric = createMetric<M>(name, newValue, what);
    },
    report(isTime = false) {
      const rating = core.report(tracker, isTime);
      if (!rating) return;
      metric.value = core.answer(0);
      metric.delta = core.answer(1);
      metric.rating = RATINGS[rating] ?? "good";
      callback(metric);
    },
  };
}

function createMetric<M extends MetricType>(name: M["name"], value: number, begin?: Begin): M {
  const navigation = navigationTiming();
  const metric: Metric = {
    name,
    value,
    rating: "good",
    delta: 0,
    entries: [],
    id: uniqueId(),
    navigationType: begin?.type ?? navigationTypeOf(navigation),
    navigationId: begin?.navigationId || navigation?.navigationId || 0,
    navigationInteractionId: begin?.interactionId,
    navigationURL: begin?.url || navigation?.name,
    navigationStartTime: begin?.startTime || 0,
  };
  return metric as M;
}

function navigationTypeOf(navigation: NavigationTiming | undefined): NavigationType {
  if (restoredAt() >= 0) return "back-forward-cache";
  if (!navigation) return "navigate";
  if (isPrerendering() || (navigation.activationStart ?? 0) > 0) return "prerender";
  if (wasDiscarded()) return "restore";
  return (navigation.type as string).replace(/_/g, "-") as NavigationType;
}

// The first part is the generation of the metrics' definitions, by which analytics tell them apart.
function uniqueId(): string {
  return `v6-${Date.now()}-${Math.floor(Math.random() * (9e12 - 1)) + 1e12}`;
}

/** A restore: of the same navigation as `metric`. */
export const restoreOf = (metric: Metric): Begin => ({
  type: "back-forward-cache",
  navigationId: metric.navigationId,
  interactionId: metric.navigationInteractionId,
  url: metric.navigationURL,
  startTime: restoredAt(),
});

export const softNavigationOf = (entry: SoftNavigation): Begin => ({
  type: "soft-navigation",
  navigationId: entry.navigationId,
  interactionId: entry.interactionId,
  url: entry.name,
  startTime: entry.startTime,
});

/** Whether soft navigations are wanted and the browser tells of them in the form that it has shipped. */
export function wantsSoftNavigations(options: ReportOpts): boolean {
  const type = (globalThis as { PerformanceSoftNavigation?: { prototype: SoftNavigation } })
    .PerformanceSoftNavigation;
  return (
    !!options.reportSoftNavs &&
    isObservable("soft-navigation") &&
    typeof type?.prototype.getLargestInteractionContentfulPaint === "function"
  );
}
