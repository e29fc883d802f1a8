// C7: what servers say of themselves, in Server-Timing headers.
import { EntryKind } from "../entry-batch.ts";
import { navigationEntry } from "../page-views.ts";
import { units } from "../time.ts";
import { scrubText } from "../text-scrub.ts";
import { resourceOf } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";
import { createRoom } from "./shared.ts";

const MAX_SERVER_TIMINGS = 50;

/** Records the server timings of a resource; those of the page itself are recorded at once. */
export function createServerTimings(
  host: FeatureHost,
): (entry: PerformanceResourceTiming, url?: string) => void {
  const room = createRoom(host, EntryKind.serverTiming, "server-timing", MAX_SERVER_TIMINGS);
  const recordAll = (entry: PerformanceResourceTiming | undefined, url = ""): void => {
    for (const { name, duration, description } of entry?.serverTiming ?? [])
      room.record(
        entry?.responseStart as number,
        scrubText(name),
        units(duration),
        scrubText(description),
        resourceOf(url),
      );
  };
  recordAll(navigationEntry());
  return recordAll;
}
