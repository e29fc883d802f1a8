// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EntryKind } from "../../../js-shim/src/entry-batch.ts";
import { createGuard } from "../../../js-shim/src/guard.ts";
import { followInput } from "../../../js-shim/src/input.ts";
import { createTimeline } from "../../../js-shim/src/time.ts";

const record = vi.fn();
const drain = vi.fn();
const touch = vi.fn();
// A test cannot dispatch trusted events; it hands them to the listeners itself.
let listeners: Map<string, (event: object) => void>;
const give = (type: string, timeStamp: number, isTrusted = true) =>
  listeners.get(type)?.({ isTrusted, timeStamp, clientX: 1.4, clientY: 2, target: document.body });

beforeEach(() => {
  vi.resetAllMocks();
  listeners = new Map();
  vi.stubGlobal("addEventListener", (type: string, listener: () => void) => {
    listeners.set(type, listener);
  });
  vi.stubGlobal("removeEventListener", (type: string) => listeners.delete(type));
  const recorder = { ref: () => 7, timeline: createTimeline(), record };
  followInput(recorder, createGuard(vi.fn()), drain, touch);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("records every click, after what is older", () => {
  give("click", 10);
  give("click", 20);
  expect(record.mock.calls.map(([kind, [at]]) => [kind, at])).toEqual([
    [EntryKind.click, 100],
    [EntryKind.click, 200],
  ]);
  expect(drain.mock.invocationCallOrder[0]).toBeLessThan(record.mock.invocationCallOrder[0] ?? 0);
  expect(touch).toHaveBeenCalledTimes(2);
});

it("records the first key only, but every key keeps the session alive", () => {
  for (const at of [10, 20, 30]) give("keydown", at);
  expect(record.mock.calls).toEqual([[EntryKind.userInput, [100]]]);
  expect(drain).toHaveBeenCalledOnce();
  expect(touch).toHaveBeenCalledTimes(3);
});

it("ignores what the page's own scripts dispatch", () => {
  give("click", 10, false);
  give("keydown", 10, false);
  expect(record).not.toHaveBeenCalled();
  expect(touch).not.toHaveBeenCalled();
});
