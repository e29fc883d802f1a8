// What keeps a session alive while its pages are used. Loaded late: opening it has written the time of the load.
import type { Agent } from "./agent.ts";
import { At, idOf, keyOf, readSession, writeSession, type Session } from "./session.ts";

// Times on the wire have 32 bits: 119 hours.
const MAX_TIME_MS = 4e8;
// So that a click does not always cost a write to the store.
const TOUCH_INTERVAL_MS = 60_000;

/**
 * Notes activity, once a minute at most, and ends the agent when consent is revoked in another tab. Takes over
 * `ensureSession`, which remembers for later pages that the session is to be kept. Another tab may have kept the session,
 * or the next one may have begun there; what has ended stays so.
 */
export function followSession(agent: Agent, session: Session): void {
  const { useStorage, listen } = agent;
  const { site } = agent.options;
  let touchedAt = Date.now();
  const update = (): void => {
    const stored = useStorage ? readSession(site) : undefined;
    if (!stored || String(idOf(stored)) !== String(idOf(session))) return;
    touchedAt = Date.now();
    session[At.isKept] ||= stored[At.isKept];
    session[At.pageCount] = Math.max(session[At.pageCount], stored[At.pageCount]);
    writeSession(site, session);
  };
  listen("click keydown visibilitychange pageshow", ({ isTrusted }) => {
    if (isTrusted && Date.now() - touchedAt >= TOUCH_INTERVAL_MS) update();
  });
  listen("storage", ({ key, newValue }: StorageEvent) => {
    // Only a revoked consent takes a session away; another tab was told.
    if (useStorage && key === keyOf(site) && newValue === null) agent.stop();
  });
  setTimeout(() => agent.stop(), MAX_TIME_MS);
  agent.ensureSession = () => {
    if (agent.isWorthKeeping && !agent.mayLeave) {
      agent.mayLeave = true;
      session[At.isKept] = 1;
      update();
    }
    return session;
  };
}
