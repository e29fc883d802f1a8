// Launches the system's Chromium by playwright-core. Nothing is ever downloaded.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

// Keep the browser quiet on a closed network.
export const QUIET_FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

// playwright switches these browser features off; the agent has to live with them on.
const PLAYWRIGHT_DEFAULTS_TO_DROP = ["--disable-back-forward-cache"];

/** The first Chromium found on this machine; PACELINE_CHROMIUM overrides. */
export function chromiumPath() {
  const candidates = [
    process.env.PACELINE_CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error("no Chromium found: install chromium or set PACELINE_CHROMIUM");
  return found;
}

/**
 * @param {{args?: readonly string[]}} [options] more command-line flags
 * @returns {Promise<import('playwright-core').Browser>}
 */
export function launchBrowser({ args = [] } = {}) {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [...QUIET_FLAGS, ...args],
    ignoreDefaultArgs: PLAYWRIGHT_DEFAULTS_TO_DROP,
    timeout: 60_000,
  });
}

/**
 * Makes a page believe that its tab went to the background (or came back), the way a browser tells it: the property
 * changes, then `visibilitychange` fires. Headless Chromium has no tab strip, so this is how a hidden page is played.
 * The event is not trusted; code that asks for trusted events needs `switchTab` or a navigation instead.
 *
 * @param {import('playwright-core').Page} page
 * @param {'hidden' | 'visible'} state
 */
export function setVisibility(page, state) {
  return page.evaluate((value) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => value });
    Object.defineProperty(document, "hidden", {
      configurable: true,
      get: () => value === "hidden",
    });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, state);
}
