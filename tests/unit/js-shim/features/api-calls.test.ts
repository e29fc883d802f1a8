// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EntryKind } from "../../../../js-shim/src/entry-batch.ts";
import { followApiCalls } from "../../../../js-shim/src/features/api-calls.ts";
import { createHostDouble, type HostDouble } from "./host_double.ts";

const onRequest = vi.fn();
const fetchOriginal = vi.fn();
let host: HostDouble;
let takeEntry: ReturnType<typeof followApiCalls>;
let now: number;

beforeEach(() => {
  vi.resetAllMocks();
  now = 1000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.stubGlobal("fetch", fetchOriginal);
  fetchOriginal.mockImplementation(() => Promise.resolve(new Response("body")));
  host = createHostDouble();
  takeEntry = followApiCalls(host, onRequest);
});
afterEach(() => {
  host.stop();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const entry = (name: string, startTime: number, encodedBodySize: number) =>
  ({
    name: new URL(name, location.href).href,
    startTime,
    responseEnd: startTime + 50,
    transferSize: encodedBodySize + 300,
    encodedBodySize,
    decodedBodySize: encodedBodySize,
  }) as PerformanceResourceTiming;
const calls = () => host.recorded.map(([, fields]) => fields);

it.each([
  ["/api/courses/42/lessons", "/api/courses/:id/lessons"],
  ["/api/v2/courses?page=3#top", "/api/v2/courses"],
  ["/users/jane@example.org/orders/a1b2c3d4e5f6a7b8c9", "/users/:id/orders/:id"],
  ["https://pay.example.com/intents/pi-12345", "https://pay.example.com/intents/:id"],
  ["/3f2504e0-4f89-11d3-9a0c-0305e82c3301/x", "/:id/x"],
  ["/api/lesson-12", "/api/lesson-12"],
])("%s is the endpoint %s", async (url, endpoint) => {
  await fetch(url);
  host.hide();
  expect(calls()[0]?.[2]).toBe(endpoint);
});

it("gives each of several calls to one address its own entry", async () => {
  const first = fetch("/api/poll");
  now = 1005;
  const second = fetch("/api/poll");
  now = 1100;
  await Promise.all([first, second]);
  takeEntry(entry("/api/poll", 1005.2, 222));
  takeEntry(entry("/api/poll", 1000.1, 111));
  // In the order in which they are known: start, duration to the last byte, bytes.
  expect(calls().map((fields) => [fields[0], fields[1], fields[6]])).toEqual([
    [10050, 502, 222],
    [10000, 501, 111],
  ]);
});

it("waits a second for the entry, and then does without", async () => {
  fetchOriginal.mockResolvedValue(new Response("body", { headers: { "content-length": "4" } }));
  await fetch("/api/stream");
  now = 1900;
  await fetch("/api/other");
  expect(calls()).toEqual([]);
  now = 2100;
  takeEntry(entry("/elsewhere", 0, 0));
  expect(calls().map((fields) => [fields[2], fields[6]])).toEqual([["/api/stream", 4]]);
});

it("tells of requests of the page, and not of the agent's own", async () => {
  await fetch("https://rum.example/v1/beacon", { method: "POST" });
  expect(onRequest).not.toHaveBeenCalled();
  await fetch("/api");
  expect(onRequest).toHaveBeenCalledOnce();
  host.hide();
  expect(calls()).toHaveLength(1);
});

it("returns whatever a replaced fetch returns", () => {
  fetchOriginal.mockReturnValue("no promise");
  expect(fetch("/api")).toBe("no promise");
});

it("records a failure at once, and passes the very error on", async () => {
  const error = new DOMException("gone", "AbortError");
  fetchOriginal.mockRejectedValue(error);
  await expect(fetch("/api")).rejects.toBe(error);
  expect(host.recorded.map(([kind, fields]) => [kind, fields[4], fields[9]])).toEqual([
    [EntryKind.apiCall, 0, 2],
  ]);
});

it("forgets calls that never end, when there are too many", async () => {
  fetchOriginal.mockReturnValueOnce(new Promise(() => undefined));
  void fetch("/api/never");
  for (let i = 0; i < 150; i++) void fetch(`/api/more/${i}`);
  await Promise.resolve();
  host.hide();
  expect(calls().length).toBeLessThanOrEqual(101);
});

it.each([
  [undefined, 1],
  [`00-${"12".repeat(16)}-${"34".repeat(8)}-00`, 0],
])("leaves an XMLHttpRequest's own traceparent %s alone", (theirs, count) => {
  host.stop();
  host = createHostDouble({ options: { traceOrigins: "/" } });
  const setHeader = vi
    .spyOn(XMLHttpRequest.prototype, "setRequestHeader")
    .mockImplementation(() => undefined);
  vi.spyOn(XMLHttpRequest.prototype, "send").mockImplementation(() => undefined);
  followApiCalls(host, onRequest);
  const xhr = new XMLHttpRequest();
  xhr.open("GET", "/api");
  if (theirs) xhr.setRequestHeader("TraceParent", theirs);
  setHeader.mockClear();
  xhr.send();
  expect(setHeader).toHaveBeenCalledTimes(count);
  xhr.dispatchEvent(new ProgressEvent("error"));
  const id = calls()[0]?.[10];
  if (theirs) expect(id).toEqual(new Uint8Array(16).fill(0x12));
  else expect(id).toHaveLength(16);
});

it("is not put off by what no browser could fetch", async () => {
  fetchOriginal.mockImplementation(() => Promise.reject(new TypeError("Failed to parse URL")));
  for (let i = 0; i < 10; i++) await expect(fetch("http://[")).rejects.toThrow("Failed to parse");
  fetchOriginal.mockResolvedValue(new Response("body"));
  await fetch("/api");
  host.hide();
  expect(calls().map((fields) => fields[2])).toEqual(["/api"]);
});
