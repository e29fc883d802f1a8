// C4: one session for all pages and tabs of an origin, until 30 minutes without activity or 4 hours; and what every
// batch says about the device.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { pageWithTag, SITE, startSite } from "./harness.mjs";

const MINUTE = 60_000;
const RAW = { "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline'" };
const CONTENT = `<main><h1>Academy</h1><button>Go</button></main>`;

const documentOf = ({ message }) => Buffer.from(message.documentId).toString("hex");

describe("C4: the session", () => {
  let browser, site;
  before(async () => {
    browser = await launchBrowser();
    site = await startSite({ "/a": { headers: RAW, body: pageWithTag(CONTENT) } });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Opens a page, `work`s in it, leaves it (before or after the lazy part has come), and gives its first batch. */
  async function visit(page, work = () => undefined, waitsForLazy = false) {
    // Last words of the documents before may still come.
    const others = new Set(site.capture.posts.map(documentOf));
    await page.goto(`${site.origin}/a`);
    await page.waitForFunction(() => window.paceline?.track);
    await page.evaluate(work);
    if (waitsForLazy) await page.waitForFunction(() => window.paceline.vitals);
    await page.goto(`${site.origin}/next`);
    const isItsOwn = (post) => !others.has(documentOf(post));
    const posts = await site.capture.until((all) => all.some(isItsOwn));
    return posts.find(isItsOwn).message;
  }
  const sessionOf = async (page) => Buffer.from((await visit(page)).sessionId).toString("hex");
  // Moves the stored session's times into the past.
  const age = (page, startedMs, idleMs) =>
    page.evaluate(
      ([key, started, idle]) => {
        const numbers = localStorage.getItem(key).split(",").map(Number);
        numbers[0] -= started;
        numbers[1] -= idle;
        localStorage.setItem(key, numbers.join());
      },
      [`paceline.${SITE}`, startedMs, idleMs],
    );

  test("C4: goes on across pages and tabs, and ends after 30 minutes idle or 4 hours", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const first = await sessionOf(page);
    assert.equal(await sessionOf(page), first);
    assert.equal(await sessionOf(await context.newPage()), first);
    await age(page, 29 * MINUTE, 29 * MINUTE);
    assert.equal(await sessionOf(page), first);
    await age(page, 30 * MINUTE, 30 * MINUTE);
    const second = await sessionOf(page);
    assert.notEqual(second, first);
    await age(page, 239 * MINUTE, 0);
    assert.equal(await sessionOf(page), second);
    await age(page, MINUTE, 0);
    assert.notEqual(await sessionOf(page), second);
    await context.close();
  });

  test("C4: counts its pages and its time for conversions", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await visit(page);
    await visit(page);
    await age(page, 5 * MINUTE, 0);
    const { strings, entries } = await visit(
      page,
      () => window.paceline.conversion("consultation_booked", { value: 120, currency: "EUR" }),
      true,
    );
    const call = entries.find(({ entry }) => entry.case === "call").entry.value;
    assert.equal(strings[call.nameRef - 1], "conversion");
    const args = call.argumentRefs.map((ref) => strings[ref - 1]);
    assert.deepEqual(args.slice(0, 7), [
      "consultation_booked",
      "value",
      "120",
      "currency",
      "EUR",
      "pagesVisited",
      "3",
    ]);
    assert.equal(args[7], "timeOnSiteMs");
    assert.ok(Number(args[8]) >= 5 * MINUTE && Number(args[8]) < 10 * MINUTE, args[8]);
    await context.close();
  });

  test("C4: a visit that is left at once says of the device what makes its tier", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const { context: told } = await visit(page);
    const [cores, memory] = await page.evaluate(() => [
      navigator.hardwareConcurrency,
      navigator.deviceMemory,
    ]);
    assert.deepEqual([told.hardwareConcurrency, told.deviceMemoryMib], [cores, memory * 1024]);
    await context.close();
  });

  test("C4: says what is known of the device, and of the visitor by the site", async () => {
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      screen: { width: 390, height: 844 },
    });
    const page = await context.newPage();
    const say = () => {
      window.paceline.identify("user-48151", { userType: "student" });
      window.paceline.context({ course: "watercolour", coach: "x" });
      window.paceline.context({ coach: "" });
    };
    const { strings, context: told } = await visit(page, say, true);
    assert.equal(told.viewportWidth, 390);
    assert.equal(told.screenHeight, 844);
    const own = await page.evaluate(() => [
      navigator.maxTouchPoints,
      navigator.hardwareConcurrency,
    ]);
    assert.deepEqual([told.maxTouchPoints, told.hardwareConcurrency], own);
    assert.equal(strings[told.languageRef - 1], await page.evaluate(() => navigator.language));
    const tags = told.tagRefs.map((ref) => strings[ref - 1]);
    const pairs = Object.fromEntries(tags.flatMap((key, i) => (i % 2 ? [] : [[key, tags[i + 1]]])));
    assert.equal(pairs.userType, "student");
    assert.equal(pairs.course, "watercolour");
    assert.ok(!("coach" in pairs));
    // A user's id never leaves as it is.
    assert.ok(!strings.some((text) => text.includes("48151")));
    await context.close();
  });
});
