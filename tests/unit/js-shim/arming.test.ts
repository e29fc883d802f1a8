// @vitest-environment jsdom
// What the browser holds for the case of a crash, and what is sent: whatever happens, every entry is told once, and a
// sequence number never stands for two bodies.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { drive } from "../../../js-shim/src/driver.ts";
import type { Engine } from "../../../js-shim/src/engine.ts";
import { followSender } from "../../../js-shim/src/send.ts";

// A burst, and the time until it is armed.
const SOON_MS = 1_100;

let heldBody: Uint8Array | undefined;
let activate: (() => void) | undefined;
/** Every body that has left the page: sequence, then the numbers of its entries. */
let left: number[][];

/** Tells entries by number; an engine whose Beacons are their sequence and the numbers. */
function createEngine(): Engine {
  let waiting: number[] = [];
  let undo: number[] | undefined;
  return {
    consume(batch) {
      undo = undefined;
      waiting.push(...batch.slice(1));
      return true;
    },
    pending: () => ({ events: waiting.length, isPoor: false, keepUnsampled: false }),
    flush(sequence) {
      if (!waiting.length) return undefined;
      undo = waiting;
      waiting = [];
      return Uint8Array.of(sequence, ...undo);
    },
    rollback() {
      if (!undo) throw new Error("nothing to take back");
      waiting = undo;
      undo = undefined;
    },
    reading: () => undefined,
  };
}

function createAgent({ mayLeave = true } = {}) {
  let number = 0;
  const recorded: number[] = [];
  const agent = {
    recorded,
    byteCount: 0,
    clearBatch: () => (recorded.length = 0),
    guard: (work: unknown) => work,
    baseUrl: "https://rum.example",
    send: (_path: string, body: Uint8Array) => left.push([...body]),
    mayLeave,
    sequence: 0,
    retained: [] as Uint8Array[] | undefined,
    drain: () => undefined,
    sealBatch: () => Uint8Array.of(agent.sequence, ...recorded),
    sendRaw() {
      const body = agent.sealBatch();
      agent.retained?.push(body);
      agent.clearBatch();
      agent.sequence++;
      left.push([...body]);
    },
    stop: () => agent.disarm(),
    disarm: () => undefined,
    wake: () => undefined,
    ensureSession: () => undefined,
    onHidden() {
      agent.disarm();
      if (mayLeave && recorded.length) agent.sendRaw();
    },
  };
  // The real one, but for what leaves at once.
  const { send } = agent;
  followSender(agent as unknown as Agent);
  agent.send = send;
  return {
    agent: agent as unknown as Agent,
    record(count = 1) {
      for (let i = 0; i < count; ++i) recorded.push(++number);
      agent.wake();
    },
    recorded: () => Array.from({ length: number }, (_, i) => i + 1),
  };
}

