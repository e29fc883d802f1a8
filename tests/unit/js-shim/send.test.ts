// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createGuard } from "../../../js-shim/src/guard.ts";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { followSender } from "../../../js-shim/src/send.ts";
import { bytes, playNetwork, type Network } from "./network.ts";

let network: Network;
const giveUp = vi.fn();
let agent: Agent;
const send = (length: number) => agent.send("/v1/entries", bytes(length));

beforeEach(() => {
  vi.useFakeTimers();
  giveUp.mockClear();
  agent = { baseUrl: "https://rum.example", guard: createGuard(giveUp) } as Agent;
  followSender(agent);
  network = playNetwork();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("what leaves at once", () => {
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

describe("last words", () => {
  interface Held {
    readonly url: string;
    readonly init: RequestInit;
  }
  let held: Held[];
  const fetchLater = vi.fn((url: string, init: RequestInit) => {
    held.push({ url, init });
    return { activated: false };
  });

  beforeEach(() => {
    held = [];
    fetchLater.mockClear();
    vi.stubGlobal("fetchLater", fetchLater);
  });

  it("are given to the browser as what is sent at once", () => {
    const body = bytes(3);
    expect(agent.arm("/v1/beacon", body)).toEqual({ activated: false });
    expect(held[0]).toMatchObject({
      url: "https://rum.example/v1/beacon",
      init: { method: "POST", body, credentials: "omit" },
    });
    expect(held[0]?.init.headers).toBeUndefined();
    expect(network.posts).toHaveLength(0);
  });

  it("are taken back, and may be others then", () => {
    agent.disarm();
    agent.arm("/v1/beacon", bytes(3));
    expect(held[0]?.init.signal?.aborted).toBe(false);
    agent.disarm();
    agent.disarm();
    expect(held[0]?.init.signal?.aborted).toBe(true);
    agent.arm("/v1/beacon", bytes(4));
    expect(held[1]?.init.signal?.aborted).toBe(false);
  });

  it("are none where the browser has no such thing, or no quota left", () => {
    fetchLater.mockImplementationOnce(() => {
      throw new DOMException("no quota", "QuotaExceededError");
    });
    expect(agent.arm("/v1/beacon", bytes(3))).toBeFalsy();
    vi.stubGlobal("fetchLater", undefined);
    expect(agent.arm("/v1/beacon", bytes(3))).toBeFalsy();
    agent.disarm();
    expect(giveUp).not.toHaveBeenCalled();
  });
});
