// What core/ passes on of conversions and journeys in the page: the speed felt so far, and steps of a definition.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, setVisibility } from "../../support/browser.mjs";
import { hasEngine } from "../harness.mjs";
import { business, page as pageOf, rulesWork, sealed, siteWith } from "./support.mjs";

const WITH_ENGINE = {
  "content-security-policy": "default-src * 'unsafe-inline' 'wasm-unsafe-eval' data:",
};

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

// Calls of one name, with the texts of their arguments. What is made of them is the collector's: ReadCalls.
function callsOf(posts, name) {
  return sealed(posts).flatMap(({ message: { events = [], strings } }) =>
    events
      .filter(({ event }) => event.case === "call" && strings[event.value.nameRef - 1] === name)
      .map(({ event: { value } }) => ({
        ...value,
        args: value.argumentRefs.map((ref) => (ref ? strings[ref - 1] : "")),
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
    (all) => callsOf(all.slice(from), "conversion").length > 0,
  );
  const [conversion] = callsOf(posts.slice(from), "conversion");
  const [type, ...pairs] = conversion.args;
  const given = {};
  for (let i = 0; i < pairs.length; i += 2) given[pairs[i]] = pairs[i + 1];
  const { timeOnSiteMs, ...others } = given;
  assert.equal(type, "purchase_completed");
  assert.deepEqual(others, { value: "49.90", currency: "EUR", id: "order-1", pagesVisited: "2" });
  assert.ok(Number(timeOnSiteMs) > 0 && Number(timeOnSiteMs) < 120_000);
  assert.equal(conversion.lcp100us, Math.round(vitals.LCP.value * 10));
  assert.equal(conversion.fid100us, Math.round(vitals.FID.value * 10));
  assert.equal(Number(conversion.clsNano), Math.round(vitals.CLS.value * 1e9));
  assert.equal(conversion.load100us, Math.round(load * 10));
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
  const posts = await site.capture.until((all) => callsOf(all.slice(from), "journey").length >= 9);
  const steps = callsOf(posts.slice(from), "journey").map(({ args }) => args);
  assert.deepEqual(
    steps.filter(([name]) => name === "booking"),
    [
      ["booking", "start", "", "version", "3"],
      ["booking", "stepComplete", "open", "version", "3"],
      ["booking", "complete", "", "version", "3"],
    ],
  );
  assert.deepEqual(
    steps.filter(([name]) => name === "payment"),
    [
      ["payment", "start", "", "reason", ""],
      ["payment", "stepStart", "card", "reason", ""],
      ["payment", "stepFail", "card", "reason", "declined"],
      ["payment", "stepComplete", "card", "reason", ""],
      ["payment", "complete", "", "reason", ""],
      ["payment", "abandon", "", "reason", "too slow"],
    ],
  );
});
