// The rules by which a page and the collector agree.
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  compareGrowth,
  compareVisit,
  compareVital,
  expectedGrowth,
  growthOf,
} from "../../../scripts/visits/compare.mjs";

const VIEW = {
  navigationType: "navigate",
  start: 0,
  vitals: { LCP: 412.04, CLS: 0 },
  clicks: 3,
  rageClicks: 1,
  layoutShifts: 2,
};
const DOCUMENTS = [
  { path: "/b", origin: 2000, pageViews: [{ ...VIEW, vitals: { TTFB: 8 } }] },
  { path: "/a", origin: 1000, pageViews: [VIEW] },
];

/** As the collector answers for DOCUMENTS: protobuf's JSON, which leaves out zeros. */
function journey() {
  const events = (pageViewIndex) => [
    ...Array.from({ length: 3 }, () => ({ pageViewIndex, click: {} })),
    ...Array.from({ length: 2 }, () => ({ pageViewIndex, layoutShift: {} })),
    { pageViewIndex, rageClick: {} },
    { pageViewIndex, vital: {} },
  ];
  const withoutZeroIndex = events(0).map(({ pageViewIndex: _, ...event }) => event);
  return {
    pageViews: [
      { url: "/a", vitals: [{ metric: "METRIC_LCP", value: 412 }, { metric: "METRIC_CLS" }] },
      { url: "/b", vitals: [{ metric: "METRIC_TTFB", value: 8 }] },
    ],
    events: [...withoutZeroIndex, ...events(1)],
  };
}

test("AgreesInOrderOfTimeWithZerosLeftOut", () => {
  const { agrees, problems, rows } = compareVisit(DOCUMENTS, journey());
  assert.deepEqual(problems, []);
  assert.equal(agrees, true);
  assert.deepEqual(
    rows.map(({ path }) => path),
    ["/a", "/b"],
  );
});

test("TimesAgreeToATenthAfterRounding", () => {
  assert.equal(compareVital("LCP", 100.04, 100.1).agrees, true);
  assert.equal(compareVital("LCP", 100.0, 100.14).agrees, true);
  assert.equal(compareVital("LCP", 100.0, 100.2).agrees, false);
});

test("ShiftsAgreeToANanounit", () => {
  assert.equal(compareVital("CLS", 0.1234567891, 0.123456789).agrees, true);
  assert.equal(compareVital("CLS", 0.12345679, 0.12345678).agrees, false);
});

test("AVitalOfOneSideOnlyDisagrees", () => {
  assert.equal(compareVital("INP", undefined, 8).agrees, false);
  assert.equal(compareVital("INP", 8, undefined).agrees, false);
  assert.equal(compareVital("INP", undefined, undefined).agrees, true);
});

test("RestoredPaintsMayDifferByAFrameAndOtherPaintsMayNot", () => {
  assert.equal(compareVital("FCP", 40, 52, "back-forward-cache").agrees, true);
  assert.equal(compareVital("FCP", 40, 60, "back-forward-cache").agrees, false);
  assert.equal(compareVital("INP", 40, 52, "back-forward-cache").agrees, false);
  assert.equal(compareVital("FCP", 40, 52, "navigate").agrees, false);
});

test("EveryKindOfDifferenceIsNamed", () => {
  const change = (edit) => {
    const changed = journey();
    edit(changed);
    return compareVisit(DOCUMENTS, changed).problems;
  };
  assert.match(change((j) => (j.pageViews[0].vitals[0].value = 500))[0], /\/a: LCP is 412.04/);
  assert.match(change((j) => j.pageViews.pop())[0], /2 page views visited, 1 answered/);
  assert.match(change((j) => (j.pageViews[1].url = "/c"))[0], /is \/b, answered as \/c/);
  assert.match(change((j) => j.events.shift())[0], /clicks is 3 in the page, 2 answered/);
  assert.match(change((j) => (j.events = []))[1], /rageClicks is 1/);
  assert.deepEqual(compareVisit(DOCUMENTS, undefined).problems, [
    "the collector does not know the session",
  ]);
});

test("RollupsHaveToGrowByTheVisits", () => {
  const expected = expectedGrowth([{ documents: DOCUMENTS }]);
  assert.equal(expected["page views"], 2);
  assert.equal(expected["rage clicks"], 2);
  assert.equal(expected.LCP, 1);
  assert.equal(expected.INP, 0);
  const before = { pageViews: 10, vitals: [{ metric: "METRIC_LCP", count: 9 }] };
  const after = {
    pageViews: 12,
    rageClicks: 2,
    vitals: [
      { metric: "METRIC_LCP", count: 10 },
      { metric: "METRIC_CLS", count: 1 },
      { metric: "METRIC_TTFB", count: 1 },
    ],
  };
  const isAgreed = (rows) => rows.every(({ agrees }) => agrees);
  assert.equal(isAgreed(compareGrowth(expected, growthOf(before, after))), true);
  assert.equal(
    isAgreed(compareGrowth(expected, growthOf(before, { ...after, pageViews: 13 }))),
    false,
  );
  assert.equal(isAgreed(compareGrowth(expected, growthOf({}, after))), false);
});
