// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Agent } from "../../../js-shim/src/agent.ts";
import { EntryKind } from "../../../js-shim/src/entry-batch.ts";
import { followSoftNavigations } from "../../../js-shim/src/features/soft-navigations.ts";
import { NavigationType } from "../../../js-shim/src/page-views.ts";

type Read = (entry: object) => unknown;

function createAgent(softNavigations?: boolean | string) {
  const observed: Record<string, Read> = {};
  const readers = new Map<string, Read>();
  const begun: number[][] = [];
  const recorded: [EntryKind, readonly unknown[]][] = [];
  const agent = {
    options: { site: "academy", softNavigations },
    timeline: { at: (ms: number) => ms * 10 },
    record: (kind: EntryKind, fields: readonly unknown[]) => recorded.push([kind, fields]),
    beginPageView: (...args: number[]) => void begun.push(args),
    readers: observed,
    observer: {
      observe: ({ type }: { type: string }) => readers.set(type, observed[type] as Read),
    },
  };
  followSoftNavigations(agent as unknown as Agent);
  return { agent, begun, readers, recorded };
}

const paintOf = (renderTime: number, size: number) => ({
  startTime: 0,
  renderTime,
  loadTime: 0,
  size,
  element: null,
  url: "",
});

beforeEach(() => {
  class SoftNavigation {
    getLargestInteractionContentfulPaint(): void {
      // Only its being there matters.
    }
  }
  vi.stubGlobal("PerformanceSoftNavigation", SoftNavigation);
});
afterEach(() => vi.unstubAllGlobals());

describe("followSoftNavigations", () => {
  it.each([undefined, false, "false"])("does nothing with %s", (softNavigations) => {
    const { agent, begun, readers } = createAgent(softNavigations);
    expect(readers.size).toBe(0);
    agent.beginPageView(NavigationType.route, 5);
    expect(begun).toEqual([[NavigationType.route, 5]]);
  });

  it("does nothing where the browser has no soft navigations, or none of the shipped form", () => {
    vi.stubGlobal("PerformanceSoftNavigation", undefined);
    expect(createAgent(true).readers.size).toBe(0);
    vi.stubGlobal("PerformanceSoftNavigation", Object);
    expect(createAgent(true).readers.size).toBe(0);
  });

  it("begins a page view with its first and largest paint, and none with a route", () => {
    const { agent, begun, readers, recorded } = createAgent("true");
    agent.beginPageView(NavigationType.route, 5);
    readers.get("soft-navigation")?.({
      startTime: 100,
      interactionId: 7,
      paintTime: 140,
      presentationTime: 150,
      getLargestInteractionContentfulPaint: () => ({
        interactionId: 7,
        largestContentfulPaint: paintOf(150, 900),
      }),
    });
    expect(begun).toEqual([[NavigationType.softNavigation, 100]]);
    expect(recorded.map(([kind]) => kind)).toEqual([
      EntryKind.paint,
      EntryKind.largestContentfulPaint,
    ]);
    expect(recorded[0]?.[1]).toEqual([2, 1500]);
    expect(recorded[1]?.[1].slice(0, 2)).toEqual([1500, 900]);
    expect(recorded[1]?.[1].at(-1)).toBe(true);
  });

  it("passes over paints of other interactions, and of before", () => {
    const { readers, recorded } = createAgent(true);
    const paint = readers.get("interaction-contentful-paint");
    paint?.({ interactionId: 7, largestContentfulPaint: paintOf(90, 10) });
    readers.get("soft-navigation")?.({ startTime: 100, interactionId: 14, paintTime: 120 });
    paint?.({ interactionId: 7, largestContentfulPaint: paintOf(130, 20) });
    paint?.({ interactionId: 14, largestContentfulPaint: paintOf(160, 30) });
    const largest = recorded.filter(([kind]) => kind === EntryKind.largestContentfulPaint);
    expect(largest.map(([, fields]) => fields[1])).toEqual([30]);
  });
});
