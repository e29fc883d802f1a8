// @vitest-environment jsdom
import { beforeEach, expect, it, vi } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { EntryKind } from "../../../js-shim/src/entry-batch.ts";
import { followInput } from "../../../js-shim/src/input.ts";
import { message, type Field } from "../../../js-shim/src/protobuf.ts";
import { createTimeline } from "../../../js-shim/src/time.ts";

const record = vi.fn();
const drain = vi.fn();
// A test cannot dispatch trusted events; it hands them to the listeners itself.
let listeners: Map<string, (event: object) => void>;
const give = (type: string, timeStamp: number, isTrusted = true) =>
  listeners.get(type)?.({
    ...(type === "click" && { clientX: 1.4, clientY: -2 }),
    isTrusted,
    type,
    timeStamp,
    target: document.body,
  });

beforeEach(() => {
  vi.resetAllMocks();
  listeners = new Map();
  const agent: Partial<Agent> = {
    timeline: createTimeline(),
    record,
    drain,
    flagsOf: () => 5,
    listen: (types, listener) =>
      types.split(" ").forEach((type) => listeners.set(type, listener as () => void)),
  };
  followInput(agent as Agent);
});

it("records every click, after what is older", () => {
  give("click", 10);
  give("click", 20);
  expect(record.mock.calls.map(([kind, [at]]) => [kind, at])).toEqual([
    [EntryKind.click, 100],
    [EntryKind.click, 200],
  ]);
  expect(drain.mock.invocationCallOrder[0]).toBeLessThan(record.mock.invocationCallOrder[0] ?? 0);
});

it("says where a click was, and what is special about it", () => {
  give("click", 10);
  expect(record.mock.calls[0]?.[1]).toEqual([100, 2, 3, "html>body", 5]);
});

it("records the first key only, and nothing about it but the time", () => {
  for (const at of [10, 20, 30]) give("keydown", at);
  expect(record).toHaveBeenCalledOnce();
  const [kind, fields] = record.mock.calls[0] as [EntryKind, readonly Field[]];
  expect(kind).toBe(EntryKind.userInput);
  expect(message(fields)).toEqual(message([100]));
  expect(drain).toHaveBeenCalledOnce();
});

it("ignores what the page's own scripts dispatch", () => {
  give("click", 10, false);
  give("keydown", 10, false);
  expect(record).not.toHaveBeenCalled();
});
