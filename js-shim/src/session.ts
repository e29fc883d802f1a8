// A visitor's session, shared by the tabs of one origin through localStorage.

const IDLE_LIMIT_MS = 30 * 60_000;
const AGE_LIMIT_MS = 4 * 3_600_000;

/** One document's part in a session. */
export interface Session {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly startedAt: number;
  /** Page views of the session so far, with this document's. */
  pages: number;
  /** Not sampled, but kept for drill-down: by an earlier page, or by this one. */
  kept: boolean;
}

/** Where a site's session is stored. */
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
    id: hex(randomBytes(16)),
    startedAt: Date.now(),
    pages: 0,
    kept: false,
  };
  session.pages++;
  if (useStorage) writeSession(site, session);
  return session;
}

/** Notes activity: the session ends 30 minutes after the last one, for the next page. */
export function writeSession(site: string, { id, startedAt, pages, kept }: Session): void {
  try {
    localStorage[keyOf(site)] = [id, startedAt, Date.now(), +kept, pages].join(".");
  } catch {
    // A full or refused store: the session lives as long as the document.
  }
}

/** The session that goes on. Stored as "id.startedAt.lastSeenAt.kept.pages"; whatever else is there is not ours. */
export function readSession(site: string): Session | undefined {
  try {
    const match = /^([\da-f]{32})\.(\d+)\.(\d+)\.([01])\.(\d+)$/.exec(localStorage[keyOf(site)]);
    if (!match) return undefined;
    const [startedAt, lastSeenAt, kept, pages] = match.slice(2).map(Number) as [
      number,
      number,
      number,
      number,
    ];
    const now = Date.now();
    return now >= startedAt && now - startedAt < AGE_LIMIT_MS && now - lastSeenAt < IDLE_LIMIT_MS
      ? { id: match[1] as string, startedAt, pages, kept: kept > 0 }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Random bytes, for ids. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** The bytes of hexadecimal digits. */
export function bytesOf(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
}
