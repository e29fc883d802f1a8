// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://academy.example/" }
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Api } from "../../../js-shim/src/api.ts";

const { startAgent } = vi.hoisted(() => ({ startAgent: vi.fn() }));
vi.mock("../../../js-shim/src/agent.ts", () => ({ startAgent }));

let records: [kind: number, fields: readonly unknown[]][];
let strings: string[];
const agent = () => startAgent.mock.results.at(-1)?.value;
const page = window as unknown as { paceline?: Api | unknown[] };
const api = () => page.paceline as Api;
/** Calls as they were recorded: name and arguments. */
const calls = () =>
  records
    .filter(([kind]) => kind === 10)
    .map(([, [, name, refs]]) => [
      name,
      ...Array.from(refs as Uint8Array, (ref) => (ref ? strings[ref - 1] : "")),
    ]);

// Runs the script tag as the document's current script.
async function include(
  dataset: Readonly<Record<string, string>>,
  src = "https://rum.example/a.js",
) {
  const script = Object.assign(document.createElement("script"), src && { src });
  Object.assign(script.dataset, dataset);
  Object.defineProperty(document, "currentScript", { configurable: true, value: script });
  vi.resetModules();
  await import("../../../js-shim/src/script-tag.ts");
}

beforeEach(() => {
  vi.restoreAllMocks();
  records = [];
  strings = [];
  startAgent.mockReset();
  startAgent.mockImplementation(() => ({
    waiting: [],
    timeline: { at: () => 1 },
    ensureSession: () => [Date.now() - 5000, Date.now(), 3, 0],
    ref: (text: string) => (text ? strings.push(text) : 0),
    record: (kind: number, fields: readonly unknown[]) => records.push([kind, fields]),
    onCall: vi.fn(),
    grant: vi.fn(),
    stop: vi.fn(),
  }));
  delete page.paceline;
  localStorage.clear();
  vi.stubGlobal("PerformanceObserver", vi.fn());
  const signals = { doNotTrack: null, globalPrivacyControl: undefined };
  for (const [name, value] of Object.entries(signals))
    Object.defineProperty(navigator, name, { configurable: true, value });
  Object.defineProperty(document, "prerendering", { configurable: true, value: false });
});

describe("init", () => {
  it("takes a script tag's attributes", async () => {
    await include({ site: "academy", sampleRate: "0.5" });
    expect(startAgent.mock.calls[0]?.slice(0, 2)).toMatchObject([
      { site: "academy", sampleRate: "0.5" },
      "https://rum.example/a.js",
    ]);
    expect(agent().grant).toHaveBeenCalledOnce();
  });

  it.each([{ sampleRate: "0" }, { sampleRate: "x" }, { site: "" }])(
    "does nothing with %o",
    async (more) => {
      await include({ site: "academy", ...more });
      expect(startAgent).not.toHaveBeenCalled();
    },
  );

  it("runs once per document, however often it is included", async () => {
    await include({ site: "academy" });
    await include({ site: "other" });
    api()["init"]?.({ site: "other" });
    expect(startAgent).toHaveBeenCalledOnce();
  });

  it("waits for a prerendered page to be viewed", async () => {
    Object.defineProperty(document, "prerendering", { configurable: true, value: true });
    await include({ site: "academy" });
    api()["track"]?.("early");
    expect(startAgent).not.toHaveBeenCalled();
    Object.defineProperty(document, "prerendering", { configurable: true, value: false });
    document.dispatchEvent(new Event("prerenderingchange"));
    expect(startAgent).toHaveBeenCalledOnce();
    expect(calls()).toEqual([["track", "early"]]);
  });

  it("keeps errors to itself", async () => {
    startAgent.mockImplementation(() => {
      throw new ReferenceError("crypto is not defined");
    });
    await include({ site: "academy" });
    expect(() => api()["track"]?.("x")).not.toThrow();
    expect(() => api()["init"]?.(null)).not.toThrow();
  });

  it("does nothing without PerformanceObserver", async () => {
    vi.stubGlobal("PerformanceObserver", undefined);
    await include({ site: "academy" });
    expect(startAgent).not.toHaveBeenCalled();
  });
});

