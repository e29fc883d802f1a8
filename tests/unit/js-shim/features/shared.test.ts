import { expect, it } from "vitest";
import { EntryKind } from "../../../../js-shim/src/entry-batch.ts";
import { createRoom, isOwn } from "../../../../js-shim/src/features/shared.ts";
import { createHostDouble } from "./host_double.ts";

const told = (host: ReturnType<typeof createHostDouble>) =>
  host.recorded.map(([kind, [, type, count]]) => [kind, type, count]);

it("gives as many places a page view as there are, and counts what came too late", () => {
  const host = createHostDouble();
  const room = createRoom(host, "mark", 2);
  expect([room(), room(), room(), room()]).toEqual([true, true, false, false]);
  host.hide();
  expect(told(host)).toEqual([[EntryKind.droppedEntries, "mark", 2]]);
  // Told once.
  host.hide();
  expect(host.recorded).toHaveLength(1);
});

it("has places again on the next page view, and tells of the one before", () => {
  const host = createHostDouble();
  const room = createRoom(host, "mark", 1);
  room();
  room();
  host.open("/next");
  expect(told(host)).toEqual([[EntryKind.droppedEntries, "mark", 1]]);
  expect([room(), room()]).toEqual([true, false]);
});

it("counts what the browser lost without taking a place for it", () => {
  const host = createHostDouble();
  const room = createRoom(host, "resource", 1);
  expect(room(40)).toBe(false);
  expect(room()).toBe(true);
  host.hide();
  expect(told(host)).toEqual([[EntryKind.droppedEntries, "resource", 40]]);
});

it("knows the agent's own files and requests, and not the page's on the same origin", () => {
  const host = createHostDouble();
  expect(isOwn(host, "https://rum.example/v1/beacon")).toBe(true);
  expect(isOwn(host, "https://rum.example/agent/paceline.js")).toBe(true);
  expect(isOwn(host, "https://cdn.example/paceline-engine-0123456789.js")).toBe(true);
  expect(isOwn(host, "https://rum.example/scripts/paceline-theme.js")).toBe(false);
  expect(isOwn(host, "https://rum.example.org/v1/beacon")).toBe(false);
});
