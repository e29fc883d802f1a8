import { describe, expect, it } from "vitest";
import { axisTicks, placeLabels, timeAxis } from "../../../dashboard/src/journey/time_axis";

const start = 1_750_000_000_000;

describe("timeAxis", () => {
  it("is linear where something happens all the time", () => {
    const axis = timeAxis([start, start + 1000, start + 2000], 5000);
    expect(axis.breaks).toEqual([]);
    expect(axis.span).toBe(2000);
    expect(axis.place(start)).toBe(0);
    expect(axis.place(start + 500)).toBeCloseTo(0.25);
    expect(axis.place(start + 2000)).toBe(1);
  });

  it("shortens a quiet stretch and says so", () => {
    const axis = timeAxis([start, start + 1000, start + 601_000, start + 602_000], 2000);
    expect(axis.breaks).toEqual([{ fromUnixMs: start + 1000, toUnixMs: start + 601_000 }]);
    expect(axis.span).toBe(4000);
    expect(axis.place(start + 1000)).toBeCloseTo(0.25);
    expect(axis.place(start + 301_000)).toBeCloseTo(0.5);
    expect(axis.place(start + 601_000)).toBeCloseTo(0.75);
  });

  it("keeps the order of time", () => {
    const moments = [0, 5, 5, 400, 9000, 9001, 70_000, 70_500, 4_000_000].map(
      (offset) => start + offset,
    );
    const axis = timeAxis(moments.toReversed());
    const places = Array.from({ length: 500 }, (_, index) => axis.place(start + index * 8000));
    for (let index = 1; index < places.length; index++) {
      expect(places[index]).toBeGreaterThanOrEqual(places[index - 1] ?? 0);
    }
  });

  it("puts times outside at the ends, and a single moment at the start", () => {
    const axis = timeAxis([start, start + 100]);
    expect(axis.place(start - 1)).toBe(0);
    expect(axis.place(start + 101)).toBe(1);
    expect(timeAxis([start]).place(start)).toBe(0);
  });
});

describe("placeLabels", () => {
  it("uses the next row when a label would cover another, and none when all rows are taken", () => {
    const labels = [0, 10, 20, 120].map((x) => ({ x, width: 60 }));
    expect(placeLabels(labels, 2)).toEqual([0, 1, -1, 0]);
  });

  it("lets an earlier label keep its place wherever it is", () => {
    const labels = [100, 60, 0].map((x) => ({ x, width: 50 }));
    expect(placeLabels(labels, 1)).toEqual([0, -1, 0]);
  });

  it("keeps the gap between neighbours", () => {
    expect(
      placeLabels(
        [
          { x: 0, width: 50 },
          { x: 57, width: 5 },
        ],
        1,
        8,
      ),
    ).toEqual([0, -1]);
    expect(
      placeLabels(
        [
          { x: 0, width: 50 },
          { x: 58, width: 5 },
        ],
        1,
        8,
      ),
    ).toEqual([0, 0]);
  });
});

describe("axisTicks", () => {
  it("has none inside a break and goes on after it", () => {
    const end = start + 605_000;
    const axis = timeAxis(
      [start, start + 1000, start + 2000, start + 602_000, start + 603_500, end],
      2000,
    );
    const ticks = axisTicks(axis, start, end, 0.08).map((at) => at - start);
    expect(ticks[0]).toBe(0);
    expect(ticks.every((offset) => offset <= 2000 || offset >= 602_000)).toBe(true);
    expect(ticks.some((offset) => offset >= 602_000)).toBe(true);
  });

  it("keeps its distance", () => {
    const axis = timeAxis([start, start + 1500, start + 3000]);
    const places = axisTicks(axis, start, start + 3000, 0.1).map(axis.place);
    for (let index = 1; index < places.length; index++) {
      expect((places[index] ?? 0) - (places[index - 1] ?? 0)).toBeGreaterThanOrEqual(0.1 - 1e-9);
    }
  });
});
