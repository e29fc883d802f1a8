// The browsers that visitors come with.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { chromiumPath, launchBrowser } from "../../tests/e2e/support/browser.mjs";

const PHONE_AGENT =
  "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) " +
  "Chrome/156.0.0.0 Mobile Safari/537.36";

/** Options of playwright's newContext for each kind of device. */
export const DEVICES = {
  desktop: { viewport: { width: 1440, height: 900 } },
  laptop: { viewport: { width: 1280, height: 720 }, colorScheme: "dark" },
  tablet: { viewport: { width: 820, height: 1180 }, deviceScaleFactor: 2, hasTouch: true },
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    userAgent: PHONE_AGENT,
  },
};

/**
 * @typedef {object} Browsers
 * @property {(device: keyof typeof DEVICES) => Promise<import('playwright-core').BrowserContext>} open a new visitor's
 *     browser: empty cache, no storage
 * @property {() => Promise<import('playwright-core').BrowserContext>} openTabs the same with real tabs: a page whose
 *     tab is not in front is hidden. (Playwright keeps all pages of its own contexts visible.) Size as a laptop's.
 * @property {() => Promise<void>} close
 */

/**
 * @param {{headed?: boolean}} [options]
 * @returns {Promise<Browsers>}
 */
export async function startBrowsers({ headed = false } = {}) {
  const shared = headed
    ? await chromium.launch({
        executablePath: chromiumPath(),
        headless: false,
        args: ["--no-sandbox"],
        ignoreDefaultArgs: ["--disable-back-forward-cache"],
      })
    : await launchBrowser();
  const closers = [() => shared.close()];
  return {
    open: (device) => shared.newContext(DEVICES[device]),
    openTabs: async () => {
      const { context, close } = await launchTabs(headed);
      closers.push(close);
      return context;
    },
    close: async () => {
      for (const close of closers.reverse()) await close();
    },
  };
}

/** A Chromium of its own, driven without playwright's overrides, so that its tabs behave as a person's do. */
async function launchTabs(headed) {
  const profile = await mkdtemp(join(tmpdir(), "paceline-visitor-"));
  const { width, height } = DEVICES.laptop.viewport;
  const child = spawn(
    chromiumPath(),
    [
      ...(headed ? [] : ["--headless=new"]),
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      `--window-size=${width},${height}`,
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const end = async () => {
    child.kill();
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const browser = await chromium.connectOverCDP(await debuggerUrl(child), { noDefaults: true });
    const close = async () => {
      await browser.close();
      await end();
    };
    return { context: browser.contexts()[0], close };
  } catch (error) {
    await end();
    throw error;
  }
}

function debuggerUrl(child) {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`no Chromium in 60 s: ${text}`)), 60_000);
    child.once("exit", (code) => reject(new Error(`Chromium ended with ${code}: ${text}`)));
    child.stderr.on("data", (chunk) => {
      text += chunk;
      const match = /DevTools listening on (ws:\S+)/.exec(text);
      if (!match) return;
      clearTimeout(timer);
      resolve(match[1]);
    });
  });
}
