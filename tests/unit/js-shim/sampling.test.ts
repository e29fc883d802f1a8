import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hashOf, isSampled } from "../../../js-shim/src/sampling.ts";

interface Decision {
  readonly session_id_hex: string;
  readonly hash: number;
  readonly sample_rate_ppm: number;
  readonly sampled: boolean;
}
const { decisions } = JSON.parse(readFileSync("tests/fixtures/sampling_vectors.json", "utf8")) as {
  readonly decisions: readonly Decision[];
};

describe("isSampled", () => {
  it("decides core's vectors as core does", () => {
    expect(decisions.length).toBeGreaterThan(50);
    for (const { session_id_hex, hash, sample_rate_ppm, sampled } of decisions) {
      const id = Uint8Array.from(Buffer.from(session_id_hex, "hex"));
      expect(hashOf(id)).toBe(hash);
      expect(isSampled(id, sample_rate_ppm), `${session_id_hex} at ${sample_rate_ppm}`).toBe(
        sampled,
      );
    }
  });

  it("reads an id that is a part of a larger buffer", () => {
    const buffer = Uint8Array.from([9, 9, 9, 9, 0, 0, 0, 1]);
    expect(hashOf(buffer.subarray(4))).toBe(hashOf(Uint8Array.from([0, 0, 0, 1])));
  });
});
