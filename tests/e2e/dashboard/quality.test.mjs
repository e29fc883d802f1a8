// The quality of a site's data, from a real collector to the screen.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { encodeBeacon, post, sampleBeacon } from "../../integration/support.mjs";
import { launchBrowser } from "../support/browser.mjs";
import { startCollector } from "../support/collector.mjs";
import { openDashboard } from "./dashboard_page.mjs";

const CONFIG = "sites:\n  - key: academy\n    origins: [https://academy.example]\n";

let browser, collector, dashboard;
before(async () => {
  browser = await launchBrowser();
  collector = await startCollector({ config: CONFIG });
});
after(async () => {
  await dashboard?.close();
  await browser?.close();
  await collector?.remove();
});

async function send(overrides, headers = {}) {
  const body = encodeBeacon(sampleBeacon(overrides));
  return (await post(`${collector.http}/v1/beacon`, body, headers)).status;
}

const panel = () => dashboard.page.locator(".quality");

test("an owner whose pages are refused sees why before there is any data", async () => {
  assert.equal(await send({}, { Origin: "https://www.academy.example" }), 403);
  assert.equal(await send({ site: "akademy" }), 404);
  dashboard = await openDashboard(browser, collector.http, "#/overview?site=academy");
  await panel().getByText("From a page of another origin").waitFor();
  const text = await panel().innerText();
  assert.match(
    text,
    /1\s+From a page of another origin\s+If the pages are yours, add their origin/,
  );
  assert.match(text, /1\s+Names no site of the settings\s+data-site/);
  assert.match(text, /No beacon has come/);
  await dashboard.page.getByText("Ready for the first page view").waitFor();
});

test("completeness is shown as it is, and flagged, without a reload", async () => {
  await dashboard.page.getByText("Live", { exact: true }).waitFor();
  for (let page = 0; page < 10; page++) {
    const [sessionId, documentId] = [randomBytes(16), randomBytes(8)];
    for (const sequence of [0, 1, 3]) {
      assert.equal(await send({ sessionId, documentId, sequence }), 204);
    }
  }
  await panel().getByText("30 beacons stored, 10 missing").waitFor();
  assert.equal(await panel().locator("[data-completeness]").innerText(), "75%");
  assert.match(await panel().innerText(), /Below 95\s%/);
  assert.equal(await dashboard.page.locator(".gap-banner").count(), 0);
});

test("K4: coverage is shown once the collector was told what the servers saw", async () => {
  const dayMs = 86_400_000;
  const yesterday = Math.floor(Date.now() / dayMs) * dayMs - dayMs;
  const day = new Date(yesterday).toISOString().slice(0, 10);
  // The day on which measuring began does not count.
  for (const began of [yesterday - dayMs, yesterday, yesterday, yesterday]) {
    assert.equal(await send({ originUnixMs: BigInt(began + dayMs / 2) }), 204);
  }
  assert.equal(await panel().locator("[data-coverage]").count(), 0);
  const told = await post(
    `${collector.http}/api/v1/server-page-views`,
    JSON.stringify({ site: "academy", days: [{ day, pageViews: 24 }] }),
  );
  assert.equal(told.status, 200);
  await dashboard.close();
  dashboard = await openDashboard(browser, collector.http, "#/overview?site=academy&range=7d");
  await panel().getByText("3 page views measured, 24 seen by the site’s servers").waitFor();
  assert.equal(await panel().locator("[data-coverage]").innerText(), "12.5%");
});

test("a restart keeps what was counted", async () => {
  await dashboard.close();
  await collector.stop();
  collector = await startCollector({ config: CONFIG, dataDir: collector.dataDir });
  dashboard = await openDashboard(browser, collector.http, "#/overview?site=academy");
  await panel().getByText("34 beacons stored, 10 missing").waitFor();
  await panel().getByText("From a page of another origin").waitFor();
  dashboard.assertQuiet();
});
