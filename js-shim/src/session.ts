// A visitor's session, shared by the tabs of one origin through localStorage.

const IDLE_LIMIT_MS = 30 * 60_000;
const AGE_LIMIT_MS = 4 * 3_600_000;

export interface Session {
  readonly id: Uint8Array;
  /** Not sampled, but an earlier page asked to keep the session. */
  readonly keptUnsampled: boolean;
  /** Notes activity: the session ends 30 minutes after the last one. */
  touch(): void;
  /** Remembers for later pages that the session is to be kept. */
  keep(): void;
}

/**
 * Continues the origin's session, or begins one when there is none, it has been idle for 30 minutes, or is 4 hours old.
 * A document keeps its session to its end. Without storage, by choice or because the browser refuses, every document is
 * a session of its own.
 */
export function openSession(site: string, useStorage: boolean): Session {
  const key = `paceline.${site}`;
  const stored = useStorage ? read(key) : undefined;
  const now = Date.now();
  const isAlive =
    stored &&
    now >= stored.startedAt &&
    now - stored.startedAt < AGE_LIMIT_MS &&
    now - stored.lastSeenAt < IDLE_LIMIT_MS;
  const { id, startedAt, kept } = isAlive ? stored : { id: newId(), startedAt: now, kept: false };

  const write = (keep: boolean): void => {
    if (!useStorage) return;
    // Another tab may have begun a new session, or kept this one, in the meantime.
    const current = read(key);
    const isOurs = current?.id === id;
    if (current && !isOurs && current.startedAt > startedAt) return;
    const keepNow = keep || (isOurs && current.kept);
    try {
      localStorage.setItem(key, `${id}.${startedAt}.${Date.now()}.${keepNow ? 1 : 0}`);
    } catch {
      // A full or refused store: the session lives as long as the document.
    }
  };
  write(kept);
  return {
    id: Uint8Array.from(id.match(/../g) ?? [], (hex) => parseInt(hex, 16)),
    keptUnsampled: kept,
    touch: () => write(false),
    keep: () => write(true),
  };
}

interface StoredSession {
  readonly id: string;
  readonly startedAt: number;
  readonly lastSeenAt: number;
  readonly kept: boolean;
}

// Stored as "id.startedAt.lastSeenAt.kept"; whatever else is there is not ours.
function read(key: string): StoredSession | undefined {
  try {
    const match = /^([\da-f]{32})\.(\d+)\.(\d+)\.([01])$/.exec(localStorage.getItem(key) ?? "");
    if (!match) return undefined;
    const [, id = "", startedAt, lastSeenAt, kept] = match;
    return {
      id,
      startedAt: Number(startedAt),
      lastSeenAt: Number(lastSeenAt),
      kept: kept === "1",
    };
  } catch {
    return undefined;
  }
}

/** Random bytes, for ids. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

function newId(): string {
  return Array.from(randomBytes(16), (byte) => (byte + 256).toString(16).slice(1)).join("");
}
