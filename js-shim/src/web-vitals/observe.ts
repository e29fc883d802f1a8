// Performance observers, for browsers that have the type and those that do not.
import type { EntryTypes } from "./entries.ts";

export function isObservable(type: string): boolean {
  return globalThis.PerformanceObserver?.supportedEntryTypes?.includes(type) ?? false;
}

/**
 * Observes entries of these types, from before the call on where the browser has buffered them. Of several types, they
 * come in the order in which they ended. Undefined when the browser has none of the types.
 */
export function observe<Type extends keyof EntryTypes>(
  types: readonly Type[],
  callback: (entries: EntryTypes[Type][]) => void,
  durationThreshold?: number,
): PerformanceObserver | undefined {
  const observed = types.filter(isObservable);
  if (!observed.length) return undefined;
  try {
    const observer = new PerformanceObserver((list) => {
      // Safari has called back from within observe().
      queueMicrotask(() => {
        const entries = list.getEntries();
        if (observed.length > 1)
          entries.sort((a, b) => a.startTime + a.duration - (b.startTime + b.duration));
        callback(entries as EntryTypes[Type][]);
      });
    });
    for (const type of observed) {
      const init: PerformanceObserverInit & { durationThreshold?: number } = {
        type,
        buffered: true,
      };
      if (durationThreshold !== undefined) init.durationThreshold = durationThreshold;
      observer.observe(init);
    }
    return observer;
  } catch {
    return undefined;
  }
}
