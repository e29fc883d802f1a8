// LCP: the largest text or image painted before the page was touched or hidden.
import type { InteractionContentfulPaint, SoftNavigation } from "./entries.ts";
import { observe } from "./observe.ts";
import {
  activationStart,
  afterTwoFrames,
  firstHiddenTime,
  forgetHiding,
  onRestore,
  watchVisibility,
  whenActivated,
  whenIdleOrHidden,
} from "./page.ts";
import { createReporter, restoreOf, softNavigationOf, wantsSoftNavigations } from "./report.ts";
import type { LCPMetric, MetricRatingThresholds, ReportOpts } from "./types.ts";

export const LCPThresholds: MetricRatingThresholds = [2500, 4000];

/** What the attribution build looks at on the way. */
export interface LcpListener {
  onPaint(entry: LargestContentfulPaint): void;
  onSoftNavigation(entry: SoftNavigation): void;
}

type Entry = LargestContentfulPaint | InteractionContentfulPaint | SoftNavigation;

// What ends the largest paint of a load. Scrolling does too, but pages scroll by themselves.
const ENDS = ["keydown", "click", "visibilitychange"] as const;

/** Calls back with the largest contentful paint once it is final, and on every candidate if all changes are wanted. */
export function onLCP(callback: (metric: LCPMetric) => void, options: ReportOpts = {}): void {
  followLcp(callback, options);
}

export function followLcp(
  callback: (metric: LCPMetric) => void,
  options: ReportOpts,
  listener?: LcpListener,
): void {
  const withSoftNavigations = wantsSoftNavigations(options);
  whenActivated(() => {
    watchVisibility();
    const reporter = createReporter<LCPMetric>("LCP", callback, options);
    let isFinal = false;

    const take = (time: number, origin: number, painted?: LargestContentfulPaint): void => {
      if (painted) listener?.onPaint(painted);
      if (!reporter.core.reach(reporter.tracker, time, origin, firstHiddenTime())) return;
      reporter.metric().entries = painted ? [painted] : [];
      reporter.report();
    };

    const takeInteractionPaint = (entry: InteractionContentfulPaint): void => {
      const { navigationId, navigationInteractionId } = reporter.metric();
      // Of another interaction than the one that led here: a paint that came too late, or too early.
      const isOther = "interactionId" in entry && entry.interactionId !== navigationInteractionId;
      if (!navigationId || isOther) return;
      const painted = entry.largestContentfulPaint;
      take(painted?.renderTime || 0, entry.startTime, painted);
    };

    const takeSoftNavigation = (entry: SoftNavigation): void => {
      listener?.onSoftNavigation(entry);
      if (!isFinal) reporter.report(true);
      reporter.begin(softNavigationOf(entry));
      isFinal = false;
      forgetHiding();
      const largest = entry.getLargestInteractionContentfulPaint?.();
      if (largest) takeInteractionPaint(largest);
    };

    const onEntries = (entries: Entry[]): void => {
      const wanted = options.reportAllChanges || withSoftNavigations ? entries : entries.slice(-1);
      for (const entry of wanted) {
        if (entry.entryType === "soft-navigation") takeSoftNavigation(entry as SoftNavigation);
        else if (entry.entryType === "interaction-contentful-paint")
          takeInteractionPaint(entry as InteractionContentfulPaint);
        else take(entry.startTime, activationStart(), entry as LargestContentfulPaint);
      }
    };

    const observer = withSoftNavigations
      ? observe(
          ["largest-contentful-paint", "interaction-contentful-paint", "soft-navigation"],
          onEntries,
        )
      : observe(["largest-contentful-paint"], onEntries);
    if (!observer) return;

    const finalize = (event: Event): void => {
      if (!event.isTrusted || isFinal) return;
      const { id } = reporter.metric();
      // Not in the handlers of the visitor's own click.
      whenIdleOrHidden(() => {
        if (isFinal) return;
        if (!withSoftNavigations) {
          observer.disconnect();
          ENDS.forEach((type) => removeEventListener(type, finalize, true));
        }
        // By now it may be another page view's turn.
        if (id !== reporter.metric().id) return;
        isFinal = true;
        reporter.report(true);
      });
    };
    ENDS.forEach((type) => addEventListener(type, finalize, true));

    onRestore((event) => {
      reporter.begin(restoreOf(reporter.metric()));
      isFinal = false;
      afterTwoFrames(() => {
        reporter.core.reach(reporter.tracker, performance.now(), event.timeStamp, Infinity);
        isFinal = true;
        reporter.report(true);
      });
    });
  });
}
