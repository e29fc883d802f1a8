// CLS: the largest session window of unexpected layout shifts.
import type { LayoutShift, SoftNavigation } from "./entries.ts";
import { onFCP } from "./fcp.ts";
import { observe } from "./observe.ts";
import { afterTwoFrames, onHidden, onRestore, watchVisibility } from "./page.ts";
import {
  createReporter,
  restoreOf,
  softNavigationOf,
  wantsSoftNavigations,
  type Begin,
} from "./report.ts";
import type { CLSMetric, MetricRatingThresholds, ReportOpts } from "./types.ts";

export const CLSThresholds: MetricRatingThresholds = [0.1, 0.25];

/**
 * Calls back with the layout shift score whenever the page is hidden, and on every change if all changes are wanted. A
 * page that has not painted has none.
 */
export function onCLS(callback: (metric: CLSMetric) => void, options: ReportOpts = {}): void {
  followCls(callback, options);
}

export function followCls(
  callback: (metric: CLSMetric) => void,
  options: ReportOpts,
  onShift?: (entry: LayoutShift) => void,
): void {
  watchVisibility();
  let hasBegun = false;
  onFCP(() => {
    if (hasBegun) return;
    hasBegun = true;
    begin(callback, options, onShift);
  });
}

function begin(
  callback: (metric: CLSMetric) => void,
  options: ReportOpts,
  onShift?: (entry: LayoutShift) => void,
): void {
  const reporter = createReporter<CLSMetric>("CLS", callback, options, 0);
  const { core, tracker } = reporter;
  // Of the window that is going on.
  let windowEntries: LayoutShift[] = [];

  const update = (isTime?: boolean): void => {
    if (core.take_window(tracker)) reporter.metric().entries = windowEntries;
    reporter.report(isTime);
  };
  const startAnew = (what: Begin): void => reporter.begin(what, 0);

  const onEntries = (entries: (LayoutShift | SoftNavigation)[]): void => {
    for (const entry of entries) {
      if (entry.entryType === "soft-navigation") {
        update(true);
        startAnew(softNavigationOf(entry as SoftNavigation));
        continue;
      }
      const shift = entry as LayoutShift;
      const place = core.shift(tracker, shift.startTime, shift.value, shift.hadRecentInput);
      if (!place) continue;
      if (place === 1) windowEntries.push(shift);
      else windowEntries = [shift];
      onShift?.(shift);
    }
    update();
  };

  const observer = wantsSoftNavigations(options)
    ? observe(["layout-shift", "soft-navigation"], onEntries)
    : observe(["layout-shift"], onEntries);
  if (!observer) return;

  onHidden(() => {
    onEntries(observer.takeRecords() as LayoutShift[]);
    reporter.report(true);
  });
  onRestore(() => {
    startAnew(restoreOf(reporter.metric()));
    afterTwoFrames(() => reporter.report());
  });
  // Where all changes are wanted, the first is that there is a score: of 0, if nothing shifts.
  setTimeout(() => reporter.report());
}
