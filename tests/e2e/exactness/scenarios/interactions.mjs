// Pages by what their visitor does.
import { BLOCK, PAINTED, TEXT, TOUCHED, settle } from "../scenario.mjs";

/** A page whose button and field are as slow as `handlers` make them. */
const booking = (handlers) => `<main><h1>Booking</h1>
  <form class="booking"><button type="button" class="submit primary">Book</button>
  <input name="who"></form></main><script>${BLOCK}
  const button = document.querySelector("button");
  const field = document.querySelector("input");
  ${handlers}</script>`;

const clickOnce = ({ page }) => page.click("button");

/** @type {readonly import("../scenario.mjs").Scenario[]} */
export const INTERACTIONS = [
  { name: "no-input", body: booking(""), vitals: PAINTED },
  { name: "quick-click", body: booking(""), act: clickOnce, vitals: TOUCHED },
  {
    name: "slow-click",
    body: booking(`button.addEventListener("click", () => block(90));`),
    act: clickOnce,
    vitals: TOUCHED,
  },
  {
    name: "poor-click",
    body: booking(`button.addEventListener("click", () => block(560));`),
    act: clickOnce,
    vitals: TOUCHED,
  },
  {
    name: "slow-pointerdown-and-click",
    body: booking(`button.addEventListener("pointerdown", () => block(130));
      button.addEventListener("click", () => block(70));`),
    act: clickOnce,
    vitals: TOUCHED,
  },
  {
    name: "slow-keys",
    body: booking(`field.addEventListener("keydown", () => block(70));`),
    async act({ page }) {
      await page.focus("input");
      await page.keyboard.type("abc", { delay: 120 });
    },
    vitals: TOUCHED,
  },
  {
    name: "slow-frame",
    body: booking(`button.addEventListener("click", () =>
      requestAnimationFrame(function paintLater() { block(140); }));`),
    act: clickOnce,
    vitals: TOUCHED,
  },
  {
    name: "forced-layout",
    body: booking(`button.addEventListener("click", () => {
      for (let i = 0; i < 30; ++i) {
        document.querySelector("h1").style.marginTop = i + "px";
        document.body.offsetHeight;
      }
      block(60);
    });`),
    act: clickOnce,
    vitals: TOUCHED,
  },
  {
    name: "busy-before-the-click",
    body: booking(`button.addEventListener("pointerdown", () => setTimeout(() => block(150)));
      button.addEventListener("click", () => block(20));`),
    async act({ page }) {
      await page.hover("button");
      await page.mouse.down();
      await page.mouse.up();
      await settle(page);
    },
    vitals: TOUCHED,
  },
  {
    name: "several-interactions",
    body: booking(`let ms = 20; button.addEventListener("click", () => block(ms += 40));
      field.addEventListener("keydown", () => block(65));`),
    async act({ page }) {
      for (let i = 0; i < 3; ++i) {
        await page.click("button");
        await settle(page);
      }
      await page.focus("input");
      await page.keyboard.press("x");
    },
    vitals: TOUCHED,
  },
  {
    name: "sixty-clicks",
    body: booking(
      `let n = 0; button.addEventListener("click", () => block(++n === 30 ? 400 : n === 40 ? 90 : 0));`,
    ),
    act: ({ page }) => clickTimes(page, 60),
    vitals: TOUCHED,
  },
  {
    name: "two-hundred-clicks",
    body: booking(
      `let n = 0; button.addEventListener("click", () => block(++n % 17 ? 0 : 40 + n));`,
    ),
    act: ({ page }) => clickTimes(page, 220),
    vitals: TOUCHED,
  },
  {
    name: "button-that-goes",
    body: booking(`button.addEventListener("click", () => { block(60); button.remove(); });`),
    act: clickOnce,
    vitals: TOUCHED,
    // Both name it as long as it is there; whose turn comes first is the browser's choice.
    scrubbed: ["INP"],
  },
  {
    name: "touch-tap",
    body: booking(`button.addEventListener("click", () => block(80));`),
    act: ({ page }) => page.tap("button"),
    vitals: TOUCHED,
  },
  {
    name: "escape-and-tab",
    body: booking(`addEventListener("keydown", ({ key }) => block(key === "Tab" ? 90 : 50));`),
    async act({ page }) {
      await page.keyboard.press("Escape");
      await settle(page);
      await page.keyboard.press("Tab");
    },
    vitals: TOUCHED,
  },
  {
    name: "select-all-options",
    body: `${TEXT}<details class="more"><summary>More</summary><p>Here</p></details>
      <script>${BLOCK} document.querySelector("summary").addEventListener("click", () => block(55));</script>`,
    act: ({ page }) => page.click("summary"),
    vitals: TOUCHED,
  },
  {
    name: "overflowing-events",
    body: booking(`button.addEventListener("click", () => block(104));`),
    isLate: true,
    async act({ page }) {
      for (let i = 0; i < 12; ++i) await page.click("button");
      await page.evaluate(() => window.loadBoth());
      await settle(page);
      await page.click("button");
      await settle(page);
    },
    vitals: TOUCHED,
  },
  {
    name: "all-events-of-the-frame",
    options: { includeProcessedEventEntries: true },
    body: booking(`button.addEventListener("click", () => block(90));`),
    act: clickOnce,
    vitals: TOUCHED,
  },
  {
    name: "names-of-the-page",
    options: { generateTarget: true },
    body: booking(`button.dataset.name = "the-book-button";
      button.addEventListener("click", () => block(90));`),
    act: clickOnce,
    vitals: TOUCHED,
    withoutAgent: true,
  },
  {
    name: "another-threshold",
    options: { durationThreshold: 16 },
    body: booking(`let n = 0; button.addEventListener("click", () => block(++n % 2 ? 18 : 30));`),
    act: ({ page }) => clickTimes(page, 20),
    vitals: TOUCHED,
    withoutAgent: true,
  },
];

async function clickTimes(page, times) {
  for (let i = 0; i < times; ++i) await page.click("button");
  await settle(page);
}
