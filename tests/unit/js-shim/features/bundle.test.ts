import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EntryKind } from "../../../../js-shim/src/entry-batch.ts";
import { createBundle } from "../../../../js-shim/src/features/bundle.ts";
import { ResourceType as Type } from "../../../../js-shim/src/features/resource-type.ts";
import { createHostDouble } from "./host_double.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const entry = (responseEnd: number, encodedBodySize: number, decodedBodySize = encodedBodySize) =>
  ({ responseEnd, encodedBodySize, decodedBodySize }) as PerformanceResourceTiming;

it("sums up by type and party: decoded for scripts and styles, encoded for the rest", () => {
  const host = createHostDouble();
  const weigh = createBundle(host);
  weigh(Type.script, false, entry(10, 100, 300));
  weigh(Type.script, true, entry(20, 50, 70));
  weigh(Type.stylesheet, false, entry(15, 10, 40));
  weigh(Type.stylesheet, true, entry(15, 5, 6));
  weigh(Type.image, false, entry(12, 1000, 9000));
  weigh(Type.font, true, entry(12, 200));
  weigh(Type.fetch, false, entry(12, 7));
  expect(host.recorded).toEqual([]);
  vi.runAllTimers();
  expect(host.recorded).toEqual([
    [EntryKind.bundle, [200, 300, 70, 40, 6, 2, 2, 1000, 200, 1372, 1, 1, 7]],
  ]);
});

it("tells again when the page is hidden, if there is more, and starts anew with each page view", () => {
  const host = createHostDouble();
  const weigh = createBundle(host);
  weigh(Type.script, false, entry(10, 100));
  vi.runAllTimers();
  host.hide();
  expect(host.recorded).toHaveLength(1);
  weigh(Type.script, false, entry(30, 1));
  host.hide();
  expect(host.recorded.at(-1)?.[1].slice(0, 2)).toEqual([300, 101]);
  host.open("/next");
  weigh(Type.script, false, entry(50, 5));
  host.hide();
  expect(host.recorded.at(-1)?.[1].slice(0, 2)).toEqual([500, 5]);
  expect(host.recorded).toHaveLength(3);
});
