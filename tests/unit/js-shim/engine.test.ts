import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadEngine } from "../../../js-shim/src/engine.ts";

// Stands in for the glue, which waits for `receive` however long that takes.
const { createCore } = vi.hoisted(() => ({ createCore: vi.fn() }));
vi.mock("paceline-core", () => ({ default: createCore }));

interface GlueOptions {
  instantiateWasm(imports: object, receive: (instance: unknown) => void): object;
}
const glue = ({ instantiateWasm }: GlueOptions) =>
  new Promise((resolve) => {
    instantiateWasm({}, () => resolve({ consume: () => 0, reserve: () => 0, HEAPU8: new Set() }));
  });

const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
const unhandled = vi.fn();

beforeEach(() => {
  vi.stubGlobal("WASM_FILE", "./paceline-core.wasm");
  vi.stubGlobal("fetch", async () => new Response(EMPTY_MODULE));
  unhandled.mockClear();
  createCore.mockReset().mockImplementation(glue);
  process.on("unhandledRejection", unhandled);
});
afterEach(() => {
  process.off("unhandledRejection", unhandled);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("loadEngine", () => {
  it("gives an engine", async () => {
    const engine = await loadEngine();
    expect(engine.pending).toBeTypeOf("function");
  });

  it.each([
    ["the module cannot be fetched", () => vi.stubGlobal("fetch", async () => Response.error())],
    [
      "the module cannot be instantiated",
      () => vi.spyOn(WebAssembly, "instantiate").mockRejectedValue(new RangeError("no memory")),
    ],
    ["the glue refuses", () => createCore.mockRejectedValue(new Error("refused"))],
  ])("rejects when %s, and leaves nothing to the page", async (_, breakIt) => {
    breakIt();
    await expect(loadEngine()).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve));
    expect(unhandled).not.toHaveBeenCalled();
  });
});
