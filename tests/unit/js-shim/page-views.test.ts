// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://academy.example/lesson/1?x", "referrer": "https://search.example/?q=private" }
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { EntryKind } from "../../../js-shim/src/entry-batch.ts";
import { followPageViews } from "../../../js-shim/src/page-views.ts";
import { createTimeline } from "../../../js-shim/src/time.ts";
import type { Field } from "../../../js-shim/src/protobuf.ts";

type Recorded = readonly [kind: EntryKind, fields: readonly Field[]];
let recorded: Recorded[];
let calls: string[];
let listeners: [string, EventListener][];
let entries: Record<string, object[]>;

function follow() {
  const agent: Partial<Agent> = {
    timeline: createTimeline(),
    guard: (work) => work,
    record: (kind, fields) => recorded.push([kind, fields]),
    listen: (types, listener) =>
      types.split(" ").forEach((type) => addEventListener(type, listener as EventListener)),
    drain: () => calls.push("drain"),
    onHidden: () => calls.push("hidden"),
  };
  followPageViews(agent as Agent, () => 0b110)();
  return agent as Agent;
}

/** Fields of the load's page view. */
function loadFields() {
  follow();
  return recorded[0]?.[1] ?? [];
}

const of = (kind: EntryKind) => recorded.filter(([k]) => k === kind).map(([, fields]) => fields);
const navigation = (more: object = {}) => ({
  type: "navigate",
  activationStart: 0,
  responseStart: 30.04,
  workerStart: 0,
  fetchStart: 1.26,
  loadEventEnd: 400,
  transferSize: 1234,
  ...more,
});

// A time that a browser gives to an event.
function dispatch(type: string, timeStamp: number, more: object = {}) {
  const event = new Event(type);
  Object.defineProperty(event, "timeStamp", { value: timeStamp });
  window.dispatchEvent(Object.assign(event, more));
}
const setVisibility = (value: string) =>
  Object.defineProperty(document, "hidden", { configurable: true, get: () => value === "hidden" });

beforeEach(() => {
  recorded = [];
  calls = [];
  listeners = [];
  entries = { navigation: [navigation()], "visibility-state": [] };
  setVisibility("visible");
  vi.spyOn(performance, "now").mockReturnValue(5000);
  performance.getEntriesByType = (type) => (entries[type] ?? []) as PerformanceEntryList;
  const add = window.addEventListener.bind(window);
  vi.stubGlobal("addEventListener", (type: string, listener: EventListener) => {
    listeners.push([type, listener]);
    add(type, listener, true);
  });
});
afterEach(() => {
  for (const [type, listener] of listeners) window.removeEventListener(type, listener, true);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("the load", () => {
  it("begins with scrubbed path and referrer, and what cannot be measured", () => {
    expect(loadFields()).toEqual([0, 1, "/lesson/1", "https://search.example", 0, false, 0, 0b110]);
  });

  it.each([
    [{ type: "reload" }, 2],
    [{ type: "back_forward" }, 3],
    [{ activationStart: 50 }, 5],
  ])("knows %o", (more, expected) => {
    entries.navigation = [navigation(more)];
    expect(loadFields()[1]).toBe(expected);
  });

  it("begins a prerendered page view at its activation", () => {
    entries.navigation = [navigation({ activationStart: 1234.56 })];
    const [start, , , , activationStart] = loadFields();
    expect([start, activationStart]).toEqual([12_346, 12_346]);
  });

  it("knows a tab that was discarded", () => {
    Object.defineProperty(document, "wasDiscarded", { configurable: true, value: true });
    expect(loadFields()[1]).toBe(6);
    Reflect.deleteProperty(document, "wasDiscarded");
  });

  it("goes without a navigation entry that cannot be true", () => {
    entries.navigation = [navigation({ responseStart: 6000, type: "reload" })];
    expect(loadFields()[1]).toBe(1);
    expect(of(EntryKind.navigation)).toEqual([]);
  });

  it("says at once when the first byte came", () => {
    follow();
    expect(of(EntryKind.navigation)).toEqual([[300]]);
  });
});

describe("what was hidden before the agent came", () => {
  it("is read from the browser's record", () => {
    entries["visibility-state"] = [
      { name: "visible", startTime: 0 },
      { name: "hidden", startTime: 12.34 },
    ];
    expect(loadFields()[5]).toBe(124);
  });

  it("does not count the time before a prerendered page was activated", () => {
    entries.navigation = [navigation({ activationStart: 100 })];
    entries["visibility-state"] = [{ name: "hidden", startTime: 0 }];
    expect(loadFields()[5]).toBe(false);
  });

  it("is assumed to be everything where there is no record", () => {
    setVisibility("hidden");
    expect(loadFields()[5]).toBe(true);
  });
});

describe("visibility", () => {
  it("drains, records, then tells", () => {
    follow();
    setVisibility("hidden");
    dispatch("visibilitychange", 1000.04);
    setVisibility("visible");
    dispatch("visibilitychange", 2000);
    expect(of(EntryKind.visibilityChange)).toEqual([
      [10_000, true],
      [20_000, false],
    ]);
    expect(calls).toEqual(["drain", "hidden", "drain"]);
  });

  it("takes leaving as the last words only where nothing is left to hide", () => {
    follow();
    dispatch("pagehide", 1000);
    expect(calls).toEqual(["drain"]);
    setVisibility("hidden");
    dispatch("pagehide", 1000);
    expect(calls).toEqual(["drain", "drain", "hidden"]);
  });
});

describe("a restore from the back/forward cache", () => {
  it("begins a page view", () => {
    Object.defineProperty(performance, "interactionCount", { configurable: true, value: 7 });
    follow();
    dispatch("pageshow", 3000.06, { persisted: false });
    dispatch("pageshow", 3000.06, { persisted: true });
    expect(of(EntryKind.pageViewStart)[1]).toEqual([30_001, 4, "/lesson/1", 0, 0, 0, 7, 0b110]);
    Reflect.deleteProperty(performance, "interactionCount");
  });

  it("is painted two frames later", () => {
    const frames: FrameRequestCallback[] = [];
    vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
    follow();
    dispatch("pageshow", 3000.06, { persisted: false });
    dispatch("pageshow", 3000.06, { persisted: true });
    frames.shift()?.(0);
    expect(of(EntryKind.paint)).toEqual([]);
    frames.shift()?.(0);
    // 1999.94 ms after the restore: the difference is rounded, not the times.
    expect(of(EntryKind.paint)).toEqual([[3, 30_001 + 19_999]]);
    expect(frames).toEqual([]);
  });
});
