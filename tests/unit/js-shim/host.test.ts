// @vitest-environment jsdom
import { expect, it, vi } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { createHost } from "../../../js-shim/src/host.ts";
import { attach } from "../../../js-shim/src/lazy.ts";
import type { Session } from "../../../js-shim/src/session.ts";

vi.mock("../../../js-shim/src/engine.ts", () => ({ loadEngine: vi.fn() }));

const session = [0, 0, 1, 0, ...new Uint8Array(16)] as Session;

it("gives back at once what is taken after the end", () => {
  const stop = vi.fn();
  const agent = { stop, options: {}, guard: (work: unknown) => work } as unknown as Agent;
  const host = createHost(agent, session, vi.fn(), () => undefined);
  const onStop = vi.fn();
  host.onStop(onStop);
  expect(onStop).not.toHaveBeenCalled();
  host.stop();
  expect(onStop).toHaveBeenCalledOnce();
  agent.isStopped = true;
  const late = vi.fn();
  host.onStop(late);
  expect(late).toHaveBeenCalledOnce();
  expect(() =>
    host.onStop(() => {
      throw new Error("no");
    }),
  ).not.toThrow();
});

it("attaches nothing to an agent that has stopped", () => {
  const load = vi.fn();
  const listen = vi.fn();
  attach({ session, isStopped: true, listen } as unknown as Agent, load);
  expect(load).not.toHaveBeenCalled();
  expect(listen).not.toHaveBeenCalled();
});
