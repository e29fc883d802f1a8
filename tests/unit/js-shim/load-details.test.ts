// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { EntryKind } from "../../../js-shim/src/entry-batch.ts";
import { followLoad } from "../../../js-shim/src/load-details.ts";
import type { Field } from "../../../js-shim/src/protobuf.ts";
import { createTimeline } from "../../../js-shim/src/time.ts";

let recorded: [EntryKind, readonly Field[]][];
let entry: object;

function follow() {
  const agent: Partial<Agent> = {
    ref: (text) => text.length,
    timeline: createTimeline(),
    record: (kind, fields) => recorded.push([kind, fields]),
    guard: (work) => work,
    onHidden: () => recorded.push([EntryKind.visibilityChange, []]),
  };
  followLoad(agent as Agent);
  return agent as Agent;
}
const load = {
  responseStart: 30.04,
  workerStart: 0,
  fetchStart: 1.26,
  domainLookupStart: 0,
  domainLookupEnd: 0,
  connectStart: 0,
  connectEnd: 0,
  requestStart: 0,
  domContentLoadedEventEnd: 0,
  domInteractive: 0,
  domComplete: 390,
};
const kinds = () => recorded.map(([kind]) => kind);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  recorded = [];
  entry = { ...load, loadEventEnd: 0 };
  vi.spyOn(performance, "now").mockReturnValue(5000);
  performance.getEntriesByType = () => [entry] as PerformanceEntryList;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("records the times of the load once, when they are complete", () => {
  const agent = follow();
  expect(kinds()).toEqual([]);
  entry = { ...entry, loadEventEnd: 400 };
  vi.runAllTimers();
  expect(recorded).toEqual([[EntryKind.navigation, expect.any(Array)]]);
  expect(recorded[0]?.[1].slice(0, 15)).toEqual([
    300,
    0,
    13,
    0,
    0,
    0,
    0,
    0,
    // Nobody asks for the end of the response, its size and its protocol.
    NaN,
    0,
    4000,
    NaN,
    0,
    3900,
    "",
  ]);
  agent.onHidden();
  expect(kinds()).toEqual([EntryKind.navigation, EntryKind.visibilityChange]);
});

it("records what is known of them when the page is hidden before", () => {
  follow().onHidden();
  vi.advanceTimersByTime(5000);
  expect(kinds()).toEqual([EntryKind.navigation, EntryKind.visibilityChange]);
});
