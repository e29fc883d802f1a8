import { vitalsCore } from "./core.ts";
import { loadStateAt } from "./load-state.ts";
import { navigationTiming, restoredAt } from "./page.ts";
import type { SoftNavigationLog } from "./soft-navigation-log.ts";
import type { FCPAttribution, FCPMetric } from "./types.ts";

export function attributeFcp(metric: FCPMetric, log: SoftNavigationLog): FCPAttribution {
  const withoutLoad = {
    timeToFirstByte: 0,
    firstByteToFCP: metric.value,
    loadState: loadStateAt(restoredAt()),
  };
  if (metric.navigationType === "soft-navigation") {
    const navigationEntry = log.find(metric.navigationId);
    return navigationEntry
      ? { ...withoutLoad, loadState: "complete", navigationEntry }
      : withoutLoad;
  }
  const fcpEntry = metric.entries.at(-1);
  const navigationEntry = navigationTiming();
  if (!fcpEntry || !navigationEntry) return withoutLoad;
  const core = vitalsCore();
  core.divide_fcp(
    metric.value,
    navigationEntry.activationStart ?? 0,
    navigationEntry.responseStart,
  );
  return {
    timeToFirstByte: core.answer(0),
    firstByteToFCP: core.answer(1),
    loadState: loadStateAt(fcpEntry.startTime),
    navigationEntry,
    fcpEntry,
  };
}
