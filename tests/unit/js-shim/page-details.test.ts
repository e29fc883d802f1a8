// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { pageDetails } from "../../../js-shim/src/page-details.ts";
import type { NavigationEntry } from "../../../js-shim/src/page-views.ts";

const entryWith = (
  serverTiming: readonly (readonly [string, string])[],
  decodedBodySize = 50_000,
): NavigationEntry =>
  ({
    serverTiming: serverTiming.map(([name, description]) => ({ name, description, duration: 0 })),
    decodedBodySize,
  }) as unknown as NavigationEntry;

beforeEach(() => {
  document.body.innerHTML = "";
});

describe("pageDetails", () => {
  it("reads cache status, region, request type and rendering from Server-Timing", () => {
    const entry = entryWith([
      ["db", "12"],
      ["cache", "hit"],
      ["region", "fra1"],
      ["request", "document"],
      ["render", "static"],
    ]);
    expect(pageDetails(entry)).toEqual(["hit", "fra1", "document", "static"]);
  });

  it("knows the names that networks give", () => {
    expect(
      pageDetails(
        entryWith([
          ["cfCacheStatus", "MISS"],
          ["cdn-pop", "FRA"],
        ]),
      ),
    ).toEqual(["MISS", "FRA", "", ""]);
  });

  it("says nothing where nothing is said", () => {
    expect(pageDetails(entryWith([]))).toEqual(["", "", "", ""]);
  });

  it("tells a document that scripts made by its elements, which its bytes could not hold", () => {
    document.body.innerHTML = "<p><b></b></p>".repeat(200);
    expect(pageDetails(entryWith([], 900))[3]).toBe("client");
    expect(pageDetails(entryWith([], 9_000))[3]).toBe("");
    // What the page says of itself counts first.
    expect(pageDetails(entryWith([["rendering", "server"]], 900))[3]).toBe("server");
  });

  it("does not judge a document whose size the browser keeps back", () => {
    document.body.innerHTML = "<p></p>".repeat(200);
    expect(pageDetails(entryWith([], 0))[3]).toBe("");
  });
});
