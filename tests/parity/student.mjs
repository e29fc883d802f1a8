// A visitor who takes a person's time: reads, marks what is read by clicking on it, looks something up in another tab,
// comes back, tries dates and books. The visits of scripts/visits.mjs hurry from page to page instead.
import { painted } from "../../scripts/visits/visitors.mjs";

const PARAGRAPHS_TO_MARK = 8;
const SECONDS_PER_PARAGRAPH = 1.5;

const seconds = (count) => new Promise((resolve) => setTimeout(resolve, 1000 * count));

/** Clicks on paragraphs one after the other, as people do who keep the line with the pointer. */
async function readWithPointer(page, selector, count) {
  const paragraphs = await page.locator(selector).all();
  for (const paragraph of paragraphs.slice(0, count)) {
    await paragraph.scrollIntoViewIfNeeded();
    await paragraph.click({ position: { x: 12, y: 8 } });
    await seconds(SECONDS_PER_PARAGRAPH);
  }
}

async function lookSomethingUp(context, page) {
  const other = await context.newPage();
  await other.bringToFront();
  const shows = (state) =>
    page.waitForFunction((wanted) => document.visibilityState === wanted, state, { polling: 50 });
  await shows("hidden");
  await seconds(2);
  await page.bringToFront();
  await shows("visible");
  await other.close();
}

async function act({ context, page, arrive, follow, say }) {
  await arrive("/lessons/even-splits.html");
  await page.waitForSelector("#comments li");
  say("reads the lesson");
  await readWithPointer(page, "article p", PARAGRAPHS_TO_MARK);
  await page.click("summary");
  await seconds(2);
  await lookSomethingUp(context, page);
  await page.click("#complete");
  await page.waitForSelector("#complete[disabled]");
  await readWithPointer(page, "#comments li", PARAGRAPHS_TO_MARK);
  say("looks at the courses");
  await follow("/courses.html", () => page.click("nav a[href='/courses.html']"));
  await page.waitForSelector("#announcement");
  await follow("/courses/faster-5k.html", () =>
    page.click("main a[href='/courses/faster-5k.html']"),
  );
  await readWithPointer(page, "main p", PARAGRAPHS_TO_MARK);
  say("tries dates, and books");
  await follow("/book.html", () => page.click("main a[href^='/book.html']"));
  await page.click("#check");
  await page.waitForSelector("#slots input", { state: "attached" });
  for (const slot of [1, 2, 3, 2]) {
    await page.click(`#slots label:nth-child(${slot})`);
    await seconds(1);
  }
  await page.click("#name");
  await page.keyboard.type("Kim", { delay: 150 });
  await page.click("#email");
  await page.keyboard.type("kim@example.org", { delay: 100 });
  await follow("/confirmation.html", () => page.click("#submit"));
  await painted(page);
  await seconds(2);
}

export const STUDENT = { name: "student", device: "laptop", act, tabs: true };
