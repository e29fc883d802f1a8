// What keeps a session alive while its pages are used. Loaded late: opening it has written the time of the load.
import { readSession, writeSession, type Session } from "./session.ts";

// So that a click does not always cost a write to the store.
const TOUCH_INTERVAL_MS = 60_000;

export interface SessionLife {
  /** Notes activity, once a minute at most. */
  touch(): void;
  /** Remembers for later pages that the session is to be kept. */
  keep(): void;
}

/** Another tab may have kept the session, or the next one may have begun there. What has ended stays so. */
export function createSessionLife(
  site: string,
  session: Session,
  useStorage: boolean,
): SessionLife {
  let touchedAt = Date.now();
  const update = (): void => {
    const stored = useStorage ? readSession(site) : undefined;
    if (stored?.id !== session.id) return;
    touchedAt = Date.now();
    session.kept ||= stored.kept;
    session.pages = Math.max(session.pages, stored.pages);
    writeSession(site, session);
  };
  return {
    touch() {
      if (Date.now() - touchedAt >= TOUCH_INTERVAL_MS) update();
    },
    keep() {
      session.kept = true;
      update();
    },
  };
}
