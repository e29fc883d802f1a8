// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { followCommands } from "../../../js-shim/src/commands.ts";
import { completeContext } from "../../../js-shim/src/context-details.ts";
import { describeDevice } from "../../../js-shim/src/context.ts";
import type { InitOptions } from "../../../js-shim/src/options.ts";
import { message } from "../../../js-shim/src/protobuf.ts";
import { decode } from "../../e2e/support/protocol.mjs";

let texts: string[];
const record = vi.fn();

function create(options: Partial<InitOptions> = {}) {
  const agent: Partial<Agent> = {
    options: { site: "academy", ...options },
    describe: describeDevice,
    waiting: [],
    failures: [],
    timeline: { at: () => 1, begunMs: 0 },
    guard: (work) => work,
    record,
    ref: (text) => (text ? texts.push(text) : 0),
  };
  return agent as Agent;
}
const contextOf = (agent: Agent) => {
  texts = [];
  const context = decode("Context", message(agent.describe(), agent.ref));
  const tags = context.tagRefs.map((ref: number) => texts[ref - 1]);
  return { ...context, language: texts[context.languageRef - 1], tags };
};

beforeEach(() => {
  texts = [];
  record.mockClear();
  vi.stubGlobal("innerWidth", 300);
  vi.stubGlobal("innerHeight", 600);
  vi.stubGlobal("matchMedia", (query: string) => ({ matches: query.includes("browser") }));
  const values = {
    deviceMemory: 0.5,
    hardwareConcurrency: 4,
    connection: { effectiveType: "slow-2g", rtt: 300, downlink: 0.05, saveData: true },
    maxTouchPoints: 5,
    language: "pt-BR",
  };
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(navigator, name, { configurable: true, value });
});
afterEach(() => vi.unstubAllGlobals());

it("begins with the device's tier and its connection", () => {
  expect(decode("Context", message(describeDevice()))).toMatchObject({
    deviceMemoryMib: 512,
    hardwareConcurrency: 4,
    effectiveConnectionType: 1,
    viewportWidth: 0,
  });
});

it.each([
  ["4g", 4],
  ["3g", 3],
  ["2g", 2],
  ["slow-2g", 1],
  [undefined, 0],
])("numbers the connection %s as %d", (effectiveType, number) => {
  Object.defineProperty(navigator, "connection", { configurable: true, value: { effectiveType } });
  const context = decode("Context", message(describeDevice()));
  expect(context.effectiveConnectionType).toBe(number);
});

it("completes it with screen, language, release and how the page is shown", () => {
  const agent = create({ release: "2026.11", clickRules: "4,800" });
  completeContext(agent);
  expect(contextOf(agent)).toMatchObject({
    deviceMemoryMib: 512,
    effectiveConnectionType: 1,
    roundTripMs: 300,
    downlinkKbps: 50,
    saveData: true,
    viewportWidth: 300,
    viewportHeight: 600,
    maxTouchPoints: 5,
    language: "pt-BR",
    orientation: 1,
    installed: true,
  });
  expect(texts).toContain("2026.11");
  expect(decode("BehaviorRules", agent.rules as Uint8Array)).toMatchObject({
    rageClicks: 4,
    rageIntervalMs: 800,
  });
});

it("takes tags of the options, and those that were told before and after it came", () => {
  const agent = create({ course: "drawing", coach: "Ana" });
  agent.waiting.push(["context", { userType: "student", tier: null, coach: "" }]);
  followCommands(agent, completeContext(agent));
  agent.waiting.push(["context", { course: "watercolour" }]);
  expect(contextOf(agent).tags).toEqual(["userType", "student", "course", "watercolour"]);
});

it("tells the latest visitor only, hashed, and nobody when that was taken back", async () => {
  const answers: ((hash: ArrayBuffer) => void)[] = [];
  const texts: string[] = [];
  const digest = vi.fn((_name: string, text: Uint8Array) => {
    texts.push(new TextDecoder().decode(text));
    return new Promise<ArrayBuffer>((resolve) => answers.push(resolve));
  });
  vi.stubGlobal("crypto", { subtle: { digest } });
  const agent = create({ userId: "first" });
  followCommands(agent, completeContext(agent));
  const answer = async (index: number, byte: number): Promise<unknown> => {
    answers[index]?.(Uint8Array.of(byte).buffer);
    await Promise.resolve();
    await Promise.resolve();
    return contextOf(agent).tags;
  };
  expect(contextOf(agent).tags).toEqual([]);
  expect(await answer(0, 1)).toEqual(["userId", "01"]);
  agent.waiting.push(["identify", "a"]);
  agent.waiting.push(["identify", ""]);
  expect(await answer(1, 2)).toEqual([]);
  agent.waiting.push(["identify", { userId: "b" }]);
  agent.waiting.push(["identify", "c"]);
  expect(await answer(3, 4)).toEqual(["userId", "04"]);
  expect(await answer(2, 3)).toEqual(["userId", "04"]);
  expect(texts).toEqual(["academy:first", "academy:a", "academy:b", "academy:c"]);
});

it("tells no visitor where the browser cannot hash", () => {
  vi.stubGlobal("crypto", {});
  const agent = create({ userId: "48151" });
  completeContext(agent);
  expect(contextOf(agent).tags).toEqual([]);
});

it("records errors that the site has caught, with what it says of them", () => {
  const agent = create();
  agent.waiting.push(["error", new TypeError("early"), { step: "pay", mail: "ana@example.com" }]);
  followCommands(agent, completeContext(agent));
  agent.waiting.push(["error", "late"]);
  const [[, early] = [], [, late] = []] = record.mock.calls as [number, unknown[]][];
  expect(early?.slice(1, 4)).toEqual([4, "TypeError", "early"]);
  expect(early?.at(-1)).toEqual([
    ["step", "pay"],
    ["mail", ":email"],
  ]);
  expect(late?.slice(1, 4)).toEqual([4, "", "late"]);
});
