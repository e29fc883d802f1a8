// The whole path: a real page, the real agent, the real collector, and what that answers about the visit.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { launchBrowser } from "../support/browser.mjs";
import { hasCollector, startCollector } from "../support/collector.mjs";
import { routes, startServer } from "../support/static-server.mjs";
import { hasEngine, newPage, pageWithTag, SITE } from "./harness.mjs";

const CONTENT = `<main id="lesson"><h1>Watercolour</h1><button>Go</button><p>Wet on wet.</p></main>
  <script src="/banner.js"></script>`;
const BANNER_JS = `setTimeout(() => {
  const banner = document.createElement("div");
  banner.style.height = "90px";
  document.body.prepend(banner);
}, 100);
new PerformanceObserver(() => { window.hasShifted = true; }).observe({ type: "layout-shift", buffered: true });`;

const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const SHARED = { "access-control-allow-origin": "*", "timing-allow-origin": "*" };
const packed = (type, text, headers = {}) => ({
  headers: { "content-type": type, "content-encoding": "gzip", ...headers },
  body: gzipSync(text),
});
const WEIGHED = {
  "/own.js": packed("text/javascript", "window.own = 1;".repeat(400)),
  "/own.css": packed("text/css", "p { color: #123 }".repeat(300)),
  "/own.gif": { headers: { "content-type": "image/gif" }, body: PIXEL },
  "/own.woff2": { headers: { "content-type": "font/woff2" }, body: Buffer.alloc(900) },
  "/other.js": packed("text/javascript", "window.other = 1;".repeat(500), SHARED),
  "/other.css": packed("text/css", "p { margin: 0 }".repeat(200), SHARED),
  "/other.gif": { headers: { "content-type": "image/gif", ...SHARED }, body: PIXEL },
  "/other.woff2": {
    headers: { "content-type": "font/woff2", ...SHARED },
    body: Buffer.alloc(700),
  },
  // Says nothing of its size.
  "/secret.js": "window.secret = 1;",
};
// The same server under another name is somebody else's.
const weighed = (origin) => {
  const other = "' + location.origin.replace('127.0.0.1', 'localhost') + '";
  return pageWithTag(
    `<link rel="stylesheet" href="/own.css"><p>Own</p><p>Other</p><img src="/own.gif" alt="">
      <script src="/own.js"></script>
      <script>document.write('<link rel="stylesheet" href="${other}/other.css"><img alt="" src="${other}/other.gif">' +
        '<script src="${other}/other.js"><\\/script><script src="${other}/secret.js"><\\/script>' +
        '<style>@font-face { font-family: Own; src: url(/own.woff2) }' +
        '@font-face { font-family: Other; src: url(${other}/other.woff2) }' +
        'p { font-family: Own } p + p { font-family: Other }</style>');</script>`,
    { origin },
  );
};

