// Pages by what becomes of them: reloads, restores, prerendering, soft navigations, hiding.
import { setVisibility } from "../../support/browser.mjs";
import { BLOCK, PAINTED, TEXT, TOUCHED, settle } from "../scenario.mjs";

const LESSON = `${TEXT}<button>More</button><script>${BLOCK}
  document.querySelector("button").addEventListener("click", () => block(70));
  window.push = (height) => {
    const banner = document.createElement("div");
    banner.style.height = height + "px";
    document.body.prepend(banner);
  };</script>`;

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
    name: "left-at-once",
    body: TEXT,
    vitals: PAINTED,
  },
];
