// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://academy.example/" }
import { beforeEach, describe, expect, it, vi } from "vitest";
import { start } from "../../../js-shim/src/start.ts";

const { startAgent } = vi.hoisted(() => ({ startAgent: vi.fn() }));
vi.mock("../../../js-shim/src/agent.ts", () => ({ startAgent }));

const RUNNING = Symbol.for("paceline.agent");
const loadEngine = () => Promise.reject(new Error("not asked for"));
const begin = (options: object) =>
  start({ site: "academy", ...options }, "https://rum.example", loadEngine);
const lastOptions = () => startAgent.mock.calls.at(-1)?.[0];

beforeEach(() => {
  startAgent.mockReset();
  Reflect.deleteProperty(window, RUNNING);
  Object.defineProperty(document, "prerendering", { configurable: true, value: false });
});

describe("start", () => {
  it("fills in the defaults", () => {
    begin({});
    expect(lastOptions()).toEqual({
      site: "academy",
      endpoint: "https://rum.example",
      sampleRatePpm: 1_000_000,
      useStorage: true,
      loadEngine,
    });
  });

  it("takes an endpoint with a path, with or without a slash at its end", () => {
    begin({ endpoint: "https://proxy.example/measure//" });
    expect(lastOptions().endpoint).toBe("https://proxy.example/measure");
  });

  it.each([
    [1, 1_000_000],
    [0.25, 250_000],
    [1e-9, 1],
    [7, 1_000_000],
  ])("turns the sample rate %d into %d in a million", (sampleRate, expected) => {
    begin({ sampleRate });
    expect(lastOptions().sampleRatePpm).toBe(expected);
  });

  it.each([{ sampleRate: 0 }, { sampleRate: -1 }, { sampleRate: Number.NaN }, { site: "" }])(
    "does nothing with %o",
    (options) => {
      begin(options);
      expect(startAgent).not.toHaveBeenCalled();
    },
  );

  it("runs once per document, however often it is included", () => {
    begin({});
    begin({ site: "other" });
    expect(startAgent).toHaveBeenCalledOnce();
  });

  it("waits for a prerendered page to be viewed", () => {
    Object.defineProperty(document, "prerendering", { configurable: true, value: true });
    begin({});
    expect(startAgent).not.toHaveBeenCalled();
    document.dispatchEvent(new Event("prerenderingchange"));
    expect(startAgent).toHaveBeenCalledOnce();
  });

  it("keeps errors to itself", () => {
    startAgent.mockImplementation(() => {
      throw new ReferenceError("PerformanceObserver is not defined");
    });
    expect(() => begin({})).not.toThrow();
    expect(() => start(null as never, "", loadEngine)).not.toThrow();
  });
});

describe("the script tag", () => {
  // Runs it as the document's current script.
  async function include(src: string, dataset: Readonly<Record<string, string>>) {
    const script = Object.assign(document.createElement("script"), src && { src });
    Object.assign(script.dataset, dataset);
    Object.defineProperty(document, "currentScript", { configurable: true, value: script });
    vi.resetModules();
    await import("../../../js-shim/src/script-tag.ts");
  }

  it("sends to where it came from, or to the endpoint it is given", async () => {
    await include("https://rum.example/agent/paceline.js", { site: "academy" });
    expect(lastOptions()).toMatchObject({ site: "academy", endpoint: "https://rum.example" });
    Reflect.deleteProperty(window, RUNNING);
    await include("https://cdn.example/paceline.js", { site: "academy", endpoint: "https://a.b" });
    expect(lastOptions().endpoint).toBe("https://a.b");
  });

  it("runs inline with an endpoint, and does nothing without one", async () => {
    await include("", { site: "academy" });
    expect(startAgent).not.toHaveBeenCalled();
    await include("", { site: "academy", endpoint: "https://rum.example" });
    expect(lastOptions().endpoint).toBe("https://rum.example");
  });
});
