// A visitor's session, shared by the tabs of one origin through localStorage.

const IDLE_LIMIT_MS = 30 * 60_000;
const AGE_LIMIT_MS = 4 * 3_600_000;
const ID_BYTES = 16;

/** One document's part in a session. */
export interface Session {
  readonly sessionId: Uint8Array;
  readonly startedAt: number;
  /** Page views of the session so far, with this document's. */
  pageCount: number;
  /** Kept for drill-down, although it is not sampled. */
  isKept: boolean;
}

/** Where a site's session is stored; whatever else is stored for it has a key that begins with this one. */
export function keyOf(site: string): string {
  return `paceline.${site}`;
}

/**
 * Continues the origin's session, or begins one when there is none, it has been idle for 30 minutes, or is 4 hours old.
 * A document keeps its session to its end. Without storage, by choice or because the browser refuses, every document is
 * a session of its own.
 */
export function openSession(site: string, useStorage: boolean): Session {
  const session = (useStorage && readSession(site)) || {
    sessionId: randomBytes(ID_BYTES),
    startedAt: Date.now(),
    pageCount: 0,
    isKept: false,
  };
  session.pageCount++;
  if (useStorage) writeSession(site, session);
  return session;
}

/** Notes activity: the session ends 30 minutes after the last one, for the next page. */
export function writeSession(site: string, session: Session): void {
  const { sessionId, startedAt, pageCount, isKept } = session;
  try {
    localStorage[keyOf(site)] = [startedAt, Date.now(), pageCount, +isKept, ...sessionId].join();
  } catch {
    // A full or refused store: the session lives as long as the document.
  }
}

/** The session that goes on. Stored as numbers between commas; whatever else is there is not ours. */
export function readSession(site: string): Session | undefined {
  try {
    const [startedAt, lastSeenAt, pageCount, kept, ...id] = localStorage[keyOf(site)]
      .split(",")
      .map(Number) as [number, number, number, number, ...number[]];
    const now = Date.now();
    if (
      id.length === ID_BYTES &&
      now >= startedAt &&
      now - startedAt < AGE_LIMIT_MS &&
      now - lastSeenAt < IDLE_LIMIT_MS
    )
      return { sessionId: Uint8Array.from(id), startedAt, pageCount, isKept: !!kept };
  } catch {
    // Nothing stored, or no store.
  }
  return undefined;
}

/** Random bytes, for ids. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
