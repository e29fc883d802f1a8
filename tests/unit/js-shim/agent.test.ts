// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://academy.example/courses/1?utm=x" }
import { beforeEach, describe, expect, it, vi } from "vitest";
import { startAgent } from "../../../js-shim/src/agent.ts";
import type { InitOptions } from "../../../js-shim/src/options.ts";
import { decodeEntryBatch } from "../../e2e/support/protocol.mjs";
import {
  beacons,
  pass,
  queued,
  raw,
  see,
  sent,
  setVisibility,
  shift,
  start,
  type Sent,
} from "./agent_page.ts";

describe("before the engine", () => {
  it("begins with the page view and says what the browser cannot measure", async () => {
    await start();
    setVisibility("hidden");
    const [batch] = raw();
    expect(batch.entries[0].entry.case).toBe("pageViewStart");
    const { urlRef, unmeasurableMetrics } = batch.entries[0].entry.value;
    expect(batch.strings[urlRef - 1]).toBe("/courses/1");
    // LCP, INP, TTFB and FID; the fake observer knows shifts and paints only.
    expect(unmeasurableMetrics).toBe((1 << 1) | (1 << 2) | (1 << 5) | (1 << 6));
  });

  it("looks into the store in a task of its own, and never after the end", async () => {
    const stored = () => Object.keys(localStorage);
    vi.spyOn(document, "readyState", "get").mockReturnValue("loading");
    const started = start();
    expect(stored()).toEqual([]);
    await started;
    expect(stored()).toEqual(["paceline.academy"]);
    localStorage.clear();
    const loadLazy = vi.fn();
    const agent = startAgent(
      { site: "academy" },
      "https://rum.example/agent/paceline.js",
      loadLazy,
    );
    agent.grant();
    agent.stop();
    setVisibility("visible");
    setVisibility("hidden");
    await pass(60_000);
    expect(stored()).not.toContain("paceline.academy");
    expect(loadLazy).not.toHaveBeenCalled();
  });

  describe("where the browser keeps last words", () => {
    let held: (Sent & { readonly signal: AbortSignal })[];
    const begin = (options: Partial<InitOptions> = {}) =>
      startAgent(
        { site: "academy", ...options },
        "https://rum.example/agent/paceline.js",
        () => new Promise(() => undefined),
      );
    beforeEach(() => {
      held = [];
      vi.spyOn(document, "readyState", "get").mockReturnValue("loading");
      vi.stubGlobal(
        "fetchLater",
        (url: string, { body, signal }: { body: Uint8Array; signal: AbortSignal }) => {
          held.push({ path: new URL(url).pathname, body, signal });
          return { activated: false };
        },
      );
    });

    it("arms the page view while the page loads, and takes it back to say more", async () => {
      begin().grant();
      await pass(0);
      const [armed] = held;
      expect(armed?.path).toBe("/v1/entries");
      const cases = (body: Uint8Array) =>
        decodeEntryBatch(body).entries.map(({ entry }: { entry: { case: string } }) => entry.case);
      expect(cases(armed?.body as Uint8Array)).toEqual(["pageViewStart"]);
      expect(armed?.signal.aborted).toBe(false);
      expect(sent).toHaveLength(0);
      setVisibility("hidden");
      expect(armed?.signal.aborted).toBe(true);
      expect(raw()[0].sequence).toBe(0);
      expect(cases(sent[0]?.body as Uint8Array)).toEqual(["pageViewStart", "visibilityChange"]);
    });

    it("takes it back for good at the end", async () => {
      const agent = begin();
      agent.grant();
      await pass(0);
      agent.stop();
      expect(held[0]?.signal.aborted).toBe(true);
      expect(held).toHaveLength(1);
    });

    it("arms nothing without consent, of an unsampled session, hidden, or after the end", async () => {
      begin();
      begin({ sampleRate: 1e-9 }).grant();
      const ended = begin();
      ended.grant();
      ended.ensureSession();
      ended.stop();
      await pass(0);
      setVisibility("hidden");
      begin().grant();
      await pass(0);
      expect(held).toHaveLength(0);
    });
  });

  it("holds entries back, however many, for an engine that is on its way", async () => {
    await start();
    see(...Array.from({ length: 30 }, () => shift()));
    await pass(20_000);
    expect(sent).toHaveLength(0);
  });

  it("sends raw after 30 s", async () => {
    await start();
    await pass(30_000);
    expect(raw()).toHaveLength(1);
  });

  it("sends raw when the page is hidden, with what the browser had not delivered yet", async () => {
    await start();
    queued.push(shift(0.25));
    setVisibility("hidden");
    const cases = raw()[0].entries.map((e: { entry: { case: string } }) => e.entry.case);
    expect(cases).toEqual(["pageViewStart", "layoutShift", "visibilityChange"]);
  });

  it("numbers raw batches from 0, each with new entries only", async () => {
    await start();
    setVisibility("hidden");
    setVisibility("visible");
    setVisibility("hidden");
    expect(raw().map(({ sequence }) => sequence)).toEqual([0, 1]);
    expect(raw()[1].entries).toHaveLength(2);
  });
});

