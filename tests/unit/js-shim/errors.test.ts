// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { keepEntries } from "../../../js-shim/src/entry-batch.ts";
import { followFailures, recordError } from "../../../js-shim/src/error-details.ts";
import { ErrorKind, followErrors } from "../../../js-shim/src/errors.ts";

const hostile = {
  name: "Mine",
  get message(): string {
    throw new Error("no");
  },
};
const uncaught = (error: unknown, more: object = {}) => ({
  type: "error",
  target: window,
  message: `Uncaught ${String(error)}`,
  error,
  ...more,
});
const rejection = (reason: unknown) => ({
  type: "unhandledrejection",
  target: window,
  reason,
  promise: {},
});

/** An agent before the lazy part has come. */
function createAgent() {
  let tell: (event: never) => void = () => undefined;
  const agent = {
    timeline: { at: () => 1 },
    failures: [],
    record: (...entry: Parameters<Agent["record"]>) => agent.addEntry(...entry),
    listen: (_types: string, listener: typeof tell) => (tell = listener),
  } as unknown as Agent;
  keepEntries(agent);
  followErrors(agent);
  const recorded = () => agent.recorded.map(([, [, ...fields]]) => fields);
  return { agent, recorded, tell: (event: object) => tell(event as never) };
}

/** The same with it. */
function createWhole() {
  const made = createAgent();
  followFailures(made.agent);
  return made;
}

describe("before the lazy part", () => {
  it("tells when something failed, and in which words", () => {
    const { recorded, tell } = createAgent();
    tell(uncaught(new RangeError("too far for ana@example.com?x=1")));
    tell(rejection("lost"));
    tell(rejection(Object.create(null)));
    tell({ type: "error", target: document.createElement("img") });
    expect(recorded()).toEqual([
      [ErrorKind.uncaught, "", ":email"],
      [ErrorKind.unhandledRejection, "", "lost"],
      [ErrorKind.unhandledRejection, "", ""],
      [ErrorKind.resource, "", ""],
    ]);
  });

  it("tells twenty of a page view", () => {
    const { recorded, tell } = createAgent();
    for (let i = 0; i < 30; ++i) tell(rejection(`number ${i}`));
    expect(recorded()).toHaveLength(20);
  });

  it("is completed by it", () => {
    const { agent, recorded, tell } = createAgent();
    for (let i = 0; i < 5; ++i) tell(uncaught(hostile, { filename: "/a.js", lineno: 3, colno: 9 }));
    tell(rejection("lost"));
    followFailures(agent);
    const details = [1, "Mine", "", "/a.js", 3, 9, "", ""];
    expect(recorded()).toEqual([
      details,
      details,
      details,
      [2, "", "lost", "", undefined, undefined, "", ""],
    ]);
    expect(agent.failures).toHaveLength(4);
  });
});

describe("with the lazy part", () => {
  it.each([
    ["nothing that is a text", Object.create(null) as unknown, ""],
    ["a getter that throws", hostile, "Mine"],
  ])("records an error of %s", (_what, reason, name) => {
    const { agent, recorded } = createWhole();
    recordError(agent, ErrorKind.reported, { reason }, { a: Object.create(null) as unknown });
    expect(recorded()[0]?.slice(1, 4)).toEqual([name, "", ""]);
  });

  it("follows what fails by itself", () => {
    const { recorded, tell } = createWhole();
    const error = Object.assign(new RangeError("too far"), { stack: "at ana@example.com" });
    tell(uncaught(error, { filename: "https://cdn.example/a.js?x", lineno: 3, colno: 9 }));
    tell(rejection("lost"));
    const src = "https://cdn.example/x.png";
    tell({ type: "error", target: Object.assign(document.createElement("img"), { src }) });
    expect(recorded()).toEqual([
      [1, "RangeError", "too far", "https://cdn.example/a.js", 3, 9, "at :email", "", []],
      [2, "", "lost", "", undefined, undefined, "", "", []],
      [3, "", "", src, undefined, undefined, "", "img", []],
    ]);
  });

  it("records three alike, and twenty in all", () => {
    const { agent, recorded } = createWhole();
    for (let i = 0; i < 5; ++i) recordError(agent, ErrorKind.uncaught, { reason: "again" });
    expect(recorded()).toHaveLength(3);
    for (let i = 0; i < 30; ++i) recordError(agent, ErrorKind.uncaught, { reason: `number ${i}` });
    expect(recorded()).toHaveLength(20);
  });
});
