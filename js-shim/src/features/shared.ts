// What the features have in common: bounds, performance observers, listeners.
import { EntryKind } from "../entry-batch.ts";
import type { Field } from "../protobuf.ts";
import type { FeatureHost } from "./host.ts";

/**
 * Takes one of the places that a page view has for a kind of entries. False: none is left. What was turned away is
 * counted, and so are `lost` entries, that the browser never gave.
 */
export type Room = (lost?: number) => boolean;

/** At most `limit` entries a page view; those beyond are told as DroppedEntries of this `type`. */
export function createRoom(host: FeatureHost, type: string, limit: number): Room {
  const { record, timeline } = host;
  let taken = 0;
  let dropped = 0;
  let droppedAt = 0;
  const tell = (): void => {
    if (dropped) record(EntryKind.droppedEntries, [timeline.at(droppedAt), type, dropped]);
    dropped = 0;
  };
  host.onPageView(() => {
    tell();
    taken = 0;
  });
  host.onHidden(tell);
  return (lost = 0) => {
    const isTaken = !lost && taken < limit;
    if (isTaken) taken++;
    else {
      dropped += lost || 1;
      droppedAt = performance.now();
    }
    return isTaken;
  };
}

/**
 * Records every entry of a type, from before the call on where the browser has kept it. Nothing is done where it has no
 * such type. `read` gives the fields behind the time, or nothing for what is none of ours.
 */
export function observe<Entry extends PerformanceEntry>(
  host: FeatureHost,
  type: string,
  kind: EntryKind,
  limit: number,
  read: (entry: Entry, room: Room) => readonly Field[] | false | undefined,
): void {
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
  const { record, timeline } = host;
  const room = createRoom(host, type, limit);
  const takeOne = host.guard((entry: Entry) => {
    const fields = read(entry, room);
    if (fields && room()) record(kind, [timeline.at(entry.startTime), ...fields]);
  });
  const takeAll = (entries: PerformanceEntryList): void => (entries as Entry[]).forEach(takeOne);
  // The third argument is of the first call only, and not in TypeScript's DOM library.
  const onEntries = (
    list: PerformanceObserverEntryList,
    _observer: PerformanceObserver,
    { droppedEntriesCount = 0 }: { readonly droppedEntriesCount?: number } = {},
  ): void => {
    if (droppedEntriesCount) room(droppedEntriesCount);
    takeAll(list.getEntries());
  };
  const observer = new PerformanceObserver(onEntries);
  observer.observe({ type, buffered: true });
  host.onHidden(() => takeAll(observer.takeRecords()));
  host.onStop(() => observer.disconnect());
}

/** Listens before the page does, without ever holding it up. */
export function listen(
  host: FeatureHost,
  target: EventTarget,
  types: string,
  listener: (event: Event) => void,
): void {
  const guarded = host.guard(listener);
  for (const type of types.split(" ")) {
    target.addEventListener(type, guarded, { capture: true, passive: true });
    host.onStop(() => target.removeEventListener(type, guarded, true));
  }
}

/** Not the element's own: a form may have a field of that name. */
export function matches(node: EventTarget, selector: string): node is Element {
  return node instanceof Element && Element.prototype.matches.call(node, selector);
}

const OWN_FILE = /\/paceline(-(engine|core)-[\da-f]+)?\.(js|wasm)$/;

/** The agent's own files and requests are none of the page's. */
export function isOwn(host: FeatureHost, url: string): boolean {
  return url.startsWith(`${host.baseUrl}/v1/`) || OWN_FILE.test(url);
}
