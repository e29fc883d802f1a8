import type { LayoutShift, LayoutShiftSource } from "./entries.ts";
import { loadStateAt } from "./load-state.ts";
import { targetOf } from "./target.ts";
import type { AttributionReportOpts, CLSAttribution, CLSMetric } from "./types.ts";

/** Names the sources of shifts as they come: later the nodes may be gone. */
export function createClsListener(
  { generateTarget }: AttributionReportOpts,
  targets: WeakMap<object, string>,
): (entry: LayoutShift) => void {
  return (entry) => {
    const source = sourceOf(entry);
    if (source?.node) targets.set(source, generateTarget?.(source.node) ?? targetOf(source.node));
  };
}

export function attributeCls(
  { entries }: CLSMetric,
  targets: WeakMap<object, string>,
): CLSAttribution {
  const largest = entries.reduce<LayoutShift | undefined>(
    (known, entry) => (known && known.value > entry.value ? known : entry),
    undefined,
  );
  const source = largest && sourceOf(largest);
  if (!source) return {};
  return {
    largestShiftTarget: targets.get(source),
    largestShiftTime: largest.startTime,
    largestShiftValue: largest.value,
    largestShiftSource: source,
    largestShiftEntry: largest,
    loadState: loadStateAt(largest.startTime),
  };
}

// The browser puts the one with the largest impact first; an element says more than a text.
function sourceOf({ sources }: LayoutShift): LayoutShiftSource | undefined {
  return sources?.find(({ node }) => node?.nodeType === Node.ELEMENT_NODE) ?? sources?.[0];
}
