// Truth: in the same page load, registered in the same task with the same options, the agent's vitals equal those of
// npm's web-vitals: times after rounding to 0.1 ms, CLS within 1e-9. Once by the engine in the page, and once under a
// policy that blocks it, where the same core runs over the raw batches.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import {
  hasEngine,
  lastValues,
  measure,
  newPage,
  pageWithBoth,
  startSite,
  toldHidden,
} from "./harness.mjs";

const STRICT = { "content-security-policy": "script-src 'self'; style-src 'unsafe-inline'" };

// Text only.
const TEXT = `<main><h1>Watercolour for beginners</h1><p>${"Wet on wet. ".repeat(60)}</p></main>`;

// The largest paint is an image that comes late.
const LATE_IMAGE = `<main><p>Soon</p></main><script src="/late-image.js"></script>`;
const LATE_IMAGE_JS = `setTimeout(() => {
  const image = new Image(600, 400);
  image.onload = () => requestAnimationFrame(() => requestAnimationFrame(() => { window.isDone = true; }));
  image.src = "/hero.svg";
  document.querySelector("main").append(image);
}, 300);`;
const HERO = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400">
  <rect width="600" height="400" fill="teal"/><circle cx="300" cy="200" r="150" fill="gold"/></svg>`;

// Two banners push the text down, in one session window.
const BANNER = `<main><h1>Lesson</h1><p>${"Paint and paper. ".repeat(80)}</p></main>
  <script src="/banner.js"></script>`;
const BANNER_JS = `const push = (height) => {
  const banner = document.createElement("div");
  banner.style.height = height + "px";
  banner.className = "banner";
  document.body.prepend(banner);
};
setTimeout(() => push(120), 200);
setTimeout(() => push(77), 500);
new PerformanceObserver((list, observer) => {
  window.shifts = (window.shifts ?? 0) + list.getEntries().length;
  if (window.shifts > 1) window.isDone = true;
}).observe({ type: "layout-shift", buffered: true });`;

// A button whose handler is slow, and a field to type into.
const SLOW = `<main><h1>Booking</h1><button>Book</button> <input></main><script src="/slow.js"></script>`;
const SLOW_JS = `const block = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
document.querySelector("button").addEventListener("click", () => block(90));
document.querySelector("input").addEventListener("keydown", () => block(60));`;

const hasPainted = () =>
  performance.getEntriesByName("first-contentful-paint").length > 0 &&
  performance.getEntriesByType("navigation")[0].loadEventEnd > 0;

const PAGES = [
  { name: "text", body: TEXT, vitals: ["CLS", "FCP", "LCP", "TTFB"] },
  { name: "late-image", body: LATE_IMAGE, isDone: true, vitals: ["CLS", "FCP", "LCP", "TTFB"] },
  { name: "banner", body: BANNER, isDone: true, vitals: ["CLS", "FCP", "LCP", "TTFB"] },
  {
    name: "slow",
    body: SLOW,
    vitals: ["CLS", "FCP", "INP", "LCP", "TTFB"],
    async visit(page) {
      for (let i = 0; i < 3; ++i) await page.click("button");
      await page.click("input");
      await page.keyboard.type("ab");
      // All entries of the interactions have been delivered once a later frame is there.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
    },
  },
];

const scripts = {
  "/late-image.js": LATE_IMAGE_JS,
  "/banner.js": BANNER_JS,
  "/slow.js": SLOW_JS,
  "/hero.svg": HERO,
};
const skip = (await hasEngine()) ? false : "the WebAssembly engine is not built";

describe("vitals equal those of web-vitals", { skip }, () => {
  let browser, site;
  before(async () => {
    browser = await launchBrowser();
    const pages = PAGES.flatMap(({ name, body }) => {
      const html = pageWithBoth(body);
      return [
        [`/engine/${name}`, html],
        [`/raw/${name}`, { headers: STRICT, body: html }],
      ];
    });
    site = await startSite({ ...Object.fromEntries(pages), ...scripts });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  for (const way of ["engine", "raw"]) {
    for (const { name, vitals, isDone, visit } of PAGES) {
      test(`${name}, ${way}`, async () => {
        const { capture, references } = site;
        const context = await browser.newContext();
        const { page, errors, engineRuns } = await newPage(context);
        const from = capture.posts.length;
        const fromReference = references.length;

        await page.goto(`${site.origin}/${way}/${name}`);
        await page.waitForFunction(hasPainted);
        if (isDone) await page.waitForFunction(() => window.isDone === true);
        await visit?.(page);
        if (way === "engine") await engineRuns();
        await page.goto(`${site.origin}/next`);
        await capture.until(
          (posts) => references.length > fromReference && toldHidden(posts.slice(from)),
        );

        const posts = capture.posts.slice(from);
        const kind = way === "engine" ? "beacon" : "entries";
        assert.ok(
          posts.some((post) => post.kind === kind),
          `by ${kind}`,
        );
        const [[pageView]] = await measure(posts);
        const expected = lastValues(references.at(-1));
        assert.deepEqual(Object.keys(expected).sort(), vitals);
        for (const vital of vitals) assertEqual(vital, pageView.vitals[vital], expected[vital]);
        if (name === "banner") assert.ok(expected.CLS > 0.01, `the banner shifts: ${expected.CLS}`);
        if (name === "slow") assert.ok(expected.INP >= 88, `the button is slow: ${expected.INP}`);
        if (vitals.includes("INP")) assert.ok(pageView.vitals.FID >= 0);
        assert.equal(pageView.url, `/${way}/${name}`);
        assert.deepEqual(errors, []);
        await context.close();
      });
    }
  }
});

function assertEqual(vital, actual, expected) {
  assert.notEqual(actual, undefined, `${vital} is missing; web-vitals says ${expected}`);
  if (vital === "CLS")
    assert.ok(Math.abs(actual - expected) <= 1e-9, `CLS ${actual}, not ${expected}`);
  else
    assert.equal(
      Math.round(actual * 10),
      Math.round(expected * 10),
      `${vital} ${actual}, not ${expected}`,
    );
}
