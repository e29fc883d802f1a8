// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://academy.example/courses/1" }
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resourceOf, scrubUrl } from "../../../js-shim/src/url-scrub.ts";

interface Vectors {
  readonly vectors: readonly { readonly input: string; readonly output: string }[];
}
const { vectors } = JSON.parse(
  readFileSync("tests/fixtures/url_scrub_vectors.json", "utf8"),
) as Vectors;

describe("scrubUrl", () => {
  it.each(vectors)("follows core's vector $input", ({ input, output }) => {
    expect(scrubUrl(input)).toBe(output);
  });

  it("never takes a replacement for a part of a token", () => {
    const uuid = "123e4567-e89b-12d3-a456-426614174000";
    expect(scrubUrl(`/${uuid}0abcdefghij`)).toBe("/:token0abcdefghij");
  });

  it("is done with long runs of letters at once", () => {
    const begun = performance.now();
    expect(scrubUrl(`/${"a".repeat(200_000)}`)).toHaveLength(2048);
    expect(performance.now() - begun).toBeLessThan(500);
  });

  it("cuts a query that has line breaks", () => {
    expect(scrubUrl("/a?b\nc")).toBe("/a");
  });
});

describe("resourceOf, of a referrer", () => {
  it.each([
    ["https://academy.example/anna@example.com/x?q=1", "/:email/x"],
    ["https://search.example/find/something?q=private", "https://search.example"],
    ["android-app://com.example", "android-app:"],
  ])("describes %s as %s", (url, expected) => {
    expect(resourceOf(url, true)).toBe(expected);
  });
});

describe("resourceOf", () => {
  it.each([
    ["https://academy.example/img/hero.jpg?w=800", "/img/hero.jpg"],
    ["/img/hero.jpg", "/img/hero.jpg"],
    ["https://cdn.example/a/0123456789abcdef.jpg#x", "https://cdn.example/a/:token.jpg"],
    ["data:image/png;base64,AAAA", "data:"],
    ["blob:https://academy.example/123", "blob:"],
    ["http://[", ""],
  ])("describes %s as %s", (url, expected) => {
    expect(resourceOf(url)).toBe(expected);
  });
});
