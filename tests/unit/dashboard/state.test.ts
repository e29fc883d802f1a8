import { describe, expect, it } from "vitest";
import { pageRows, sortPages } from "../../../dashboard/src/format/pages";
import { intervalOf, rangeOf, ranges, stepFor } from "../../../dashboard/src/state/ranges";
import { formatRoute, parseRoute } from "../../../dashboard/src/state/route";
import { addBeats, beatsSpanMs } from "../../../dashboard/src/state/use_live";
import type { LiveUpdate, Pages } from "../../../dashboard/src/api/types";

describe("routes", () => {
  it.each([
    "#/overview",
    "#/overview?site=academy&range=7d&page=%2Fcourses&vital=inp",
    "#/pages?site=academy",
    "#/sessions?rating=needs-improvement&rage=1",
    "#/sessions/00112233445566778899aabbccddeeff?site=academy",
  ])("writes %s as it read it", (hash) => {
    expect(formatRoute(parseRoute(hash))).toBe(hash);
  });

  it("shows the overview of the last hour for anything it does not know", () => {
    for (const hash of ["", "#", "#/nowhere", "#/overview?range=99y&vital=tbt&rating=odd"]) {
      expect(parseRoute(hash)).toMatchObject({
        view: "overview",
        range: "1h",
        vital: "lcp",
        rating: "RATING_UNSPECIFIED",
      });
    }
  });

  it("shows the list for what is no session id", () => {
    expect(parseRoute("#/sessions/../../x").view).toBe("sessions");
  });
});

describe("ranges", () => {
  it("has the five ranges, the hour by default", () => {
    expect(ranges.map((range) => range.key)).toEqual(["15m", "1h", "24h", "7d", "30d"]);
    expect(rangeOf("unknown").key).toBe("1h");
  });

  it.each(ranges.map((range) => [range.key, range] as const))(
    "%s includes now and has its length",
    (_, range) => {
      const now = new Date(2026, 2, 12, 12, 59, 59, 999).getTime();
      const { fromUnixMs, toUnixMs } = intervalOf(range, now);
      expect(toUnixMs).toBeGreaterThan(now);
      expect(toUnixMs - fromUnixMs).toBe(range.spanMs);
      expect(fromUnixMs % 60_000).toBe(0);
    },
  );

  it("takes coarser steps where few page views would make p75 chance", () => {
    const hour = rangeOf("1h");
    expect(stepFor(hour, 100_000)).toBe(60_000);
    expect(stepFor(hour, 240)).toBe(60_000);
    expect(stepFor(hour, 239)).toBe(120_000);
    expect(stepFor(hour, 3)).toBe(300_000);
  });

  it("asks for at most 120 points", () => {
    for (const range of ranges) {
      for (const step of range.stepsMs) expect(range.spanMs / step).toBeLessThanOrEqual(120);
    }
  });
});

describe("pages", () => {
  const answer: Pages = {
    fromUnixMs: 0,
    toUnixMs: 1,
    pageGroup: ["/", "/a", "/b"],
    pageViews: [10, 30, 20],
    rageClicks: [0, 1, 0],
    metrics: [
      {
        metric: "METRIC_LCP",
        count: [5, 0, 7],
        p75: [3000, 0, 1000],
        rating: ["RATING_NEEDS_IMPROVEMENT", "RATING_UNSPECIFIED", "RATING_GOOD"],
      },
    ],
  };
  const names = (key: Parameters<typeof sortPages>[1], isDescending: boolean): readonly string[] =>
    sortPages(pageRows(answer), key, isDescending).map((row) => row.pageGroup);

  it("sorts by views, by name and by a vital", () => {
    expect(names("views", true)).toEqual(["/a", "/b", "/"]);
    expect(names("page", false)).toEqual(["/", "/a", "/b"]);
    expect(names("rage", true)).toEqual(["/a", "/", "/b"]);
  });

  it("puts pages without the vital last, up or down", () => {
    expect(names("METRIC_LCP", true)).toEqual(["/", "/b", "/a"]);
    expect(names("METRIC_LCP", false)).toEqual(["/b", "/", "/a"]);
  });
});

describe("addBeats", () => {
  const update = (began: number, lcp: number): LiveUpdate => ({
    site: "academy",
    atUnixMs: began,
    beacons: 1,
    pageViews: [
      {
        sessionId: "a",
        pageGroup: "/",
        beganUnixMs: began,
        vitals: [
          {
            metric: "METRIC_LCP",
            value: lcp,
            rating: "RATING_GOOD",
            target: "",
            url: "",
            interactionName: "",
            inputDelayMs: 0,
            processingMs: 0,
            presentationMs: 0,
            delta: 0,
            entryCount: 1,
          },
        ],
      },
    ],
  });

  it("counts a page view once, with its last values, where it was first heard of", () => {
    const first = addBeats([], update(1000, 500), 5000);
    const second = addBeats(first, update(1000, 900), 9000);
    expect(second).toHaveLength(1);
    expect(second[0]?.heardUnixMs).toBe(5000);
    expect(second[0]?.pageView.vitals[0]?.value).toBe(900);
  });

  it("forgets what is older than the ruler", () => {
    const first = addBeats([], update(1000, 500), 5000);
    expect(addBeats(first, update(2000, 500), 5000 + beatsSpanMs)).toHaveLength(1);
  });
});
