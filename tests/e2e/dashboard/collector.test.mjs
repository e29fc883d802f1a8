// The dashboard on the real collector, with visits of a real browser to the academy.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { startCollector } from "../support/collector.mjs";
import { eventually } from "../support/eventually.mjs";
import { openDashboard } from "./dashboard_page.mjs";

const HOUR_MS = 3_600_000;
const TOKEN = "an-even-split-is-a-fast-split";

let browser, collector, dashboard;

before(async () => {
  browser = await launchBrowser();
  collector = await startCollector({ command: "demo" });
  await visit();
  dashboard = await openDashboard(browser, collector.http, "#/overview?site=academy");
});
after(async () => {
  await dashboard?.close();
  await browser?.close();
  await collector?.remove();
});

/** A visit with a layout shift, rage clicks and a slow interaction. Leaving the page sends its last words. */
async function visit() {
  const earlier = await ask("sessions");
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  await page.goto(`${collector.addresses.site}/courses.html`);
  await page.waitForSelector("#announcement");
  await agentIsReady(page);
  await page.goto(`${collector.addresses.site}/courses/first-marathon.html`);
  await agentIsReady(page);
  await page.locator("#trailer").scrollIntoViewIfNeeded();
  const box = await page.locator("#trailer").boundingBox();
  for (let click = 0; click < 5; click++) {
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  }
  // A run of clicks is over, and sent, a second after its last click.
  await page.waitForTimeout(1500);
  await page.goto(`${collector.addresses.site}/book.html`);
  await agentIsReady(page);
  await page.click("#check");
  await page.waitForSelector("#slots input", { state: "attached" });
  await page.goto("about:blank");
  // Closing the context may take a last beacon with it that is still on its way.
  await until("the visit is stored", async () => {
    const { sessions } = await ask("sessions");
    return (
      sessions.length > earlier.sessions.length &&
      sessions.every((session) => session.pageViews >= 3 && session.rageClicks >= 1)
    );
  });
  await context.close();
}

/** The agent is loaded lazily; what it says of this page view can be waited for only by waiting for the network. */
function agentIsReady(page) {
  return page.waitForLoadState("networkidle");
}

/** Asks the collector's API about the academy's last hour, as the dashboard does. */
async function ask(question, parameters = {}) {
  const to = (Math.floor(Date.now() / 60_000) + 1) * 60_000;
  const range = { from_unix_ms: String(to - HOUR_MS), to_unix_ms: String(to) };
  const isJourney = question.startsWith("sessions/");
  const query = new URLSearchParams({
    site: "academy",
    ...(isJourney ? {} : range),
    ...parameters,
  });
  const response = await fetch(`${collector.http}/api/v1/${question}?${query}`);
  assert.equal(response.status, 200, `${question}: ${response.status}`);
  return response.json();
}

