// @paceline/agent/web-vitals/attribution: the same metrics with what they come from.
import { attributeCls, createClsListener } from "./attribute-cls.ts";
import { attributeFcp } from "./attribute-fcp.ts";
import { createInpAttribution } from "./attribute-inp.ts";
import { createLcpAttribution } from "./attribute-lcp.ts";
import { attributeTtfb } from "./attribute-ttfb.ts";
import { followCls } from "./cls.ts";
import { followFcp } from "./fcp.ts";
import { followInp } from "./inp.ts";
import { followLcp } from "./lcp.ts";
import { createSoftNavigationLog } from "./soft-navigation-log.ts";
import { onTTFB as onPlainTTFB } from "./ttfb.ts";
import type {
  AttributionReportOpts,
  CLSMetricWithAttribution,
  FCPMetricWithAttribution,
  INPAttributionReportOpts,
  INPMetricWithAttribution,
  LCPAttributionReportOpts,
  LCPMetricWithAttribution,
  TTFBMetricWithAttribution,
} from "./types.ts";

export { CLSThresholds } from "./cls.ts";
export { FCPThresholds } from "./fcp.ts";
export { INPThresholds } from "./inp.ts";
export { LCPThresholds } from "./lcp.ts";
export { TTFBThresholds } from "./ttfb.ts";
export type * from "./types.ts";

/** As onCLS of the plain build, with the largest shift and its source. */
export function onCLS(
  callback: (metric: CLSMetricWithAttribution) => void,
  options: AttributionReportOpts = {},
): void {
  const targets = new WeakMap<object, string>();
  followCls(
    (metric) => callback(Object.assign(metric, { attribution: attributeCls(metric, targets) })),
    options,
    createClsListener(options, targets),
  );
}

/** As onFCP of the plain build, divided at the first byte. */
export function onFCP(
  callback: (metric: FCPMetricWithAttribution) => void,
  options: AttributionReportOpts = {},
): void {
  const log = createSoftNavigationLog();
  followFcp(
    (metric) => callback(Object.assign(metric, { attribution: attributeFcp(metric, log) })),
    options,
    log.add,
  );
}

/** As onINP of the plain build, with the interaction's parts and the scripts that ran. */
export function onINP(
  callback: (metric: INPMetricWithAttribution) => void,
  options: INPAttributionReportOpts = {},
): void {
  const { listener, attribute } = createInpAttribution(options);
  followInp(
    (metric) => callback(Object.assign(metric, { attribution: attribute(metric) })),
    options,
    listener,
  );
}

/** As onLCP of the plain build, with the element, its resource and the four parts. */
export function onLCP(
  callback: (metric: LCPMetricWithAttribution) => void,
  options: LCPAttributionReportOpts = {},
): void {
  const { listener, attribute } = createLcpAttribution(options);
  followLcp(
    (metric) => callback(Object.assign(metric, { attribution: attribute(metric) })),
    options,
    listener,
  );
}

/** As onTTFB of the plain build, divided into waiting, cache, DNS, connection and request. */
export function onTTFB(
  callback: (metric: TTFBMetricWithAttribution) => void,
  options: AttributionReportOpts = {},
): void {
  onPlainTTFB(
    (metric) => callback(Object.assign(metric, { attribution: attributeTtfb(metric) })),
    options,
  );
}
