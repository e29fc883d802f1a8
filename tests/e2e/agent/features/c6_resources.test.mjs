// Resources, what they weigh, and what server and page say about their own times.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser } from "../../support/browser.mjs";
import { startSite } from "../harness.mjs";
import { isHidden, ofKind, pageOf, visitor } from "./support.mjs";

const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const gif = { headers: { "content-type": "image/gif" }, body: PIXEL };
const cached = { "cache-control": "max-age=3600" };
const foreign = { "access-control-allow-origin": "*", "timing-allow-origin": "*" };

let browser, site;
const { open } = visitor(() => ({ browser, site }));
before(async () => {
  browser = await launchBrowser();
  site = await startSite({
    "/page": pageOf(
      `<img src="/hero.webp?visitor=jane"><img src="/cdn/badge"><iframe src="/frame"></iframe>
       <p style="background-image: url(/bg); font-family: Lesson">text</p>
       <script>document.write('<script src="' + location.origin.replace("127.0.0.1", "localhost") + '/widget.js"><' + '/script>')</script>
       <script>fetch("/api/data.json"); const xhr = new XMLHttpRequest(); xhr.open("GET", "/api/old.json"); xhr.send();</script>`,
      {
        engine: true,
        head: `<link rel="stylesheet" href="/style.css"><link rel="stylesheet" href="/themes/dark">
          <link rel="modulepreload" href="/module.mjs"><link rel="preload" as="font" crossorigin href="/lesson.woff2">
          <script src="/app.js"></script>`,
      },
    ),
    "/again": pageOf(`<script src="/cached.js"></script>`),
    "/many": pageOf(`<p>many</p>`),
    "/hero.webp": gif,
    "/cdn/badge": gif,
    "/bg": gif,
    "/frame": "<!doctype html><p>frame",
    "/style.css": { headers: { "content-type": "text/css" }, body: "p { color: #123 }".repeat(50) },
    "/themes/dark": { headers: { "content-type": "text/css" }, body: "p { margin: 0 }" },
    "/app.js": {
      headers: { "content-type": "text/javascript" },
      body: "window.app = 1;".repeat(30),
    },
    "/module.mjs": { headers: { "content-type": "text/javascript" }, body: "export {}" },
    "/lesson.woff2": { headers: { "content-type": "font/woff2" }, body: Buffer.alloc(64) },
    "/widget.js": {
      headers: { "content-type": "text/javascript", ...foreign },
      body: "window.widget = 1;",
    },
    "/cached.js": {
      headers: { "content-type": "text/javascript", ...cached },
      body: "window.cached = 1;",
    },
    "/api/data.json": "{}",
    "/api/old.json": "{}",
  });
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** The browser's own entries, by scrubbed name. */
const entriesOf = (page) =>
  page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.toJSON()));

test("C6: every resource with initiator, sizes, duration, blocking, protocol, host and status", async () => {
  const { page, errors, told } = await open("/page");
  await page.waitForFunction(() => performance.getEntriesByType("resource").length >= 13);
  const resources = ofKind(await told(isHidden), "resource").map(({ value, at }) => ({
    ...value,
    at,
  }));
  const own = await entriesOf(page);

  // By which the collector knows the types.
  const initiators = Object.fromEntries(
    resources
      .filter(({ url }) => !url.startsWith("/agent/"))
      .map(({ url, initiator }) => [url.replace(/^http:\/\/localhost:\d+/, "//other"), initiator]),
  );
  assert.deepEqual(initiators, {
    "/hero.webp": "img",
    "/cdn/badge": "img",
    "/bg": "css",
    "/frame": "iframe",
    "/style.css": "link",
    "/themes/dark": "link",
    "/module.mjs": "other",
    "/lesson.woff2": "link",
    "/app.js": "script",
    "//other/widget.js": "script",
    "/api/data.json": "fetch",
    "/api/old.json": "xmlhttprequest",
  });

  for (const resource of resources) {
    const entry = own.find(({ name }) => name.split("?")[0].endsWith(resource.url));
    assert.equal(resource.transferSizeBytes, entry.transferSize, resource.url);
    assert.equal(resource.encodedSizeBytes, entry.encodedBodySize, resource.url);
    assert.equal(resource.decodedSizeBytes, entry.decodedBodySize, resource.url);
    assert.equal(resource.duration100us, Math.round(entry.duration * 10), resource.url);
    assert.ok(Math.abs(resource.at - entry.startTime * 10) <= 1, resource.url);
    assert.equal(resource.renderBlocking, entry.renderBlockingStatus === "blocking", resource.url);
    // Who owns it is a question only of another origin.
    const pageHost = resource.url.startsWith("/") ? "" : "127.0.0.1";
    assert.equal(resource.pageHost, pageHost, resource.url);
    assert.equal(resource.protocol, entry.nextHopProtocol, resource.url);
    assert.equal(resource.status, entry.responseStatus, resource.url);
  }
  assert.ok(resources.find(({ url }) => url === "/style.css").renderBlocking);
  assert.ok(resources.find(({ url }) => url === "/app.js").decodedSizeBytes > 0);
  assert.ok(resources.every(({ url }) => !url.includes("jane") && !url.includes("/v1/")));
  assert.deepEqual(errors, []);
  await page.close();
});

test("C6: a resource from the cache is told as such", async () => {
  const context = await browser.newContext();
  const first = await open("/again", { context });
  await first.told(isHidden);
  await first.page.close();
  const { told } = await open("/again", { context });
  const script = ofKind(await told(isHidden), "resource").find(
    ({ value }) => value.url === "/cached.js",
  );
  assert.equal(script.value.transferSizeBytes, 0);
  assert.ok(script.value.decodedSizeBytes > 0);
  await context.close();
});

test("C6: at most 200 of a page view, and the rest is counted", async () => {
  const { page, told } = await open("/many");
  await page.evaluate(async () => {
    for (let i = 0; i < 240; i++) await fetch(`/api/data.json?n=${i}`).then((r) => r.text());
  });
  await page.waitForFunction(() => performance.getEntriesByType("resource").length >= 240);
  const all = await told((items) =>
    items.some(({ kind, value }) => kind === "droppedEntries" && value.type === "resource"),
  );
  const resources = ofKind(all, "resource").length;
  const dropped = ofKind(all, "droppedEntries").filter(({ value }) => value.type === "resource");
  assert.equal(resources, 200);
  const count = dropped.reduce((sum, { value }) => sum + value.count, 0);
  assert.ok(count >= 40 && count <= 60, `${count} told as dropped`);
  await page.close();
});

test("C6: what the browser's own buffer dropped before the agent came is counted", async () => {
  const { page, told } = await open("/many", {
    // Of the page's first resources, only three are kept for whoever asks later.
    init: () => {
      performance.setResourceTimingBufferSize(3);
      for (let i = 0; i < 8; i++) new Image().src = `/hero.webp?${i}`;
    },
  });
  const all = await told((items) => items.some(({ kind }) => kind === "droppedEntries"));
  const dropped = ofKind(all, "droppedEntries").filter(({ value }) => value.type === "resource");
  assert.ok(dropped.reduce((sum, { value }) => sum + value.count, 0) >= 5);
  await page.close();
});
