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

/** Observes everything the vitals need, from before the call on where the browser has buffered it. */
export function observeEntries(agent: Agent): void {
  const take = agent.guard((entries: PerformanceEntryList) => {
    // Of several types in one list, the order is by start; the reference library takes them by end.
    [...entries]
      .sort((a, b) => a.startTime + a.duration - b.startTime - b.duration)
      .forEach((entry) => WRITERS[entry.entryType]?.(entry, agent.recorder));
  });
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  for (const type of Object.keys(WRITERS)) {
    if (!isSupported(type)) continue;
    const init: EventObserverInit = { type, buffered: true, durationThreshold: 40 };
    observer.observe(init);
  }
  agent.drain = () => take(observer.takeRecords());
}

function isSupported(type: string): boolean {
  return PerformanceObserver.supportedEntryTypes?.includes(type) ?? false;
}

/** PageViewStart.unmeasurable_metrics: bit n stands for the Metric of number n. */
export function unmeasurableMetrics(): number {
  const needed = [
    "largest-contentful-paint",
    "event",
    "layout-shift",
    "paint",
    "navigation",
    "first-input",
  ];
  return needed.reduce((bits, type, index) => bits | (isSupported(type) ? 0 : 2 << index), 0);
}

const WRITERS: Readonly<Record<string, (entry: PerformanceEntry, recorder: Recorder) => void>> = {
  paint(entry, { timeline, record }) {
    const kind = entry.name === "first-contentful-paint" ? 2 : 1;
    record(EntryKind.paint, [kind, timeline.at(entry.startTime)]);
  },
  "largest-contentful-paint"(entry, { ref, timeline, record }) {
    const { startTime, size, element, url, loadTime } = entry as LargestContentfulPaint;
    record(EntryKind.largestContentfulPaint, [
      timeline.at(startTime),
      size,
      ref(selectorOf(element)),
      url ? ref(resourceOf(url)) : 0,
      timeline.at(loadTime),
    ]);
  },
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
  event: writeEventTiming,
  "first-input": writeEventTiming,
};

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
  return message([sint(Math.round(x)), sint(Math.round(y)), Math.round(width), Math.round(height)]);
}
