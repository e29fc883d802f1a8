// The whole path: rules of the collector's settings, the agent that follows them, and what the collector answers.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { launchBrowser } from "../../support/browser.mjs";
import { hasCollector, startCollector } from "../../support/collector.mjs";
import { routes, startServer } from "../../support/static-server.mjs";
import { hasEngine, newPage, pageWithTag, SITE } from "../harness.mjs";

const CONFIG = `
sites:
  - key: ${SITE}
    journeys:
      - name: enrolment
        version: 2
        target_ms: 60000
        steps:
          - { name: course, page: "/courses/*" }
          - { name: form, click: "#enrol" }
          - { name: thanks, page: /thanks }
    stages:
      decision: ["/courses/*"]
    conversions:
      - { type: email_signup, submit: form.newsletter }
    checkout_hosts: [buy.stripe.com]
`;
const COURSE = `<h1>First marathon</h1><button id="enrol">Enrol</button>
  <form class="newsletter" onsubmit="event.preventDefault()"><input name="email"><button id="send">Send</button></form>
  <a id="pay" href="https://buy.stripe.com/pay">Pay</a>
  <script>document.querySelector("#pay").addEventListener("click", (event) => event.preventDefault())</script>`;

// A slow page: it moves by itself, and its first button takes its time.
const BOOK = `<h1>Book</h1><p>${"Wet on wet. ".repeat(40)}</p><button id="slow">Dates</button>
  <button id="buy" data-paceline-conversion="purchase_completed" data-paceline-value="49.90"
    data-paceline-currency="EUR" data-paceline-id="order-1">Buy</button>
  <a id="pay" href="https://buy.stripe.com/pay">Pay</a><script src="/book.js"></script>`;
const BOOK_JS = `
  document.querySelector("#slow").addEventListener("click", () => {
    const end = performance.now() + 250;
    while (performance.now() < end);
  });
  document.querySelector("#buy").addEventListener("click", () => { window.boughtAt = Date.now(); });
  setTimeout(() => { document.querySelector("h1").style.marginTop = "300px"; }, 300);
  window.felt = { inpMs: 0, cls: 0 };
  const observe = (type, read) => new PerformanceObserver((list) => list.getEntries().forEach(read))
    .observe({ type, buffered: true, durationThreshold: 16 });
  observe("largest-contentful-paint", ({ startTime }) => { felt.lcpMs = startTime; });
  observe("first-input", ({ startTime, processingStart }) => { felt.fidMs = processingStart - startTime; });
  observe("event", ({ interactionId, duration }) => {
    if (interactionId) felt.inpMs = Math.max(felt.inpMs, duration);
  });
  observe("layout-shift", ({ value, hadRecentInput }) => { if (!hadRecentInput) felt.cls += value; });`;

// Runs in the page: a weak device, and a slow connection.
function weaken() {
  Object.defineProperty(window.Navigator.prototype, "deviceMemory", { get: () => 2 });
  Object.defineProperty(window.Navigator.prototype, "hardwareConcurrency", { get: () => 2 });
  Object.defineProperty(window.NetworkInformation.prototype, "effectiveType", { get: () => "3g" });
}

/** The rule of docs/agent.md, for the second page of a low-end device's visit over 3g. */
function bounceRiskOf({ lcpMs, inpMs, cls, loadMs }) {
  const points = (value, good, poor, most) => (value > poor ? most : value > good ? most / 2 : 0);
  const felt =
    points(lcpMs, 2500, 4000, 220) + points(inpMs, 200, 500, 140) + points(cls, 0.1, 0.25, 100);
  return (50 + 35 + 60 + 75 + felt + points(loadMs, 3000, 6000, 130)) / 1000;
}

let skip = false;
if (!hasCollector()) skip = "the collector is not built";
else if (!(await hasEngine())) skip = "the WebAssembly engine is not built";

