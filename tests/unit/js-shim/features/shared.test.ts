import { expect, it } from "vitest";
import { EntryKind } from "../../../../js-shim/src/entry-batch.ts";
import { createRoom, isOwn } from "../../../../js-shim/src/features/shared.ts";
import { createHostDouble } from "./host_double.ts";

const told = (host: ReturnType<typeof createHostDouble>) =>
  host.recorded.map(([kind, [, ...fields]]) => [kind, ...fields]);

it("gives as many places a page view as there are, and counts what came too late", () => {
  const host = createHostDouble();
  const room = createRoom(host, EntryKind.userTiming, "mark", 2);
  for (const name of ["a", "b", "c", "d"]) room.record(10, name);
  host.hide();
  // Told once.
  host.hide();
  expect(told(host)).toEqual([
    [EntryKind.userTiming, "a"],
    [EntryKind.userTiming, "b"],
    [EntryKind.droppedEntries, "mark", 2],
  ]);
  expect(host.recorded[0]?.[1][0]).toBe(100);
});

it("has places again on the next page view, and tells of the one before", () => {
  const host = createHostDouble();
  const room = createRoom(host, EntryKind.userTiming, "mark", 1);
  room.record(10, "a");
  room.record(10, "b");
  host.open("/next");
  room.record(10, "c");
  expect(told(host)).toEqual([
    [EntryKind.userTiming, "a"],
    [EntryKind.droppedEntries, "mark", 1],
    [EntryKind.userTiming, "c"],
  ]);
});

it("counts what the browser lost without taking a place for it", () => {
  const host = createHostDouble();
  const room = createRoom(host, EntryKind.resource, "resource", 1);
  room.drop(40);
  room.record(10, "/a.js");
  host.hide();
  expect(told(host)).toEqual([
    [EntryKind.resource, "/a.js"],
    [EntryKind.droppedEntries, "resource", 40],
  ]);
});

it("knows the agent's own files and requests, and not the page's on the same origin", () => {
  const host = createHostDouble();
  expect(isOwn(host, "https://rum.example/v1/beacon")).toBe(true);
  expect(isOwn(host, "https://rum.example/agent/paceline.js")).toBe(true);
  expect(isOwn(host, "https://cdn.example/paceline-engine-0123456789.js")).toBe(true);
  expect(isOwn(host, "https://cdn.example/paceline-gtag-0123456789.js")).toBe(true);
  expect(isOwn(host, "https://rum.example/scripts/paceline-theme.js")).toBe(false);
  expect(isOwn(host, "https://rum.example.org/v1/beacon")).toBe(false);
});
