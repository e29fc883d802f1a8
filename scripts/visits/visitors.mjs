// Who visits the academy, and what they do there. Each is a function of a visit; see `Visit` for what it may use.

/**
 * @typedef {object} Visit
 * @property {import('playwright-core').BrowserContext} context
 * @property {import('playwright-core').Page} page
 * @property {string} site origin of the academy
 * @property {(path: string) => Promise<void>} arrive types an address and waits for the load
 * @property {(path: string, act: () => Promise<unknown>) => Promise<void>} follow acts, and waits until that leads to
 *     the page and it has loaded
 * @property {() => Promise<void>} agentStarted waits until the page's agent runs
 * @property {(text: string) => void} say a line of progress
 */

const MEGABIT = 125_000;

/** Two frames and an idle moment: by then the browser has told its observers about the last interaction. */
async function settle(page) {
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(resolve)));
      }),
  );
}

/** Nobody can act on what is not on the screen yet. */
export async function painted(page) {
  await page.waitForFunction(
    () => performance.getEntriesByName("first-contentful-paint").length > 0,
  );
  await settle(page);
}

/** Gives the page a slow line; call what it returns before the page closes, or Chromium drops the last words. */
async function slowLine(context, page, { megabits, latency }) {
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Network.emulateNetworkConditions", {
    offline: false,
    latency,
    downloadThroughput: megabits * MEGABIT,
    uploadThroughput: megabits * MEGABIT,
  });
  return () => client.detach();
}

async function read(page, steps) {
  for (let step = 0; step < steps; step++) {
    await page.mouse.wheel(0, 500);
    await settle(page);
  }
}

async function book(visit, { tap = false } = {}) {
  const { page, follow } = visit;
  const press = (selector) => (tap ? page.tap(selector) : page.click(selector));
  await press("#check");
  await page.waitForSelector("#slots input", { state: "attached" });
  await settle(page);
  await press("#slots label:nth-child(2)");
  await page.fill("#name", "Kim");
  await page.fill("#email", "kim@example.org");
  await follow("/confirmation.html", () => press("#submit"));
  await page.waitForFunction(() => /\d/.test(document.querySelector("#number").textContent));
}

/** Reads a lesson to its end and marks it as complete. */
async function reader({ page, arrive, follow, say }) {
  await arrive("/");
  await read(page, 2);
  await page.mouse.wheel(0, -2000);
  say("tries the free lesson");
  await follow("/lessons/even-splits.html", () => page.click("main a[href^='/lessons/']"));
  await page.waitForSelector("#comments li");
  await read(page, 5);
  say("marks it as complete");
  await page.click("#complete");
  await page.waitForSelector("#complete[disabled]");
  await settle(page);
  await follow("/pricing.html", () => page.click("nav a[href='/pricing.html']"));
}

/** Books a call on a phone with a slow line. */
async function booker(visit) {
  const { context, page, arrive, follow, say } = visit;
  const quicken = await slowLine(context, page, { megabits: 4, latency: 60 });
  await arrive("/");
  await follow("/courses.html", () => page.tap("main a[href='/courses.html']"));
  await page.waitForSelector("#announcement");
  say("is pushed down by the announcement, and goes on");
  await follow("/courses/faster-5k.html", () => page.tap("main a[href='/courses/faster-5k.html']"));
  await follow("/book.html", () => page.tap("main a[href^='/book.html']"));
  say("books a call");
  await book(visit, { tap: true });
  await quicken();
}

/** Leaves the home page while its picture still loads, and the next page at once: the WASM never gets a chance. */
async function impatient({ context, page, site, agentStarted, say }) {
  const quicken = await slowLine(context, page, { megabits: 1.2, latency: 40 });
  await page.goto(`${site}/`, { waitUntil: "commit" });
  await agentStarted();
  await painted(page);
  say("will not wait for the picture");
  await page.click("nav a[href='/coaches.html']", { noWaitAfter: true });
  await page.waitForURL(`${site}/coaches.html`, { waitUntil: "commit" });
  await agentStarted();
  await painted(page);
  await quicken();
}

/** Hammers on a trailer that does not play, looks at another tab, comes back and books. Wants real tabs. */
async function distracted(visit) {
  const { context, page, arrive, follow, say } = visit;
  await arrive("/courses/first-marathon.html");
  say("clicks on the trailer, which does nothing");
  await page.locator("#trailer").scrollIntoViewIfNeeded();
  const box = await page.locator("#trailer").boundingBox();
  for (let click = 0; click < 5; click++) {
    await page.mouse.click(box.x + box.width / 2 + click, box.y + box.height / 2);
  }
  await settle(page);
  for (let times = 0; times < 2; times++) {
    say("looks at another tab and comes back");
    const other = await context.newPage();
    await other.bringToFront();
    await page.waitForFunction(() => document.visibilityState === "hidden", undefined, {
      polling: 50,
    });
    await page.bringToFront();
    await page.waitForFunction(() => document.visibilityState === "visible", undefined, {
      polling: 50,
    });
    await other.close();
  }
  await follow("/book.html", () => page.click("main a[href^='/book.html']"));
  await book(visit);
}

/** Compares courses with the browser's back and forward buttons: pages come out of the back/forward cache. */
async function comparer({ page, site, arrive, follow, say }) {
  const travel = async (delta, path) => {
    // Asked from inside the page: a restored page is no navigation that playwright would wait for.
    await page.evaluate((by) => setTimeout(() => history.go(by)), delta);
    await page.waitForURL(`${site}${path}`, { waitUntil: "commit" });
    await settle(page);
  };
  await arrive("/courses.html");
  await page.waitForSelector("#announcement");
  await follow("/courses/into-the-hills.html", () =>
    page.click("main a[href='/courses/into-the-hills.html']"),
  );
  say("goes back");
  await travel(-1, "/courses.html");
  await follow("/courses/back-from-injury.html", () =>
    page.click("main a[href='/courses/back-from-injury.html']"),
  );
  say("goes back and forward");
  await travel(-1, "/courses.html");
  await travel(1, "/courses/back-from-injury.html");
  await follow("/pricing.html", () => page.click("nav a[href='/pricing.html']"));
}

/** Uses the keyboard only, and reloads the page. */
async function keyboard({ page, arrive, follow, say }) {
  await arrive("/lessons/even-splits.html");
  await page.waitForSelector("#comments li");
  say("presses keys only");
  await page.focus("#complete");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#complete[disabled]");
  await settle(page);
  say("reloads");
  await page.reload({ waitUntil: "load" });
  await page.focus("nav a[href='/coaches.html']");
  await follow("/coaches.html", () => page.keyboard.press("Enter"));
}

/** In the order in which they come; a longer row of visits starts again from the first. */
export const VISITORS = [
  { name: "reader", device: "desktop", act: reader },
  { name: "booker", device: "phone", act: booker },
  { name: "distracted", device: "laptop", act: distracted, tabs: true },
  { name: "impatient", device: "laptop", act: impatient },
  { name: "comparer", device: "tablet", act: comparer },
  { name: "keyboard", device: "desktop", act: keyboard },
];