describe("from the collector's settings to its answers", { skip }, () => {
  let browser, collector, site;
  before(async () => {
    browser = await launchBrowser();
    collector = await startCollector({ config: CONFIG });
    const page = (body) =>
      pageWithTag(body, {
        origin: collector.http,
        attributes: 'data-course="first-marathon" data-user-id="48151"',
      });
    site = await startServer([
      routes({
        "/courses/first-marathon": page(COURSE),
        "/thanks": page("<h1>Thanks</h1>"),
        "/book": page(BOOK),
        "/book.js": BOOK_JS,
        "/next": "<!doctype html><title>next</title><p>next",
        "/favicon.ico": { status: 204 },
      }),
    ]);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    await collector?.remove();
  });

  async function sessionUntil(id, accept) {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const response = await fetch(`${collector.http}/api/v1/sessions/${id}?site=${SITE}`);
      const answer = response.ok ? await response.json() : {};
      if (response.ok && accept(answer)) return answer;
      assert.ok(Date.now() < deadline, `not in time: ${JSON.stringify(answer)}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  // The rules are at work when a checkout's link gets its reference.
  const rulesWork = (page) =>
    page.waitForFunction(() => {
      const link = document.querySelector("#pay");
      link.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
      return link.href.includes("paceline_ref=");
    });

  test("C15: C17: a journey and a conversion that the settings name, and who it was as a pseudonym", async () => {
    const { page, errors } = await newPage(await browser.newContext());
    await page.goto(`${site.origin}/courses/first-marathon`);
    await rulesWork(page);
    const id = await page.evaluate(() => paceline.reference());
    await page.click("#enrol");
    await page.click("#send");
    await page.goto(`${site.origin}/thanks`);
    await page.waitForFunction(() => window.paceline?.render);
    await page.goto(`${site.origin}/next`);

    const steps = (answer) => (answer.events ?? []).filter(({ journeyStep }) => journeyStep);
    const answer = await sessionUntil(id, (a) => steps(a).length >= 7);
    assert.deepEqual(
      steps(answer).map(({ journeyStep: { journey, version, kind, step = "" } }) => [
        journey,
        version,
        kind,
        step,
      ]),
      [
        ["enrolment", 2, "KIND_START", ""],
        ["enrolment", 2, "KIND_STEP_COMPLETE", "course"],
        ["enrolment", 2, "KIND_STEP_START", "form"],
        ["enrolment", 2, "KIND_STEP_COMPLETE", "form"],
        ["enrolment", 2, "KIND_STEP_START", "thanks"],
        ["enrolment", 2, "KIND_STEP_COMPLETE", "thanks"],
        ["enrolment", 2, "KIND_COMPLETE", ""],
      ],
    );
    const [{ conversion }] = answer.events.filter((event) => event.conversion);
    assert.equal(conversion.type, "email_signup");
    assert.ok(conversion.pagesVisited === 1 && conversion.timeOnSiteMs > 0);
    const transition = answer.events.find((event) => event.transition)?.transition;
    assert.deepEqual(
      [transition.kind, transition.from, transition.to],
      ["KIND_PAGE", "/courses/first-marathon", "/thanks"],
    );
    const text = JSON.stringify(answer);
    assert.ok(text.includes("first-marathon"));
    assert.ok(!text.includes("48151"), "the user's id");
    const hash = createHash("sha256").update(`${SITE}:48151`).digest("hex");
    assert.ok(!text.includes(hash), "the collector hashes again");
    assert.deepEqual(errors, []);
  });

  test("C17: a conversion carries how the visit felt up to then, and is answered so", async () => {
    const { page, errors } = await newPage(await browser.newContext());
    await page.addInitScript(weaken);
    await page.goto(`${site.origin}/courses/first-marathon`);
    await rulesWork(page);
    await page.goto(`${site.origin}/book`);
    await rulesWork(page);
    const id = await page.evaluate(() => paceline.reference());
    await page.waitForFunction(() => felt.lcpMs && felt.cls && paceline.vitals().CLS?.value);
    // The first input ends the largest paint.
    await page.click("h1");
    await page.click("#slow");
    await page.waitForFunction(() => felt.inpMs >= 248 && paceline.vitals().INP?.value >= 248);
    await page.click("#buy");
    const { felt, onSiteMs } = await page.evaluate(
      (key) => ({
        felt: {
          ...window.felt,
          loadMs: performance.getEntriesByType("navigation")[0].loadEventEnd,
        },
        onSiteMs: window.boughtAt - Number(localStorage.getItem(key).split(",")[0]),
      }),
      `paceline.${SITE}`,
    );
    await page.goto(`${site.origin}/next`);

    const { events } = await sessionUntil(id, (a) => a.events?.some((e) => e.conversion));
    const [{ conversion }] = events.filter((event) => event.conversion);
    const url = `${collector.http}/api/v1/conversions?site=${SITE}&type=purchase_completed`;
    const { conversions } = await (await fetch(url)).json();
    assert.equal(conversions.length, 1);
    const [row] = conversions;
    for (const told of [conversion, row]) {
      assert.deepEqual(
        [told.type, told.valueMinor, told.currency, told.id],
        ["purchase_completed", 4990, "EUR", "order-1"],
      );
      for (const name of ["lcpMs", "inpMs", "fidMs", "loadMs"]) {
        const difference = Math.abs(told[name] - felt[name]);
        assert.ok(difference <= 0.1, `${name}: ${told[name]}, not ${felt[name]}`);
      }
      assert.ok(Math.abs(told.cls - felt.cls) <= 1e-9, `${told.cls}, not ${felt.cls}`);
      assert.equal(told.pagesVisited, 2);
      const difference = Math.abs(told.timeOnSiteMs - onSiteMs);
      assert.ok(difference <= 100, `${told.timeOnSiteMs} ms on the site, not ${onSiteMs}`);
    }
    const risk = bounceRiskOf(felt);
    assert.ok(risk >= 0.29, "the button was slow");
    assert.equal(row.bounceRisk, risk);
    assert.equal(conversion.bounceRiskPermille, risk * 1000);
    assert.deepEqual(
      [row.sessionId, row.deviceTier, row.connection, row.origin],
      [id, "low-end", "3g", "page"],
    );
    assert.deepEqual(errors, []);
  });
});
