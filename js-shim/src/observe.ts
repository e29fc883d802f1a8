// Turns performance entries into the entries of an EntryBatch, as they arrive.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import type { Field } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";
import { units, type Timeline } from "./time.ts";
import { resourceOf } from "./url-scrub.ts";

/** Where entries go. A text as a field stands for its reference. */
export interface Recorder {
  readonly timeline: Timeline;
  record(kind: EntryKind, fields: readonly Field[]): void;
}

// Not in TypeScript's DOM library: https://wicg.github.io/layout-instability/
interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources?: readonly {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
    readonly currentRect: DOMRectReadOnly;
  }[];
}

// https://w3c.github.io/event-timing/#sec-modifications-perf-timeline
interface EventObserverInit extends PerformanceObserverInit {
  /** In milliseconds. Another threshold than the reference library's, 40, gives another INP. */
  readonly durationThreshold: 40;
}

// Not in TypeScript's DOM library: https://w3c.github.io/performance-timeline/#dom-performanceobservercallbackoptions
export interface ObserverCallbackOptions {
  readonly droppedEntriesCount?: number;
}

interface AnyReader {
  read(entry: PerformanceEntry): readonly [EntryKind, readonly Field[]] | false | 0;
}
/** Gives the entry that is recorded. A method's type, so that each may ask for the kind of entry that it is called with. */
export type Reader = AnyReader["read"];

/**
 * Gives what begins to observe everything the vitals need, from before on where the browser has buffered it, and returns
 * PageViewStart.unmeasurable_metrics: bit n stands for the Metric of number n.
 */
export function observeEntries(agent: Agent): () => number {
  const { timeline, record } = agent;

  const readEvent = (entry: PerformanceEventTiming): ReturnType<Reader> => {
    const start = entry.startTime;
    const isFirstInput = entry.entryType === "first-input";
    return (
      // Hovering and the like says nothing about interactions.
      (entry.interactionId || isFirstInput) && [
        EntryKind.eventTiming,
        [
          entry.name,
          timeline.at(start),
          units(entry.duration),
          units(entry.processingStart - start),
          units(entry.processingEnd - entry.processingStart),
          entry.interactionId,
          selectorOf(entry.target),
          isFirstInput,
        ],
      ]
    );
  };

  // In the order of the numbers of the Metrics that need them, from 1.
  const readers: Record<string, Reader> = (agent.readers = {
    "largest-contentful-paint": (entry: LargestContentfulPaint) => [
      EntryKind.largestContentfulPaint,
      [timeline.at(entry.startTime), entry.size, selectorOf(entry.element), resourceOf(entry.url)],
    ],
    event: readEvent,
    "layout-shift": (entry: LayoutShift) => [
      EntryKind.layoutShift,
      [
        timeline.at(entry.startTime),
        Float64Array.of(entry.value),
        entry.hadRecentInput,
        entry.sources?.map((source) => [
          selectorOf(source.node),
          source.previousRect,
          source.currentRect,
        ]),
      ],
    ],
    paint: (entry) => [
      EntryKind.paint,
      [entry.name === "first-paint" ? 1 : 2, timeline.at(entry.startTime)],
    ],
    // Its times are read when they are known: followPageViews.
    navigation: () => false,
    "first-input": readEvent,
  });

  const take = agent.guard((entries: PerformanceEntryList) => {
    // Of several types in one list, the order is by start; the reference library takes them by end.
    entries
      .sort((a, b) => a.startTime + a.duration - b.startTime - b.duration)
      .forEach((entry) => {
        const read = (readers[entry.entryType] as Reader)(entry);
        if (read) record(...read);
      });
  });
  // One observer for all: entries of all types come in one order.
  const observer = (agent.observer = new PerformanceObserver(
    (list, _observer, options?: ObserverCallbackOptions) => {
      // How many were dropped is said to the first call only.
      agent.observerOptions ??= options;
      take(list.getEntries());
    },
  ));
  agent.drain = () => {
    agent.begin();
    take(observer.takeRecords());
  };
  return () =>
    Object.keys(readers).reduce((unmeasurable, type, index) => {
      if (!PerformanceObserver.supportedEntryTypes.includes(type))
        return unmeasurable | (2 << index);
      const init: EventObserverInit = { type, buffered: true, durationThreshold: 40 };
      observer.observe(init);
      return unmeasurable;
    }, 0);
}
