// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createLastWords } from "../../../../js-shim/src/features/fetch-later.ts";
import { bytes } from "../network.ts";

interface Held {
  readonly url: string;
  readonly init: RequestInit;
  readonly result: { activated: boolean };
}
let held: Held[];
const fetchLater = vi.fn((url: string, init: RequestInit) => {
  const one = { url, init, result: { activated: false } };
  held.push(one);
  return one.result;
});
const words = () => createLastWords("https://rum.example");

beforeEach(() => {
  held = [];
  fetchLater.mockClear();
  vi.stubGlobal("fetchLater", fetchLater);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("gives the browser what needs no preflight, without credentials", () => {
  const body = bytes(3);
  expect(words().arm("/v1/beacon", body)).toBe(true);
  expect(held[0]).toMatchObject({
    url: "https://rum.example/v1/beacon",
    init: { method: "POST", body, credentials: "omit" },
  });
  expect(held[0]?.init.headers).toBeUndefined();
});

it("takes back what was armed, and says whether it had left", () => {
  const one = words();
  one.arm("/v1/beacon", bytes(3));
  expect(one.disarm()).toBe(false);
  expect(held[0]?.init.signal?.aborted).toBe(true);
  one.arm("/v1/beacon", bytes(3));
  if (held[1]) held[1].result.activated = true;
  expect(one.disarm()).toBe(true);
  // There is nothing any more.
  expect(one.disarm()).toBe(false);
});

it("leaves the quota to others: nothing large, and nothing more once it was refused", () => {
  const one = words();
  expect(one.arm("/v1/entries", bytes(16 * 1024 + 1))).toBe(false);
  expect(one.canArm()).toBe(true);
  fetchLater.mockImplementationOnce(() => {
    throw new DOMException("no quota", "QuotaExceededError");
  });
  expect(one.arm("/v1/beacon", bytes(3))).toBe(false);
  expect(one.disarm()).toBe(false);
  expect(one.canArm()).toBe(false);
  expect(one.arm("/v1/beacon", bytes(3))).toBe(false);
  expect(fetchLater).toHaveBeenCalledOnce();
});

it("does nothing where the browser has no such thing", () => {
  vi.stubGlobal("fetchLater", undefined);
  expect(words().canArm()).toBe(false);
  expect(words().arm("/v1/beacon", bytes(3))).toBe(false);
});