describe("commands", () => {
  it("are made up for when they came before the agent, and taken later", async () => {
    page.paceline = [["track", "early", { a: 1, b: undefined }]];
    await include({ site: "academy" });
    api()["push"]?.(["track", "pushed"], ["feedback", 4]);
    api()["track"]?.("called", { x: true });
    expect(calls()).toEqual([
      ["track", "early", "a", "1", "b", ""],
      ["track", "pushed"],
      ["feedback", "4"],
      ["track", "called", "x", "true"],
    ]);
  });

  it("that are none do not keep the agent from starting, nor others from being told", async () => {
    page.paceline = [null, 5, ["track", { a: Object.create(null) }], ["track", "early"]];
    await include({ site: "academy" });
    expect(() => api()["push"]?.(null, undefined, ["track", "pushed"])).not.toThrow();
    expect(calls()).toEqual([
      ["track", "early"],
      ["track", "pushed"],
    ]);
  });

  it("survive an element of the name", async () => {
    page.paceline = document.createElement("div") as never;
    await include({ site: "academy" });
    api()["track"]?.("x");
    expect(calls()).toEqual([["track", "x"]]);
  });

  it("follow a journey", async () => {
    await include({ site: "academy" });
    const booking = api()["journey"]?.("booking") as Api;
    booking["start"]?.();
    booking["stepStart"]?.("choose");
    booking["stepComplete"]?.("choose");
    booking["stepFail"]?.("pay", "declined");
    booking["abandon"]?.("too long");
    booking["complete"]?.();
    const args = calls().map(([, journey, ...rest]) => [journey, rest.join(" ").trim()]);
    expect(args).toEqual([
      ["booking", "start  reason"],
      ["booking", "stepStart choose reason"],
      ["booking", "stepComplete choose reason"],
      ["booking", "stepFail pay reason declined"],
      ["booking", "abandon  reason too long"],
      ["booking", "complete  reason"],
    ]);
  });

  it("that say who the visitor is, or what it has caught, wait for the lazy part", async () => {
    await include({ site: "academy" });
    const reason = new Error("caught");
    api()["identify"]?.("48151", { userType: "student" });
    api()["context"]?.({ course: "watercolour" });
    api()["error"]?.(reason, { step: "pay" });
    expect(agent().waiting).toEqual([
      ["identify", "48151", { userType: "student" }],
      ["context", { course: "watercolour" }],
      ["error", reason, { step: "pay" }],
    ]);
    expect(calls()).toEqual([]);
  });

  it("do not break over what cannot be a text", async () => {
    await include({ site: "academy" });
    const hostile = {
      toString: () => {
        throw new Error("no");
      },
    };
    expect(() => api()["track"]?.(hostile)).not.toThrow();
    expect(() => api()["track"]?.({ a: Object.create(null) })).not.toThrow();
  });
});

describe("consent", () => {
  it.each([
    [{ consent: "required" }, {}],
    [{}, { doNotTrack: "1" }],
    [{}, { globalPrivacyControl: true }],
  ])("is waited for with %o and %o", async (dataset, signals) => {
    for (const [name, value] of Object.entries(signals))
      Object.defineProperty(navigator, name, { configurable: true, value });
    await include({ site: "academy", ...(dataset as Record<string, string>) });
    expect(agent().grant).not.toHaveBeenCalled();
    api()["consent"]?.("granted");
    expect(agent().grant).toHaveBeenCalledOnce();
    expect(startAgent).toHaveBeenCalledOnce();
  });

  it("is not asked for by signals that the site ignores", async () => {
    Object.defineProperty(navigator, "doNotTrack", { configurable: true, value: "1" });
    await include({ site: "academy", privacySignals: "ignore" });
    expect(agent().grant).toHaveBeenCalledOnce();
  });

  it("that is pending changes nothing", async () => {
    await include({ site: "academy", consent: "required" });
    const running = agent();
    api()["consent"]?.("pending");
    expect(running.grant).not.toHaveBeenCalled();
    api()["track"]?.("heard");
    api()["consent"]?.("granted");
    expect(running.grant).toHaveBeenCalledOnce();
    api()["consent"]?.("pending");
    expect(running.stop).not.toHaveBeenCalled();
    expect(startAgent).toHaveBeenCalledOnce();
  });

  it("may come before the agent", async () => {
    page.paceline = [["consent", "granted"]];
    await include({ site: "academy", consent: "required" });
    expect(agent().grant).toHaveBeenCalled();
  });

  it.each([false, "", null, undefined])("that is %o is none", async (nothing) => {
    await include({ site: "academy" });
    const running = agent();
    api()["consent"]?.(nothing);
    expect(running.stop).toHaveBeenCalledOnce();
    api()["track"]?.("unheard");
    expect(startAgent).toHaveBeenCalledOnce();
  });

  it("that is denied stops the agent and deletes what is stored, of this site only", async () => {
    localStorage.setItem("paceline.academy", "1,2,3");
    localStorage.setItem("paceline.academy.unsent.1", "x");
    localStorage.setItem("theirs", "y");
    localStorage.setItem("paceline.academy2", "4,5,6");
    await include({ site: "academy" });
    const running = agent();
    api()["consent"]?.("denied");
    expect(running.stop).toHaveBeenCalledOnce();
    expect(Object.keys(localStorage).sort()).toEqual(["paceline.academy2", "theirs"]);
    api()["track"]?.("unheard");
    api()["consent"]?.("granted");
    expect(startAgent).toHaveBeenCalledTimes(2);
    expect(calls()).toEqual([]);
  });
});
