// @vitest-environment node
import { gunzipSync } from "node:zlib";
import { afterEach, expect, it, vi } from "vitest";
import { compress, mayCompress } from "../../../../js-shim/src/features/compress.ts";
import { bytes } from "../network.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

it("makes gzip, which says itself what it is, of what has repetitions", async () => {
  const body = bytes(4000, 65);
  const packed = await compress(body);
  expect(packed.length).toBeLessThan(100);
  expect([...packed.slice(0, 2)]).toEqual([0x1f, 0x8b]);
  expect(new Uint8Array(gunzipSync(packed))).toEqual(body);
});

it("leaves as it is what would hardly get smaller", async () => {
  const body = crypto.getRandomValues(new Uint8Array(4000));
  expect(await compress(body)).toBe(body);
  // A sixth could be saved.
  body.fill(0, 0, 4000 / 6);
  expect(await compress(body)).toBe(body);
});

it("does not try what is small, and not where the browser cannot", () => {
  expect(mayCompress(bytes(512))).toBe(false);
  expect(mayCompress(bytes(1025))).toBe(true);
  vi.stubGlobal("CompressionStream", undefined);
  expect(mayCompress(bytes(1025))).toBe(false);
});

it("gives the body as it is when compressing fails", async () => {
  vi.stubGlobal("CompressionStream", function () {
    throw new TypeError("no gzip");
  });
  const body = bytes(4000);
  expect(await compress(body)).toBe(body);
});
