// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createGuard } from "../../../js-shim/src/guard.ts";
import { createSend } from "../../../js-shim/src/send.ts";
import { bytes, playNetwork, type Network } from "./network.ts";

let network: Network;
const giveUp = vi.fn();
let guard = createGuard(giveUp);
const send = (length: number) =>
  createSend("https://rum.example", guard)("/v1/entries", bytes(length));

beforeEach(() => {
  vi.useFakeTimers();
  giveUp.mockClear();
  guard = createGuard(giveUp);
  network = playNetwork();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a visible page", () => {
  it("posts what needs no preflight, without credentials, and outliving the page", () => {
    send(3);
    expect(network.posts[0]).toMatchObject({
      url: "https://rum.example/v1/entries",
      init: { method: "POST", body: bytes(3), keepalive: true, credentials: "omit" },
    });
    expect(network.posts[0]?.init.headers).toBeUndefined();
    expect(network.posts[0]?.init.body).toBeInstanceOf(Uint8Array);
  });

  it("gives up after five that nobody takes", async () => {
    for (let i = 0; i < 5; ++i) {
      expect(giveUp).not.toHaveBeenCalled();
      send(3);
      await (i % 2 ? network.posts.at(-1)?.fail() : network.posts.at(-1)?.answer(503));
    }
    expect(giveUp).toHaveBeenCalledOnce();
  });

  it("counts nothing that arrives", async () => {
    for (let i = 0; i < 9; ++i) {
      send(3);
      await network.posts.at(-1)?.answer(204);
    }
    expect(giveUp).not.toHaveBeenCalled();
  });
});

describe("a hidden page", () => {
  beforeEach(() => {
    network.visibility = "hidden";
  });

  it("hands everything to sendBeacon", () => {
    send(3);
    const url = "https://rum.example/v1/entries";
    expect(network.beacons).toEqual([{ url, body: bytes(3) }]);
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
      send(3);
    }
    expect(network.posts.map(({ init }) => init.keepalive)).toEqual([true, true, true]);
  });
});
