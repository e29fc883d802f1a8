// Opens a scenario's page in the browser, does what its visitor does, leaves, and reads what was recorded.
import { openPlainBrowser } from "../support/plain_browser.mjs";
import { settle } from "./scenario.mjs";

const hasPainted = () => performance.getEntriesByName("first-contentful-paint").length > 0;
const hasLazyPart = () =>
  performance.getEntriesByType("resource").some(({ name }) => /paceline-engine-/.test(name));
const hasLoaded = () => performance.getEntriesByType("navigation")[0].loadEventEnd > 0;

/**
 * @param {import("playwright-core").Browser} browser
 * @param {{origin: string, other: string}} site
 * @param {import("./scenario.mjs").Scenario} scenario
 * @returns {Promise<{records: object[], errors: Error[], stored?: Record<string, string>}>}
 */
export async function visitScenario(browser, site, scenario) {
  if (scenario.isPrerendered) return visitPrerendered(site, scenario);
  const context = await browser.newContext({ hasTouch: scenario.name.startsWith("touch") });
  try {
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error));
    await scenario.prepare?.(page);
    const url = `${site.origin}/s/${scenario.name}`;
    const visit = { page, url, site };
    if (scenario.open) await scenario.open(visit);
    else await page.goto(url);
    if (!scenario.isBlank) await page.waitForFunction(hasPainted);
    await page.waitForFunction(hasLoaded);
    if (scenario.isDone) await page.waitForFunction(() => window.isDone === true);
    if (scenario.needsLazy) await page.waitForFunction(hasLazyPart);
    // Both libraries wait for the task after the load.
    await settle(page);
    await scenario.act?.(visit);
    await settle(page);
    await leave(page, site);
    const stored = await page.evaluate(() => ({ ...sessionStorage }));
    return { records: JSON.parse(stored.records ?? "[]"), errors, stored };
  } finally {
    await context.close();
  }
}

/** In a browser without a debugger, where the pages do everything by themselves. */
async function visitPrerendered(site, scenario) {
  const records = site.recordsOf(scenario.name);
  const browser = await openPlainBrowser(`${site.origin}/prerender/${scenario.name}`);
  try {
    return { records: JSON.parse(await records), errors: [] };
  } finally {
    await browser.close();
  }
}

/** Goes to another page of the same origin, by which this one is hidden for good. */
export async function leave(page, site) {
  await page.goto(`${site.origin}/next`);
}
