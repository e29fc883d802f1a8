// Other engines than Chromium, behind the few words that a test needs. Debian's Firefox over WebDriver BiDi, and
// WebKitGTK's MiniBrowser over WebDriver on a screen of its own.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";

/**
 * @typedef {object} EnginePage
 * @property {(url: string) => Promise<void>} open waits for the load
 * @property {(selector: string) => Promise<void>} click a trusted click in the middle of the element
 * @property {(text: string) => Promise<void>} type trusted key presses into the focused element
 * @property {(script: string) => Promise<any>} evaluate an expression in the page
 * @property {() => Promise<void>} close the page, and the browser with it
 */

const FIREFOX = "/usr/bin/firefox-esr";
const WEBKIT_DRIVER = "/usr/bin/WebKitWebDriver";
const MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

export const hasFirefox = () => existsSync(FIREFOX);
export const hasWebKit = () => existsSync(WEBKIT_DRIVER);

/** @returns {Promise<EnginePage>} */
export async function openFirefox() {
  const { launch } = await import("puppeteer-core");
  const browser = await launch({
    browser: "firefox",
    executablePath: FIREFOX,
    headless: true,
    timeout: 60_000,
    // Nothing is fetched from anywhere else.
    extraPrefsFirefox: {
      "app.update.enabled": false,
      "browser.safebrowsing.update.enabled": false,
      "datareporting.policy.dataSubmissionEnabled": false,
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "toolkit.telemetry.enabled": false,
    },
  });
  const page = await browser.newPage();
  return {
    open: async (url) => void (await page.goto(url, { waitUntil: "load" })),
    click: (selector) => page.click(selector),
    type: (text) => page.keyboard.type(text),
    evaluate: (script) => page.evaluate(script),
    close: () => browser.close(),
  };
}

/** @returns {Promise<EnginePage>} */
export async function openWebKit() {
  const { Builder, By, Capabilities, Key } = await import("selenium-webdriver");
  const screen = await startScreen();
  const port = await freePort();
  const driverProcess = spawn(WEBKIT_DRIVER, [`--port=${port}`], {
    stdio: "ignore",
    env: {
      ...process.env,
      DISPLAY: screen.display,
      GDK_BACKEND: "x11",
      // Its own sandbox wants namespaces that a container does not give.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    },
  });
  const end = async () => {
    driverProcess.kill();
    await screen.close();
  };
  try {
    await listening(port);
    const capabilities = new Capabilities({
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] },
    });
    const driver = await new Builder()
      .usingServer(`http://127.0.0.1:${port}`)
      .withCapabilities(capabilities)
      .build();
    return {
      open: (url) => driver.get(url),
      click: (selector) => driver.findElement(By.css(selector)).click(),
      type: async (text) => {
        const focused = await driver.switchTo().activeElement();
        await focused.sendKeys(text === "\t" ? Key.TAB : text);
      },
      evaluate: (script) => driver.executeScript(`return (${script})`),
      close: async () => {
        await driver.quit().catch(() => undefined);
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function miniBrowser() {
  const found = [MINI_BROWSER, MINI_BROWSER.replace("-4.1", "-4.0"), "/usr/bin/MiniBrowser"].find(
    (path) => existsSync(path),
  );
  if (!found) throw new Error("no MiniBrowser found: install webkit2gtk-driver");
  return found;
}

// Xvfb says on a pipe which display it took.
async function startScreen() {
  const child = spawn(
    "Xvfb",
    ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
    {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    },
  );
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const display = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("Xvfb did not start in 30 s")), 30_000);
    child.once("error", reject);
    let text = "";
    child.stdio[3].on("data", (chunk) => {
      text += chunk;
      if (!text.includes("\n")) return;
      clearTimeout(timer);
      resolve(`:${text.trim()}`);
    });
  });
  return {
    display,
    close: async () => {
      child.kill();
      await exited;
    },
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function listening(port) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error("WebKitWebDriver did not start in 30 s");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
