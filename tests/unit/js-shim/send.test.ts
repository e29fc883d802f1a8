// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSender } from "../../../js-shim/src/send.ts";

interface Call {
  readonly url: string;
  readonly init: RequestInit;
  answer(status: number, headers?: Record<string, string>): Promise<void>;
  fail(): Promise<void>;
}
let calls: Call[];
let beacons: { url: string; body: Uint8Array }[];
let beaconAccepts: boolean;
let visibility: DocumentVisibilityState;
const giveUp = vi.fn();

const settle = async () => {
  await vi.advanceTimersByTimeAsync(0);
};
const bytes = (length: number, fill = 1) => new Uint8Array(length).fill(fill);
const sender = () => createSender("https://rum.example", giveUp);

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  beacons = [];
  beaconAccepts = true;
  visibility = "visible";
  giveUp.mockClear();
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visibility);
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    return new Promise((resolve, reject) => {
      calls.push({
        url,
        init,
        answer: (status, headers = {}) => {
          resolve({ status, headers: new Headers(headers) });
          return settle();
        },
        fail: () => {
          reject(new TypeError("network"));
          return settle();
        },
      });
    });
  });
  Object.defineProperty(navigator, "sendBeacon", {
    configurable: true,
    value: (url: string, body: Uint8Array) => {
      if (beaconAccepts) beacons.push({ url, body });
      return beaconAccepts;
    },
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a visible page", () => {
  it("posts what needs no preflight, without credentials, and outliving the page", () => {
    const body = bytes(3);
    sender().send("/v1/beacon", body);
    expect(calls[0]).toMatchObject({
      url: "https://rum.example/v1/beacon",
      init: { method: "POST", body, keepalive: true, credentials: "omit" },
    });
    expect(calls[0]?.init.headers).toBeUndefined();
    expect(body).toBeInstanceOf(Uint8Array);
  });

  it("sends the same bytes again when the network or the collector fails", async () => {
    const body = bytes(3);
    sender().send("/v1/beacon", body);
    await calls[0]?.fail();
    await vi.advanceTimersByTimeAsync(1_000);
    await calls[1]?.answer(503);
    await vi.advanceTimersByTimeAsync(5_000);
    await calls[2]?.answer(204);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(calls.map(({ init }) => init.body)).toEqual([body, body, body]);
  });

  it("tries four times and no more", async () => {
    sender().send("/v1/beacon", bytes(3));
    for (let i = 0; i < 6; ++i) {
      await calls[i]?.fail();
      await vi.advanceTimersByTimeAsync(200_000);
    }
    expect(calls).toHaveLength(4);
  });

  it("waits as long as the collector asks, within reason", async () => {
    sender().send("/v1/beacon", bytes(3));
    await calls[0]?.answer(503, { "Retry-After": "60" });
    await vi.advanceTimersByTimeAsync(59_999);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toHaveLength(2);
    await calls[1]?.answer(503, { "Retry-After": "86400" });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(calls).toHaveLength(3);
  });

  it.each([400, 403, 404, 409, 413, 422, 429])(
    "does not repeat what got status %d",
    async (status) => {
      sender().send("/v1/beacon", bytes(3));
      await calls[0]?.answer(status);
      await vi.advanceTimersByTimeAsync(600_000);
      expect(calls).toHaveLength(1);
    },
  );

  it("gives up after three refusals in a row", async () => {
    const one = sender();
    const answerNext = async (status: number) => {
      one.send("/v1/beacon", bytes(3));
      await calls.at(-1)?.answer(status);
    };
    for (const status of [404, 404, 204, 404, 404]) await answerNext(status);
    expect(giveUp).not.toHaveBeenCalled();
    await answerNext(404);
    expect(giveUp).toHaveBeenCalledOnce();
  });

  it("keeps within what browsers allow in flight", async () => {
    const one = sender();
    for (let i = 0; i < 3; ++i) one.send("/v1/entries", bytes(25 * 1024, i));
    expect(calls).toHaveLength(2);
    await calls[0]?.answer(204);
    expect(calls).toHaveLength(3);
  });

  it("sends alone, without keepalive, what is larger than that", async () => {
    const one = sender();
    one.send("/v1/entries", bytes(5));
    one.send("/v1/entries", bytes(70 * 1024));
    expect(calls).toHaveLength(1);
    await calls[0]?.answer(204);
    expect(calls[1]?.init.keepalive).toBe(false);
  });

  it("drops the oldest when too much waits", async () => {
    const one = sender();
    for (let i = 0; i < 20; ++i) one.send("/v1/entries", bytes(30 * 1024, i));
    const sent = [];
    for (let i = 0; i < calls.length; ++i) {
      sent.push((calls[i]?.init.body as Uint8Array)[0]);
      await calls[i]?.answer(204);
    }
    expect(sent.slice(0, 2)).toEqual([0, 1]);
    expect(sent.slice(2)).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it("sends nothing more once stopped", async () => {
    const one = sender();
    one.send("/v1/beacon", bytes(3));
    await calls[0]?.fail();
    one.stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(calls).toHaveLength(1);
  });
});

describe("a page that has wrapped what sends in something that throws", () => {
  const broken = vi.fn(() => {
    throw new Error("wrapped");
  });
  beforeEach(() => {
    broken.mockClear();
  });

  it("takes a fetch that throws for one without an answer", async () => {
    const working = fetch;
    vi.stubGlobal("fetch", broken);
    const one = sender();
    one.send("/v1/entries", bytes(50 * 1024));
    // The retry is thrown at too: an exception out of a timer would be the page's.
    await vi.advanceTimersByTimeAsync(1_000);
    expect(broken).toHaveBeenCalledTimes(2);
    vi.stubGlobal("fetch", working);
    // Nothing is in flight that would leave no room.
    one.send("/v1/entries", bytes(50 * 1024, 2));
    expect(calls).toHaveLength(1);
    await calls[0]?.answer(204);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(calls).toHaveLength(2);
  });

  it("does not wait for ever for a fetch that returns nothing", async () => {
    vi.stubGlobal("fetch", vi.fn());
    sender().send("/v1/beacon", bytes(3));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it("falls back to fetch from a sendBeacon that throws", () => {
    visibility = "hidden";
    Object.defineProperty(navigator, "sendBeacon", { configurable: true, value: broken });
    sender().send("/v1/beacon", bytes(3));
    expect(calls).toHaveLength(1);
  });
});

describe("a hidden page", () => {
  it("hands everything to sendBeacon", () => {
    visibility = "hidden";
    const body = bytes(3);
    sender().send("/v1/entries", body);
    expect(beacons).toEqual([{ url: "https://rum.example/v1/entries", body }]);
    expect(calls).toHaveLength(0);
  });

  it("does not wait for retries, and does not repeat them later", async () => {
    const one = sender();
    const body = bytes(3);
    one.send("/v1/beacon", body);
    await calls[0]?.fail();
    visibility = "hidden";
    one.flush();
    visibility = "visible";
    await vi.advanceTimersByTimeAsync(600_000);
    expect(beacons).toEqual([{ url: "https://rum.example/v1/beacon", body }]);
    expect(calls).toHaveLength(1);
  });

  it("falls back to keepalive fetch where sendBeacon has no room or is missing", () => {
    visibility = "hidden";
    beaconAccepts = false;
    sender().send("/v1/beacon", bytes(3));
    Object.defineProperty(navigator, "sendBeacon", { configurable: true, value: undefined });
    sender().send("/v1/beacon", bytes(4));
    expect(calls.map(({ init }) => init.keepalive)).toEqual([true, true]);
  });
});
