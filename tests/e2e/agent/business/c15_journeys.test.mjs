// Journeys and stages by rules and by calls.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser, setVisibility } from "../../support/browser.mjs";
import {
  business,
  callsOf,
  page as pageOf,
  rulesWork,
  siteWith,
  tagsOnHiding,
} from "./support.mjs";

const BOOKING = {
  name: "class_booking",
  version: 3,
  steps: [
    { name: "choose", page: "/courses/*" },
    { name: "date", click: "[data-date]" },
    { name: "details", submit: "form#details" },
    { name: "done", page: "/booked" },
  ],
};
// Selectors that are none: others still work.
const BROKEN = { name: "broken", version: 1, steps: [{ name: "none", click: "[[" }] };

const booking = (kind, step = "") => ["class_booking", kind, step, "version", "3"];
const WHOLE = [
  booking("start"),
  booking("stepComplete", "choose"),
  booking("stepStart", "date"),
  booking("stepComplete", "date"),
  booking("stepStart", "details"),
  booking("stepComplete", "details"),
  booking("stepStart", "done"),
  booking("stepComplete", "done"),
  booking("complete"),
];

let browser, site, plain;
const { open } = business(() => ({ browser, site }));
const { open: openPlain } = business(() => ({ browser, site: plain }));
before(async () => {
  browser = await launchBrowser();
  const pages = {
    "/": pageOf(`<p>home</p>`),
    "/courses/first-marathon": pageOf(`<a href="/date">date</a><a href="/blog/1">blog</a>`),
    "/date": pageOf(
      `<button data-date="1"><b>Monday</b></button>
       <form id="details" onsubmit="event.preventDefault(); location.href = '/booked'">
         <input name="name"><button id="send">Send</button></form>`,
    ),
    "/booked": pageOf(`<p>booked</p>`),
    "/blog/1": pageOf(`<p>blog</p>`),
  };
  site = await siteWith(pages, {
    journeys: [BROKEN, BOOKING],
    stages: [
      { stage: "awareness", pages: ["/", "/blog/**"] },
      { stage: "decision", pages: ["/courses/*"] },
    ],
  });
  const own = JSON.stringify([
    { name: "own", version: 1, steps: [{ name: "look", page: "/own" }] },
  ]);
  plain = await siteWith({
    "/own": pageOf(`<p>own</p>`, { attributes: `data-journeys='${own}'` }),
    "/malformed": pageOf(`<p>own</p>`, { attributes: `data-journeys='[{'` }),
    "/calls": pageOf(`<p>calls</p>`),
  });
});
after(async () => {
  await browser?.close();
  await site?.close();
  await plain?.close();
});

async function go(page, path) {
  await page.goto(site.origin + path);
  await rulesWork(page);
}

/** Hides the page, and gives its journey calls once the last of `expected` has come. */
async function journeysOf(page, expected, from, origin = site) {
  await setVisibility(page, "hidden");
  const posts = await origin.capture.until(
    (all) => callsOf(all.slice(from), "journey").length >= expected.length,
  );
  return callsOf(posts.slice(from), "journey");
}

describe("journeys by rules", () => {
  test("C15: each step is told once, across pages, by pages, clicks and forms", async () => {
    const from = site.capture.posts.length;
    const { page, errors } = await open("/courses/first-marathon");
    // Seen again: nothing new.
    await go(page, "/courses/first-marathon");
    await page.click("a[href='/date']");
    await page.waitForURL("**/date");
    await rulesWork(page);
    await page.click("b");
    await page.click("b");
    await page.click("#send");
    await page.waitForURL("**/booked");
    await rulesWork(page);
    assert.deepEqual(await journeysOf(page, WHOLE, from), WHOLE);
    assert.deepEqual(errors, []);
  });

  test("C15: a journey that is over begins again with its first step", async () => {
    const from = site.capture.posts.length;
    const { page } = await open("/courses/first-marathon");
    await go(page, "/booked");
    await go(page, "/booked");
    await go(page, "/courses/first-marathon");
    const expected = [
      booking("start"),
      booking("stepComplete", "choose"),
      booking("stepStart", "date"),
      // Steps may be left out.
      booking("stepComplete", "done"),
      booking("complete"),
      booking("start"),
      booking("stepComplete", "choose"),
      booking("stepStart", "date"),
    ];
    assert.deepEqual(await journeysOf(page, expected, from), expected);
  });

  test("C15: a later step of a journey that has not begun says nothing", async () => {
    const from = site.capture.posts.length;
    const { page } = await open("/booked");
    await go(page, "/courses/first-marathon");
    const expected = WHOLE.slice(0, 3);
    assert.deepEqual(await journeysOf(page, expected, from), expected);
  });

  test("C15: the tabs of a session go through one journey", async () => {
    const from = site.capture.posts.length;
    const { page, context } = await open("/courses/first-marathon");
    await setVisibility(page, "hidden");
    const { page: other } = await open("/date", { context });
    await other.click("b");
    const expected = WHOLE.slice(0, 5);
    assert.deepEqual(await journeysOf(other, expected, from), expected);
  });

  test("C15: routes are pages, too", async () => {
    const from = site.capture.posts.length;
    const { page } = await open("/");
    await page.evaluate(() => history.pushState({}, "", "/courses/faster-5k"));
    const expected = WHOLE.slice(0, 3);
    assert.deepEqual(await journeysOf(page, expected, from), expected);
  });

  test("C15: rules of the page's own, without a collector's configuration", async () => {
    const from = plain.capture.posts.length;
    const { page, errors } = await openPlain("/own");
    const expected = [
      ["own", "start", "", "version", "1"],
      ["own", "stepComplete", "look", "version", "1"],
      ["own", "complete", "", "version", "1"],
    ];
    assert.deepEqual(await journeysOf(page, expected, from, plain), expected);
    await page.goto(`${plain.origin}/malformed`);
    await rulesWork(page);
    assert.deepEqual(errors, []);
  });
});

test("C15: journeys by the site's own code, with reasons", async () => {
  const from = plain.capture.posts.length;
  const { page } = await openPlain("/calls");
  await page.evaluate(() => {
    const journey = paceline.journey("payment");
    journey.start();
    journey.stepStart("card");
    journey.stepFail("card", "declined");
    journey.stepComplete("card");
    journey.abandon("too slow");
    journey.complete();
  });
  const calls = await journeysOf(page, Array(6), from, plain);
  assert.deepEqual(
    calls.map((call) => call.filter(Boolean)),
    [
      ["payment", "start", "reason"],
      ["payment", "stepStart", "card", "reason"],
      ["payment", "stepFail", "card", "reason", "declined"],
      ["payment", "stepComplete", "card", "reason"],
      ["payment", "abandon", "reason", "too slow"],
      ["payment", "complete", "reason"],
    ],
  );
});

test("C16: what is sent has the stage of its page", async () => {
  for (const [path, stage] of [
    ["/", "awareness"],
    ["/courses/first-marathon", "decision"],
    ["/blog/1", "awareness"],
    ["/date", undefined],
  ]) {
    const { page } = await open(path);
    assert.equal((await tagsOnHiding(site, page)).stage, stage, path);
  }
});
