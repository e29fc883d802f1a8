// @vitest-environment jsdom
import { expect, it } from "vitest";
import { createTracing, traced, traceIdOf } from "../../../../js-shim/src/features/tracing.ts";
import { createHostDouble } from "./host_double.ts";

const OURS = `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01`;
const headersOf = (result: ReturnType<typeof traced>) =>
  (result?.args[1] as { headers: Headers } | undefined)?.headers;

it.each([
  ["/ https://api.example.com", true, true],
  [["https://api.example.com/v2"], false, true],
  [undefined, false, false],
])("sends to the origins that %j names", (traceOrigins, isOwn, isApi) => {
  const traceparentFor = createTracing(createHostDouble({ options: { traceOrigins } }));
  const pattern = /^00-[\da-f]{32}-[\da-f]{16}-01$/;
  const sent = (url: string) => pattern.test(traceparentFor(new URL(url)));
  expect(sent(location.href)).toBe(isOwn);
  expect(sent("https://api.example.com/courses")).toBe(isApi);
  expect(sent("https://api.example.com.evil.org/")).toBe(false);
});

it("is another trace each time", () => {
  const traceparentFor = createTracing(createHostDouble({ options: { traceOrigins: "/" } }));
  const url = new URL(location.href);
  expect(traceparentFor(url)).not.toBe(traceparentFor(url));
});

it("adds the header and keeps everything else", () => {
  const init = { method: "POST", body: "x", headers: { "x-test": "1" } };
  const result = traced("/api", init, OURS);
  expect(result?.args[0]).toBe("/api");
  expect(result?.args[1]).toMatchObject({ method: "POST", body: "x" });
  expect(headersOf(result)?.get("x-test")).toBe("1");
  expect(headersOf(result)?.get("traceparent")).toBe(OURS);
  expect(init).toEqual({ method: "POST", body: "x", headers: { "x-test": "1" } });
});

it("keeps the headers and the referrer of a Request", () => {
  const request = new Request("https://example.org/api", {
    headers: { "x-test": "1" },
    referrerPolicy: "origin",
  });
  const result = traced(request, undefined, OURS);
  expect(headersOf(result)?.get("x-test")).toBe("1");
  expect(result?.args[1]).toMatchObject({ referrerPolicy: "origin", referrer: request.referrer });
  // With an init of its own, the page has given the Request's up.
  expect(traced(request, { method: "GET" }, OURS)?.args[1]).not.toHaveProperty("referrer");
});

it("leaves the page's own traceparent", () => {
  const theirs = `00-${"12".repeat(16)}-${"34".repeat(8)}-00`;
  const init = { headers: { traceparent: theirs } };
  expect(traced("/api", init, OURS)).toEqual({ args: ["/api", init], traceparent: theirs });
});

it("does not copy what is no plain object", () => {
  class Options {
    method = "PUT";
  }
  expect(traced("/api", new Options(), OURS)).toBeUndefined();
});

it("reads the trace's id", () => {
  expect(traceIdOf(OURS)).toEqual(new Uint8Array(16).fill(0xab));
  expect(traceIdOf("")).toBeUndefined();
  expect(traceIdOf("00-short-cd-01")).toBeUndefined();
});
