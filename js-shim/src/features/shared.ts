// What the features have in common: bounds, performance observers, listeners.
import { EntryKind } from "../entry-batch.ts";
import type { Field } from "../protobuf.ts";
import type { FeatureHost } from "./host.ts";

export interface Room {
  /** Takes one of the places that a page view has for entries of the kind. Where none is left, the entry is dropped. */
  record(atMs: number, ...fields: readonly Field[]): void;
  /** Counts entries that are not told, or that the browser never gave. */
  drop(count: number): void;
}

/** At most `limit` entries of a kind a page view; those beyond are told as DroppedEntries of this `type`. */
export function createRoom(host: FeatureHost, kind: EntryKind, type: string, limit: number): Room {
  let taken = 0;
  let dropped = 0;
  let droppedAt = 0;
  const tell = (): void => {
    if (dropped) host.record(EntryKind.droppedEntries, droppedAt, type, dropped);
    dropped = 0;
  };
  host.onPageView(() => {
    tell();
    taken = 0;
  });
  host.onHidden(tell);
  const drop = (count: number): void => {
    dropped += count;
    droppedAt = performance.now();
  };
  return {
    drop,
    record: (...entry) => {
      if (taken++ < limit) host.record(kind, ...entry);
      else drop(1);
    },
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
  const room = createRoom(host, kind, type, limit);
  const takeOne = host.guard((entry: Entry) => {
    const fields = read(entry, room);
    if (fields) room.record(entry.startTime, ...fields);
  });
  const takeAll = (entries: PerformanceEntryList): void => (entries as Entry[]).forEach(takeOne);
  // The third argument is of the first call only, and not in TypeScript's DOM library.
  const onEntries = (
    list: PerformanceObserverEntryList,
    _observer: PerformanceObserver,
    { droppedEntriesCount = 0 }: { readonly droppedEntriesCount?: number } = {},
  ): void => {
    if (droppedEntriesCount) room.drop(droppedEntriesCount);
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

const OWN_FILE = /\/paceline(-(engine|core|gtag)-[\da-f]+)?\.(js|wasm)$/;

/** The agent's own files and requests are none of the page's. */
export function isOwn(host: FeatureHost, url: string): boolean {
  return url.startsWith(`${host.baseUrl}/v1/`) || OWN_FILE.test(url);
}