describe("with the engine", () => {
  it("feeds it what has waited, and covers nothing when nothing has left", async () => {
    const { engine, arrive } = await start();
    see(shift());
    await arrive();
    expect(engine.entries()).toHaveLength(2);
    setVisibility("hidden");
    expect(engine.flushes).toEqual([[0, 0]]);
    expect(raw()).toHaveLength(0);
  });

  it("feeds it everything from the start when batches have left, and covers them once", async () => {
    const { engine, arrive } = await start();
    setVisibility("hidden");
    setVisibility("visible");
    setVisibility("hidden");
    await arrive();
    expect(engine.consumed.slice(0, 2)).toEqual(sent.map(({ body }) => body));
    setVisibility("visible");
    setVisibility("hidden");
    setVisibility("visible");
    setVisibility("hidden");
    expect(engine.flushes).toEqual([
      [2, 2],
      [3, 0],
    ]);
    expect(engine.entries()).toHaveLength(8);
  });

  it.each([
    ["ten events", { events: 10 }],
    ["a poor vital", { events: 1, isPoor: true }],
  ])("sends at once for %s", async (_name, work) => {
    const { engine, arrive } = await start();
    await arrive();
    engine.work = { ...engine.work, events: 9 };
    see(shift());
    await pass(100);
    expect(beacons()).toHaveLength(0);
    engine.work = { ...engine.work, ...work };
    see(shift());
    await pass(100);
    expect(beacons()).toHaveLength(1);
  });

  it("sends what there is after 30 s", async () => {
    const { arrive } = await start();
    await arrive();
    await pass(29_000);
    expect(beacons()).toHaveLength(0);
    await pass(1_000);
    expect(beacons()).toHaveLength(1);
  });

  it("sends what one Beacon does not hold in the next, before the page is gone", async () => {
    const { engine, arrive } = await start();
    await arrive();
    engine.rounds = 3;
    setVisibility("hidden");
    expect(engine.flushes).toHaveLength(3);
  });

  it("rests when the engine takes no more", async () => {
    const { engine, arrive } = await start();
    await arrive();
    engine.accepts = false;
    see(shift());
    await pass(100);
    expect(beacons()).toHaveLength(1);
    see(shift());
    setVisibility("hidden");
    expect(beacons()).toHaveLength(1);
  });

  it("stays raw when the engine refuses what has waited", async () => {
    const { engine, arrive } = await start();
    engine.accepts = false;
    await arrive();
    setVisibility("hidden");
    expect(raw()[0].entries[0].entry.case).toBe("pageViewStart");
  });
});

describe("without an engine", () => {
  it("sends raw at ten events", async () => {
    const { block } = await start();
    await block();
    see(...Array.from({ length: 8 }, () => shift()));
    await pass(100);
    expect(raw()).toHaveLength(0);
    see(shift());
    await pass(100);
    expect(raw()[0].entries).toHaveLength(10);
  });

  it("sends less often the longer it is raw: the collector takes 64 batches of a document", async () => {
    const { block } = await start();
    await block();
    const shiftFor = async (minutes: number): Promise<number> => {
      const before = raw().length;
      for (let i = 0; i < 2 * minutes; ++i) {
        see(shift());
        await pass(30_000);
      }
      return raw().length - before;
    };
    expect(await shiftFor(10)).toBeGreaterThan(5);
    await shiftFor(220);
    expect(raw().length).toBeLessThanOrEqual(64);
    setVisibility("hidden");
    const seen = raw().flatMap((batch) => batch.entries);
    expect(seen.filter(({ entry }) => entry.case === "layoutShift")).toHaveLength(460);
  });

  it("stays raw when more has left than was retained", async () => {
    const { engine, arrive } = await start();
    for (let i = 0; i < 40; ++i) {
      see(...Array.from({ length: 300 }, () => shift(Math.random())));
      await pass(100);
    }
    await arrive();
    setVisibility("hidden");
    expect(engine.consumed).toHaveLength(0);
    const entries = raw().flatMap((batch) => batch.entries);
    expect(entries).toHaveLength(1 + 40 * 300 + 1);
  });
});

describe("a session outside the sample", () => {
  const unsampled = { sampleRate: 1e-6 };

  it("sends nothing raw", async () => {
    const { block } = await start(unsampled);
    setVisibility("hidden");
    setVisibility("visible");
    await block();
    setVisibility("hidden");
    await pass(60_000);
    expect(sent).toHaveLength(0);
  });

  it("sends nothing by the engine either, until that finds it worth keeping", async () => {
    const { engine, arrive } = await start(unsampled);
    await arrive();
    engine.work = { events: 50, isPoor: true, keepUnsampled: false };
    setVisibility("hidden");
    expect(sent).toHaveLength(0);
    engine.work = { events: 50, isPoor: true, keepUnsampled: true };
    setVisibility("visible");
    await pass(100);
    expect(engine.flushes).toEqual([[0, 0]]);
  });

  it("is remembered as kept by later pages, which say so", async () => {
    const first = await start(unsampled);
    await first.arrive();
    first.engine.work = { events: 1, isPoor: true, keepUnsampled: true };
    setVisibility("hidden");
    setVisibility("visible");
    sent.length = 0;
    await start(unsampled);
    setVisibility("hidden");
    const [batch] = raw();
    expect(batch).toMatchObject({ keptUnsampled: true, sampleRatePpm: 1 });
  });
});

describe("giving up", () => {
  it("ends when more has failed than may wait", async () => {
    const fetch = vi.fn(async () => new Response(null, { status: 404 }));
    vi.stubGlobal("fetch", fetch);
    const { block } = await start();
    await block();
    for (let i = 0; i < 20; ++i) {
      see(...Array.from({ length: 10 }, () => shift()));
      await pass(100);
    }
    expect(fetch).toHaveBeenCalledTimes(5);
  });
});
