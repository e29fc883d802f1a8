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
});
