// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://academy.example/" }
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { followSession } from "../../../js-shim/src/session-life.ts";
import { At, idOf, openSession as openPart, writeSession } from "../../../js-shim/src/session.ts";

const MINUTE = 60_000;
const hex = (id: Uint8Array) => Buffer.from(id).toString("hex");
// One document: opened at its start, followed once the page is idle.
function openSession(site: string, useStorage: boolean) {
  const session = openPart(site, useStorage);
  if (useStorage) writeSession(site, session);
  const listeners: Record<string, (event: Event) => void> = {};
  const stop = vi.fn();
  const agent: Partial<Agent> = {
    options: { site },
    useStorage,
    listen: (types, listener) =>
      types.split(" ").forEach((type) => (listeners[type] = listener as EventListener)),
    stop,
  };
  followSession(agent as Agent, session);
  const keep = () => {
    agent.isWorthKeeping = 1;
    agent.ensureSession?.();
  };
  const touch = () => listeners["click"]?.({ isTrusted: true } as Event);
  const change = (key: string | null, newValue: string | null) =>
    listeners["storage"]?.({ key, newValue } as StorageEvent);
  const keptUnsampled = session[At.isKept] > 0;
  const pageCount = session[At.pageCount];
  return { id: idOf(session), keptUnsampled, pageCount, keep, touch, change, stop };
}
const open = () => openSession("academy", true);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_795_221_600_000, toFake: ["Date"] });
  localStorage.clear();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe("openSession", () => {
  it("gives 16 random bytes", () => {
    const first = open();
    localStorage.clear();
    expect(first.id).toHaveLength(16);
    expect(hex(open().id)).not.toBe(hex(first.id));
  });

  it("continues the session of the page before, or of another tab", () => {
    const first = open();
    pass(29 * MINUTE);
    expect(hex(open().id)).toBe(hex(first.id));
  });

  it("ends a session after 30 minutes without activity", () => {
    const first = open();
    pass(30 * MINUTE);
    expect(hex(open().id)).not.toBe(hex(first.id));
  });

  it("counts activity from the last touch", () => {
    const first = open();
    pass(20 * MINUTE);
    first.touch();
    pass(20 * MINUTE);
    expect(hex(open().id)).toBe(hex(first.id));
  });

  it("does not wake a session that has ended", () => {
    const first = open();
    pass(31 * MINUTE);
    first.touch();
    expect(hex(open().id)).not.toBe(hex(first.id));
  });

  it("writes once a minute at most", () => {
    const first = open();
    const seen = new Set<string | null>();
    for (let i = 0; i < 90; ++i) {
      pass(1_000);
      first.touch();
      seen.add(localStorage.getItem("paceline.academy"));
    }
    expect(seen.size).toBe(2);
  });

  it("ends a session after 4 hours, however active", () => {
    const first = open();
    for (let i = 0; i < 12; ++i) {
      pass(20 * MINUTE);
      if (i < 11) first.touch();
    }
    expect(hex(open().id)).not.toBe(hex(first.id));
  });

  it("begins anew when the clock has gone back", () => {
    const first = open();
    pass(-MINUTE);
    expect(hex(open().id)).not.toBe(hex(first.id));
  });

  it("remembers that a session is to be kept, for later pages", () => {
    const first = open();
    expect(first.keptUnsampled).toBe(false);
    first.keep();
    first.touch();
    expect(open().keptUnsampled).toBe(true);
  });

  it("does not overwrite the newer session of another tab", () => {
    const old = open();
    pass(31 * MINUTE);
    const newer = open();
    old.touch();
    old.keep();
    const again = open();
    expect(hex(again.id)).toBe(hex(newer.id));
    expect(again.keptUnsampled).toBe(false);
  });

  it.each(['{"id":"<script>"}', "", "1,2,3", `${Date.now()},${Date.now()},1,0,7`])(
    "ignores what somebody else has stored: %s",
    (text) => {
      localStorage.setItem("paceline.academy", text);
      expect(open().id).toHaveLength(16);
    },
  );

  it("counts the page views of a session, of all its tabs", () => {
    const first = open();
    const second = open();
    first.keep();
    expect([first.pageCount, second.pageCount, open().pageCount]).toEqual([1, 2, 3]);
  });

  it("keeps sites apart", () => {
    expect(hex(openSession("other", true).id)).not.toBe(hex(open().id));
  });

  it("stores nothing without consent", () => {
    const first = openSession("academy", false);
    first.touch();
    first.keep();
    expect(localStorage).toHaveLength(0);
    expect(hex(openSession("academy", false).id)).not.toBe(hex(first.id));
  });

  it("lives in memory where the browser refuses to store", () => {
    vi.stubGlobal("localStorage", undefined);
    const session = open();
    session.touch();
    session.keep();
    expect(session.id).toHaveLength(16);
    vi.unstubAllGlobals();
  });
});

describe("another tab", () => {
  it("that revokes consent ends the agent here, too", () => {
    const { change, stop } = open();
    change("paceline.academy", null);
    expect(stop).toHaveBeenCalledOnce();
  });

  it.each([
    ["begins a session", "paceline.academy", "1,2,3"],
    ["forgets something else", "paceline.academy.entry", null],
    ["of another site loses its session", "paceline.academy2", null],
    ["loses all that the site has stored", null, null],
  ])("that %s does not", (_what, key, newValue) => {
    const { change, stop } = open();
    change(key, newValue);
    expect(stop).not.toHaveBeenCalled();
  });

  it("says nothing to one that stores nothing", () => {
    const { change, stop } = openSession("academy", false);
    change("paceline.academy", null);
    expect(stop).not.toHaveBeenCalled();
  });
});
