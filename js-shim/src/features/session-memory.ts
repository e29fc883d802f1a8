// What the pages and tabs of one session tell each other, besides the session itself. In localStorage, below the key of
// the site, so that it goes when consent is revoked; of another session, it counts as not there.
import { keyOf } from "../session.ts";
import { safely } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";

export interface SessionMemory<T> {
  /** What the last page or tab of this session has put there. */
  get(): T;
  set(value: T): void;
}

/** Where nothing may be stored, it is the document's own. */
export function createSessionMemory<T>(
  host: FeatureHost,
  name: string,
  initial: T,
): SessionMemory<T> {
  const key = `${keyOf(host.options.site)}.${name}`;
  let own = initial;
  let { useStorage } = host;
  host.onStop(() => (useStorage = false));
  return {
    get() {
      // Nothing may be there, or nothing of ours, or it may not be looked at.
      const [id, value] = safely((): unknown[] => [...JSON.parse(localStorage[key])]);
      return useStorage && id === host.sessionId ? (value as T) : own;
    },
    set(value) {
      own = value;
      // In a full or refused store, the document remembers it to its end.
      safely(() => useStorage && (localStorage[key] = JSON.stringify([host.sessionId, value])));
    },
  };
}
