import { vitalsCore } from "./core.ts";
import type { NavigationTiming } from "./entries.ts";
import type { TTFBAttribution, TTFBMetric } from "./types.ts";

export function attributeTtfb(metric: TTFBMetric): TTFBAttribution {
  const navigationEntry = metric.entries[0];
  if (!(navigationEntry instanceof PerformanceNavigationTiming)) {
    return {
      waitingDuration: 0,
      cacheDuration: 0,
      dnsDuration: 0,
      connectionDuration: 0,
      requestDuration: 0,
      navigationEntry,
    };
  }
  const core = vitalsCore();
  core.divide_ttfb(
    metric.value,
    (navigationEntry as NavigationTiming).activationStart ?? 0,
    navigationEntry.workerStart,
    navigationEntry.fetchStart,
    navigationEntry.domainLookupStart,
    navigationEntry.connectStart,
    navigationEntry.connectEnd,
  );
  return {
    waitingDuration: core.answer(0),
    cacheDuration: core.answer(1),
    dnsDuration: core.answer(2),
    connectionDuration: core.answer(3),
    requestDuration: core.answer(4),
    navigationEntry,
  };
}
