// @vitest-environment jsdom
import { beforeEach, expect, it, vi } from "vitest";
import { followJourneys, followStages } from "../../../../js-shim/src/features/journeys.ts";
import { createHostDouble, type HostOptions } from "./host_double.ts";

const LOGIN = {
  name: "login",
  version: 2,
  steps: ["a", "b", "c"].map((name) => ({ name, page: `/${name}` })),
};

beforeEach(() => localStorage.clear());

// What a document tells that goes through these paths: kind and step.
function visit(paths: readonly string[], options?: HostOptions): string[] {
  const host = createHostDouble(options);
  followJourneys(host, [LOGIN]);
  paths.forEach((path) => host.open(path));
  return host.calls.map(([, name, kind, step, key, version]) => {
    expect([name, key, version]).toEqual(["login", "version", "2"]);
    return `${kind} ${step}`.trim();
  });
}

const FIRST = ["start", "stepComplete a", "stepStart b"];

it("goes from step to step, and over", () => {
  expect(visit(["/a", "/b", "/c"])).toEqual([
    ...FIRST,
    "stepComplete b",
    "stepStart c",
    "stepComplete c",
    "complete",
  ]);
});

it("says nothing twice, and nothing before the first step", () => {
  expect(visit(["/b", "/c", "/a", "/a", "/x", "/a"])).toEqual(FIRST);
});

it("goes on in the next document of the session, not in another session", () => {
  expect(visit(["/a"])).toEqual(FIRST);
  expect(visit(["/a", "/c"])).toEqual(["stepComplete c", "complete"]);
  visit(["/a"]);
  expect(visit(["/b"], { sessionId: "cd".repeat(16) })).toEqual([]);
});

it("stores nothing where nothing may be stored, and goes on in the document", () => {
  expect(visit(["/a", "/b"], { useStorage: false })).toEqual([
    ...FIRST,
    "stepComplete b",
    "stepStart c",
  ]);
  expect(localStorage).toHaveLength(0);
});

it("keeps in the document what the store refuses", () => {
  const refuse = () => {
    throw new Error("full");
  };
  vi.stubGlobal("localStorage", new Proxy({}, { get: refuse, set: refuse }));
  expect(visit(["/a", "/a"])).toEqual(FIRST);
  vi.unstubAllGlobals();
});

it("takes the first stage that fits, and none where none does", () => {
  const host = createHostDouble();
  followStages(host, [
    { stage: "awareness", pages: ["/", "/blog/*"] },
    { stage: "other", pages: ["/blog/**"] },
  ]);
  const stages = ["/", "/blog/1", "/blog/1/2", "/x"].map((path) => {
    host.open(path);
    return host.tags.stage;
  });
  expect(stages).toEqual(["awareness", "awareness", "other", ""]);
});
