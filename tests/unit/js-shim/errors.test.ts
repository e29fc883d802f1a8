// @vitest-environment jsdom
import { expect, it, vi } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { recordReported } from "../../../js-shim/src/commands.ts";
import { ErrorKind, followErrors, recordError } from "../../../js-shim/src/errors.ts";

const hostile = {
  name: "Mine",
  get message(): string {
    throw new Error("no");
  },
};

function createAgent() {
  const record = vi.fn();
  let tell: (event: object) => void = () => undefined;
  const agent = {
    record,
    timeline: { at: () => 1 },
    errorsSeen: [],
    ref: () => 0,
    listen: (_types: string, listener: typeof tell) => (tell = listener),
  } as unknown as Agent;
  followErrors(agent);
  const recorded = () => record.mock.calls.map(([, fields]) => (fields as unknown[]).slice(1, 8));
  return { agent, record, recorded, tell: (event: object) => tell(event) };
}

it.each([
  ["nothing that is a text", Object.create(null) as unknown, ""],
  ["a getter that throws", hostile, "Mine"],
])("records an error of %s", (_what, reason, name) => {
  const { agent, recorded } = createAgent();
  recordReported(agent, ErrorKind.reported, reason, { a: Object.create(null) as unknown });
  expect(recorded()[0]?.slice(1, 4)).toEqual([name, "", ""]);
});

it("follows what fails by itself", () => {
  const { recorded, tell } = createAgent();
  const error = Object.assign(new RangeError("too far"), { stack: "at ana@example.com" });
  tell({
    type: "error",
    target: window,
    error,
    filename: "https://cdn.example/a.js?x",
    lineno: 3,
    colno: 9,
  });
  tell({ type: "unhandledrejection", target: window, reason: "lost", promise: {} });
  const image = Object.assign(document.createElement("img"), { src: "https://cdn.example/x.png" });
  tell({ type: "error", target: image });
  expect(recorded()).toEqual([
    [1, "RangeError", "too far", "https://cdn.example/a.js", 3, 9, "at :email"],
    [2, "", "lost", "", undefined, undefined, ""],
    [3, "", "", "https://cdn.example/x.png", undefined, undefined, ""],
  ]);
});

it("records three alike, and twenty in all", () => {
  const { agent, record } = createAgent();
  for (let i = 0; i < 5; ++i) recordError(agent, ErrorKind.uncaught, "again");
  expect(record).toHaveBeenCalledTimes(3);
  for (let i = 0; i < 30; ++i) recordError(agent, ErrorKind.uncaught, `number ${i}`);
  expect(record).toHaveBeenCalledTimes(20);
});
