// Conversions that the page shows, and what is known of visitor and page.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { launchBrowser, setVisibility } from "../../support/browser.mjs";
import {
  business,
  callsOf,
  page as pageOf,
  rulesWork,
  siteWith,
  tagsOnHiding,
} from "./support.mjs";

const MARKED = `
  <form data-paceline-conversion="email_signup" onsubmit="event.preventDefault()">
    <input name="email" value="jane@example.org" required><button id="signup">Sign up</button></form>
  <a id="guide" data-paceline-conversion="resource_download" data-paceline-id="guide-1" href="/guide.pdf" download><b>Guide</b></a>
  <button id="buy" data-paceline-conversion="purchase_completed" data-paceline-value="49.90" data-paceline-currency="EUR">Buy</button>
  <button id="plain">nothing</button>`;

let browser, site;
const { open } = business(() => ({ browser, site }));
before(async () => {
  browser = await launchBrowser();
  site = await siteWith(
    {
      "/marked": pageOf(MARKED),
      "/landing": pageOf(`<a href="/next-page">on</a>`),
      "/next-page": pageOf(`<p>next</p>`),
      "/course": pageOf(`<p>course</p>`, {
        attributes:
          'data-course="first-marathon" data-coach="dawn" data-user-type="student" data-user-id="48151"',
      }),
      "/booked": pageOf(`<button class="consult">Book</button>`),
      "/unstored": pageOf(MARKED, { attributes: 'data-storage="false"' }),
      "/guide.pdf": "guide",
    },
    {
      conversions: [
        { type: "consultation_booked", page: "/booked" },
        { type: "consultation_asked", click: ".consult" },
      ],
    },
  );
});
after(async () => {
  await browser?.close();
  await site?.close();
});

// Without what every conversion says of its session.
const withoutSession = (call) => call.slice(0, call.indexOf("pagesVisited"));

async function conversionsOf(page, count, from) {
  await setVisibility(page, "hidden");
  const posts = await site.capture.until(
    (all) => callsOf(all.slice(from), "conversion").length >= count,
  );
  return callsOf(posts.slice(from), "conversion");
}

test("C17: forms, links and buttons that are marked, and events", async () => {
  const from = site.capture.posts.length;
  const { page, errors } = await open("/marked");
  await page.click("#plain");
  await page.click("input");
  await page.click("#signup");
  await page.click("#guide b");
  await page.focus("#buy");
  await page.keyboard.press("Enter");
  await page.evaluate(() => {
    const tell = (detail) =>
      document.dispatchEvent(new CustomEvent("paceline:conversion", { detail, bubbles: true }));
    tell({ type: "subscription_started", value: 19, currency: "USD", plan: "monthly" });
    tell("renewed");
    tell(undefined);
    paceline.conversion("ended", { id: "sub-1" });
  });
  const calls = await conversionsOf(page, 6, from);
  assert.deepEqual(calls.map(withoutSession), [
    ["email_signup"],
    ["resource_download", "id", "guide-1"],
    ["purchase_completed", "value", "49.90", "currency", "EUR"],
    ["subscription_started", "value", "19", "currency", "USD", "plan", "monthly"],
    ["renewed"],
    ["ended", "id", "sub-1"],
  ]);
  for (const call of calls) {
    const [pages, ms] = [call.at(-3), call.at(-1)];
    assert.equal(pages, "1");
    assert.ok(Number(ms) >= 0 && Number(ms) < 120_000, ms);
  }
  assert.deepEqual(errors, []);
});

test("C17: by rules, a page once in a session, a click whenever it comes", async () => {
  const from = site.capture.posts.length;
  const { page } = await open("/booked?id=1");
  await page.click(".consult");
  await page.reload();
  await rulesWork(page);
  await page.click(".consult");
  // Another booking.
  await page.goto(`${site.origin}/booked?id=2`);
  await rulesWork(page);
  const calls = await conversionsOf(page, 4, from);
  assert.deepEqual(calls.map(withoutSession), [
    ["consultation_booked"],
    ["consultation_asked"],
    ["consultation_asked"],
    ["consultation_booked"],
  ]);
  assert.equal(calls.at(-1).at(-3), "3", "pages visited");
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(!stored.includes("id="), "the address is not stored");
});

const tagsAfterHiding = (page) => tagsOnHiding(site, page);

