// The visit that everything is measured on: read the home page, open a lesson and mark it as complete, hammer on a
// trailer, book a call. The same clicks for every variant.

/** Two frames and an idle moment: by then the browser has told its observers about the last interaction. */
async function settle(page) {
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(resolve)));
      }),
  );
}

async function open(page, url) {
  await page.goto(url, { waitUntil: "load" });
  await page.waitForLoadState("networkidle");
  await settle(page);
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} origin of the academy
 * @param {{ onPage?: () => Promise<void> }} [hooks] called before each page is left
 */
export async function visitAcademy(page, origin, { onPage = async () => {} } = {}) {
  await open(page, `${origin}/`);
  await page.mouse.wheel(0, 600);
  await settle(page);
  await onPage();

  await open(page, `${origin}/lessons/even-splits.html`);
  await page.waitForSelector("#comments li");
  await page.click("#complete");
  await page.waitForSelector("#complete[disabled]");
  await settle(page);
  await onPage();

  await open(page, `${origin}/courses/first-marathon.html`);
  await page.locator("#trailer").scrollIntoViewIfNeeded();
  const box = await page.locator("#trailer").boundingBox();
  for (let click = 0; click < 4; click++) {
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  }
  await settle(page);
  await onPage();

  await open(page, `${origin}/book.html`);
  await page.click("#check");
  await page.waitForSelector("#slots input", { state: "attached" });
  await settle(page);
  await onPage();
  await page.goto("about:blank");
}

/** A visitor's browser: empty cache, no storage. */
export function newVisitor(browser) {
  return browser.newContext({ viewport: { width: 1280, height: 800 } });
}