const told = () => left.flatMap(([, ...numbers]) => numbers);
const sequences = () => left.map(([sequence]) => sequence);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  left = [];
  heldBody = activate = undefined;
  vi.stubGlobal("fetchLater", (_url: string, { body, signal }: RequestInit) => {
    if (heldBody) throw new Error("one at a time");
    const result = { activated: false };
    heldBody = body as Uint8Array;
    activate = () => {
      if (!heldBody) return;
      left.push([...heldBody]);
      result.activated = true;
      heldBody = undefined;
    };
    signal?.addEventListener("abort", () => (heldBody = undefined));
    return result;
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const modes = {
  engine: async () => createEngine(),
  "no engine": () => Promise.reject(new Error("blocked")),
};

describe.each(Object.entries(modes))("with %s", (_name, load) => {
  it("holds what waits, and gives it up to be sent", async () => {
    const { agent, record } = createAgent();
    drive(agent, load);
    record(2);
    await pass(SOON_MS);
    expect([...(heldBody ?? [])]).toEqual([0, 1, 2]);
    record();
    await pass(SOON_MS);
    expect([...(heldBody ?? [])]).toEqual([0, 1, 2, 3]);
    expect(left).toEqual([]);
    agent.onHidden();
    expect(heldBody).toBeUndefined();
    expect(left).toEqual([[0, 1, 2, 3]]);
  });

  it("goes on with the next number when the browser has sent it", async () => {
    const { agent, record } = createAgent();
    drive(agent, load);
    record(2);
    await pass(SOON_MS);
    record();
    activate?.();
    await pass(SOON_MS);
    expect([...(heldBody ?? [])]).toEqual([1, 3]);
    agent.onHidden();
    expect(left).toEqual([
      [0, 1, 2],
      [1, 3],
    ]);
  });

  it("tells every entry once, and under one number, whatever happens when", async () => {
    let seed = 1;
    const random = (below: number) => {
      seed = (Math.imul(seed, 48_271) >>> 0) % 0x7fffffff;
      return seed % below;
    };
    for (let visit = 0; visit < 50; ++visit) {
      left = [];
      const { agent, record, recorded } = createAgent();
      drive(agent, load);
      await pass(0);
      for (let step = 0; step < 30; ++step) {
        const choice = random(10);
        if (choice < 5) record(1 + random(3));
        else if (choice < 8) await pass(random(2 * SOON_MS));
        else if (choice < 9) activate?.();
        else agent.onHidden();
      }
      agent.onHidden();
      expect(told()).toEqual(recorded());
      expect(sequences()).toEqual(sequences().map((_, i) => i));
      agent.stop();
    }
  });

  it("takes it back when the agent stops", async () => {
    const { agent, record } = createAgent();
    drive(agent, load);
    record();
    await pass(SOON_MS);
    agent.stop();
    expect(heldBody).toBeUndefined();
  });

  it("holds nothing of a session that may not leave", async () => {
    const { agent, record } = createAgent({ mayLeave: false });
    drive(agent, load);
    record(3);
    await pass(SOON_MS);
    expect(heldBody).toBeUndefined();
  });
});

it("takes back what the first part has armed, before it says more", async () => {
  const { agent, record } = createAgent();
  record(2);
  agent.arm("/v1/entries", agent.sealBatch());
  expect([...(heldBody ?? [])]).toEqual([0, 1, 2]);
  drive(agent, async () => createEngine());
  record();
  await pass(SOON_MS);
  expect([...(heldBody ?? [])]).toEqual([0, 1, 2, 3]);
  expect(left).toEqual([]);
  agent.stop();
});

it("feeds the engine what was held raw, whether it has left or not", async () => {
  for (const hasLeft of [false, true]) {
    left = [];
    const { agent, record } = createAgent();
    const engine = createEngine();
    const consumed: number[] = [];
    const consume = engine.consume;
    engine.consume = (batch) => {
      consumed.push(...batch.slice(1));
      return consume(batch);
    };
    let arrive: (engine: Engine) => void = () => undefined;
    drive(agent, () => new Promise((resolve) => (arrive = resolve)));
    record(2);
    await pass(SOON_MS);
    expect([...(heldBody ?? [])]).toEqual([0, 1, 2]);
    if (hasLeft) activate?.();
    record();
    arrive(engine);
    await pass(SOON_MS);
    expect(consumed).toEqual([1, 2, 3]);
    expect([...(heldBody ?? [])]).toEqual([hasLeft ? 1 : 0, 1, 2, 3]);
    agent.stop();
  }
});

it("sends as ever where the browser has no such thing", async () => {
  vi.stubGlobal("fetchLater", undefined);
  const { agent, record } = createAgent();
  drive(agent, async () => createEngine());
  record(3);
  await pass(30_000);
  expect(left).toEqual([[0, 1, 2, 3]]);
});

it("says what is known and stops, listeners and all, when the engine takes no more", async () => {
  const { agent, record } = createAgent();
  const stopped = vi.fn(() => (agent.isStopped = true));
  agent.stop = stopped;
  const engine = createEngine();
  const consume = engine.consume;
  drive(agent, async () => engine);
  record(2);
  await pass(SOON_MS);
  expect(left).toEqual([]);
  engine.consume = () => false;
  record();
  await pass(SOON_MS);
  expect(left).toEqual([[0, 1, 2]]);
  expect(stopped).toHaveBeenCalledOnce();
  engine.consume = consume;
  record(20);
  await pass(30_000);
  expect(left).toHaveLength(1);
});
