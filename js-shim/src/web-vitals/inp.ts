// INP: of the page's interactions the longest, but for one in every 50.
import { Verdict, type Tracker, type VitalsCore } from "./core.ts";
import type { EventTiming, SoftNavigation } from "./entries.ts";
import { observe } from "./observe.ts";
import { onHidden, onRestore, watchVisibility, whenActivated, whenIdleOrHidden } from "./page.ts";
import {
  createReporter,
  restoreOf,
  softNavigationOf,
  wantsSoftNavigations,
  type Begin,
} from "./report.ts";
import type { INPMetric, INPReportOpts, MetricRatingThresholds } from "./types.ts";

export const INPThresholds: MetricRatingThresholds = [200, 500];

// Shorter events say little and come often. The first input is looked at however short it was.
const DEFAULT_DURATION_THRESHOLD = 40;

/** What the attribution build looks at on the way. */
export interface InpListener {
  onStart(core: VitalsCore, tracker: Tracker): void;
  onEvent(entry: EventTiming, frame: number): void;
  /** The interaction's entries are these now. */
  onInteraction(id: number, entries: readonly EventTiming[], isNew: boolean): void;
  onDropped(id: number): void;
  onCleared(): void;
}

/** Calls back with the interaction to next paint whenever the page is hidden, and on every change if all are wanted. */
export function onINP(callback: (metric: INPMetric) => void, options: INPReportOpts = {}): void {
  followInp(callback, options);
}

export function followInp(
  callback: (metric: INPMetric) => void,
  options: INPReportOpts,
  listener?: InpListener,
): void {
  if (!("PerformanceEventTiming" in globalThis)) return;
  if (!("interactionId" in PerformanceEventTiming.prototype)) return;
  watchVisibility();
  whenActivated(() => {
    const reporter = createReporter<INPMetric>("INP", callback, options);
    const { core, tracker } = reporter;
    const interactionCount = followInteractionCount(core);
    const entriesOf = new Map<number, EventTiming[]>();
    listener?.onStart(core, tracker);

    const update = (): void => {
      const metric = reporter.metric();
      // The load's first interaction always has an entry; those of later page views may have none.
      const mayBeUnseen =
        metric.navigationType === "soft-navigation" ||
        metric.navigationType === "back-forward-cache";
      if (!core.estimate(tracker, interactionCount(), mayBeUnseen)) return;
      metric.entries = entriesOf.get(core.answer(0)) ?? [];
      reporter.report();
    };
    const startAnew = (what: Begin): void => {
      entriesOf.clear();
      listener?.onCleared();
      reporter.begin(what, -1, interactionCount());
    };

    const takeEvent = (entry: EventTiming): void => {
      const { interactionId: id, startTime, duration, processingStart, processingEnd } = entry;
      const verdict = core.observe_event(
        tracker,
        id,
        startTime,
        duration,
        processingStart,
        processingEnd,
      );
      const dropped = core.answer(1);
      listener?.onEvent(entry, core.answer(0));
      if (dropped) {
        entriesOf.delete(dropped);
        listener?.onDropped(dropped);
      }
      if (verdict === Verdict.passedOver) return;
      let entries = entriesOf.get(id);
      if (verdict === Verdict.joins && entries) entries.push(entry);
      else entriesOf.set(id, (entries = [entry]));
      listener?.onInteraction(id, entries, verdict === Verdict.begins);
    };

    const onEntries = (entries: (EventTiming | SoftNavigation)[]): void => {
      for (const entry of entries) {
        if (entry.entryType === "soft-navigation") {
          update();
          reporter.report(true);
          startAnew(softNavigationOf(entry as SoftNavigation));
        } else {
          takeEvent(entry as EventTiming);
        }
      }
      update();
      pruneWhenIdle();
    };

    // Batches that wait for an idle time, in their order.
    const waiting: (EventTiming | SoftNavigation)[][] = [];
    let isPruning = false;
    const pruneWhenIdle = (): void => {
      if (isPruning) return;
      isPruning = true;
      whenIdleOrHidden(() => {
        core.prune(tracker);
        isPruning = false;
      });
    };

    // The events of one interaction come in several batches; when the page is idle they are all there.
    const onBatch = (entries: (EventTiming | SoftNavigation)[]): void => {
      waiting.push(entries);
      whenIdleOrHidden(() => {
        const batch = waiting.shift();
        if (batch) onEntries(batch);
      });
    };
    const threshold = options.durationThreshold ?? DEFAULT_DURATION_THRESHOLD;
    const observer = wantsSoftNavigations(options)
      ? observe(["event", "first-input", "soft-navigation"], onBatch, threshold)
      : observe(["event", "first-input"], onBatch, threshold);
    if (!observer) return;

    onHidden(() => {
      [...waiting.splice(0), observer.takeRecords() as EventTiming[]].forEach(onEntries);
      reporter.report(true);
    });
    onRestore(() => startAnew(restoreOf(reporter.metric())));
  });
}

let isCounting = false;

// The browser's own count, or one estimated from the interactions' ids.
function followInteractionCount(core: VitalsCore): () => number {
  if ("interactionCount" in performance) return () => performance.interactionCount;
  if (!isCounting) {
    isCounting = true;
    observe(
      ["event"],
      (entries) => entries.forEach((entry) => core.count_interaction(entry.interactionId)),
      0,
    );
  }
  return () => core.interaction_count();
}
