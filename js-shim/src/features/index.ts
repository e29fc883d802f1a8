// The features, in the order in which they start.
import { followActivity } from "./activity.ts";
import { followBusiness } from "./business.ts";
import { followClicks } from "./clicks.ts";
import { followConnection } from "./connection.ts";
import type { FeatureHost } from "./host.ts";
import { followLongFrames } from "./long-frames.ts";
import { followMemory } from "./memory.ts";
import { followPolicyViolations } from "./policy-violations.ts";
import { followResources } from "./resources.ts";
import { followSending } from "./sending.ts";
import { followTimings } from "./timings.ts";

const FEATURES: readonly ((host: FeatureHost) => void)[] = [
  followSending,
  // A request is a sign that something came of a click.
  (host) => followResources(host, followClicks(host)),
  followTimings,
  followLongFrames,
  followPolicyViolations,
  followMemory,
  followConnection,
  followActivity,
  followBusiness,
];

/**
 * Starts every feature, each in a task of its own, or all at once when the page is hidden. One that fails does not keep the
 * others from starting.
 */
export function startFeatures(host: FeatureHost): void {
  const waiting = [...FEATURES];
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
