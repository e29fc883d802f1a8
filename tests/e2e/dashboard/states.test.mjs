// The dashboard in the states that a real collector cannot be brought into on demand, and its keyboard.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { openDashboard } from "./dashboard_page.mjs";
import { startStandIn } from "./stand_in_collector.mjs";
import { liveUpdate, sessionId } from "./stand_in_data.mjs";

let browser, standIn, dashboard;
before(async () => {
  browser = await launchBrowser();
});
afterEach(async () => {
  await dashboard?.close();
  await standIn?.stop();
  dashboard = standIn = undefined;
});
after(() => browser?.close());

async function open(hash, { standInOptions = {}, ...options } = {}) {
  standIn = await startStandIn(standInOptions);
  dashboard = await openDashboard(browser, standIn.origin, hash, options);
  return dashboard.page;
}

test("shows the script tag for the site when nothing has arrived", async () => {
  const page = await open("#/overview?site=academy", { standInOptions: { isEmpty: true } });
  const tag = await page.locator(".snippet code").innerText();
  assert.equal(
    tag,
    `<script async src="${standIn.origin}/agent/paceline.js" data-site="academy"></script>`,
  );
  dashboard.assertQuiet();
});

test("asks for a token, refuses a wrong one, and sends the right one on both channels", async () => {
  const page = await open("", { standInOptions: { token: "correct-horse" } });
  await page.getByLabel("Token").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("The token was not accepted.").waitFor();
  await page.getByLabel("Token").fill("correct-horse");
  await page.keyboard.press("Enter");
  await page.locator("[data-vital=LCP] [data-p75]").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  assert.deepEqual(standIn.subprotocols, ["paceline.live.v1,bearer.correct-horse"]);
  assert.equal(
    await page.evaluate(() => localStorage.length),
    0,
    "a token is not kept beyond the tab",
  );
});

test("says what is wrong and what to do, and recovers", async () => {
  let isBroken = true;
  const refuse = (path) =>
    isBroken && path.endsWith("/vitals")
      ? { status: 503, body: '{"error":{"code":"UNAVAILABLE","message":"The store is closing."}}' }
      : undefined;
  const page = await open("", { standInOptions: { refuse } });
  const alert = page.getByRole("alert");
  await alert.getByText("The store is closing.").waitFor();
  assert.match(await alert.innerText(), /healthz/);
  isBroken = false;
  const recovered = page.locator("[data-vital=LCP] [data-p75]");
  // The live channel may be quicker, and the button gone before it is pressed.
  const pressed = page.getByRole("button", { name: "Try again" }).click();
  await Promise.race([pressed, recovered.waitFor()]).catch(() => undefined);
  pressed.catch(() => undefined);
  await recovered.waitFor();
});

test("keeps the old numbers and says so when they cannot be renewed", async () => {
  let isBroken = false;
  const refuse = (path) =>
    isBroken && path.endsWith("/vitals") ? { status: 500, body: "oh" } : undefined;
  const page = await open("", { standInOptions: { refuse } });
  await page.locator("[data-vital=LCP] [data-p75]").waitFor();
  isBroken = true;
  standIn.push(liveUpdate(Date.now()));
  await page.getByText("These numbers are from before.").waitFor();
  assert.equal(await page.locator("[data-vital]").count(), 6);
});

test("reconnects the live channel 5 s after it is lost", async () => {
  const page = await open("");
  await page.getByText("Live", { exact: true }).waitFor();
  standIn.dropLive();
  await page.getByText("Reconnecting", { exact: true }).waitFor();
  const lost = Date.now();
  await page.getByText("Live", { exact: true }).waitFor({ timeout: 15_000 });
  const took = Date.now() - lost;
  assert.ok(took > 3500 && took < 9000, `took ${took} ms`);
  assert.equal(standIn.subprotocols.length, 2);
});

test("says that a session is unknown", async () => {
  const page = await open(`#/sessions/${"f".repeat(32)}?site=academy`);
  await page.getByText("There is no such session.").waitFor();
});

test("works by keyboard alone: skip link, a vital, the chart, a session, an event", async () => {
  const page = await open("");
  await page.locator("[data-vital=INP] [data-p75]").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(
    await page.evaluate(() => document.activeElement.textContent.trim()),
    "Skip to the content",
  );
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  assert.equal(new URL(page.url()).hash, "", "the skip link leaves the route alone");

  await tabTo(page, (element) => element.closest("[data-vital=INP]") !== null);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Interaction to Next Paint" }).waitFor();

  await tabTo(page, (element) => element.classList.contains("trend-plots"));
  const readout = page.locator(".readout");
  const before = await readout.innerText();
  for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(
    (text) => document.querySelector(".readout").innerText !== text,
    before,
  );

  await page.goto(`${standIn.origin}/#/sessions?site=academy`);
  await page.locator("table.sessions").waitFor();
  await tabTo(page, (element) => element.closest("table.sessions") !== null);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Time line" }).waitFor();
  await tabTo(page, (element) => element.classList.contains("event-row"));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.getAttribute("aria-expanded") === "true");
  await page.locator(".event-detail-head", { hasText: "TTFB" }).waitFor();
  dashboard.assertQuiet();
});

