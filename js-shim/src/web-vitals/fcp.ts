// FCP: the first text or image.
import type { SoftNavigation } from "./entries.ts";
import { observe } from "./observe.ts";
import {
  activationStart,
  afterTwoFrames,
  firstHiddenTime,
  onRestore,
  watchVisibility,
  whenActivated,
} from "./page.ts";
import { createReporter, restoreOf, softNavigationOf, wantsSoftNavigations } from "./report.ts";
import type { FCPMetric, MetricRatingThresholds, ReportOpts } from "./types.ts";

export const FCPThresholds: MetricRatingThresholds = [1800, 3000];

/** Calls back with the first contentful paint, and again after a restore or soft navigation. */
export function onFCP(callback: (metric: FCPMetric) => void, options: ReportOpts = {}): void {
  followFcp(callback, options);
}

export function followFcp(
  callback: (metric: FCPMetric) => void,
  options: ReportOpts,
  onSoftNavigation?: (entry: SoftNavigation) => void,
): void {
  const withSoftNavigations = wantsSoftNavigations(options);
  whenActivated(() => {
    watchVisibility();
    const reporter = createReporter<FCPMetric>("FCP", callback, options);
    const reach = (time: number, origin: number, firstHidden: number): boolean =>
      !!reporter.core.reach(reporter.tracker, time, origin, firstHidden);

    const observer = observe(["paint"], (entries) => {
      for (const entry of entries) {
        if (entry.name !== "first-contentful-paint") continue;
        observer?.disconnect();
        if (!reach(entry.startTime, activationStart(), firstHiddenTime())) continue;
        const metric = reporter.metric();
        metric.entries.push(entry);
        metric.navigationId =
          (entry as { navigationId?: number }).navigationId || metric.navigationId;
        reporter.report(true);
      }
    });
    if (observer) {
      onRestore((event) => {
        reporter.begin(restoreOf(reporter.metric()));
        afterTwoFrames(() => {
          reach(performance.now(), event.timeStamp, Infinity);
          reporter.report(true);
        });
      });
    }
    if (!withSoftNavigations) return;
    observe(["soft-navigation"], (entries) => {
      for (const entry of entries) {
        onSoftNavigation?.(entry);
        reporter.begin(softNavigationOf(entry));
        reach(entry.presentationTime || entry.paintTime || 0, entry.startTime, Infinity);
        reporter.report(true);
      }
    });
  });
}
