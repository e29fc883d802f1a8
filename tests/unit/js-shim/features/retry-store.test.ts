// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createRetryStore } from "../../../../js-shim/src/features/retry-store.ts";
import type { Parcel } from "../../../../js-shim/src/send.ts";
import { bytes } from "../network.ts";

const HOUR_MS = 3_600_000;
const store = () => createRetryStore("academy");
const parcel = (fill: number, length = 3): Parcel => ({
  path: "/v1/beacon",
  body: bytes(length, fill),
  sealedUnixMs: Date.now(),
});
const taken = () => store().take();
const fills = (parcels: readonly Parcel[]) => parcels.map(({ body }) => body[0]);

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("gives the next page the same bytes, once", () => {
  const body = Uint8Array.from({ length: 256 }, (_, i) => i);
  const kept = { path: "/v1/entries", body, sealedUnixMs: Date.now() };
  expect(store().keep(kept)).toBe(true);
  vi.advanceTimersByTime(HOUR_MS);
  expect(taken()).toEqual([kept]);
  expect(taken()).toEqual([]);
  expect(localStorage).toHaveLength(0);
});

it("gives them in the order in which they were sealed", () => {
  for (const fill of [5, 3, 9]) {
    store().keep(parcel(fill));
    vi.advanceTimersByTime(10);
  }
  expect(fills(taken())).toEqual([5, 3, 9]);
});

it("keeps once what is kept twice", () => {
  const one = parcel(1);
  store().keep(one);
  store().keep(one);
  expect(taken()).toEqual([one]);
});

it("keeps eight parcels, and the newest", () => {
  for (let fill = 0; fill < 10; ++fill) {
    store().keep(parcel(fill));
    vi.advanceTimersByTime(1);
  }
  expect(localStorage).toHaveLength(8);
  expect(fills(taken())).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});

it("keeps 48 KiB, and the newest", () => {
  for (let fill = 0; fill < 5; ++fill) {
    store().keep(parcel(fill, 12 * 1024));
    vi.advanceTimersByTime(1);
  }
  expect(Object.values({ ...localStorage }).join("").length).toBeLessThanOrEqual(48 * 1024);
  expect(fills(taken())).toEqual([3, 4]);
  expect(store().keep(parcel(1, 48 * 1024))).toBe(false);
  expect(taken()).toEqual([]);
});

it("drops what is older than a day, or from a clock that was ahead", () => {
  store().keep(parcel(1));
  vi.advanceTimersByTime(24 * HOUR_MS);
  store().keep({ ...parcel(2), sealedUnixMs: Date.now() + HOUR_MS });
  expect(taken()).toEqual([]);
  expect(localStorage).toHaveLength(0);
});

it("leaves alone what is not its own", () => {
  localStorage["paceline.academy"] = "session";
  localStorage["paceline.other.unsent.1"] = "/v1/beacon AAAA";
  localStorage["paceline.academy.unsent.x"] = "not a parcel";
  localStorage[`paceline.academy.unsent.${Date.now()}`] = "https://evil.example/ AAAA";
  store().keep(parcel(1));
  expect(fills(taken())).toEqual([1]);
  store().keep(parcel(2));
  store().clear();
  expect(Object.keys(localStorage).sort()).toEqual(["paceline.academy", "paceline.other.unsent.1"]);
});

it("does nothing where the browser refuses", () => {
  vi.stubGlobal("localStorage", undefined);
  expect(store().keep(parcel(1))).toBeFalsy();
  expect(taken()).toEqual([]);
  store().clear();
});
