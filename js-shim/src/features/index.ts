// The features, in the order in which they start.
import { followActivity } from "./activity.ts";
import { followBusinessContext } from "./business-context.ts";
import { followGtag, followSiteRules } from "./business.ts";
import { followClicks } from "./clicks.ts";
import { followConnection } from "./connection.ts";
import { followConversionMarks } from "./conversions.ts";
import type { FeatureHost } from "./host.ts";
import { followLongFrames } from "./long-frames.ts";
import { followMemory } from "./memory.ts";
import { offerPageApi } from "./page-api.ts";
import { followPageTransitions } from "./page-transitions.ts";
import { followPolicyViolations } from "./policy-violations.ts";
import { followResources } from "./resources.ts";
import { followRoutes } from "./routes.ts";
import { followSending } from "./sending.ts";
import { followTimings } from "./timings.ts";

type Feature = (host: FeatureHost) => void;

const FEATURES: readonly Feature[] = [
  followSending,
  // A request is a sign that something came of a click.
  (host) => followResources(host, followClicks(host)),
  followTimings,
  followLongFrames,
  followPolicyViolations,
  followMemory,
  followConnection,
  followActivity,
  (host) => followGtag(host, () => startEach(host, TOLD_TO_GTAG)),
];

/** Those that tell what the bridge to Google Analytics forwards: after it. */
const TOLD_TO_GTAG: readonly Feature[] = [
  followBusinessContext,
  followRoutes,
  followPageTransitions,
  followConversionMarks,
  followSiteRules,
  // Last: who waits for it may call at once.
  offerPageApi,
];

export function startFeatures(host: FeatureHost): void {
  startEach(host, FEATURES);
}

/**
 * Starts each in a task of its own, or all at once when the page is hidden. One that fails does not keep the others from
 * starting.
 */
function startEach(host: FeatureHost, features: readonly Feature[]): void {
  const waiting = [...features];
  const startNext = (): void => {
    const follow = waiting.shift();
    if (!follow) return;
    host.guard(follow)(host);
    setTimeout(startNext);
  };
  setTimeout(startNext);
  host.onHidden(() => {
    while (waiting[0]) startNext();
  });
  host.onStop(() => {
    waiting.length = 0;
  });
}
