// Pages by how they shift.
import { PAINTED, TOUCHED, doneAfterShifts } from "../scenario.mjs";

const LESSON = `<main><h1 class="title">Lesson</h1><p id="notes">${"Paint and paper. ".repeat(60)}</p></main>`;

/** In the page: push(height) puts a banner on top. */
const PUSH = `const push = (height) => {
  const banner = document.createElement("div");
  banner.style.height = height + "px";
  document.body.prepend(banner);
};`;

// Frames may swallow each other on a busy machine, so nothing waits for a number of shifts.
const pushAt = (...times) => `
  ${times.map((at, index) => `setTimeout(() => push(${20 + 7 * index}), ${at});`).join("\n")}
  const frame = (callback) => requestAnimationFrame(() => setTimeout(callback));
  setTimeout(() => frame(() => frame(() => { window.isDone = true; })), ${Math.max(...times)});`;

/** @type {readonly import("../scenario.mjs").Scenario[]} */
export const SHIFTS = [
  {
    name: "one-shift",
    body: `${LESSON}<script>${PUSH} ${pushAt(200)}</script>`,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "two-in-one-window",
    body: `${LESSON}<script>${PUSH} ${pushAt(200, 500)}</script>`,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "two-windows",
    body: `${LESSON}<script>${PUSH} ${pushAt(150, 350, 1600)}</script>`,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "later-window-is-larger",
    body: `${LESSON}<script>${PUSH} ${pushAt(150, 1400, 1700, 1900)}</script>`,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "window-of-five-seconds",
    body: `${LESSON}<script>${PUSH} ${pushAt(100, 900, 1700, 2500, 3300, 4100, 4900, 5700)}</script>`,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "poor-shift",
    body: `<main><div class="hero" style="height: 500px; background: teal"></div>
      <p>${"Large and movable. ".repeat(20)}</p></main>
      <script>${PUSH} setTimeout(() => push(350), 200); ${doneAfterShifts(1)}</script>`,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "shift-after-input",
    body: `${LESSON}<button>More</button><script>${PUSH}
      document.querySelector("button").addEventListener("click", () => push(90));
      ${doneAfterShifts(1)}</script>`,
    async act({ page }) {
      await page.click("button");
      await page.waitForFunction(() => window.isDone === true);
    },
    vitals: TOUCHED,
  },
  {
    name: "shift-of-a-text",
    body: `<div class="bare">${"Words without an element of their own. ".repeat(10)}</div>
      <script>${PUSH} ${pushAt(200)}</script>`,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "several-sources",
    body: `<ul class="lessons"><li class="one">First lesson</li><li class="two">Second lesson</li>
      <li class="three">Third</li></ul><p>${"Below. ".repeat(30)}</p>
      <script>${PUSH} ${pushAt(200, 400)}</script>`,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "animated-without-shift",
    head: `<style>@keyframes slide { to { transform: translateX(200px) } }
      h1 { animation: slide 300ms linear 2 }</style>`,
    body: `${LESSON}<script>document.querySelector("h1").onanimationend = () => { window.isDone = true; };</script>`,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "overflowing-shifts",
    body: `${LESSON}<script>${PUSH}
      push(20);
      let moves = 0;
      const move = () => {
        document.body.firstChild.style.height = (++moves % 2 ? 40 : 20) + "px";
        if (moves <= 180) requestAnimationFrame(move);
        else loadBoth().then(() => { window.isDone = true; });
      };
      addEventListener("load", () => requestAnimationFrame(move));</script>`,
    isLate: true,
    isDone: true,
    needsLazy: true,
    events: ["droppedEntries"],
    mayMissWindows: true,
    vitals: PAINTED,
  },
];
