// C6: every resource that the page loads, and what hangs on it: the page's weight (C19), server timing (C7), API calls (C10).
import { EntryKind } from "../entry-batch.ts";
import { units } from "../time.ts";
import { resourceOf } from "../url-scrub.ts";
import { followApiCalls } from "./api-calls.ts";
import { createBundle } from "./bundle.ts";
import type { FeatureHost } from "./host.ts";
import { ownerOf, resourceTypeOf } from "./resource-type.ts";
import { createServerTimings } from "./server-timings.ts";
import { isOwn, observe } from "./shared.ts";

// The first ones: those of the load, which is what they are kept for. A page that polls all day fills no more than this.
const MAX_RESOURCES = 200;

// Not in TypeScript's DOM library yet.
interface ResourceEntry extends PerformanceResourceTiming {
  readonly renderBlockingStatus?: string;
}

/** @param onRequest called when the page's scripts make a request */
export function followResources(host: FeatureHost, onRequest: () => void): void {
  const weigh = createBundle(host);
  const recordServerTimings = createServerTimings(host);
  const completeCall = followApiCalls(host, onRequest);

  observe(host, "resource", EntryKind.resource, MAX_RESOURCES, (entry: ResourceEntry) => {
    const { name, decodedBodySize, transferSize } = entry;
    if (isOwn(host, name) || !/^http/.test(name)) return undefined;
    completeCall(entry);
    const { hostname, pathname } = new URL(name);
    const isBlocking = entry.renderBlockingStatus === "blocking";
    const type = resourceTypeOf(entry.initiatorType, pathname, isBlocking);
    const isThirdParty = ownerOf(hostname) !== ownerOf(location.hostname);
    weigh(type, isThirdParty, entry);
    recordServerTimings(entry, name);
    return [
      resourceOf(name),
      type,
      units(entry.duration),
      transferSize,
      entry.encodedBodySize,
      decodedBodySize,
      isBlocking,
      isThirdParty,
      !transferSize && decodedBodySize > 0,
      entry.nextHopProtocol,
      entry.responseStatus,
    ];
  });
}