async function until(what, isSo, timeoutMs = 30_000) {
  const deadline = Date.now() + timeoutMs;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, `not in time: ${what}\n${collector.log()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** As the cards write it. */
function shown(metric, value) {
  if (metric === "METRIC_CLS") return value.toFixed(3);
  return metric === "METRIC_INP" || metric === "METRIC_FID"
    ? String(Math.round(value))
    : (value / 1000).toFixed(2);
}

const WORDS = {
  RATING_GOOD: "Good",
  RATING_NEEDS_IMPROVEMENT: "Needs improvement",
  RATING_POOR: "Poor",
};

test("shows for each vital the p75, rating, shares and count that the API answers", async () => {
  const { page } = dashboard;
  await page.reload();
  await page.locator("[data-vital=LCP] [data-p75]").waitFor();
  await eventually(async () => {
    const { vitals } = await ask("vitals");
    const measured = vitals.filter((vital) => vital.count > 0);
    assert.ok(measured.length >= 5, `only ${measured.length} vitals were measured`);
    for (const vital of measured) {
      const card = page.locator(`[data-vital=${vital.metric.replace("METRIC_", "")}]`);
      assert.equal(await card.locator("[data-p75]").innerText(), shown(vital.metric, vital.p75));
      const text = await card.innerText();
      assert.match(text, new RegExp(WORDS[vital.rating]));
      assert.match(text, new RegExp(`${vital.count} page view`));
      const percents = [...text.matchAll(/(\d+)\s%/g)].map(([, percent]) => Number(percent));
      assert.equal(
        percents.reduce((sum, percent) => sum + percent, 0),
        100,
      );
      assert.ok(Math.abs(percents[0] - vital.shares.good * 100) <= 1);
    }
  });
});

test("counts a new visit without being reloaded", async () => {
  const { page } = dashboard;
  await page.getByText("Live", { exact: true }).waitFor();
  const countOf = async () => parseInt(await page.locator(".lede").first().innerText(), 10);
  const before = await countOf();
  await page.evaluate(() => (document.documentElement.dataset.stayed = "yes"));

  const context = await browser.newContext();
  const visitor = await context.newPage();
  await visitor.goto(`${collector.addresses.site}/pricing.html`);
  await agentIsReady(visitor);
  await visitor.goto("about:blank");
  await context.close();

  await until("the count grew", async () => (await countOf()) > before);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.stayed), "yes");
  assert.match(await page.locator(".live").innerText(), /just now|s ago/);
  await page.locator(".beat").first().waitFor({ state: "attached" });
});

test("lists the pages as the API does, and filters the overview to one", async () => {
  const { page } = dashboard;
  await page.getByRole("link", { name: "Pages", exact: true }).click();
  await page.getByRole("heading", { name: "Pages", exact: true }).waitFor();
  await page.locator("table.pages tbody tr").first().waitFor();
  const shownNames = () => page.locator("table.pages tbody th a").allInnerTexts();
  await eventually(async () => {
    const { pageGroup } = await ask("pages");
    assert.deepEqual((await shownNames()).toSorted(), pageGroup.toSorted());
  });

  await page.getByRole("button", { name: "Page", exact: true }).click();
  await eventually(async () => {
    const { pageGroup } = await ask("pages");
    assert.deepEqual(
      await shownNames(),
      pageGroup.toSorted((a, b) => a.localeCompare(b, "en")),
    );
  });

  const { pageGroup } = await ask("pages");
  const book = pageGroup.find((name) => name.includes("book"));
  await page.getByRole("link", { name: book, exact: true }).click();
  await page.locator(".chip").getByText(book).waitFor();
  await eventually(async () => {
    const { pageGroup, pageViews } = await ask("pages");
    const lede = await page.locator(".lede").first().innerText();
    assert.match(lede, new RegExp(`^${pageViews[pageGroup.indexOf(book)]} page view`));
  });
  await page.getByRole("button", { name: "Show all pages" }).click();
  await page.locator(".chip").waitFor({ state: "detached" });
});

test("leads from the sessions with rage clicks to the journey with its shift and its clicks", async () => {
  const { page } = dashboard;
  await page.getByRole("link", { name: "Sessions", exact: true }).click();
  await page.getByLabel("With rage clicks").check();
  await until(
    "one session is left",
    async () => (await page.locator("table.sessions tbody tr").count()) === 1,
  );
  await page.locator("table.sessions tbody th a").click();
  await page.getByRole("heading", { name: "Time line" }).waitFor();

  const { sessions } = await ask("sessions", { rage_clicks: "true" });
  const journey = await ask(`sessions/${sessions[0].sessionId}`);
  assert.equal(await page.locator(".visit-page").count(), journey.pageViews.length);
  assert.equal(await page.locator(".event-row").count(), journey.events.length);
  // A CLS of 0, and what went as usual, is in the list, but is no event on the time line.
  const drawn = journey.events.filter(isDrawn);
  assert.ok(drawn.length < journey.events.length, "resources are listed only");
  assert.equal(await page.locator("svg [data-event]").count(), drawn.length);

  const shifts = journey.events.filter((event) => event.layoutShift?.hadRecentInput === false);
  const largest = shifts.toSorted((a, b) => b.layoutShift.value - a.layoutShift.value)[0];
  const aside = page.locator(".visit-aside");
  const targets = largest.layoutShift.sources.map((source) => source.target);
  assert.ok(targets.length > 0, "the announcement pushed something down");
  assert.deepEqual(await aside.locator(".sources code").allInnerTexts(), targets);
  assert.ok((await aside.locator(".sketch-after").count()) > 0);
  assert.match(await aside.locator(".sources").innerText(), /px down/);

  await page.locator(".event-row", { hasText: "Rage click" }).click();
  await aside.getByText("trailer", { exact: false }).first().waitFor();
  assert.match(await aside.innerText(), /5 within/);

  const index = journey.events.findIndex((event) => event.interaction !== undefined);
  // Not at its place: what happened in the same moment may lie above it.
  await page.locator(`svg [data-event="${index}"] .event-shape`).dispatchEvent("click");
  await aside.getByText("Input delay").waitFor();
});

const DRAWN = ["layoutShift", "interaction", "click", "rageClick", "visibilityChange"].concat([
  "deadClick",
  "errorClick",
  "error",
  "conversion",
  "journeyStep",
  "feedback",
]);

function isDrawn(event) {
  const { vital, apiCall } = event;
  if (vital !== undefined) return vital.metric !== "METRIC_CLS" || vital.value > 0;
  if (apiCall !== undefined) return apiCall.status >= 400 || apiCall.failure !== "FAILURE_NONE";
  return DRAWN.some((kind) => event[kind] !== undefined);
}

test("looks right in dark, too, and changes with the system", async () => {
  const { page } = dashboard;
  await page.goto(`${collector.http}/#/overview?site=academy`);
  await page.locator("[data-vital=LCP] [data-p75]").waitFor();
  // A card under the pointer is tinted.
  await page.mouse.move(0, 0);
  const contrast = () =>
    page.evaluate(() => {
      const luminance = (colour) => {
        const channels = colour
          .match(/[\d.]+/g)
          .slice(0, 3)
          .map(Number);
        const [r, g, b] = channels.map((value) => {
          const share = value / 255;
          return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const card = document.querySelector(".card");
      const paper = luminance(window.getComputedStyle(card).backgroundColor);
      return [...card.querySelectorAll(".badge, .card-name, .card-value, .card-notes")].map(
        (element) => {
          const ink = luminance(window.getComputedStyle(element).color);
          return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        },
      );
    });
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const ratio of await contrast()) assert.ok(ratio >= 4.5, `${colorScheme}: ${ratio}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
});

test("does not scroll sideways on a phone", async () => {
  const { page } = dashboard;
  await page.setViewportSize({ width: 390, height: 844 });
  const { sessions } = await ask("sessions");
  for (const hash of ["overview", "pages", "sessions", `sessions/${sessions[0].sessionId}`]) {
    await page.goto(`${collector.http}/#/${hash}?site=academy`);
    await page.locator("main .panel").first().waitFor();
    const tooWide = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    assert.ok(tooWide <= 0, `${hash} is ${tooWide} px too wide`);
  }
});

test("opens with the collector's token, the live channel included", async () => {
  const guarded = await startCollector({ args: ["--site", "academy", "--auth-token", TOKEN] });
  const locked = await openDashboard(browser, guarded.http, "");
  try {
    const { page } = locked;
    await page.getByLabel("Token").fill(TOKEN);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Ready for the first page view" }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
  } finally {
    await locked.close();
    await guarded.remove();
  }
});

test("said nothing on the console, broke no policy, and asked nobody else", () => {
  dashboard.assertQuiet();
});