// Runs in the page: what its resources weigh, by their names alone. The agent and what it sends are none of them.
function weigh() {
  const bundle = {};
  const add = (field, amount) => (bundle[field] = (bundle[field] ?? 0) + amount);
  for (const entry of performance.getEntriesByType("resource")) {
    const { hostname, pathname } = new URL(entry.name);
    if (/^\/(agent|v1)\//.test(pathname)) continue;
    const party = hostname === location.hostname ? "" : "thirdParty";
    const field = (name) => (party ? party + name : name[0].toLowerCase() + name.slice(1));
    add("resources", 1);
    add("totalBytes", entry.encodedBodySize);
    if (pathname.endsWith(".js")) {
      add("scripts", 1);
      add(field("ScriptBytes"), entry.decodedBodySize);
    } else if (pathname.endsWith(".css")) {
      add("styles", 1);
      add(field("StyleBytes"), entry.decodedBodySize);
    } else if (/\.(gif|ico)$/.test(pathname)) {
      add("images", 1);
      add("imageBytes", entry.encodedBodySize);
    } else if (pathname.endsWith(".woff2")) {
      add("fonts", 1);
      add("fontBytes", entry.encodedBodySize);
    }
  }
  return bundle;
}

let skip = false;
if (!hasCollector()) skip = "the collector is not built";
else if (!(await hasEngine())) skip = "the WebAssembly engine is not built";

describe("from the page to the journey", { skip }, () => {
  let browser, collector, site;
  before(async () => {
    browser = await launchBrowser();
    const config = `sites:
  - key: ${SITE}
    budgets:
      script_bytes: 1000000
      style_bytes: 1000
`;
    collector = await startCollector({ config });
    // Another origin than the collector's, as on most sites.
    const lesson = pageWithTag(CONTENT, { origin: collector.http });
    const policy = `default-src 'self'; script-src 'self' ${collector.http}; connect-src ${collector.http}`;
    site = await startServer([
      routes({
        "/open": lesson,
        "/strict": { headers: { "content-security-policy": policy }, body: lesson },
        "/banner.js": BANNER_JS,
        "/weighed": weighed(collector.http),
        ...WEIGHED,
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

  async function ask(path) {
    const response = await fetch(`${collector.http}/api/v1/${path}`);
    assert.equal(response.status, 200, path);
    return response.json();
  }

  // Asks until the answer is accepted: what the page sent last says nothing back.
  async function askUntil(path, accept) {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const answer = await ask(path);
      if (accept(answer)) return answer;
      assert.ok(Date.now() < deadline, `not in time: ${JSON.stringify(answer)}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** The journey of a visit, once it has `pageViews` page views that ended hidden. */
  async function journey(sessionId, pageViews) {
    const hidden = (answer) =>
      (answer.events ?? []).filter(({ visibilityChange }) => visibilityChange?.hidden).length;
    await askUntil(`sessions?site=${SITE}`, ({ sessions = [] }) =>
      sessions.some((s) => s.sessionId === sessionId),
    );
    return askUntil(`sessions/${sessionId}?site=${SITE}`, (a) => hidden(a) >= pageViews);
  }

  // Stored are two times, a count and a flag; then the id, byte by byte.
  // The session is opened when the page is idle.
  const sessionOf = async (page) => {
    const stored = await page.waitForFunction(
      (key) => localStorage.getItem(key),
      `paceline.${SITE}`,
    );
    return Buffer.from((await stored.jsonValue()).split(",").slice(4).map(Number)).toString("hex");
  };

  // What the browser itself says, without any library.
  const truth = (page) =>
    page.evaluate(() => ({
      FCP: performance.getEntriesByName("first-contentful-paint")[0].startTime,
      TTFB: performance.getEntriesByType("navigation")[0].responseStart,
    }));

  async function read(page) {
    await page.waitForFunction(
      () => window.hasShifted && performance.getEntriesByName("first-contentful-paint").length,
    );
    await page.click("button");
  }

  const value = (pageView, metric) =>
    pageView.vitals.find((vital) => vital.metric === `METRIC_${metric}`)?.value ?? 0;

  for (const way of ["open", "strict"]) {
    test(`a visit to a page that is ${way}`, async () => {
      const context = await browser.newContext();
      const { page, errors, engineRuns, lazyPartRuns } = await newPage(context);
      await page.goto(`${site.origin}/${way}`);
      await read(page);
      await (way === "open" ? engineRuns() : lazyPartRuns());
      const expected = await truth(page);
      const sessionId = await sessionOf(page);
      await page.goto(`${site.origin}/next`);

      const { session, pageViews, events } = await journey(sessionId, 1);
      assert.equal(session.clicks, 1);
      assert.equal(session.deviceType, "desktop");
      assert.equal(pageViews.length, 1);
      assert.equal(pageViews[0].url, `/${way}`);
      for (const metric of ["FCP", "TTFB"]) {
        const difference = Math.abs(value(pageViews[0], metric) - expected[metric]);
        assert.ok(difference <= 0.05 + 1e-9, `${metric}: ${difference} ms off`);
      }
      assert.ok(value(pageViews[0], "LCP") >= value(pageViews[0], "FCP"));
      assert.ok(value(pageViews[0], "CLS") > 0);
      const shift = events.find(({ layoutShift }) => layoutShift)?.layoutShift;
      // The body moves with its first child's margin.
      assert.match(shift.sources[0].target, /^(html>body|#lesson)$/);
      assert.equal(events.find(({ click }) => click).click.target, "#lesson>button");
      const banner = events.find(({ resource }) => resource?.url === "/banner.js").resource;
      assert.equal(banner.type, "RESOURCE_TYPE_SCRIPT");
      assert.equal(banner.initiator, "script");
      assert.ok(!banner.thirdParty);
      assert.deepEqual(errors, []);
      await context.close();
    });
  }

  test("C19: what scripts, styles, images and fonts weigh, the page's own and others', against budgets", async () => {
    const context = await browser.newContext();
    const { page, errors, engineRuns } = await newPage(context);
    await page.goto(`${site.origin}/weighed`);
    await engineRuns();
    await page.waitForFunction(
      (paths) => paths.every((path) => performance.getEntries().some((e) => e.name.endsWith(path))),
      Object.keys(WEIGHED),
    );
    await page.waitForLoadState("networkidle");
    const sessionId = await sessionOf(page);
    const expected = await page.evaluate(weigh);
    await page.goto(`${site.origin}/next`);

    const { events } = await journey(sessionId, 1);
    const bundles = events.filter(({ bundle }) => bundle);
    assert.equal(bundles.length, 1);
    const budgets = {
      scriptBudgetBytes: 1_000_000,
      thirdPartyScriptBudgetBytes: 0,
      styleBudgetBytes: 1000,
      thirdPartyStyleBudgetBytes: 0,
    };
    assert.deepEqual(bundles[0].bundle, { ...expected, ...budgets, overBudget: true });
    // The page weighed what was served.
    assert.equal(expected.thirdPartyScriptBytes, gunzipSync(WEIGHED["/other.js"].body).length);
    assert.equal(expected.styleBytes, gunzipSync(WEIGHED["/own.css"].body).length);
    assert.equal(expected.fontBytes, 900 + 700);
    assert.equal(expected.imageBytes, 2 * PIXEL.length);
    assert.deepEqual([expected.scripts, expected.styles, expected.fonts], [3, 2, 2]);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("a visit that leaves its first page at once goes on as one journey", async () => {
    const context = await browser.newContext();
    const { page, errors, engineRuns } = await newPage(context);
    await page.goto(`${site.origin}/strict`, { waitUntil: "commit" });
    await page.waitForFunction((key) => localStorage.getItem(key), `paceline.${SITE}`);
    const sessionId = await sessionOf(page);
    await page.evaluate(() => location.assign("/open"));
    await page.waitForURL(`${site.origin}/open`);
    await read(page);
    await engineRuns();
    await page.goto(`${site.origin}/next`);

    const { session, pageViews } = await journey(sessionId, 2);
    assert.equal(session.pageViews, 2);
    assert.deepEqual(
      pageViews.map(({ url }) => url),
      ["/strict", "/open"],
    );
    assert.equal(pageViews[1].referrer, "/strict");
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("every post had an outcome, and none was refused", async () => {
    const metrics = await (await fetch(`${collector.http}/metrics`)).text();
    const counts = [
      ...metrics.matchAll(/^paceline_beacons_total\{.*?outcome="(\w+)".*?\} (\d+)/gm),
    ];
    const counted = counts.filter(([, , count]) => Number(count) > 0).map(([, outcome]) => outcome);
    assert.ok(counted.includes("accepted"));
    assert.deepEqual(
      counted.filter((outcome) => outcome !== "accepted" && outcome !== "duplicate"),
      [],
    );
  });
});
