// Pages by how they are loaded.
import { BLOCK, PAINTED, TEXT, doneAfterPaint, svg } from "../scenario.mjs";

/** Text that the page's own script writes. */
const CLIENT = `document.body.innerHTML = ${JSON.stringify(TEXT)};`;

/** @type {readonly import("../scenario.mjs").Scenario[]} */
export const LOADS = [
  { name: "text", body: TEXT, vitals: PAINTED },
  { name: "slow-server", body: TEXT, serverMs: 350, vitals: PAINTED },
  {
    name: "redirected",
    body: TEXT,
    answer: ({ url }) =>
      url?.includes("?") ? undefined : { status: 302, headers: { location: "?there" } },
    vitals: PAINTED,
  },
  {
    name: "server-timing",
    body: TEXT,
    headers: {
      "server-timing": 'cache;desc="hit", region;desc="fra1", db;dur=12.5, render;desc="static"',
    },
    vitals: PAINTED,
  },
  {
    name: "blocking-style",
    head: `<link rel="stylesheet" href="/slow.css">`,
    body: TEXT,
    files: { "/slow.css": { body: "h1 { color: teal }", delayMs: 250 } },
    vitals: PAINTED,
  },
  {
    name: "blocking-script",
    head: `<script src="/slow-script.js"></script>`,
    body: TEXT,
    files: { "/slow-script.js": { body: `${BLOCK} block(80);`, delayMs: 120 } },
    vitals: PAINTED,
  },
  {
    name: "deferred-script",
    head: `<script defer src="/deferred.js"></script>`,
    body: TEXT,
    files: { "/deferred.js": { body: `${BLOCK} block(120);`, delayMs: 60 } },
    vitals: PAINTED,
  },
  {
    name: "client-rendered",
    body: `<script src="/client.js" defer></script>`,
    files: { "/client.js": { body: `setTimeout(() => { ${CLIENT} }, 150);`, delayMs: 60 } },
    vitals: PAINTED,
  },
  {
    name: "slow-image-load-event",
    body: `${TEXT}<img src="/late-icon.svg" width="20" height="20">`,
    files: { "/late-icon.svg": { body: svg(20, 20), delayMs: 500 } },
    vitals: PAINTED,
  },
  {
    name: "late-tag",
    body: `${TEXT}<script>addEventListener("load", () => setTimeout(loadBoth, 300));</script>`,
    isLate: true,
    prepare: untilLoaded,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "late-tag-with-image",
    body: `${TEXT}<img src="/hero-late-tag.svg" width="700" height="400">
      <script>addEventListener("load", () => setTimeout(loadBoth, 200));</script>`,
    files: { "/hero-late-tag.svg": { body: svg(700, 400), delayMs: 80 } },
    isLate: true,
    prepare: untilLoaded,
    isDone: true,
    vitals: PAINTED,
  },
  {
    name: "hidden-from-the-start",
    body: TEXT,
    prepare: (page) =>
      page.addInitScript(() => {
        if (location.pathname === "/next") return;
        Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
        Object.defineProperty(document, "hidden", { get: () => true });
      }),
    hidings: 0,
    vitals: ["TTFB"],
  },
  {
    name: "shown-after-hidden",
    body: `${TEXT}<script>${doneAfterPaint(1)}</script>`,
    prepare: (page) =>
      page.addInitScript(() => {
        if (location.pathname === "/next") return;
        let state = "hidden";
        Object.defineProperty(document, "visibilityState", {
          configurable: true,
          get: () => state,
        });
        Object.defineProperty(document, "hidden", {
          configurable: true,
          get: () => state === "hidden",
        });
        addEventListener("load", () => {
          state = "visible";
          document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
          delete document.visibilityState;
          delete document.hidden;
        });
      }),
    vitals: ["TTFB"],
  },
  {
    name: "discarded-before",
    body: TEXT,
    prepare: (page) =>
      page.addInitScript(() => Object.defineProperty(document, "wasDiscarded", { value: true })),
    types: ["restore"],
    vitals: PAINTED,
  },
];

/** window.isDone when the late script is there. */
async function untilLoaded(page) {
  await page.addInitScript(() => {
    document.addEventListener(
      "load",
      ({ target }) => {
        if (target instanceof window.HTMLScriptElement && target.src.endsWith("/both.js"))
          window.isDone = true;
      },
      true,
    );
  });
}
