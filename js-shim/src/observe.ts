// Turns performance entries into the entries of an EntryBatch, as they arrive.
import type { Agent } from "./agent.ts";
import { EntryKind, type Ref } from "./entry-batch.ts";
import { message, sint, type Field } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";
import { units, type Timeline } from "./time.ts";
import { resourceOf } from "./url-scrub.ts";

/** Where entries go. */
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

type Writer = (entry: PerformanceEntry, recorder: Recorder) => void;

// In the order of the numbers of the Metrics that need them, from 1.
const WRITERS: Readonly<Record<string, Writer>> = {
  "largest-contentful-paint"(entry, { ref, timeline, record }) {
    const { startTime, size, element, url, loadTime } = entry as LargestContentfulPaint;
    record(EntryKind.largestContentfulPaint, [
      timeline.at(startTime),
      size,
      ref(selectorOf(element)),
      url && ref(resourceOf(url)),
      timeline.at(loadTime),
    ]);
  },
  event: writeEventTiming,
  "layout-shift"(entry, { ref, timeline, record }) {
    const { startTime, value, hadRecentInput, sources = [] } = entry as LayoutShift;
    record(EntryKind.layoutShift, [
      timeline.at(startTime),
      Float64Array.of(value),
      hadRecentInput,
      sources.map(({ node, previousRect, currentRect }) =>
        message([ref(selectorOf(node)), rectangle(previousRect), rectangle(currentRect)]),
      ),
    ]);
  },
  paint({ name, startTime }, { timeline, record }) {
    record(EntryKind.paint, [name === "first-paint" ? 1 : 2, timeline.at(startTime)]);
  },
  navigation() {
    // Its times are read when they are known: followPageViews.
  },
  "first-input": writeEventTiming,
};

/**
 * Observes everything the vitals need, from before the call on where the browser has buffered it. Returns
 * PageViewStart.unmeasurable_metrics: bit n stands for the Metric of number n.
 */
export function observeEntries(agent: Agent): number {
  const take = agent.guard((entries: PerformanceEntryList) => {
    // Of several types in one list, the order is by start; the reference library takes them by end.
    [...entries]
      .sort((a, b) => a.startTime + a.duration - b.startTime - b.duration)
      .forEach((entry) => WRITERS[entry.entryType]?.(entry, agent));
  });
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  agent.drain = () => take(observer.takeRecords());
  let unmeasurable = 0;
  Object.keys(WRITERS).forEach((type, index) => {
    if (!PerformanceObserver.supportedEntryTypes?.includes(type)) unmeasurable |= 2 << index;
    else if (type !== "navigation") {
      const init: EventObserverInit = { type, buffered: true, durationThreshold: 40 };
      observer.observe(init);
    }
  });
  return unmeasurable;
}

function writeEventTiming(entry: PerformanceEntry, { ref, timeline, record }: Recorder): void {
  const { name, startTime, duration, processingStart, processingEnd, interactionId, target } =
    entry as PerformanceEventTiming;
  const isFirstInput = entry.entryType === "first-input";
  // Hovering and the like says nothing about interactions.
  if (!interactionId && !isFirstInput) return;
  record(EntryKind.eventTiming, [
    ref(name),
    timeline.at(startTime),
    units(duration),
    units(processingStart - startTime),
    units(processingEnd - processingStart),
    interactionId,
    ref(selectorOf(target)),
    isFirstInput,
  ]);
}

function rectangle({ x, y, width, height }: DOMRectReadOnly): Uint8Array {
  return message([sint(x), sint(y), Math.round(width), Math.round(height)]);
}