/** Presses Tab until the focused element is as wanted; its focus has to be visible. */
async function tabTo(page, isWanted) {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(`(${isWanted})(document.activeElement)`);
    if (found) {
      assert.ok(await page.evaluate(() => document.activeElement.matches(":focus-visible")));
      return;
    }
  }
  assert.fail("80 tabs did not reach it");
}

test("never tells a rating by colour alone", async () => {
  const page = await open("#/sessions?site=academy");
  await page.locator("table.sessions").waitFor();
  const rows = await page.locator("table.sessions td.worst").allInnerTexts();
  assert.ok(
    rows.every((text) => /Good|Needs improvement|Poor/.test(text)),
    rows.join(),
  );
});

test("filters are part of the address and of the question", async () => {
  const page = await open("#/sessions?site=academy");
  await page.getByLabel("With rage clicks").check();
  await page.getByLabel("With a Core Web Vital that is").selectOption("RATING_POOR");
  await page.waitForFunction(
    () => document.querySelectorAll("table.sessions tbody tr").length === 1,
  );
  assert.match(page.url(), /rating=poor&rage=1/);
  const asked = standIn.requests.findLast((path) => path.includes("/sessions?"));
  assert.match(asked, /rating=RATING_POOR/);
  assert.match(asked, /rage_clicks=true/);
});

test("says in every view that the site has fallen silent, and what was refused", async () => {
  const page = await open("", { standInOptions: { isSilent: true } });
  const banner = page.locator(".gap-banner");
  await banner.getByText(/^Nothing has come from academy since \d\d:\d\d$/).waitFor();
  assert.match(await banner.innerText(), /for 23 min\..*something came every 4\.2 s/s);
  const panel = page.locator(".quality");
  assert.equal(await panel.locator("[data-completeness]").innerText(), "91.2%");
  assert.equal(await panel.locator("[data-coverage]").innerText(), "90.9%");
  const text = await panel.innerText();
  assert.equal(text.match(/Below 95\s%/g).length, 2);
  assert.match(text, /4,659 page views measured, 5,120 seen by the site’s servers/);
  assert.match(text, /12,480 beacons stored, 1,204 missing/);
  assert.match(text, /214\s+From a page of another origin\s+If the pages are yours/);
  assert.match(text, /41\s+Names no site of the settings\s+data-site/);
  assert.match(text, /\d\d:\d\d to .*\d\d:\d\d \(38 min\)/);
  await page.goto(`${standIn.origin}/#/sessions?site=academy`);
  await page.locator("table.sessions").waitFor();
  assert.equal(await banner.count(), 1);
  dashboard.assertQuiet();
});

test("works with a collector that does not answer about quality", async () => {
  const refuse = (path) => (path.endsWith("/quality") ? { status: 404, body: "no" } : undefined);
  const page = await open("", { standInOptions: { refuse } });
  await page.locator("[data-vital=LCP] [data-p75]").waitFor();
  assert.equal(await page.locator(".quality").count(), 0);
});

test("keeps the theme that was chosen, also on the next visit", async () => {
  const page = await open("", { colorScheme: "light" });
  const paper = () => page.evaluate(() => window.getComputedStyle(document.body).backgroundColor);
  await page.locator("[data-vital=LCP] [data-p75]").waitFor();
  const light = await paper();
  await page.getByLabel("Theme").selectOption("dark");
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.reload();
  await page.locator("[data-vital=LCP] [data-p75]").waitFor();
  assert.equal(await paper(), dark);
});

for (const width of [390, 760, 1440]) {
  test(`fits ${width} px without scrolling sideways, in every view`, async () => {
    const page = await open("", { viewport: { width, height: 800 } });
    for (const hash of ["#/overview", "#/pages", "#/sessions", `#/sessions/${sessionId(2)}`]) {
      await page.goto(`${standIn.origin}/${hash}`);
      await page.locator("main .panel").first().waitFor();
      const tooWide = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      assert.ok(tooWide <= 0, `${hash} is ${tooWide} px too wide`);
    }
    dashboard.assertQuiet();
  });
}