test("C5: entry page, referrer and campaign stay those of the session's beginning", async () => {
  const { page, context } = await open(
    "/landing?utm_source=newsletter&utm_campaign=jane@example.org&x=1",
  );
  await page.click("a");
  await page.waitForURL("**/next-page");
  await rulesWork(page);
  const begun = {
    entryPage: "/landing",
    utm_source: "newsletter",
    utm_campaign: ":email",
  };
  assert.deepEqual(await tagsAfterHiding(page), begun);
  // Another tab, another campaign, the same session.
  const { page: other } = await open("/next-page?utm_source=ad", { context });
  assert.deepEqual(await tagsAfterHiding(other), begun);
});

test("C5: where the visitor came from is an origin", async () => {
  const context = await browser.newContext({
    extraHTTPHeaders: {},
  });
  const page = await context.newPage();
  await page.goto(`${site.origin.replace("127.0.0.1", "localhost")}/landing?private=1`);
  await page.evaluate((url) => {
    const link = document.createElement("a");
    link.href = url;
    link.referrerPolicy = "unsafe-url";
    document.body.append(link);
    link.click();
  }, `${site.origin}/next-page`);
  await page.waitForURL("**/next-page");
  await page.waitForFunction(() => window.paceline?.render);
  const tags = await tagsAfterHiding(page);
  assert.deepEqual(tags, {
    entryPage: "/next-page",
    referrer: site.origin.replace("127.0.0.1", "localhost"),
  });
});

test("C5: what the site says by attributes and calls; a user's id only as a hash", async () => {
  const from = site.capture.posts.length;
  const { page } = await open("/course");
  const hash = (id) => createHash("sha256").update(`academy:${id}`).digest("hex");
  const begun = { entryPage: "/course", course: "first-marathon", coach: "dawn" };
  await page.waitForFunction(() => crypto.subtle);
  assert.deepEqual(await tagsAfterHiding(page), {
    ...begun,
    userType: "student",
    userId: hash("48151"),
  });
  await page.evaluate(async () => {
    paceline.identify("jane@example.org", { userType: "alumna", subscriptionTier: "gold" });
    paceline.context({ coach: "", variant: "B", pageGroup: "courses" });
    // Hashing takes a moment.
    await crypto.subtle.digest("SHA-256", new Uint8Array(1));
  });
  assert.deepEqual(await tagsAfterHiding(page), {
    entryPage: "/course",
    course: "first-marathon",
    userType: "alumna",
    subscriptionTier: "gold",
    variant: "B",
    pageGroup: "courses",
    userId: hash("jane@example.org"),
  });
  await page.evaluate(() => paceline.identify(""));
  assert.equal((await tagsAfterHiding(page)).userId, undefined);
  for (const { bytes } of site.capture.posts.slice(from)) {
    assert.ok(!bytes.includes("48151") && !bytes.includes("jane"), "sent as it is");
  }
});

test("C5: before the lazy part, what the site says of the visitor stays in the page", async () => {
  const from = site.capture.posts.length;
  const page = await (await browser.newContext()).newPage();
  await page.route("**/paceline-engine-*", () => undefined);
  await page.goto(`${site.origin}/course`);
  await page.waitForFunction(() => window.paceline?.identify);
  await page.evaluate(() => paceline.identify({ userId: "48151", userType: "student" }));
  assert.deepEqual(await tagsAfterHiding(page), {});
  const posts = site.capture.posts.slice(from);
  assert.ok(posts.length > 0 && posts.every(({ bytes }) => !bytes.includes("48151")));
  const left = await page.evaluate(() => {
    // As an earlier page has left it.
    sessionStorage["paceline.academy.left"] = "/landing 1700000000000";
    paceline.consent("denied");
    return Object.keys({ ...localStorage, ...sessionStorage });
  });
  assert.deepEqual(left, []);
});

test("C5: when consent is revoked, nothing stays stored", async () => {
  const { page } = await open("/booked");
  const stored = () =>
    page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage }).sort());
  assert.deepEqual(await stored(), [
    "paceline.academy",
    "paceline.academy.converted",
    "paceline.academy.entry",
  ]);
  await page.evaluate(() => paceline.consent("denied"));
  assert.deepEqual(await stored(), []);
});

test("C5: where storing is switched off, a page keeps to itself", async () => {
  const { page } = await open("/unstored");
  await page.goto(`${site.origin}/unstored?again`);
  await rulesWork(page);
  const left = await page.evaluate(() => [localStorage.length, sessionStorage.length]);
  assert.deepEqual(left, [0, 0]);
});
