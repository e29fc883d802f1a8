// What servers, pages and browsers time: Server-Timing, element and user timing, long tasks, long animation frames.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser } from "../../support/browser.mjs";
import { startSite } from "../harness.mjs";
import { isHidden, ofKind, pageOf, visitor } from "./support.mjs";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="60" height="40"/></svg>`;

// Keeps the main thread busy.
const BUSY = `function work(ms) { const end = performance.now() + ms; while (performance.now() < end); }`;

let browser, site;
const { open } = visitor(() => ({ browser, site }));
before(async () => {
  browser = await launchBrowser();
  site = await startSite({
    "/servers": pageOf(`<img src="/timed.svg?visitor=7">`, {
      headers: { "server-timing": `db;dur=12.5;desc="for jane@example.org", cdn;desc=hit` },
    }),
    "/page": pageOf(
      `<img src="/plain.svg?secret=1" elementtiming="hero image" id="hero">
       <script>${BUSY}
         performance.mark("lesson-open");
         performance.measure("lesson-ready", { start: 100, duration: 50.5 });
         performance.measure("a track of React", { start: 1, end: 2, detail: { devtools: { track: "Components" } } });
         for (let i = 0; i < 20; i++) performance.mark("component render");
         performance.mark("opened by jane@example.org");
         work(120);</script>`,
    ),
    "/frames": pageOf(
      `<button id="slow">Slow</button><button id="quick">Quick</button><div id="box">box</div>
       <script src="/work.js"></script>`,
    ),
    "/work.js": {
      headers: { "content-type": "text/javascript" },
      body: `${BUSY}
        function layOut() { for (let i = 0; i < 20; i++) { box.style.width = 100 + i + "px"; box.offsetWidth; } }
        function onSlow() { work(600); layOut(); }
        document.getElementById("slow").addEventListener("click", onSlow);
        document.getElementById("quick").addEventListener("click", () => work(60));
        setTimeout(function late() { work(160) }, 50);`,
    },
    "/timed.svg": {
      headers: { "content-type": "image/svg+xml", "server-timing": "image;dur=3" },
      body: SVG,
    },
    "/plain.svg": { headers: { "content-type": "image/svg+xml" }, body: SVG },
  });
});
after(async () => {
  await browser?.close();
  await site?.close();
});

test("C7: server timing of the page and of its resources", async () => {
  const { page, errors, told } = await open("/servers");
  const all = await told((items) => ofKind(items, "serverTiming").length >= 3 && isHidden(items));
  const timings = ofKind(all, "serverTiming").map(({ value }) => [
    ...[value.name, value.duration100us, value.description, value.url],
  ]);
  assert.deepEqual(timings, [
    ["db", 125, "for :email", ""],
    ["cdn", 0, "hit", ""],
    ["image", 30, "", "/timed.svg"],
  ]);
  assert.deepEqual(errors, []);
  await page.close();
});

test("C7: element timing", async () => {
  const { page, told } = await open("/page");
  const all = await told((items) => ofKind(items, "elementTiming").length > 0);
  const [{ value, at }] = ofKind(all, "elementTiming");
  assert.deepEqual(
    [value.identifier, value.target, value.url, value.width, value.height],
    ["hero image", "#hero", "/plain.svg", 60, 40],
  );
  assert.ok(value.load100us > 0 && at >= value.load100us - 1);
  await page.close();
});

test("C7: the site's own marks and measures, bounded by name", async () => {
  const { page, told } = await open("/page");
  const all = await told((items) => ofKind(items, "userTiming").length > 0 && isHidden(items));
  const timings = ofKind(all, "userTiming");
  const named = (name) => timings.filter(({ value }) => value.name === name);
  assert.equal(named("lesson-open").length, 1);
  const [{ value: measure, at }] = named("lesson-ready");
  assert.deepEqual([measure.measure, measure.duration100us, at], [true, 505, 1000]);
  assert.equal(named("component render").length, 5);
  assert.equal(named("opened by :email").length, 1);
  assert.equal(named("a track of React").length, 0);
  const dropped = ofKind(all, "droppedEntries").find(({ value }) => value.type === "mark");
  assert.equal(dropped.value.count, 15);
  await page.close();
});

test("C7: long tasks", async () => {
  const { page, told } = await open("/page");
  const all = await told((items) => ofKind(items, "longTask").length > 0 && isHidden(items));
  const longest = ofKind(all, "longTask").reduce((a, b) =>
    a.value.duration100us > b.value.duration100us ? a : b,
  );
  assert.ok(longest.value.duration100us >= 1190, `${longest.value.duration100us}`);
  assert.equal(longest.value.culprit, "self");
  await page.close();
});

test("C7: long animation frames with the scripts behind them, and slow interactions", async () => {
  const { page, told } = await open("/frames");
  await page.click("#slow");
  await page.click("#quick");
  // Both frames have been painted.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))),
  );
  const all = await told(
    (items) => ofKind(items, "longAnimationFrame").length >= 3 && isHidden(items),
  );
  const frames = ofKind(all, "longAnimationFrame").map(({ value }) => value);
  const scriptOf = (name) =>
    frames.flatMap(({ scripts }) => scripts).find(({ sourceFunction }) => sourceFunction === name);
  const slow = scriptOf("onSlow");
  assert.ok(slow.duration100us >= 5990);
  assert.equal(slow.invoker, "BUTTON#slow.onclick");
  assert.equal(slow.invokerType, "event-listener");
  assert.equal(slow.sourceUrl, "/work.js");
  assert.ok(slow.sourceCharPosition > 0);
  const frame = frames.find(({ scripts }) => scripts.includes(slow));
  assert.ok(frame.duration100us >= 6000 && frame.blockingDuration100us >= 5000);
  assert.ok(frame.firstUiEvent100us > 0);
  assert.ok(scriptOf("late").duration100us >= 1590, "a frame that nobody waited for");
  // 60 ms only, but a visitor clicked for it.
  const quick = frames.find(({ scripts }) => scripts.some((s) => s.invoker.includes("quick")));
  assert.ok(quick.duration100us < 3000 && quick.firstUiEvent100us > 0);
  const interactions = ofKind(all, "eventTiming").filter(({ value }) => value.interactionId);
  const slowClick = interactions.find(({ value }) => value.duration100us >= 6000);
  assert.equal(slowClick.value.target, "#slow");
  await page.close();
});
