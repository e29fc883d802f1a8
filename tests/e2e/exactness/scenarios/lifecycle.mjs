// Pages by what becomes of them: reloads, restores, prerendering, soft navigations, hiding.
import { setVisibility } from "../../support/browser.mjs";
import { BLOCK, PAINTED, TEXT, TOUCHED, settle, svg } from "../scenario.mjs";

const LESSON = `${TEXT}<button>More</button><script>${BLOCK}
  document.querySelector("button").addEventListener("click", () => block(70));
  window.push = (height) => {
    const banner = document.createElement("div");
    banner.style.height = height + "px";
    document.body.prepend(banner);
  };</script>`;

const SOFT = `<main>${TEXT}</main><button id="next">Next</button><button id="more">More</button><script>${BLOCK}
  let page = 1;
  window.push = (height) => {
    const banner = document.createElement("div");
    banner.style.height = height + "px";
    document.body.prepend(banner);
  };
  document.querySelector("#more").addEventListener("click", () => block(80));
  document.querySelector("#next").addEventListener("click", () => {
    block(30);
    history.pushState({}, "", location.pathname + "?page=" + ++page);
    document.querySelector("main").innerHTML = "<h1>Page " + page + "</h1><p>" + "More to read. ".repeat(40 * page) + "</p>";
  });</script>`;

/** In the page: says when it is prerendered, and leaves when it has been shown for a while. */
const prerendered = (name) => `<script>
  document.addEventListener("prerenderingchange", () => setTimeout(() => { location.href = "/told/${name}"; }, 1200));
  addEventListener("load", () => setTimeout(() => fetch("/is-prerendered/${name}"), 100));</script>`;

async function leaveAndReturn(page, site) {
  await page.goto(`${site.origin}/next`);
  await page.goBack({ waitUntil: "commit" });
  await page.waitForFunction(() => document.querySelector("button") !== null);
  await settle(page);
}

/** @type {readonly import("../scenario.mjs").Scenario[]} */
export const LIFECYCLE = [
  {
    name: "reloaded",
    body: TEXT,
    async open({ page, url }) {
      await page.goto(url);
      await page.reload();
    },
    types: ["reload"],
    vitals: PAINTED,
  },
  {
    name: "gone-back-to",
    body: `${TEXT}<script>addEventListener("unload", () => {});
      navigator.locks.request("kept", () => new Promise(() => {}));</script>`,
    headers: { "cache-control": "no-store" },
    async open({ page, url, site }) {
      await page.goto(url);
      await page.evaluate(() => (window.isSameDocument = true));
      await page.goto(`${site.origin}/next`);
      await page.goBack();
    },
    types: ["back-forward"],
    vitals: PAINTED,
  },
  {
    name: "restored",
    body: LESSON,
    act: ({ page, site }) => leaveAndReturn(page, site),
    hidings: 2,
    types: ["navigate", "back-forward-cache"],
    vitals: PAINTED,
  },
  {
    name: "restored-and-used",
    body: LESSON,
    async act({ page, site }) {
      await page.click("button");
      await settle(page);
      await page.evaluate(() => window.push(60));
      await settle(page);
      await leaveAndReturn(page, site);
      await page.click("button");
      await settle(page);
      // Out of the half second in which a shift is the click's.
      await page.waitForTimeout(600);
      await page.evaluate(() => window.push(80));
      await settle(page);
    },
    hidings: 2,
    types: ["navigate", "back-forward-cache"],
    vitals: TOUCHED,
  },
  {
    name: "restored-twice",
    body: LESSON,
    async act({ page, site }) {
      await leaveAndReturn(page, site);
      await leaveAndReturn(page, site);
    },
    hidings: 3,
    types: ["navigate", "back-forward-cache", "back-forward-cache"],
    vitals: PAINTED,
  },
  {
    // The first life of a page may be over before the lazy part has come, and the second one too.
    name: "restored-without-the-lazy-part",
    body: LESSON,
    prepare: (page) => page.route("**/paceline-engine-*", (route) => route.abort()),
    act: ({ page, site }) => leaveAndReturn(page, site),
    hidings: 2,
    types: ["navigate", "back-forward-cache"],
    vitals: PAINTED,
  },
  {
    name: "hidden-and-shown",
    body: LESSON,
    async act({ page }) {
      await setVisibility(page, "hidden");
      await setVisibility(page, "visible");
      await page.click("button");
      await settle(page);
      await page.evaluate(() => {
        delete document.visibilityState;
        delete document.hidden;
      });
    },
    hidings: 2,
    vitals: TOUCHED,
  },
  {
    name: "prerendered",
    head: prerendered("prerendered"),
    body: TEXT,
    isPrerendered: true,
    types: ["prerender"],
    vitals: PAINTED,
  },
  {
    name: "prerendered-with-a-late-image",
    head: prerendered("prerendered-with-a-late-image"),
    body: `<main><p>Soon</p></main><script>
      document.addEventListener("prerenderingchange", () => setTimeout(() => {
        document.querySelector("main").innerHTML = '<img src="/hero.svg?prerendered" width="640" height="400">';
      }, 200));</script>`,
    files: { "/hero.svg": svg(640, 400) },
    isPrerendered: true,
    types: ["prerender"],
    vitals: PAINTED,
  },
  {
    name: "soft-navigation",
    options: { reportSoftNavs: true },
    body: SOFT,
    needsLazy: true,
    act: ({ page }) => page.click("#next").then(() => settle(page)),
    types: ["navigate", "soft-navigation"],
    vitals: TOUCHED,
  },
  {
    name: "two-soft-navigations",
    options: { reportSoftNavs: true },
    body: SOFT,
    needsLazy: true,
    async act({ page }) {
      for (let i = 0; i < 2; ++i) {
        await page.click("#next");
        await settle(page);
      }
    },
    types: ["navigate", "soft-navigation", "soft-navigation"],
    vitals: TOUCHED,
  },
  {
    name: "soft-navigation-and-more",
    options: { reportSoftNavs: true },
    body: SOFT,
    needsLazy: true,
    async act({ page }) {
      await page.click("#next");
      await settle(page);
      await page.click("#more");
      await settle(page);
      await page.waitForTimeout(600);
      await page.evaluate(() => window.push(90));
      await settle(page);
    },
    types: ["navigate", "soft-navigation"],
    vitals: TOUCHED,
  },
  {
    name: "soft-navigations-not-asked-for",
    body: SOFT,
    act: ({ page }) => page.click("#next").then(() => settle(page)),
    vitals: TOUCHED,
    // The agent begins a page view with a route.
    withoutAgent: true,
  },
  {
    name: "left-at-once",
    body: TEXT,
    vitals: PAINTED,
  },
];
