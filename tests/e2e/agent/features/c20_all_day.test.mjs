// A page that is left open all day: what the agent keeps of it has a bound.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, setVisibility } from "../../support/browser.mjs";
import { startSite } from "../harness.mjs";
import { ofKind, pageOf, toldBy, visitor } from "./support.mjs";

// Heaps vary by some hundred KiB from one collection to the next.
const MAX_GROWTH_BYTES = 1.5 * 1024 * 1024;
const ROUNDS = 6;

let browser, site;
const { open } = visitor(() => ({ browser, site }));
before(async () => {
  browser = await launchBrowser();
  site = await startSite({
    "/app": pageOf(`<button id="go">go</button><div id="list"></div>`, { engine: true }),
    "/api/poll": { headers: { "cache-control": "no-store" }, body: "{}" },
  });
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** An hour of a busy page, in a second or two. */
const liveOn = (page) =>
  page.evaluate(async () => {
    const list = document.getElementById("list");
    for (let i = 0; i < 150; i++) {
      await fetch(`/api/poll?${performance.now()}`).then((response) => response.text());
      const name = `render ${performance.now()}`;
      performance.mark(name);
      performance.measure(`${name} done`, name);
      const item = document.createElement("p");
      item.textContent = name;
      list.append(item);
      if (list.childElementCount > 20) list.firstElementChild.remove();
    }
    const end = performance.now() + 120;
    while (performance.now() < end);
    performance.clearMarks();
    performance.clearMeasures();
    performance.clearResourceTimings();
  });

/** Bytes in use once everything that may go has gone. */
async function heapOf(page, session) {
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  await session.send("HeapProfiler.collectGarbage");
  await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize;
}

test("C20: the heap of a page that is left open stays flat", async () => {
  const { page, errors } = await open("/app");
  const from = site.capture.posts.length;
  const session = await page.context().newCDPSession(page);
  const round = async () => {
    await liveOn(page);
    for (let i = 0; i < 5; i++) await page.click("#go");
    // Visitors look elsewhere now and then; what waits leaves.
    await setVisibility(page, "hidden");
    await setVisibility(page, "visible");
  };
  // The bounds of the page view are reached in the first rounds.
  for (let i = 0; i < 2; i++) await round();
  const early = await heapOf(page, session);
  for (let i = 0; i < ROUNDS; i++) await round();
  const late = await heapOf(page, session);
  assert.ok(late - early < MAX_GROWTH_BYTES, `${early} bytes, then ${late}`);

  // It has not gone quiet either: what was left out is told.
  const told = toldBy(site.capture.posts.slice(from));
  const dropped = ofKind(told, "droppedEntries").map(({ value }) => value);
  const countOf = (type) =>
    dropped.filter((one) => one.type === type).reduce((sum, { count }) => sum + count, 0);
  for (const type of ["resource", "api-call", "mark", "measure"])
    assert.ok(countOf(type) > 500, `${type}: ${countOf(type)}`);
  assert.deepEqual(errors, []);
  await page.close();
});
