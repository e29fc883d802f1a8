// C6: every resource that the page loads, and what hangs on it: server timing (C7), API calls (C10). Of which type it is,
// whose, whether it was cached, and what all of them weigh (C19), the collector finds out.
import { EntryKind } from "../entry-batch.ts";
import { units } from "../time.ts";
import { resourceOf } from "../url-scrub.ts";
import { followApiCalls } from "./api-calls.ts";
import type { FeatureHost } from "./host.ts";
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
  const recordServerTimings = createServerTimings(host);
  const completeCall = followApiCalls(host, onRequest);

  observe(host, "resource", EntryKind.resource, MAX_RESOURCES, (entry: ResourceEntry) => {
    const { name } = entry;
    if (isOwn(host, name) || !/^http/.test(name)) return undefined;
    completeCall(entry);
    recordServerTimings(entry, name);
    // A path, if it is of the page's origin.
    const url = resourceOf(name);
    return [
      url,
      0,
      units(entry.duration),
      entry.transferSize,
      entry.encodedBodySize,
      entry.decodedBodySize,
      entry.renderBlockingStatus === "blocking",
      0,
      0,
      entry.nextHopProtocol,
      entry.responseStatus,
      entry.initiatorType,
      /^http/.test(url) && location.hostname,
    ];
  });
}
