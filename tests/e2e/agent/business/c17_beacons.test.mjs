// What core/ makes of conversions and journeys in the page: the speed felt so far, and steps of a definition.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, setVisibility } from "../../support/browser.mjs";
import { hasEngine } from "../harness.mjs";
import { business, page as pageOf, rulesWork, sealed, siteWith } from "./support.mjs";

const WITH_ENGINE = {
  "content-security-policy": "default-src * 'unsafe-inline' 'wasm-unsafe-eval' data:",
};
const [START, STEP_START, STEP_COMPLETE, STEP_FAIL, COMPLETE, ABANDON] = [1, 2, 3, 4, 5, 6];

let browser, site;
const { open } = business(() => ({ browser, site }));
const skip = (await hasEngine()) ? false : "the WebAssembly engine is not built";
before(async () => {
  browser = await launchBrowser();
  const body = `<h1>Book</h1><button data-paceline-conversion="purchase_completed"
    data-paceline-value="49.90" data-paceline-currency="EUR" data-paceline-id="order-1">Buy</button>`;
  site = await siteWith(
    { "/book": pageOf(body, { headers: WITH_ENGINE }) },
    { journeys: [{ name: "booking", version: 3, steps: [{ name: "open", page: "/book" }] }] },
  );
});
after(async () => {
  await browser?.close();
  await site?.close();
});

// Events of one kind, with texts for references.
function eventsOf(posts, kind) {
  return sealed(posts).flatMap(({ message: { events = [], strings } }) =>
    events
      .filter(({ event }) => event.case === kind)
      .map(({ event: { value } }) => ({
        ...value,
        text: (name) => (value[`${name}Ref`] ? strings[value[`${name}Ref`] - 1] : ""),
      })),
  );
}

test("C17: a conversion carries the speed felt up to then", { skip }, async () => {
  const from = site.capture.posts.length;
  const { page, errors } = await open("/book");
  // A second page of the session.
  await page.reload();
  await rulesWork(page);
  await page.waitForFunction(() => paceline.vitals().LCP && paceline.vitals().CLS);
  // The first click ends the largest paint.
  await page.click("h1");
  await page.waitForFunction(() => paceline.vitals().FID);
  const { vitals, load } = await page.evaluate(() => ({
    vitals: paceline.vitals(),
    load: performance.getEntriesByType("navigation")[0].loadEventEnd,
  }));
  await page.click("button");
  await setVisibility(page, "hidden");
  const posts = await site.capture.until(
    (all) => eventsOf(all.slice(from), "conversion").length > 0,
  );
  const [conversion] = eventsOf(posts.slice(from), "conversion");
  assert.equal(conversion.text("type"), "purchase_completed");
  assert.equal(conversion.text("currency"), "EUR");
  assert.equal(conversion.text("id"), "order-1");
  assert.equal(Number(conversion.valueMinor), 4990);
  assert.equal(conversion.lcp100us, Math.round(vitals.LCP.value * 10));
  assert.equal(conversion.fid100us, Math.round(vitals.FID.value * 10));
  assert.equal(Number(conversion.clsNano), Math.round(vitals.CLS.value * 1e9));
  assert.equal(conversion.load100us, Math.round(load * 10));
  assert.equal(conversion.pagesVisited, 2);
  assert.ok(conversion.timeOnSiteMs > 0 && conversion.timeOnSiteMs < 120_000);
  assert.ok(conversion.bounceRiskPermille >= 0 && conversion.bounceRiskPermille <= 1000);
  assert.deepEqual(errors, []);
});

test("C15: steps by rules and by calls, with version and reason", { skip }, async () => {
  const from = site.capture.posts.length;
  const { page } = await open("/book");
  await page.evaluate(() => {
    const journey = paceline.journey("payment");
    journey.start();
    journey.stepStart("card");
    journey.stepFail("card", "declined");
    journey.stepComplete("card");
    journey.complete();
    journey.abandon("too slow");
  });
  await setVisibility(page, "hidden");
  const posts = await site.capture.until(
    (all) => eventsOf(all.slice(from), "journeyStep").length >= 9,
  );
  const steps = eventsOf(posts.slice(from), "journeyStep").map((step) => [
    step.text("journey"),
    step.version,
    step.kind,
    step.text("step"),
    step.text("reason"),
  ]);
  assert.deepEqual(
    steps.filter(([name]) => name === "booking"),
    [
      ["booking", 3, START, "", ""],
      ["booking", 3, STEP_COMPLETE, "open", ""],
      ["booking", 3, COMPLETE, "", ""],
    ],
  );
  assert.deepEqual(
    steps.filter(([name]) => name === "payment"),
    [
      ["payment", 0, START, "", ""],
      ["payment", 0, STEP_START, "card", ""],
      ["payment", 0, STEP_FAIL, "card", "declined"],
      ["payment", 0, STEP_COMPLETE, "card", ""],
      ["payment", 0, COMPLETE, "", ""],
      ["payment", 0, ABANDON, "", "too slow"],
    ],
  );
});
