import { expect, it, vi } from "vitest";
import { createTimed } from "../../../../js-shim/src/features/timed.ts";

const setUp = () => {
  const metric = vi.fn();
  return { metric, time: createTimed(metric) };
};

it("gives what the function gives, and tells once", () => {
  const { metric, time } = setUp();
  const result = {};
  expect(time("plain", () => result, { kind: "render" })).toBe(result);
  expect(metric).toHaveBeenCalledOnce();
  expect(metric).toHaveBeenCalledWith("plain", expect.any(Number), {
    unit: "ms",
    source: "browser",
    kind: "render",
  });
});

it("throws what the function throws", () => {
  const { metric, time } = setUp();
  const reason = new RangeError("no");
  const fail = () => {
    throw reason;
  };
  expect(() => time("fails", fail)).toThrow(reason);
  expect(metric.mock.calls[0]?.[2]).toMatchObject({ failed: true });
});

it("waits for promises, and rejects as they do", async () => {
  const { metric, time } = setUp();
  const reason = new Error("no");
  await expect(time("late", () => Promise.resolve(1))).resolves.toBe(1);
  await expect(time("fails", () => Promise.reject(reason))).rejects.toBe(reason);
  expect(metric.mock.calls.map(([name, , { failed }]) => [name, failed])).toEqual([
    ["late", undefined],
    ["fails", true],
  ]);
});

it("leaves promises of the page's own, and more than promises, as they are", async () => {
  const { metric, time } = setUp();
  const own = Promise.resolve(1);
  class Query extends Promise<number> {}
  const query = Query.resolve(2) as Query;
  expect(time("own", own)).toBe(own);
  expect(time("query", () => query)).toBe(query);
  await Promise.all([own, query]);
  expect(metric).toHaveBeenCalledTimes(2);
});
