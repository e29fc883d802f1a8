// TTFB: from the navigation to the first byte of its answer.
import type { NavigationTiming } from "./entries.ts";
import { observe } from "./observe.ts";
import {
  activationStart,
  isPrerendering,
  navigationTiming,
  onRestore,
  whenActivated,
} from "./page.ts";
import { createReporter, restoreOf, softNavigationOf, wantsSoftNavigations } from "./report.ts";
import type { MetricRatingThresholds, ReportOpts, TTFBMetric } from "./types.ts";

export const TTFBThresholds: MetricRatingThresholds = [800, 1800];

/**
 * Calls back with the time to first byte when the page has loaded, so that its navigation entry is complete, and with 0
 * after a restore or soft navigation.
 */
export function onTTFB(callback: (metric: TTFBMetric) => void, options: ReportOpts = {}): void {
  const reporter = createReporter<TTFBMetric>("TTFB", callback, options);
  whenComplete(() => {
    const navigation = navigationTiming();
    if (!navigation) return;
    const { core, tracker } = reporter;
    core.reach(tracker, navigation.responseStart, activationStart(), Infinity);
    reporter.metric().entries = [navigation as NavigationTiming];
    reporter.report(true);

    onRestore(() => {
      reporter.begin(restoreOf(reporter.metric()), 0);
      reporter.report(true);
    });
    if (!wantsSoftNavigations(options)) return;
    observe(["soft-navigation"], (entries) => {
      for (const entry of entries) {
        if (!entry.navigationId) continue;
        reporter.begin(softNavigationOf(entry), 0);
        reporter.metric().entries = [entry];
        reporter.report(true);
      }
    });
  });
}

// In a task of its own after the load event, when that is over.
function whenComplete(callback: () => void): void {
  if (isPrerendering()) whenActivated(() => whenComplete(callback));
  else if (document.readyState !== "complete")
    addEventListener("load", () => whenComplete(callback), true);
  else setTimeout(callback);
}
