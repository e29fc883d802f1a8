// @vitest-environment jsdom
import { expect, it, vi } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { ErrorKind, recordError } from "../../../js-shim/src/errors.ts";

const hostile = {
  name: "Mine",
  get message(): string {
    throw new Error("no");
  },
};

it.each([
  ["nothing that is a text", Object.create(null) as unknown, ""],
  ["a getter that throws", hostile, "Mine"],
])("records an error of %s", (_what, reason, name) => {
  const record = vi.fn();
  const timeline = { at: () => 1 };
  const agent = { record, timeline, errorsSeen: [], ref: () => 0 } as unknown as Agent;
  recordError(agent, ErrorKind.reported, reason, { a: Object.create(null) as unknown });
  expect((record.mock.calls[0]?.[1] as unknown[]).slice(2, 5)).toEqual([name, "", ""]);
});
