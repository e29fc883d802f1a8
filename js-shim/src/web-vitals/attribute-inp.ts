import type { Tracker, VitalsCore } from "./core.ts";
import type { EventTiming, LongAnimationFrame } from "./entries.ts";
import type { InpListener } from "./inp.ts";
import { loadStateAt } from "./load-state.ts";
import { observe } from "./observe.ts";
import { whenIdleOrHidden } from "./page.ts";
import { targetOf } from "./target.ts";
import type {
  INPAttribution,
  INPAttributionReportOpts,
  INPLongestScriptSummary,
  INPMetric,
} from "./types.ts";

const SUBPARTS: readonly (INPLongestScriptSummary["subpart"] | undefined)[] = [
  undefined,
  "input-delay",
  "processing-duration",
  "presentation-delay",
];

// What divide_interaction() answers before the numbers of the long frames.
const enum Answer {
  nextPaint,
  inputDelay,
  processing,
  presentation,
  longestSubpart,
  longestFrame,
  longestScript,
  longestTime,
  scripts,
  styleAndLayout,
  paint,
  unattributed,
  firstLongFrame,
}

/** Keeps the objects that belong to core's numbers: frames' events, long animation frames, targets. */
export function createInpAttribution(options: INPAttributionReportOpts): {
  readonly listener: InpListener;
  readonly attribute: (metric: INPMetric) => INPAttribution;
} {
  const { generateTarget, includeProcessedEventEntries } = options;
  let core: VitalsCore;
  let tracker: Tracker;
  let frameOf = new WeakMap<EventTiming, number>();
  const eventsOf = new Map<number, EventTiming[]>();
  const longFrames = new Map<number, LongAnimationFrame>();
  const targets = new Map<number, string>();
  let isForgetting = false;

  const forgetWhenIdle = (): void => {
    if (isForgetting) return;
    isForgetting = true;
    whenIdleOrHidden(() => {
      isForgetting = false;
      core.prune(tracker);
      for (const number of longFrames.keys())
        if (!core.has_long_frame(tracker, number)) longFrames.delete(number);
      for (const number of eventsOf.keys())
        if (!core.has_frame(tracker, number)) eventsOf.delete(number);
    });
  };

  const onLongFrames = (entries: LongAnimationFrame[]): void => {
    for (const entry of entries) {
      const { startTime, duration, styleAndLayoutStart, scripts } = entry;
      longFrames.set(core.add_long_frame(tracker, startTime, duration, styleAndLayoutStart), entry);
      for (const script of scripts)
        core.add_script(
          tracker,
          script.startTime,
          script.duration,
          script.forcedStyleAndLayoutDuration,
        );
    }
    forgetWhenIdle();
  };

  const listener: InpListener = {
    onStart(startedCore, startedTracker) {
      core = startedCore;
      tracker = startedTracker;
      observe(["long-animation-frame"], onLongFrames);
    },
    onEvent(entry, frame) {
      frameOf.set(entry, frame);
      if (includeProcessedEventEntries) {
        const events = eventsOf.get(frame);
        if (events) events.push(entry);
        else eventsOf.set(frame, [entry]);
      }
      forgetWhenIdle();
    },
    onInteraction(id, entries, isNew) {
      if (isNew) targets.delete(id);
      if (targets.get(id)) return;
      const node = entries.find(({ target }) => target)?.target;
      const target = node
        ? (generateTarget?.(node) ?? targetOf(node))
        : entries.find(({ targetSelector }) => targetSelector)?.targetSelector;
      if (target !== undefined) targets.set(id, target);
    },
    onDropped: (id) => targets.delete(id),
    onCleared() {
      targets.clear();
      frameOf = new WeakMap();
    },
  };

  const attribute = (metric: INPMetric): INPAttribution => {
    const first = metric.entries[0];
    if (!first) {
      return {
        processedEventEntries: [],
        longAnimationFrameEntries: [],
        inputDelay: 0,
        processingDuration: 0,
        presentationDelay: metric.value,
        loadState: loadStateAt(metric.navigationStartTime),
      };
    }
    const count = core.divide_interaction(tracker, first.startTime, first.duration);
    const answer = (index: Answer): number => core.answer(index);
    const frame = frameOf.get(first);
    const events = frame === undefined ? undefined : eventsOf.get(frame);
    const frames = Array.from({ length: count }, (_, index) =>
      longFrames.get(core.answer(Answer.firstLongFrame + index)),
    );
    const total = (index: Answer): number | undefined => (count ? answer(index) : undefined);
    const longest = longFrames.get(answer(Answer.longestFrame))?.scripts[
      answer(Answer.longestScript)
    ];
    const subpart = SUBPARTS[answer(Answer.longestSubpart)];
    return {
      interactionTarget: targets.get(first.interactionId),
      interactionType: first.name.startsWith("key") ? "keyboard" : "pointer",
      interactionTime: first.startTime,
      nextPaintTime: answer(Answer.nextPaint),
      processedEventEntries: (events ?? []).sort((a, b) => a.processingStart - b.processingStart),
      longAnimationFrameEntries: frames.filter((entry) => entry !== undefined),
      inputDelay: answer(Answer.inputDelay),
      processingDuration: answer(Answer.processing),
      presentationDelay: answer(Answer.presentation),
      longestScript:
        longest && subpart
          ? { entry: longest, subpart, intersectingDuration: answer(Answer.longestTime) }
          : undefined,
      totalScriptDuration: total(Answer.scripts),
      totalStyleAndLayoutDuration: total(Answer.styleAndLayout),
      totalPaintDuration: total(Answer.paint),
      totalUnattributedDuration: total(Answer.unattributed),
      loadState: loadStateAt(first.startTime),
    };
  };
  return { listener, attribute };
}
