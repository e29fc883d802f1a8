// A visitor's session, shared by the tabs of one origin through localStorage.
import { safely } from "./url-scrub.ts";

const IDLE_LIMIT_MS = 30 * 60_000;
const AGE_LIMIT_MS = 4 * 3_600_000;
const LENGTH = 20;

/** As it is stored: these numbers, then the 16 bytes of the id. */
export type Session = number[] & {
  [At.startedAt]: number;
  [At.lastSeenAt]: number;
  [At.pageCount]: number;
  [At.isKept]: number;
};
export const enum At {
  startedAt,
  lastSeenAt,
  /** Page views so far, with this document's. */
  pageCount,
  /** 1: kept for drill-down, although it is not sampled: by an earlier page, or by this one. */
  isKept,
  id,
}

/** Where a site's session is stored; whatever else is stored for it has a key that begins with this one. */
export function keyOf(site: string): string {
  return `paceline.${site}`;
}

/**
 * Continues the origin's session, or begins one when there is none, it has been idle for 30 minutes, or is 4 hours old.
 * A document keeps its session to its end. Without storage, by choice or because the browser refuses, every document is
 * a session of its own. It has to be written by `writeSession`.
 */
export function openSession(site: string, useStorage: boolean): Session {
  const session =
    (useStorage && readSession(site)) || ([Date.now(), 0, 0, 0, ...randomBytes(16)] as Session);
  session[At.pageCount]++;
  return session;
}

/** Notes activity: the session ends 30 minutes after the last one, for the next page. */
export function writeSession(site: string, session: Session): void {
  session[At.lastSeenAt] = Date.now();
  // As a text: its elements, parted by commas. Where the store is full or refuses, it lives as long as the document.
  safely(() => (localStorage[keyOf(site)] = session));
}

/** The session that goes on, if there is one and a store. Whatever else is stored there is not ours. */
export function readSession(site: string): Session | "" | false {
  return safely(() => {
    const session: Session = localStorage[keyOf(site)].split(",").map(Number);
    const now = Date.now();
    const age = now - session[At.startedAt];
    return (
      session.length === LENGTH &&
      age >= 0 &&
      age < AGE_LIMIT_MS &&
      now - session[At.lastSeenAt] < IDLE_LIMIT_MS &&
      session
    );
  });
}

/** The session's 16 random bytes. */
export function idOf(session: Session): Uint8Array {
  return new Uint8Array(session.slice(At.id));
}

/** Random bytes, for ids. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
