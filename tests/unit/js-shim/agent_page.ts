// A page for tests of the agent: its browser, and an engine in the place of core.
import { afterEach, beforeEach, vi } from "vitest";
import { startAgent, type LazyPart } from "../../../js-shim/src/agent.ts";
import { drive } from "../../../js-shim/src/driver.ts";
import type { Engine, PendingWork } from "../../../js-shim/src/engine.ts";
import type { InitOptions } from "../../../js-shim/src/options.ts";
import { followSession } from "../../../js-shim/src/session-life.ts";
import { decodeEntryBatch } from "../../e2e/support/protocol.mjs";

export interface Sent {
  readonly path: string;
  readonly body: Uint8Array;
}
/** What has left. */
export let sent: Sent[];
/** What the browser has not delivered yet. */
export let queued: object[];
export let observers: FakeObserver[];
let visibility: DocumentVisibilityState;
// An agent stays for the life of its document; here, one document sees many.
let listeners: [string, EventListener][];

// Delivers what a test queues, as a browser would.
class FakeObserver {
  static readonly supportedEntryTypes = ["layout-shift", "paint"];
  readonly types: string[] = [];
  readonly deliver: (list: { getEntries(): object[] }) => void;
  constructor(deliver: (list: { getEntries(): object[] }) => void) {
    this.deliver = deliver;
    observers.push(this);
  }
  observe({ type }: { type: string }) {
    this.types.push(type);
  }
  takeRecords() {
    return queued.splice(0);
  }
  disconnect() {
    queued = [];
  }
}

// Stands in for core: keeps what it is fed, and flushes a body that says what it was asked.
export class FakeEngine implements Engine {
  readonly consumed: Uint8Array[] = [];
  work: PendingWork = { events: 0, isPoor: false, keepUnsampled: false };
  accepts = true;
  rounds = 1;
  readonly flushes: number[][] = [];
  consume(entryBatch: Uint8Array) {
    if (this.accepts) this.consumed.push(entryBatch);
    return this.accepts;
  }
  pending() {
    return this.work;
  }
  flush(sequence: number, _sentUnixMs: number, coversEntriesBefore: number) {
    this.flushes.push([sequence, coversEntriesBefore]);
    this.work = { ...this.work, events: --this.rounds > 0 ? 1 : 0, isPoor: false };
    return Uint8Array.of(sequence, coversEntriesBefore);
  }
  readonly rollback = vi.fn();
  reading() {
    return undefined;
  }
  entries() {
    return this.consumed.flatMap((bytes) => decodeEntryBatch(bytes).entries);
  }
}

export const shift = (value = 0.01) => ({
  entryType: "layout-shift",
  startTime: performance.now(),
  duration: 0,
  value,
  hadRecentInput: false,
  sources: [],
});
export const see = (...entries: object[]) =>
  observers.at(-1)?.deliver({ getEntries: () => entries });
export const setVisibility = (state: DocumentVisibilityState) => {
  visibility = state;
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
};
export const raw = () =>
  sent.filter(({ path }) => path === "/v1/entries").map(({ body }) => decodeEntryBatch(body));
export const beacons = () => sent.filter(({ path }) => path === "/v1/beacon");
export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Ends when the engine has been asked for. */
export async function start(options: Partial<InitOptions> = {}) {
  let give: (engine: Engine) => void = () => undefined;
  let refuse: (reason: Error) => void = () => undefined;
  const engine = new FakeEngine();
  const loadEngine = () =>
    new Promise<Engine>((resolve, reject) => {
      give = resolve;
      refuse = reject;
    });
  // The features have tests of their own.
  const lazy: LazyPart = {
    attach(agent) {
      if (!agent.session) return;
      followSession(agent, agent.session);
      drive(agent, loadEngine);
    },
  };
  startAgent(
    { site: "academy", ...options },
    "https://rum.example/agent/paceline.js",
    async () => lazy,
  ).grant();
  await pass(200);
  return {
    engine,
    arrive: async () => {
      give(engine);
      await pass(0);
    },
    block: async () => {
      refuse(new WebAssembly.CompileError("blocked"));
      await pass(0);
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_795_221_600_000 });
  localStorage.clear();
  sent = [];
  queued = [];
  observers = [];
  visibility = "visible";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visibility);
  vi.spyOn(document, "hidden", "get").mockImplementation(() => visibility === "hidden");
  vi.stubGlobal("PerformanceObserver", FakeObserver);
  listeners = [];
  const add = window.addEventListener.bind(window);
  vi.stubGlobal("addEventListener", (type: string, listener: EventListener) => {
    listeners.push([type, listener]);
    add(type, listener, true);
  });
  vi.stubGlobal("fetch", async (url: string, init: { body: Uint8Array }) => {
    sent.push({ path: new URL(url).pathname, body: init.body });
    return new Response(null, { status: 204 });
  });
});
afterEach(() => {
  for (const [type, listener] of listeners) window.removeEventListener(type, listener, true);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
