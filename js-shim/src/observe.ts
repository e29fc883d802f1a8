// Turns performance entries into the entries of an EntryBatch, as they arrive.
import type { Agent } from "./agent.ts";
import { EntryKind, type Ref } from "./entry-batch.ts";
import { message, sint, type Field } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";
import { units, type Timeline } from "./time.ts";
import { resourceOf } from "./url-scrub.ts";

/** Where entries go. A text as a field stands for its reference. */
export interface Recorder {
  readonly ref: Ref;
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

export type Reader = (entry: PerformanceEntry) => [EntryKind, readonly Field[]] | false;

/**
 * Observes everything the vitals need, from before the call on where the browser has buffered it. Returns
 * PageViewStart.unmeasurable_metrics: bit n stands for the Metric of number n.
 */
export function observeEntries(agent: Agent): number {
  const { ref, timeline, record } = agent;

  const readEventTiming: Reader = (entry) => {
    const { entryType, name, startTime, duration, processingStart, processingEnd } =
      entry as PerformanceEventTiming;
    const { interactionId, target } = entry as PerformanceEventTiming;
    const isFirstInput = entryType === "first-input";
    return (
      // Hovering and the like says nothing about interactions.
      (!!interactionId || isFirstInput) && [
        EntryKind.eventTiming,
        [
          name,
          timeline.at(startTime),
          units(duration),
          units(processingStart - startTime),
          units(processingEnd - processingStart),
          interactionId,
          selectorOf(target),
          isFirstInput,
        ],
      ]
    );
  };

  // In the order of the numbers of the Metrics that need them, from 1.
  const readers: Record<string, Reader> = {
    "largest-contentful-paint"(entry) {
      const { startTime, size, element, url, loadTime } = entry as LargestContentfulPaint;
      return [
        EntryKind.largestContentfulPaint,
        [
          timeline.at(startTime),
          size,
          selectorOf(element),
          url && resourceOf(url),
          timeline.at(loadTime),
        ],
      ];
    },
    event: readEventTiming,
    "layout-shift"(entry) {
      const { startTime, value, hadRecentInput, sources = [] } = entry as LayoutShift;
      return [
        EntryKind.layoutShift,
        [
          timeline.at(startTime),
          Float64Array.of(value),
          hadRecentInput,
          sources.map(({ node, previousRect, currentRect }) =>
            message([ref(selectorOf(node)), rectangle(previousRect), rectangle(currentRect)]),
          ),
        ],
      ];
    },
    paint: ({ name, startTime }) => [
      EntryKind.paint,
      [name === "first-paint" ? 1 : 2, timeline.at(startTime)],
    ],
    // Its times are read when they are known: followPageViews.
    navigation: () => false,
    "first-input": readEventTiming,
  };

  const take = agent.guard((entries: PerformanceEntryList) => {
    // Of several types in one list, the order is by start; the reference library takes them by end.
    [...entries]
      .sort((a, b) => a.startTime + a.duration - b.startTime - b.duration)
      .forEach((entry) => {
        const read = readers[entry.entryType]?.(entry);
        if (read) record(...read);
      });
  });
  const onEntries = (
    list: PerformanceObserverEntryList,
    _observer: PerformanceObserver,
    options?: { readonly droppedEntriesCount?: number },
  ): void => {
    // Said to the first call only, and not in TypeScript's DOM library.
    agent.droppedEntries ??= options?.droppedEntriesCount;
    take(list.getEntries());
  };
  const observer = new PerformanceObserver(onEntries);
  // One observer for all: entries of all types come in one order.
  agent.observeAlso = (type, read) => {
    readers[type] = read;
    observer.observe({ type, buffered: true });
  };
  agent.drain = () => take(observer.takeRecords());
  return Object.keys(readers).reduce((unmeasurable, type, index) => {
    if (!PerformanceObserver.supportedEntryTypes?.includes(type))
      return unmeasurable | (2 << index);
    const init: EventObserverInit = { type, buffered: true, durationThreshold: 40 };
    observer.observe(init);
    return unmeasurable;
  }, 0);
}

function rectangle({ x, y, width, height }: DOMRectReadOnly): Uint8Array {
  return message([sint(x), sint(y), Math.round(width), Math.round(height)]);
}
