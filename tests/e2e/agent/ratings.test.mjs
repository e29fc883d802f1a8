// C2: the thresholds of good and poor, and that a value exactly on one gets the better rating. No real page paints at
// 2,500.0 ms, so what the browser would observe is put in its place; the agent, its engine and its beacons are real.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { launchBrowser } from "../support/browser.mjs";
import { hasEngine, newPage, pageWithTag, startSite, toldHidden } from "./harness.mjs";

const GOOD = 1;
const NEEDS_IMPROVEMENT = 2;
const POOR = 3;
const METRICS = ["", "LCP", "INP", "CLS", "FCP", "TTFB", "FID"];

// Milliseconds; CLS has no unit. `step` is the least that the wire tells apart.
const THRESHOLDS = {
  LCP: { good: 2500, poor: 4000, step: 0.1 },
  FID: { good: 100, poor: 300, step: 0.1 },
  INP: { good: 200, poor: 500, step: 0.1 },
  CLS: { good: 0.1, poor: 0.25, step: 1e-9 },
  FCP: { good: 1800, poor: 3000, step: 0.1 },
  TTFB: { good: 800, poor: 1800, step: 0.1 },
};

const CASES = [
  { what: "on good", rating: GOOD, value: ({ good }) => good },
  { what: "behind good", rating: NEEDS_IMPROVEMENT, value: ({ good, step }) => good + step },
  { what: "on poor", rating: NEEDS_IMPROVEMENT, value: ({ poor }) => poor },
  { what: "behind poor", rating: POOR, value: ({ poor, step }) => poor + step },
];

// The next handler answers.
async function afterAWhile(request, path) {
  if (path === "/") await setTimeout(1900);
  return undefined;
}

// Runs in the page, before the agent: the observers are given these entries and no others.
function observeInstead({ LCP, FID, INP, CLS, FCP, TTFB }) {
  const event = { name: "pointerdown", startTime: 4300, processingStart: 4300, target: null };
  const entries = {
    paint: [{ entryType: "paint", name: "first-contentful-paint", startTime: FCP, duration: 0 }],
    "largest-contentful-paint": [
      { startTime: LCP, renderTime: LCP, loadTime: 0, size: 1000, element: null, url: "", id: "" },
    ],
    // Behind the first contentful paint, where CLS begins.
    "layout-shift": [{ startTime: 4200, value: CLS, hadRecentInput: false, sources: [] }],
    event: [{ ...event, duration: INP, processingEnd: 4300, interactionId: 7 }],
    "first-input": [
      { ...event, duration: FID, processingStart: 4300 + FID, processingEnd: 4300 + FID },
    ],
  };
  window.PerformanceObserver = class {
    static supportedEntryTypes = PerformanceObserver.supportedEntryTypes;
    constructor(callback) {
      this.callback = callback;
    }
    observe({ type }) {
      const observed = (entries[type] ?? []).map((entry) => ({ entryType: type, ...entry }));
      if (observed.length > 0)
        setTimeout(() => this.callback({ getEntries: () => observed }, this));
    }
    disconnect() {}
    takeRecords() {
      return [];
    }
  };
  const byType = performance.getEntriesByType.bind(performance);
  performance.getEntriesByType = (type) =>
    type === "navigation"
      ? byType(type).map(
          (entry) =>
            new Proxy(entry, {
              get: (of, name) => (name === "responseStart" ? TTFB : Reflect.get(of, name, of)),
            }),
        )
      : byType(type);
}

/** The last rating of each vital that the posts tell. */
function ratingsIn(posts) {
  const ratings = {};
  for (const { message } of posts) {
    for (const { event } of message.events ?? []) {
      if (event.case !== "vital") continue;
      const name = METRICS[event.value.metric];
      if (name in THRESHOLDS) ratings[name] = event.value.rating;
    }
  }
  return ratings;
}

const skip = (await hasEngine()) ? false : "the agent is not built";

describe("ratings", { skip, concurrency: 4 }, () => {
  let browser;
  before(async () => (browser = await launchBrowser()));
  after(() => browser?.close());

  for (const { what, rating, value } of CASES) {
    test(`C2: ${what}`, async () => {
      // No answer begins in the future: the document comes after the latest of these values.
      const site = await startSite({ "/": pageWithTag("<p>Lesson") }, [afterAWhile]);
      try {
        const { page, engineRuns } = await newPage(browser);
        const values = Object.fromEntries(
          Object.entries(THRESHOLDS).map(([name, of]) => [name, value(of)]),
        );
        await page.addInitScript(observeInstead, values);
        await page.goto(`${site.origin}/`);
        await engineRuns();
        await page.goto(`${site.origin}/next`);
        const posts = await site.capture.until((all) => toldHidden(all));
        assert.deepEqual(
          ratingsIn(posts),
          Object.fromEntries(Object.keys(THRESHOLDS).map((name) => [name, rating])),
        );
        await page.close();
      } finally {
        await site.close();
      }
    });
  }
});
