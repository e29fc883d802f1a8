// Opens the dashboard and keeps everything that a quiet page would not say.
import assert from "node:assert/strict";

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} origin of the collector
 * @param {string} hash the route
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openDashboard(browser, origin, hash, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const noise = [];
  const foreign = [];
  // Policy violations are reported as errors on the console, too.
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) noise.push(message.text());
  });
  page.on("pageerror", (error) => noise.push(`${error.message}\n${error.stack}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) foreign.push(request.url());
  });
  await page.goto(`${origin}/${hash}`);
  return {
    page,
    /** No errors, no policy violations, nothing asked of anyone else. */
    assertQuiet: () => {
      assert.deepEqual(noise, []);
      assert.deepEqual(foreign, []);
    },
    close: () => context.close(),
  };
}
