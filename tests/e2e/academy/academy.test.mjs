// The academy works, and is slow exactly where it says so. Measured by the reference library, without the collector.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { after, before, test } from "node:test";

import { launchBrowser } from "../support/browser.mjs";
import { inRepository } from "../support/paths.mjs";
import { folder, routes, startServer } from "../support/static-server.mjs";

const SITE = inRepository("examples/academy/site");
const PAGES = readdirSync(SITE, { recursive: true }).filter((file) => file.endsWith(".html"));
const LIBRARY = readFileSync(
  inRepository("node_modules/web-vitals/dist/web-vitals.iife.js"),
  "utf8",
);
// The strictest policy a customer may have; the agent itself is not what is tested here.
const POLICY = {
  "content-security-policy": "default-src 'self'; object-src 'none'; base-uri 'none'",
};
const AGENT = { "/agent/paceline.js": "" };

let server;
let browser;
before(async () => {
  server = await startServer([routes(AGENT), folder(SITE, { headers: POLICY })]);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens a page of the academy, runs `act` on it, and closes it. Fails on anything the page complains about. */
async function visit(path, act, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const complaints = [];
  await context.addInitScript({
    content: `(() => { ${LIBRARY}; globalThis.measured = {};
      for (const name of ["LCP", "INP", "CLS"]) {
        webVitals["on" + name]((metric) => (measured[name] = metric), { reportAllChanges: true });
      } })();`,
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.origin)) complaints.push(`asks ${request.url()}`);
  });
  try {
    await page.goto(server.origin + path, { waitUntil: "load" });
    await act(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

/** The value and rating of a vital, once it has one. */
async function measured(page, name) {
  await page.waitForFunction((key) => globalThis.measured[key]?.value > 0, name);
  return page.evaluate((key) => {
    const { value, rating, entries } = globalThis.measured[key];
    return { value, rating, element: entries.at(-1)?.element?.currentSrc ?? null };
  }, name);
}

test("EveryPageLoadsWithoutComplaint", async () => {
  assert.ok(PAGES.length >= 7);
  for (const file of PAGES) {
    await visit(`/${file}`, async (page) => {
      assert.equal(await page.locator("h1").count(), 1, file);
      assert.equal(await page.locator("img:not([alt])").count(), 0, file);
      assert.equal(await page.locator(".slow-note").count(), 1, file);
    });
  }
});

test("NoPageScrollsSidewaysOnAPhone", async () => {
  for (const file of PAGES) {
    const options = { viewport: { width: 390, height: 844 }, isMobile: true };
    await visit(
      `/${file}`,
      async (page) => {
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.equal(width, 390, file);
      },
      options,
    );
  }
});

test("EveryLinkAndFileResolves", async () => {
  const seen = new Set();
  const broken = [];
  for (const file of PAGES) {
    const html = readFileSync(`${SITE}/${file}`, "utf8");
    for (const [, target] of html.matchAll(/(?:href|src)="([^"#]+)[^"]*"/g)) seen.add(target);
  }
  for (const target of seen) {
    const answer = await fetch(new URL(target, server.origin));
    if (answer.status !== 200) broken.push(target);
    await answer.arrayBuffer();
  }
  assert.ok(seen.size > 15);
  assert.deepEqual(broken, []);
});

test("ImagesStayUnderFourMegabytesInAll", () => {
  const folderOfImages = `${SITE}/images`;
  const bytes = readdirSync(folderOfImages).map(
    (name) => statSync(`${folderOfImages}/${name}`).size,
  );
  assert.ok(bytes.reduce((sum, size) => sum + size, 0) < 4_000_000);
  assert.ok(Math.max(...bytes) > 1_000_000, "the hero is what makes the home page slow");
});

// Chromium sometimes leaves out the picture's entry and stays with the headline's: about one load in six here.
test("TheHeroIsTheLargestPaintOfTheHomePage", async () => {
  const hero = `${server.origin}/images/dawn-paceline.jpg`;
  const seen = [];
  while (seen.at(-1) !== hero && seen.length < 6) {
    await visit("/", async (page) => {
      await page.waitForTimeout(1000);
      seen.push((await measured(page, "LCP")).element);
    });
  }
  assert.equal(seen.at(-1), hero, `largest paints: ${seen}`);
});

test("TheAnnouncementShiftsTheCourses", async () => {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    await visit(
      "/courses.html",
      async (page) => {
        await page.waitForSelector("#announcement");
        const { value, rating } = await measured(page, "CLS");
        assert.ok(value > 0.1, `CLS ${value}`);
        assert.notEqual(rating, "good");
      },
      { viewport },
    );
  }
});

test("MarkingALessonAsCompleteIsSlow", async () => {
  await visit("/lessons/even-splits.html", async (page) => {
    await page.click("#complete");
    await page.waitForSelector("#complete[disabled]");
    const { value, rating } = await measured(page, "INP");
    assert.ok(value >= 300, `INP ${value}`);
    assert.notEqual(rating, "good");
    assert.match(await page.textContent("#complete-status"), /four of eight/);
  });
});

test("CheckingAvailabilityIsPoor", async () => {
  await visit("/book.html", async (page) => {
    await page.click("#check");
    await page.waitForSelector("#slots input", { state: "attached" });
    assert.equal((await measured(page, "INP")).rating, "poor");
  });
});

test("PricingIsFastAndStill", async () => {
  await visit("/pricing.html", async (page) => {
    await measured(page, "LCP");
    const shifts = await page.evaluate(() => globalThis.measured.CLS?.value ?? 0);
    assert.equal(shifts, 0);
  });
});

test("TheCommentsOfTheLessonComeLate", async () => {
  await visit("/lessons/even-splits.html", async (page) => {
    await page.waitForSelector("#comments li");
    const [asked, ready] = await page.evaluate(() => [
      performance.getEntriesByName(`${location.origin}/data/comments.json`)[0].startTime,
      performance.getEntriesByType("navigation")[0].domInteractive,
    ]);
    assert.ok(asked - ready > 800, `asked for ${asked - ready} ms after the page was there`);
    assert.equal(await page.locator("#comments li").count(), 3);
  });
});

test("BookingAsksForATimeANameAndAnAddressFirst", async () => {
  await visit("/book.html", async (page) => {
    await page.click("#submit");
    assert.match(await page.textContent("#message"), /choose a time/);
    await page.click("#check");
    await page.click("#slots label:first-child");
    await page.click("#submit");
    assert.match(await page.textContent("#message"), /call you/);
    await page.fill("#name", "Kim");
    await page.fill("#email", "not an address");
    await page.click("#submit");
    assert.match(await page.textContent("#message"), /e-mail/);
    assert.equal(await page.getAttribute("#email", "aria-invalid"), "true");
  });
});

test("BookingEndsAtTheConfirmationWithNothingPersonalInAnyAddress", async () => {
  await visit("/courses/into-the-hills.html", async (page) => {
    const addresses = [];
    page.on("request", (request) => addresses.push(request.url()));
    await page.click("main a[href^='/book.html']");
    await page.waitForURL("**/book.html*");
    assert.equal(await page.inputValue("#course"), "into-the-hills");
    await page.click("#check");
    await page.click("#slots label:nth-child(3)");
    await page.fill("#name", "Kim");
    await page.fill("#email", "kim@example.org");
    await page.click("#submit");
    await page.waitForURL("**/confirmation.html");
    await page.waitForFunction(() => /^\d{3}$/.test(document.querySelector("#number").textContent));
    assert.equal(await page.textContent("#greeting"), "See you on the phone, Kim");
    assert.equal(await page.textContent("#coach"), "Maren Holt");
    assert.ok(addresses.length > 0);
    assert.deepEqual(
      addresses.filter((address) => /kim|@|%40/i.test(address)),
      [],
    );
  });
});

test("AConfirmationWithoutABookingSaysSo", async () => {
  await visit("/confirmation.html", async (page) => {
    assert.equal(await page.textContent("#greeting"), "Not booked yet");
    assert.equal(await page.isVisible("#bib"), false);
  });
});
