import { vitalsCore } from "./core.ts";
import type { LcpListener } from "./lcp.ts";
import { navigationTiming } from "./page.ts";
import { keepResources, latestResources } from "./resources.ts";
import { createSoftNavigationLog, type SoftNavigationLog } from "./soft-navigation-log.ts";
import { targetOf } from "./target.ts";
import type { LCPAttribution, LCPAttributionReportOpts, LCPMetric } from "./types.ts";

export function createLcpAttribution({
  generateTarget,
  resourceBufferSize,
}: LCPAttributionReportOpts): {
  readonly listener: LcpListener;
  readonly attribute: (metric: LCPMetric) => LCPAttribution;
} {
  if (resourceBufferSize !== undefined) keepResources(resourceBufferSize);
  const targets = new WeakMap<LargestContentfulPaint, string>();
  const log = createSoftNavigationLog();
  return {
    listener: {
      onPaint(entry) {
        const { element, id } = entry;
        if (element) targets.set(entry, generateTarget?.(element) ?? targetOf(element));
        // The element is gone, but the entry remembers its id.
        else if (id) targets.set(entry, `#${id}`);
      },
      onSoftNavigation: log.add,
    },
    attribute: (metric) => attributeLcp(metric, targets, log),
  };
}

function attributeLcp(
  metric: LCPMetric,
  targets: WeakMap<LargestContentfulPaint, string>,
  log: SoftNavigationLog,
): LCPAttribution {
  const attribution: LCPAttribution = {
    timeToFirstByte: 0,
    resourceLoadDelay: 0,
    resourceLoadDuration: 0,
    elementRenderDelay: metric.value,
  };
  const lcpEntry = metric.entries.at(-1);
  if (!lcpEntry) return attribution;

  const resource = resourceOf(lcpEntry);
  attribution.target = targets.get(lcpEntry);
  attribution.lcpEntry = lcpEntry;
  if (lcpEntry.url) attribution.url = lcpEntry.url;
  if (resource) attribution.lcpResourceEntry = resource;

  const isSoft = metric.navigationType === "soft-navigation";
  const load = isSoft ? undefined : navigationTiming();
  const navigationEntry = isSoft ? log.find(metric.navigationId) : load;
  if (!navigationEntry) return attribution;
  const core = vitalsCore();
  core.divide_lcp(
    metric.value,
    isSoft ? metric.navigationStartTime : (load?.activationStart ?? 0),
    load?.responseStart ?? 0,
    resource?.startTime ?? 0,
    resource?.requestStart ?? 0,
    resource?.responseEnd ?? 0,
  );
  return {
    ...attribution,
    timeToFirstByte: core.answer(0),
    resourceLoadDelay: core.answer(1),
    resourceLoadDuration: core.answer(2),
    elementRenderDelay: core.answer(3),
    navigationEntry,
  };
}

// Of several loads of the same address the last that may have been painted.
function resourceOf({ url, startTime }: LargestContentfulPaint) {
  if (!url) return undefined;
  const core = vitalsCore();
  const isIt = (entry: PerformanceResourceTiming): boolean =>
    entry.name === url && !!core.may_have_painted(entry.startTime, entry.requestStart, startTime);
  const buffered = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  return latestResources().filter(isIt).at(-1) ?? buffered.filter(isIt).at(-1);
}
