// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FeatureHost } from "../../../../js-shim/src/features/host.ts";
import { followSending } from "../../../../js-shim/src/features/sending.ts";
import type { Sender } from "../../../../js-shim/src/send.ts";
import { bytes, playNetwork, type Network } from "../network.ts";

let network: Network;
let ends: (() => void)[];
const giveUp = vi.fn();
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const kept = () => Object.keys(localStorage).filter((key) => key.includes(".unsent."));

interface Page {
  readonly sender: Sender;
  hide(): void;
  show(): void;
  stop(): void;
}

// A page with nothing but the sending.
function open({
  useStorage = true,
  sender = { baseUrl: "https://rum.example", send: () => undefined } as Sender,
} = {}): Page {
  const on = { hidden: [] as (() => void)[], stop: ends };
  const stop = () => ends.splice(0).forEach((end) => end());
  giveUp.mockImplementation(stop);
  const host: Partial<FeatureHost> = {
    options: { site: "academy" },
    sender,
    useStorage,
    guard: (work) => work,
    stop: giveUp,
    onHidden: (callback) => on.hidden.push(callback),
    onStop: (callback) => on.stop.push(callback),
  };
  network.visibility = "visible";
  followSending(host as FeatureHost);
  return {
    sender,
    hide() {
      network.visibility = "hidden";
      on.hidden.forEach((callback) => callback());
    },
    show() {
      network.visibility = "visible";
      dispatchEvent(new Event("visibilitychange"));
    },
    stop,
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_795_221_600_000 });
  localStorage.clear();
  ends = [];
  giveUp.mockReset();
  network = playNetwork();
});
afterEach(() => {
  ends.forEach((end) => end());
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a visible page", () => {
  it("sends the same bytes again when the network or the collector fails, and says their age", async () => {
    const { sender } = open();
    const body = bytes(3);
    sender.send("/v1/beacon", body);
    await network.posts[0]?.fail();
    await pass(1_000);
    await network.posts[1]?.answer(503);
    await pass(5_000);
    await network.posts[2]?.answer(204);
    await pass(600_000);
    expect(network.posts.map(({ init }) => init.body)).toEqual([body, body, body]);
    expect(network.posts.map(({ url }) => url.replace("https://rum.example", ""))).toEqual([
      "/v1/beacon",
      "/v1/beacon?age_ms=1000",
      "/v1/beacon?age_ms=6000",
    ]);
    expect(kept()).toEqual([]);
  });

  it("tries four times, and keeps it for the next page", async () => {
    open().sender.send("/v1/beacon", bytes(3));
    for (let i = 0; i < 6; ++i) {
      await network.posts[i]?.fail();
      await pass(200_000);
    }
    expect(network.posts).toHaveLength(4);
    expect(kept()).toHaveLength(1);
  });

  it("waits with everything as long as the collector asks, within reason", async () => {
    const { sender } = open();
    sender.send("/v1/beacon", bytes(1));
    await network.posts[0]?.answer(503, { "Retry-After": "60" });
    sender.send("/v1/beacon", bytes(2));
    await pass(59_999);
    expect(network.posts).toHaveLength(1);
    await pass(1);
    expect(network.posts.map(({ init }) => init.body.length)).toEqual([1, 1, 2]);
    await network.posts[1]?.answer(503, { "Retry-After": "86400" });
    await network.posts[2]?.answer(204);
    await pass(120_000);
    expect(network.posts).toHaveLength(4);
  });

  it.each([400, 403, 404, 409, 413, 422, 429])(
    "does not repeat what got status %d, nor keep it",
    async (status) => {
      open().sender.send("/v1/beacon", bytes(3));
      await network.posts[0]?.answer(status);
      await pass(600_000);
      expect(network.posts).toHaveLength(1);
      expect(kept()).toEqual([]);
    },
  );

  it("gives up after three refusals in a row", async () => {
    const { sender } = open();
    const answerNext = async (status: number) => {
      sender.send("/v1/beacon", bytes(3));
      await network.posts.at(-1)?.answer(status);
    };
    for (const status of [404, 404, 204, 404, 404]) await answerNext(status);
    expect(giveUp).not.toHaveBeenCalled();
    await answerNext(404);
    expect(giveUp).toHaveBeenCalledOnce();
    sender.send("/v1/beacon", bytes(3));
    expect(network.posts).toHaveLength(6);
  });

  it("gives up on a collector that is away, and keeps what it missed", async () => {
    const { sender } = open();
    for (let fill = 0; fill < 4; ++fill) sender.send("/v1/beacon", bytes(3, fill));
    for (let i = 0; i < 16; ++i) {
      await network.posts[i]?.fail();
      if (i % 4 === 3) await pass(30_000);
    }
    expect(giveUp).toHaveBeenCalledOnce();
    expect(kept()).toHaveLength(4);
  });

  it("keeps within what browsers allow in flight", async () => {
    const { sender } = open();
    for (let i = 0; i < 3; ++i) sender.send("/v1/entries", bytes(25 * 1024, i));
    expect(network.posts).toHaveLength(2);
    await network.posts[0]?.answer(204);
    expect(network.posts).toHaveLength(3);
  });

  it("sends alone, without keepalive, what is larger than that", async () => {
    const { sender } = open();
    sender.send("/v1/entries", bytes(5));
    sender.send("/v1/entries", bytes(70 * 1024));
    expect(network.posts).toHaveLength(1);
    await network.posts[0]?.answer(204);
    expect(network.posts[1]?.init.keepalive).toBe(false);
  });

  it("drops the oldest when too much waits", async () => {
    const { sender } = open();
    for (let i = 0; i < 20; ++i) sender.send("/v1/entries", bytes(30 * 1024, i));
    const sent = [];
    for (let i = 0; i < network.posts.length; ++i) {
      sent.push(network.posts[i]?.init.body[0]);
      await network.posts[i]?.answer(204);
    }
    expect(sent).toEqual([0, 1, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it("asks nobody while there is no network, and goes on when there is", async () => {
    network.isOnline = false;
    const { sender } = open();
    sender.send("/v1/beacon", bytes(3));
    await pass(600_000);
    expect(network.posts).toHaveLength(0);
    network.isOnline = true;
    dispatchEvent(new Event("online"));
    expect(network.posts[0]?.url).toBe("https://rum.example/v1/beacon?age_ms=600000");
  });
});

describe("a hidden page", () => {
  it("hands everything to sendBeacon, and once", async () => {
    const { sender, hide, show } = open();
    sender.send("/v1/entries", bytes(50 * 1024));
    // Has no room beside it.
    sender.send("/v1/entries", bytes(20 * 1024));
    hide();
    sender.send("/v1/beacon", bytes(4));
    await network.posts[0]?.answer(204);
    show();
    await pass(600_000);
    expect(network.beacons.map(({ body }) => body)).toEqual([bytes(20 * 1024), bytes(4)]);
    expect(network.posts).toHaveLength(1);
    expect(kept()).toEqual([]);
  });

  it("does not wait for retries, and keeps what had failed for when the page is gone", async () => {
    const { sender, hide } = open();
    const body = bytes(3);
    sender.send("/v1/beacon", body);
    await network.posts[0]?.fail();
    hide();
    await pass(600_000);
    expect(network.beacons).toEqual([{ url: "https://rum.example/v1/beacon", body }]);
    expect(network.posts).toHaveLength(1);
    expect(kept()).toHaveLength(1);
    open();
    expect(network.posts[1]).toMatchObject({
      url: "https://rum.example/v1/beacon?age_ms=600000",
      init: { body },
    });
    await network.posts[1]?.answer(204);
    expect(kept()).toEqual([]);
  });

  it("takes back what it kept when it is shown again", async () => {
    const { sender, hide, show } = open();
    sender.send("/v1/beacon", bytes(3));
    await network.posts[0]?.fail();
    hide();
    show();
    expect(network.posts).toHaveLength(2);
    expect(kept()).toEqual([]);
  });

  it("does not press a collector that has asked for time", async () => {
    const { sender, hide } = open();
    sender.send("/v1/beacon", bytes(3));
    await network.posts[0]?.answer(503, { "Retry-After": "60" });
    hide();
    expect(network.beacons).toEqual([]);
    expect(kept()).toHaveLength(1);
  });

  it("keeps what it cannot send without a network", () => {
    network.isOnline = false;
    const { sender, hide } = open();
    hide();
    sender.send("/v1/beacon", bytes(3));
    expect(network.beacons).toEqual([]);
    expect(kept()).toHaveLength(1);
  });

  it("keeps nothing where nothing may be stored", async () => {
    const { sender, hide } = open({ useStorage: false });
    sender.send("/v1/beacon", bytes(3));
    await network.posts[0]?.fail();
    network.isOnline = false;
    hide();
    expect(network.beacons).toHaveLength(1);
    expect(localStorage).toHaveLength(0);
  });

  it("falls back to keepalive fetch, within its limit, where sendBeacon has no room", async () => {
    network.beaconAccepts = false;
    const { sender, hide } = open();
    hide();
    for (let i = 0; i < 3; ++i) sender.send("/v1/entries", bytes(25 * 1024, i));
    expect(network.posts.map(({ init }) => init.keepalive)).toEqual([true, true]);
    await network.posts[0]?.answer(204);
    expect(network.posts).toHaveLength(3);
  });
});

describe("a page whose agent has stopped", () => {
  it("sends nothing more, and forgets what it kept", async () => {
    const { sender, hide, show, stop } = open();
    sender.send("/v1/beacon", bytes(3));
    await network.posts[0]?.fail();
    hide();
    expect(kept()).toHaveLength(1);
    stop();
    show();
    await pass(600_000);
    expect(network.posts).toHaveLength(1);
    expect(kept()).toEqual([]);
  });

  it("leaves what it kept after too many refusals to the next page", async () => {
    const { sender, hide, show } = open();
    sender.send("/v1/beacon", bytes(3));
    await network.posts[0]?.fail();
    hide();
    expect(kept()).toHaveLength(1);
    network.visibility = "visible";
    for (let i = 1; i <= 3; ++i) {
      sender.send("/v1/beacon", bytes(4, i));
      await network.posts[i]?.answer(404);
    }
    expect(giveUp).toHaveBeenCalled();
    show();
    await pass(1_000);
    expect(kept()).toHaveLength(1);
  });
});

describe("a page that has wrapped what sends in something that throws", () => {
  it("takes a fetch that throws, or gives nothing, for one without an answer", async () => {
    for (const broken of [
      vi.fn(() => {
        throw new Error("wrapped");
      }),
      vi.fn(),
    ]) {
      vi.stubGlobal("fetch", broken);
      open().sender.send("/v1/entries", bytes(50 * 1024));
      await pass(1_000);
      await pass(5_000);
      // Nothing is in flight that would leave no room.
      expect(broken).toHaveBeenCalledTimes(3);
    }
  });
});
