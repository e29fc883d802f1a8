import { describe, expect, it } from "vitest";
import { describe as describeEvent, endOf } from "../../../dashboard/src/journey/events";
import { money, otherFacts } from "../../../dashboard/src/journey/other_events";
import { layOut } from "../../../dashboard/src/journey/lanes";
import { JourneyEventSchema } from "../../../build/generated/ts/paceline/v1/query_pb";
import type { JourneyEvent } from "../../../dashboard/src/api/types";

const event = (fields: object): JourneyEvent =>
  ({ atUnixMs: 1_750_000_000_000, pageViewIndex: 0, ...fields }) as JourneyEvent;

const error = {
  kind: "KIND_UNCAUGHT",
  name: "TypeError",
  message: "x is undefined",
  source: "/app.js",
  line: 12,
  column: 0,
  stack: "",
  target: "",
  attributes: [{ key: "step", value: "pay" }],
  fingerprint: 77,
};
const resource = {
  url: "/app.js",
  type: "RESOURCE_TYPE_SCRIPT",
  durationMs: 120,
  transferSizeBytes: 0,
  cached: true,
};

describe("a journey's other events", () => {
  it("are known, every kind of the schema", () => {
    const kinds = JourneyEventSchema.oneofs[0]?.fields ?? [];
    expect(kinds.length).toBeGreaterThan(27);
    const vitals = ["vital", "layoutShift", "interaction", "click", "rageClick"];
    for (const { localName } of kinds.filter((kind) => !vitals.includes(kind.localName))) {
      expect(describeEvent(event({ [localName]: {} }))?.title, localName).toBeTruthy();
    }
  });

  it("read as one line", () => {
    expect(describeEvent(event({ error }))).toMatchObject({
      kind: "problem",
      title: "TypeError",
      target: "x is undefined",
    });
    expect(describeEvent(event({ resource }))).toMatchObject({
      kind: "other",
      title: "Script",
      target: "/app.js",
    });
    const call = { method: "GET", endpoint: "/api/x", status: 200, failure: "FAILURE_NONE" };
    expect(describeEvent(event({ apiCall: call }))).toMatchObject({
      kind: "other",
      title: "GET call",
    });
    const failed = { ...call, status: 0, failure: "FAILURE_TIMEOUT", durationMs: 30_000 };
    expect(describeEvent(event({ apiCall: failed }))?.kind).toBe("problem");
    expect(describeEvent(event({ apiCall: failed }))?.value).toMatch(/^timeout · /);
    const bundle = {
      scriptBytes: 9_000,
      styleBytes: 800,
      thirdPartyStyleBytes: 440,
      totalBytes: 1e6,
    };
    expect(describeEvent(event({ bundle }))).toMatchObject({
      title: "Scripts and styles",
      value: "10 KiB",
    });
    expect(describeEvent(event({ bundle: { ...bundle, overBudget: true } }))?.title).toBe(
      "Scripts and styles over budget",
    );
    const step = { journey: "payment", kind: "KIND_STEP_FAIL", step: "method", reason: "declined" };
    expect(describeEvent(event({ journeyStep: step }))).toMatchObject({
      kind: "goal",
      title: "Payment: step fail",
      target: "method",
      value: "declined",
    });
    const sale = { type: "purchase_completed", valueMinor: 4900, currency: "EUR", id: "order-1" };
    expect(describeEvent(event({ conversion: sale }))).toMatchObject({
      kind: "goal",
      title: "Purchase completed",
      value: "€49.00",
    });
  });

  it("say what was slow", () => {
    const titleOf = (fields: object) => describeEvent(event(fields))?.title;
    expect(titleOf({ longTask: { durationMs: 400, veryLong: false } })).toBe("Long task");
    expect(titleOf({ longTask: { durationMs: 600, veryLong: true } })).toBe("Very long task");
    expect(titleOf({ transition: { durationMs: 90, slow: false } })).toBe("Went on");
    expect(titleOf({ transition: { durationMs: 1200, slow: true } })).toBe("Went on slowly");
    expect(titleOf({ render: { actualMs: 9, update: true, slow: false } })).toBe("Rendered again");
    expect(titleOf({ render: { actualMs: 20, update: true, slow: true } })).toBe(
      "Rendered again slowly",
    );
  });

  it("tell what is known of them, and nothing that is empty", () => {
    expect(otherFacts(event({ error }))).toEqual([
      ["Kind", "uncaught"],
      ["Name", "TypeError"],
      ["Message", "x is undefined"],
      ["Source", "/app.js"],
      ["Line", "12"],
      ["Attributes", "step: pay"],
      ["Fingerprint", "77"],
    ]);
    const frame = {
      durationMs: 300,
      scripts: [{ sourceUrl: "/a.js", durationMs: 250, pauseMs: 0 }],
    };
    const facts = Object.fromEntries(otherFacts(event({ longAnimationFrame: frame })));
    expect(facts.Scripts).toMatch(/^source url \/a\.js, duration ms /);
  });

  it("last as long as they say", () => {
    expect(endOf(event({ resource })) - event({}).atUnixMs).toBe(120);
  });

  it("are on the time line only where something went wrong or well", () => {
    const events = [event({ resource }), event({ error })];
    const pageView = {
      documentId: "",
      pageView: 0,
      beganUnixMs: 1_750_000_000_000,
      lastSeenUnixMs: 1_750_000_005_000,
      url: "/",
      pageGroup: "/",
      referrer: "",
      navigationType: "NAVIGATION_TYPE_NAVIGATE" as const,
      vitals: [],
      viewportWidth: 0,
      viewportHeight: 0,
      tags: [],
      clockOffsetMs: 0,
    };
    const { lanes } = layOut({ truncated: false, pageViews: [pageView], events }, 800);
    expect(lanes[0]?.markers.map(({ index }) => index)).toEqual([1]);
  });
});

it("shows money in its currency's units", () => {
  expect(money(4900, "EUR")).toBe("€49.00");
  expect(money(4900, "JPY")).toBe("¥4,900");
  expect(money(4900, "")).toBe("");
  expect(money(4900, "not a currency")).toBe("4900 not a currency");
});
