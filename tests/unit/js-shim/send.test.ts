// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSender } from "../../../js-shim/src/send.ts";
import { bytes, playNetwork, type Network } from "./network.ts";

let network: Network;
const giveUp = vi.fn();
const sender = () => createSender("https://rum.example", giveUp);

beforeEach(() => {
  vi.useFakeTimers();
  giveUp.mockClear();
  network = playNetwork();
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
    expect(network.posts[0]).toMatchObject({
      url: "https://rum.example/v1/beacon",
      init: { method: "POST", body, keepalive: true, credentials: "omit" },
    });
    expect(network.posts[0]?.init.headers).toBeUndefined();
    expect(body).toBeInstanceOf(Uint8Array);
  });

  it.each([400, 503])("puts aside what got status %d, for the lazy part", async (status) => {
    const one = sender();
    const body = bytes(3);
    one.send("/v1/beacon", body);
    await network.posts[0]?.answer(status);
    expect(one.failed).toEqual([{ path: "/v1/beacon", body, sealedUnixMs: Date.now() }]);
  });

  it("puts aside what got no answer, also from a fetch that throws", async () => {
    const one = sender();
    one.send("/v1/beacon", bytes(1));
    await network.posts[0]?.fail();
    vi.stubGlobal("fetch", () => {
      throw new Error("wrapped");
    });
    one.send("/v1/beacon", bytes(2));
    await vi.advanceTimersByTimeAsync(0);
    expect(one.failed.map(({ body }) => body.length)).toEqual([1, 2]);
  });

  it("does not put aside what arrived", async () => {
    const one = sender();
    one.send("/v1/beacon", bytes(3));
    await network.posts[0]?.answer(204);
    expect(one.failed).toEqual([]);
  });

  it("gives up when nobody comes for more than eight", async () => {
    const one = sender();
    for (let i = 0; i < 9; ++i) {
      expect(giveUp).not.toHaveBeenCalled();
      one.send("/v1/beacon", bytes(3));
      await network.posts.at(-1)?.answer(503);
    }
    expect(giveUp).toHaveBeenCalledOnce();
  });

  it("leaves all of it to whoever takes over, also what was on its way", async () => {
    const one = sender();
    one.send("/v1/beacon", bytes(1));
    one.deliver = vi.fn();
    one.onFailure = vi.fn();
    one.send("/v1/beacon", bytes(2));
    await network.posts[0]?.answer(503);
    expect(network.posts).toHaveLength(1);
    expect(one.deliver).toHaveBeenCalledWith(expect.objectContaining({ body: bytes(2) }));
    expect(one.onFailure).toHaveBeenCalledWith(
      expect.objectContaining({ body: bytes(1) }),
      expect.objectContaining({ status: 503 }),
    );
  });
});

describe("a hidden page", () => {
  beforeEach(() => {
    network.visibility = "hidden";
  });

  it("hands everything to sendBeacon", () => {
    const body = bytes(3);
    sender().send("/v1/entries", body);
    expect(network.beacons).toEqual([{ url: "https://rum.example/v1/entries", body }]);
    expect(network.posts).toHaveLength(0);
  });

  it("falls back to keepalive fetch where sendBeacon has no room, is missing or throws", () => {
    for (const sendBeacon of [
      () => false,
      undefined,
      () => {
        throw new Error("wrapped");
      },
    ]) {
      Object.defineProperty(navigator, "sendBeacon", { configurable: true, value: sendBeacon });
      sender().send("/v1/beacon", bytes(3));
    }
    expect(network.posts.map(({ init }) => init.keepalive)).toEqual([true, true, true]);
  });
});
