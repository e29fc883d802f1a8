import { describe, expect, it } from "vitest";
import { phasesOf } from "../../../dashboard/src/journey/event_detail";
import {
  describe as describeEvent,
  endOf,
  mostTelling,
} from "../../../dashboard/src/journey/events";
import { layOut } from "../../../dashboard/src/journey/lanes";
import { movement } from "../../../dashboard/src/journey/shift_sketch";
import { sketchFrame } from "../../../dashboard/src/journey/sketch_frame";
import type {
  Journey,
  JourneyEvent,
  JourneyPageView,
  Rect,
} from "../../../dashboard/src/api/types";

const start = 1_750_000_000_000;
const rect = (x: number, y: number, width: number, height: number): Rect => ({
  x,
  y,
  width,
  height,
});

function event(offset: number, pageViewIndex: number, more: Partial<JourneyEvent>): JourneyEvent {
  return { atUnixMs: start + offset, pageViewIndex, ...more };
}

function shift(value: number, hadRecentInput = false): Partial<JourneyEvent> {
  return { layoutShift: { value, hadRecentInput, sources: [{ target: "div.banner" }] } };
}

function pageView(from: number, to: number, url: string): JourneyPageView {
  return {
    documentId: "00",
    pageView: 0,
    beganUnixMs: start + from,
    lastSeenUnixMs: start + to,
    url,
    pageGroup: url,
    referrer: "",
    navigationType: "NAVIGATION_TYPE_NAVIGATE",
    vitals: [],
    viewportWidth: 1280,
    viewportHeight: 720,
    tags: [],
    clockOffsetMs: 0,
  };
}

const lcp = {
  metric: "METRIC_LCP",
  value: 2840,
  rating: "RATING_NEEDS_IMPROVEMENT",
  target: "img.hero",
  url: "",
  interactionName: "",
  inputDelayMs: 0,
  processingMs: 0,
  presentationMs: 0,
  delta: 0,
  entryCount: 1,
} as const;

const interaction = {
  name: "click",
  target: "button",
  durationMs: 640,
  inputDelayMs: 34,
  processingMs: 560,
};

describe("describe", () => {
  it("reads a vital with its rating and element", () => {
    expect(describeEvent(event(0, 0, { vital: lcp }))).toEqual({
      kind: "vital",
      title: "LCP",
      value: "2.84\u00a0s",
      rating: "RATING_NEEDS_IMPROVEMENT",
      target: "img.hero",
    });
  });

  it("tells counted shifts from those after input, and never shows a shift as zero", () => {
    expect(describeEvent(event(0, 0, shift(0.18)))).toMatchObject({
      title: "Layout shift",
      value: "0.180",
    });
    expect(describeEvent(event(0, 0, shift(0.0001, true)))).toMatchObject({
      title: "Layout shift after input",
      value: "< 0.001",
    });
  });

  it("knows nothing of events of a later schema", () => {
    expect(describeEvent(event(0, 0, {}))).toBeUndefined();
  });
});

it("ends an interaction and a run of clicks after they began", () => {
  expect(endOf(event(100, 0, { interaction }))).toBe(start + 740);
  expect(endOf(event(100, 0, shift(0.1)))).toBe(start + 100);
});

