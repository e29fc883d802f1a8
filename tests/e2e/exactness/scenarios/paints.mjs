// Pages by what they paint, and what ends the largest paint.
import { PAINTED, TEXT, TOUCHED, doneAfterPaint, settle, svg } from "../scenario.mjs";

/** In the page: an image comes late. */
const lateImage = (source, size, delayMs) => `
  setTimeout(() => {
    const image = new Image(${size});
    image.src = "${source}";
    document.querySelector("main").append(image);
  }, ${delayMs});`;

const HERO = { "/hero.svg": svg(640, 400) };

/** @type {readonly import("../scenario.mjs").Scenario[]} */
export const PAINTS = [
  {
    name: "image",
    body: `${TEXT}<img class="hero wide" src="/hero.svg" width="640" height="400">`,
    files: HERO,
    vitals: PAINTED,
  },
  {
    name: "slow-image",
    body: `<main><p>Soon</p><img id="hero" src="/slow-hero.svg" width="640" height="400"></main>
      <script>${doneAfterPaint(200_000)}</script>`,
    files: { "/slow-hero.svg": { body: svg(640, 400, "olive"), delayMs: 400 } },
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "late-image",
    body: `<main><p>Soon</p></main><script>${lateImage("/hero.svg", "600, 400", 300)}
      ${doneAfterPaint(200_000)}</script>`,
    files: HERO,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "ever-larger-images",
    body: `<main><p>Soon</p></main><script>
      ${lateImage("/hero.svg?a", "200, 120", 100)} ${lateImage("/hero.svg?b", "400, 240", 250)}
      ${lateImage("/hero.svg?c", "620, 400", 450)} ${doneAfterPaint(200_000)}</script>`,
    files: HERO,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "background-image",
    head: `<style>.banner { height: 420px; background: url(/hero.svg) }</style>`,
    body: `<header class="banner"></header><p>Welcome</p>`,
    files: HERO,
    vitals: PAINTED,
  },
  {
    name: "image-of-another-origin",
    body: `<main><p>Soon</p></main><script>
      const image = new Image(640, 400);
      image.src = "//127.0.0.1:" + new URLSearchParams(location.search).get("other") + "/far.svg";
      document.querySelector("main").append(image);
      ${doneAfterPaint(200_000)}</script>`,
    files: { "/far.svg": { body: svg(640, 400, "navy"), delayMs: 80 } },
    open: ({ page, url, site }) => page.goto(`${url}?other=${new URL(site.other).port}`),
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "video-poster",
    body: `<main><p>Lesson</p><video poster="/poster.svg" width="640" height="400"></video></main>`,
    files: { "/poster.svg": svg(640, 400, "maroon") },
    vitals: PAINTED,
  },
  {
    name: "data-image",
    body: `<p>Inline</p><img width="500" height="300" alt=""
      src="data:image/svg+xml,${encodeURIComponent(svg(500, 300))}">`,
    vitals: PAINTED,
  },
  {
    name: "picture-that-is-removed",
    body: `<main><p>Gone</p><img id="gone" src="/hero.svg" width="640" height="400"></main><script>
      new PerformanceObserver((list) => {
        if (!list.getEntries().some(({ size }) => size > 200000)) return;
        document.querySelector("#gone").remove();
        window.isDone = true;
      }).observe({ type: "largest-contentful-paint", buffered: true });</script>`,
    files: HERO,
    isDone: true,
    vitals: PAINTED,
    // The agent takes what the page has at the time, the reference what its own turn finds.
    scrubbed: ["LCP"],
  },
  {
    name: "long-path",
    body: `<main class="page layout-wide theme-light"><section class="course-overview featured-course">
      <article class="lesson-card lesson-card-large"><div class="lesson-body"><h1 class="lesson-title">
      ${"Perspective drawing ".repeat(12)}</h1></div></article></section></main>`,
    vitals: PAINTED,
  },
  {
    name: "custom-element",
    body: `<course-teaser class="b a"><p class="zebra apple">${"Clay and glaze. ".repeat(40)}</p></course-teaser>`,
    vitals: PAINTED,
  },
  {
    name: "late-paint",
    body: `<script>setTimeout(() => {
      document.body.insertAdjacentHTML("beforeend", "<h1>At last</h1>");
      requestAnimationFrame(() => setTimeout(() => { window.isDone = true; }));
    }, 900);</script>`,
    isDone: true,
    vitals: PAINTED,
  },
  { name: "nothing-painted", body: `<div></div>`, isBlank: true, vitals: ["TTFB"] },
  {
    name: "fade-in",
    head: `<style>main { opacity: 0 } main.shown { opacity: 1 }</style>`,
    body: `${TEXT}<script>setTimeout(() => document.querySelector("main").classList.add("shown"), 250);</script>`,
    vitals: PAINTED,
  },
  {
    name: "scrolled-before-the-largest",
    body: `${TEXT}<div style="height: 2000px"></div>`,
    files: HERO,
    async act({ page }) {
      await page.mouse.wheel(0, 200);
      await page.waitForFunction(() => window.scrollY > 0);
      await page.evaluate((html) => document.body.insertAdjacentHTML("afterbegin", html), LARGE);
      await settle(page);
    },
    vitals: PAINTED,
  },
  {
    name: "clicked-before-the-largest",
    body: TEXT,
    files: HERO,
    async act({ page }) {
      await page.click("h1");
      await page.evaluate((html) => document.body.insertAdjacentHTML("afterbegin", html), LARGE);
      await settle(page);
    },
    vitals: TOUCHED,
  },
  {
    name: "typed-before-the-largest",
    body: TEXT,
    files: HERO,
    async act({ page }) {
      await page.keyboard.press("a");
      await page.evaluate((html) => document.body.insertAdjacentHTML("afterbegin", html), LARGE);
      await settle(page);
    },
    vitals: TOUCHED,
  },
];

const LARGE = `<img src="/hero.svg" width="700" height="420">`;
