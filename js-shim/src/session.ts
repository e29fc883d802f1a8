// A visitor's session, shared by the tabs of one origin through localStorage.

const IDLE_LIMIT_MS = 30 * 60_000;
const AGE_LIMIT_MS = 4 * 3_600_000;
// So that a click does not always cost a write to the store.
const TOUCH_INTERVAL_MS = 60_000;

export interface Session {
  readonly id: Uint8Array;
  /** Not sampled, but an earlier page asked to keep the session. */
  readonly keptUnsampled: boolean;
  /** Notes activity: the session ends 30 minutes after the last one, for the next page. */
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
  const now = Date.now();
  const stored = useStorage ? read(key) : undefined;
  const { id, startedAt, kept } =
    stored && isAlive(stored, now) ? stored : { id: newId(), startedAt: now, kept: false };
  let touchedAt = now;

  const write = (keep: boolean): void => {
    if (!useStorage) return;
    touchedAt = Date.now();
    try {
      localStorage.setItem(key, `${id}.${startedAt}.${touchedAt}.${keep ? 1 : 0}`);
    } catch {
      // A full or refused store: the session lives as long as the document.
    }
  };
  // Another tab may have kept the session, or the next one may have begun there. What has ended stays so.
  const update = (keep: boolean): void => {
    const current = read(key);
    if (current?.id === id && isAlive(current, Date.now())) write(keep || current.kept);
  };
  write(kept);
  return {
    id: Uint8Array.from(id.match(/../g) ?? [], (hex) => parseInt(hex, 16)),
    keptUnsampled: kept,
    touch: () => {
      if (Date.now() - touchedAt >= TOUCH_INTERVAL_MS) update(false);
    },
    keep: () => update(true),
  };
}

interface StoredSession {
  readonly id: string;
  readonly startedAt: number;
  readonly lastSeenAt: number;
  readonly kept: boolean;
}

function isAlive({ startedAt, lastSeenAt }: StoredSession, now: number): boolean {
  return now >= startedAt && now - startedAt < AGE_LIMIT_MS && now - lastSeenAt < IDLE_LIMIT_MS;
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
