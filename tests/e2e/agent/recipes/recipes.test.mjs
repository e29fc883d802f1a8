// The recipes of docs/agent.md as they stand there, against the real collector. Only the collector's address is another.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launchBrowser } from "../../support/browser.mjs";
import { startCollector } from "../../support/collector.mjs";
import { inRepository } from "../../support/paths.mjs";
import { startServer } from "../../support/static-server.mjs";

let collector;
let site;
let browser;
before(async () => {
  collector = await startCollector({ args: ["--site", "academy"] });
  site = await startServer([
    async (_request, path) => {
      const file = inRepository(`tests/e2e/agent/recipes${path}.html`);
      const text = await readFile(file, "utf8").catch(() => undefined);
      const body = text?.replaceAll("https://rum.example.com", collector.http);
      return body && { headers: { "content-type": "text/html; charset=utf-8" }, body };
    },
  ]);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
  await collector?.remove();
});

async function query(path) {
  const answer = await fetch(`${collector.http}/api/v1/${path}?site=academy`);
  return answer.ok ? answer.json() : {};
}

/** The journey of the latest session that began with `path`, once `accept` is true of its events by kind. */
async function journeyOf(path, accept) {
  const deadline = Date.now() + 30_000;
  let kinds = {};
  while (Date.now() < deadline) {
    const { sessions = [] } = await query("sessions");
    const session = sessions.find((one) => one.entryPage === path);
    const journey = session ? await query(`sessions/${session.sessionId}`) : {};
    kinds = {};
    for (const event of journey.events ?? [])
      for (const [kind, value] of Object.entries(event))
        if (value instanceof Object) (kinds[kind] ??= []).push(value);
    if (accept(kinds)) return { journey, kinds };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`in vain; there are ${JSON.stringify(kinds)}`);
}

/** Visits a recipe in a browser of its own; what `act` does there is sent when the page is left. */
async function visit(path, act) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const posts = [];
  page.on("request", (request) => {
    if (/\/v1\/(beacon|entries)/.test(request.url())) posts.push(request.url());
  });
  await page.goto(site.origin + path);
  await page.waitForFunction(() => typeof window.paceline?.consent === "function");
  await act(page, posts, context);
  // The browser stays: closing it would cut off the last words.
  await page.goto("about:blank");
}

const engine = (page) => page.waitForFunction(() => typeof window.paceline?.score === "function");

test("CallsOfThePageReachTheCollector", async () => {
  await visit("/calls", async (page) => {
    await engine(page);
    await page.click("#enrol");
  });
  const { journey, kinds } = await journeyOf("/calls", (found) => found.conversion);
  assert.equal(kinds.action[0].name, "video_played");
  assert.equal(kinds.customMetric[0].value, 87);
  assert.equal(kinds.feedback[0].score, 5);
  assert.equal(kinds.conversion[0].valueMinor, 12000);
  assert.equal(kinds.conversion[0].id, "order-1017");
  assert.deepEqual(
    kinds.journeyStep.map(({ journey: name }) => name),
    ["student_registration", "student_registration", "student_registration"],
  );
  const tags = Object.fromEntries(journey.pageViews[0].tags.map(({ key, value }) => [key, value]));
  assert.equal(tags.course, "first-marathon");
});

test("AConsentBannerDecides", async () => {
  await visit("/consent", async (page, posts, context) => {
    await page.click("#no");
    await page.goto("about:blank");
    assert.deepEqual(posts, []);
    assert.deepEqual((await context.storageState()).origins, []);
  });
  await visit("/consent", async (page) => {
    await page.click("#yes");
    await engine(page);
  });
  await journeyOf("/consent", (found) => found.vital);
});

test("ATagManagerMayBringTheAgentLate", async () => {
  await visit("/tag_manager", engine);
  const { kinds } = await journeyOf("/tag_manager", (found) => found.vital);
  assert.ok(kinds.vital.some(({ metric }) => metric === "METRIC_FCP"));
});

test("MarkedFormsAndLinksConvert", async () => {
  await visit("/marks", async (page) => {
    await engine(page);
    await page.click("a");
    await page.fill("input", "kim@example.org");
    await page.click("button");
  });
  const { journey, kinds } = await journeyOf("/marks", (found) => found.conversion?.length === 2);
  assert.deepEqual(
    kinds.conversion.map(({ type }) => type),
    ["resource_download", "email_signup"],
  );
  assert.doesNotMatch(JSON.stringify(journey), /kim@/);
});
