// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://academy.example/" }
import { beforeEach, expect, it, vi } from "vitest";
import { followBusinessContext } from "../../../../js-shim/src/features/business-context.ts";
import { followBusiness } from "../../../../js-shim/src/features/business.ts";
import { createHostDouble } from "./host_double.ts";

beforeEach(() => localStorage.clear());

it.each([
  [false, 1],
  [true, 0],
])("starts rules that come late, unless it has stopped: %s", async (isStopped, count) => {
  const host = createHostDouble({ config: { conversions: [{ type: "booked", page: "/" }] } });
  followBusiness(host);
  if (isStopped) host.stop();
  await new Promise((resolve) => setTimeout(resolve));
  expect(host.calls.filter(([name]) => name === "conversion")).toHaveLength(count);
  if (!isStopped) host.stop();
});

it("tells the latest visitor only, and nobody when that was taken back", async () => {
  const answers: ((hash: ArrayBuffer) => void)[] = [];
  const digest = vi.fn(() => new Promise<ArrayBuffer>((resolve) => answers.push(resolve)));
  vi.stubGlobal("crypto", { subtle: { digest } });
  const host = createHostDouble();
  followBusinessContext(host);
  const answer = async (index: number, byte: number) => {
    answers[index]?.(Uint8Array.of(byte).buffer);
    await Promise.resolve();
    await Promise.resolve();
    return host.tags["userId"];
  };
  host.setTags({ userId: "a" });
  host.setTags({ userId: "" });
  expect(await answer(0, 1)).toBe("");
  host.setTags({ userId: "b" });
  host.setTags({ userId: "c" });
  expect(await answer(2, 3)).toBe("03");
  expect(await answer(1, 2)).toBe("03");
  vi.unstubAllGlobals();
});