describe("layOut", () => {
  const journey: Journey = {
    truncated: false,
    pageViews: [pageView(0, 4000, "/"), pageView(4200, 700_000, "/booking")],
    events: [
      event(210, 0, { vital: { ...lcp, metric: "METRIC_TTFB", value: 210 } }),
      event(230, 0, { vital: { ...lcp, metric: "METRIC_FCP", value: 230 } }),
      event(250, 0, { vital: lcp }),
      event(5000, 1, { interaction }),
      event(6000, 1, { visibilityChange: { hidden: true } }),
      event(699_000, 1, { visibilityChange: { hidden: false } }),
    ],
  };
  const timeline = layOut(journey, 1200);

  it("gives each page view a lane with its own events", () => {
    expect(timeline.lanes.map((lane) => lane.pageView.url)).toEqual(["/", "/booking"]);
    expect(timeline.lanes.map((lane) => lane.markers.map((marker) => marker.index))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it("keeps everything inside the picture and in the order of time", () => {
    const xs = timeline.lanes.flatMap((lane) => lane.markers.map((marker) => marker.x));
    expect(xs.toSorted((a, b) => a - b)).toEqual(xs);
    for (const lane of timeline.lanes) {
      expect(lane.x).toBeGreaterThanOrEqual(0);
      expect(lane.x2).toBeLessThanOrEqual(timeline.width);
      expect(lane.x2).toBeGreaterThan(lane.x);
    }
  });

  it("labels only where there is room", () => {
    expect(timeline.lanes[0]?.markers.map((marker) => marker.labelRow)).toEqual([0, 1, 2]);
  });

  it("marks the long quiet stretch and the hidden page in it", () => {
    expect(timeline.breaks.map((gap) => gap.durationMs)).toContain(693_000);
    const hidden = timeline.lanes[1]?.hidden ?? [];
    expect(hidden).toHaveLength(1);
    expect(hidden[0]?.x2).toBeGreaterThan(hidden[0]?.x ?? Number.POSITIVE_INFINITY);
  });

  it("scrolls rather than squeezes a long visit", () => {
    const long: Journey = {
      truncated: false,
      pageViews: [pageView(0, 100_000, "/")],
      events: Array.from({ length: 100 }, (_, index) => event(index * 1000, 0, shift(0.01))),
    };
    expect(layOut(long, 390).width).toBeGreaterThan(390);
    expect(layOut(long, 390).width).toBeLessThanOrEqual(3900);
  });

  it("draws an empty journey as nothing", () => {
    expect(layOut({ truncated: false, pageViews: [], events: [] }, 800)).toEqual({
      width: 800,
      lanes: [],
      breaks: [],
      ticks: [],
    });
  });
});

describe("mostTelling", () => {
  const first = (events: readonly JourneyEvent[]): number =>
    mostTelling({ truncated: false, pageViews: [], events });
  const rage = { rageClick: { target: "a", count: 4, x: 1, y: 1, durationMs: 900 } };

  it("opens the largest shift that counts", () => {
    const shifts = [
      event(0, 0, shift(0.05)),
      event(1, 0, shift(0.4, true)),
      event(2, 0, shift(0.1)),
    ];
    expect(first(shifts)).toBe(2);
    expect(first([event(0, 0, rage), event(1, 0, shift(0.001))])).toBe(1);
  });

  it("otherwise a rage click, a slow interaction, or the largest paint", () => {
    expect(first([event(0, 0, { interaction }), event(1, 0, rage)])).toBe(1);
    expect(first([event(0, 0, { vital: lcp }), event(1, 0, { interaction })])).toBe(1);
    expect(
      first([event(0, 0, { visibilityChange: { hidden: true } }), event(1, 0, { vital: lcp })]),
    ).toBe(1);
    expect(first([event(0, 0, { visibilityChange: { hidden: true } })])).toBe(-1);
  });
});

it("draws no CLS of zero", () => {
  const still = event(0, 0, { vital: { ...lcp, metric: "METRIC_CLS", value: 0 } });
  const journey = {
    truncated: false,
    pageViews: [pageView(0, 1000, "/")],
    events: [still, event(5, 0, { vital: lcp })],
  };
  expect(layOut(journey, 800).lanes[0]?.markers.map((marker) => marker.index)).toEqual([1]);
});

describe("the sketch of a shift", () => {
  it("is the page view's viewport, and more where something reaches further", () => {
    const phone = { viewportWidth: 390, viewportHeight: 844 };
    expect(sketchFrame([rect(0, 0, 200, 120)], phone)).toEqual({ width: 390, height: 844 });
    expect(sketchFrame([rect(0, 800, 400, 120)], phone)).toEqual({ width: 400, height: 920 });
    expect(sketchFrame([rect(0, 0, 390, 120)], undefined)).toEqual({ width: 1280, height: 800 });
    expect(sketchFrame([undefined, rect(0, 0, 0, 0)], phone)).toBeUndefined();
  });

  it("says in words what moved", () => {
    expect(movement(rect(0, 100, 300, 40), rect(0, 220, 300, 40))).toBe(
      "moved 120 px down, 300 × 40 px",
    );
    expect(movement(rect(50, 100, 300, 40), rect(40, 90, 300, 40))).toBe(
      "moved 10 px up and 10 px left, 300 × 40 px",
    );
    expect(movement(rect(0, 0, 300, 40), rect(0, 0, 300, 90))).toBe(
      "changed from 300 × 40 to 300 × 90 px",
    );
    expect(movement(rect(0, 0, 0, 0), rect(0, 0, 300, 90))).toBe("came into view, 300 × 90 px");
    expect(movement(rect(0, 0, 300, 90), undefined)).toBe("left the viewport");
  });
});

it("splits an interaction into three parts that add up to it", () => {
  const parts = phasesOf(event(0, 0, { interaction }));
  expect(parts.map((part) => part.ms)).toEqual([34, 560, 46]);
  expect(phasesOf(event(0, 0, shift(0.1)))).toEqual([]);
});
