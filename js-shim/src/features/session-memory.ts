// What the pages and tabs of one session tell each other, besides the session itself. In localStorage, below the key of
// the site, so that it goes when consent is revoked; of another session, it counts as not there.
import { keyOf } from "../session.ts";
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
  let mayStore = host.mayStore;
  host.onStop(() => (mayStore = false));
  return {
    get() {
      try {
        const [id, value] = JSON.parse(localStorage[key] as string) as [string, T];
        if (mayStore) return id === host.sessionId ? value : own;
      } catch {
        // Nothing is there, or nothing of ours, or it may not be looked at.
      }
      return own;
    },
    set(value) {
      own = value;
      try {
        if (mayStore) localStorage[key] = JSON.stringify([host.sessionId, value]);
      } catch {
        // A full or refused store: the document remembers it to its end.
      }
    },
  };
}
