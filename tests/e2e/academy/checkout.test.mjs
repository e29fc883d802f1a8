// What the academy exists for reaches the collector: enrolments at a checkout on another origin, bookings, sign-ups and
// downloads. Real Chromium, real collector, the demo as it is.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { startCollector } from "../support/collector.mjs";

const SECRET = "whsec_of_the_academy_demo";
const CONFIG = `
sites:
  - key: academy
    webhooks: {stripe: ${SECRET}}
`;

let demo;
let browser;
before(async () => {
  demo = await startCollector({ command: "demo", config: CONFIG });
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.remove();
});

async function query(path, parameters = {}) {
  const url = new URL(`/api/v1/${path}`, demo.http);
  url.search = new URLSearchParams({ site: "academy", ...parameters });
  const answer = await fetch(url);
  return answer.ok ? answer.json() : {};
}

/** Asks until `accept` is true of the answer; fails with the last answer otherwise. */
async function until(ask, accept, timeoutMs = 30_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (accept(answer)) return answer;
    assert.ok(Date.now() < deadline, `in vain; the last answer: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Delivers a webhook as Stripe would, signed with the site's secret. */
async function stripe(event) {
  const body = JSON.stringify({ created: Math.floor(Date.now() / 1000), ...event });
  const time = Math.floor(Date.now() / 1000);
  const mac = createHmac("sha256", SECRET).update(`${time}.${body}`).digest("hex");
  const answer = await fetch(`${demo.http}/v1/webhooks/stripe?site=academy`, {
    method: "POST",
    headers: { "stripe-signature": `t=${time},v1=${mac}` },
    body,
  });
  assert.equal(answer.status, 204, await answer.text());
}

/** A visitor of the academy; `act` gets the page. The agent has loaded everything before. */
async function visit(path, act) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const engine = page.waitForResponse((response) => response.url().endsWith(".wasm"));
  const config = page.waitForResponse((response) => response.url().includes("/v1/config"));
  await page.goto(demo.addresses.site + path, { waitUntil: "load" });
  await engine;
  await config;
  await act(page);
  // The browser stays: closing it would cut off the last words.
  await page.goto("about:blank");
}

const conversions = async (type) =>
  (await query("conversions", { type })).conversions?.filter((row) => row.type === type) ?? [];
const told = (journey) => journey.events?.flatMap((event) => event.externalConversion ?? []) ?? [];

test("S8: a checkout on another origin joins the session", async () => {
  let reference;
  let order;
  await visit("/pricing.html", async (page) => {
    const site = new URL(page.url()).origin;
    await page.click("a[data-plan=club]");
    await page.waitForURL((url) => url.searchParams.has("plan"));
    const checkout = new URL(page.url());
    assert.notEqual(checkout.origin, site);
    reference = checkout.searchParams.get("paceline_ref");
    assert.match(reference, /^[0-9a-f]{32}$/);
    assert.equal(await page.textContent("#price"), "€19.00 a month");
    assert.equal(await page.locator("script[data-site]").count(), 0, "no agent at the checkout");
    const answer = page.waitForResponse((response) => response.url().endsWith("/pay"));
    await page.click("#pay");
    order = (await answer).headers()["demo-order"];
    await page.waitForURL("**/enrolled.html");
    assert.equal(new URL(page.url()).origin, site, "back at the academy");
    assert.doesNotMatch(page.url(), /paceline_ref/);
  });

  const journey = await until(
    () => query(`sessions/${reference}`),
    (answer) => answer.pageViews?.length >= 2 && told(answer).length > 0,
  );
  assert.deepEqual(
    journey.pageViews.map((view) => view.url),
    ["/pricing.html", "/enrolled.html"],
    "one session before and after the checkout, and nothing of the checkout itself",
  );
  const [paid] = told(journey);
  assert.equal(paid.type, "subscription_started");
  assert.equal(paid.valueMinor, 1900);
  assert.equal(paid.currency, "EUR");
  assert.equal(paid.origin, "stripe");

  // Delivered again, as Stripe does when it has missed an answer: once is once.
  const event = {
    id: "evt_again",
    type: "checkout.session.completed",
    data: {
      object: {
        id: `cs_demo_${order}`,
        mode: "subscription",
        payment_status: "paid",
        amount_total: 1900,
        currency: "eur",
        client_reference_id: reference,
      },
    },
  };
  await stripe(event);
  await stripe(event);
  assert.equal(told(await query(`sessions/${reference}`)).length, 1);
  let totals = await query("conversions");
  assert.deepEqual(
    totals.totals.filter((total) => total.type === "subscription_started"),
    [{ type: "subscription_started", currency: "EUR", count: 1, valueMinor: 1900 }],
  );
  assert.deepEqual(totals.revenue, [{ currency: "EUR", valueMinor: 1900 }]);
  const { session } = await query(`sessions/${reference}`);
  assert.deepEqual(session.revenue, [{ currency: "EUR", valueMinor: 1900 }]);
  assert.equal(session.conversions, 1);

  // A refund names the payment only, finds the session by itself, and subtracts.
  await stripe({
    id: "evt_refund",
    type: "charge.refunded",
    data: {
      object: {
        id: "ch_1",
        payment_intent: `pi_demo_${order}`,
        amount_refunded: 900,
        currency: "eur",
      },
      previous_attributes: { amount_refunded: 0 },
    },
  });
  totals = await query("conversions");
  assert.deepEqual(totals.revenue, [{ currency: "EUR", valueMinor: 1000 }]);
  const refunded = await query(`sessions/${reference}`);
  assert.deepEqual(refunded.session.revenue, [{ currency: "EUR", valueMinor: 1000 }]);
  assert.equal(refunded.session.conversions, 1, "a refund is no conversion");
  assert.equal(told(refunded)[1].valueMinor, -900);
});

test("ABookingASignUpAndADownloadConvert", async () => {
  await visit("/book.html", async (page) => {
    // Refused by the form: no conversion.
    await page.click("#submit");
    await page.click("#check");
    await page.click("#slots label:first-child");
    await page.fill("#name", "Kim");
    await page.fill("#email", "kim@example.org");
    await page.click("#submit");
    await page.waitForURL("**/confirmation.html");
  });
  await visit("/", async (page) => {
    await page.fill("#newsletter-email", "kim@example.org");
    await page.click("#newsletter button");
    await page.waitForFunction(() => document.querySelector("#newsletter-status").textContent);
  });
  await visit("/lessons/even-splits.html", async (page) => {
    const download = page.waitForEvent("download");
    await page.click("a[download]");
    assert.equal((await download).suggestedFilename(), "pacing-table.csv");
  });
  for (const type of ["consultation_booked", "email_signup", "resource_download"]) {
    const found = await until(
      () => conversions(type),
      (rows) => rows.length > 0,
    );
    assert.equal(found.length, 1, type);
    assert.equal(found[0].origin, "page");
    assert.doesNotMatch(JSON.stringify(found), /kim/i);
  }
});
