// C24: what the site says to the agent, by script tag and by module, before and after the agent has come. A policy without
// 'wasm-unsafe-eval' keeps the engine out, so that what leaves shows the calls as they were made.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { pageWithTag, SITE, startSite } from "./harness.mjs";

const RAW = { "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline'" };
const CONTENT = `<main><h1>Academy</h1><button>Go</button></main>`;
const raw = (body) => ({ headers: RAW, body });
const page = (head) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>${head}</head><body>${CONTENT}</body></html>`;

// The same calls, once as functions and once as commands.
const CALLS = (paceline) => `
  ${paceline}.track("video_played", { course: "watercolour", seconds: 12, skipped: false });
  ${paceline}.conversion("email_signup", { id: "s-1" });
  ${paceline}.metric("search_results", 7, { unit: "count" });
  ${paceline}.feedback(4, "lesson");
  const booking = ${paceline}.journey("class booking");
  booking.start();
  booking.stepStart("choose");
  booking.stepComplete("choose");
  booking.stepFail("pay", "declined");
  booking.abandon("too expensive");
  booking.complete();
  ${paceline}.identify({ userType: "student" });
  ${paceline}.context({ course: "watercolour" });
  ${paceline}.error(new TypeError("caught"), { step: "pay" });`;

const COMMANDS = `
  window.paceline = window.paceline || [];
  paceline.push(["track", "video_played", { course: "watercolour", seconds: 12, skipped: false }]);
  paceline.push(
    ["conversion", "email_signup", { id: "s-1" }],
    ["metric", "search_results", 7, { unit: "count" }],
    ["feedback", 4, "lesson"],
    ["journey", "class booking", "start", "", { reason: "" }],
    ["journey", "class booking", "stepStart", "choose", { reason: "" }],
    ["journey", "class booking", "stepComplete", "choose", { reason: "" }],
    ["journey", "class booking", "stepFail", "pay", { reason: "declined" }],
    ["journey", "class booking", "abandon", "", { reason: "too expensive" }],
    ["journey", "class booking", "complete", "", { reason: "" }],
    ["identify", { userType: "student" }],
    ["context", { course: "watercolour" }],
    ["error", new TypeError("caught"), { step: "pay" }],
  );`;

const JOURNEY = ["journey", "class booking"];
const EXPECTED = [
  ["track", "video_played", "course", "watercolour", "seconds", "12", "skipped", "false"],
  ["conversion", "email_signup", "id", "s-1", "pagesVisited", "1", "timeOnSiteMs"],
  ["metric", "search_results", "7", "unit", "count"],
  ["feedback", "4", "lesson"],
  [...JOURNEY, "start", "", "reason", ""],
  [...JOURNEY, "stepStart", "choose", "reason", ""],
  [...JOURNEY, "stepComplete", "choose", "reason", ""],
  [...JOURNEY, "stepFail", "pay", "reason", "declined"],
  [...JOURNEY, "abandon", "", "reason", "too expensive"],
  [...JOURNEY, "complete", "", "reason", ""],
];

describe("C24: the programming interface", () => {
  let browser, site;
  before(async () => {
    browser = await launchBrowser();
    site = await startSite({
      "/functions": raw(pageWithTag(CONTENT)),
      "/queue": raw(
        page(`<script>${COMMANDS}</script>${pageWithTag("").match(/<script.*?<\/script>/s)[0]}`),
      ),
      "/late": raw(page(`<script>${COMMANDS}</script>`)),
      "/module": raw(
        page(`<script type="module">
          import * as paceline from "/agent/paceline.esm.js";
          paceline.init({ site: "${SITE}" });
          ${CALLS("paceline")}
          window.isDone = true;
        </script>`),
      ),
      "/before-init": raw(
        page(`<script type="module">
          import * as paceline from "/agent/paceline.esm.js";
          ${CALLS("paceline")}
          paceline.init({ site: "${SITE}" });
          window.isDone = true;
        </script>`),
      ),
    });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Visits a page and leaves it once the lazy part is there; gives what the site has said there, before or after that. */
  async function visit(path, work) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error));
    const from = site.capture.posts.length;
    await page.goto(site.origin + path);
    await work(page);
    await page.waitForFunction(() => window.paceline.vitals);
    await page.goto(`${site.origin}/next`);
    const posts = () => site.capture.posts.slice(from).map(({ message }) => message);
    await site.capture.until(() =>
      posts().some(({ entries = [] }) =>
        entries.some(({ entry }) => entry.case === "visibilityChange"),
      ),
    );
    await context.close();
    assert.deepEqual(errors, []);
    const calls = [];
    const reported = [];
    const tags = {};
    for (const { strings, entries, context: told } of posts()) {
      const text = (ref) => (ref ? strings[ref - 1] : "");
      for (const { entry } of entries) {
        const { value } = entry;
        if (entry.case === "call")
          calls.push([text(value.nameRef), ...value.argumentRefs.map(text)]);
        if (entry.case === "error")
          reported.push([text(value.nameRef), text(value.messageRef), value.attributes.length]);
      }
      const pairs = told.tagRefs.map(text);
      for (let i = 0; i < pairs.length; i += 2) tags[pairs[i]] = pairs[i + 1];
    }
    // How long the visit was, nobody knows before.
    const conversion = calls.find(([name]) => name === "conversion");
    assert.match(conversion.pop(), /^\d+$/);
    return { calls, reported, tags };
  }

  function assertTold({ calls, reported, tags }) {
    assert.deepEqual(calls, EXPECTED);
    assert.deepEqual(reported, [["TypeError", "caught", 1]]);
    assert.equal(tags.userType, "student");
    assert.equal(tags.course, "watercolour");
  }

  const isDone = (page) => page.waitForFunction(() => window.isDone);
  const isThere = (page) => page.waitForFunction(() => window.paceline?.track);

  test("C24: takes calls by the script tag's functions", async () => {
    assertTold(
      await visit("/functions", async (page) => {
        await isThere(page);
        await page.evaluate(CALLS("paceline"));
      }),
    );
  });

  test("C24: takes commands that came before the script, and after it", async () => {
    assertTold(await visit("/queue", isThere));
    assertTold(
      await visit("/functions", async (page) => {
        await isThere(page);
        await page.evaluate(COMMANDS);
      }),
    );
  });

  test("C24: takes commands from a page whose agent comes late", async () => {
    assertTold(
      await visit("/late", async (page) => {
        await page.evaluate((site) => {
          const script = document.createElement("script");
          script.src = "/agent/paceline.js";
          script.dataset.site = site;
          document.head.append(script);
        }, SITE);
        await isThere(page);
      }),
    );
  });

  test("C24: takes calls by the module's exports, before and after init", async () => {
    assertTold(await visit("/module", isDone));
    assertTold(await visit("/before-init", isDone));
  });

  test("C24: gives the script tag and the module the same names", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${site.origin}/functions`);
    await isThere(page);
    const missing = await page.evaluate(async () => {
      const module = await import("/agent/paceline.esm.js");
      const names = Object.keys(module).filter((name) => typeof module[name] === "function");
      const early = "init track conversion journey metric feedback error identify context consent";
      return early
        .split(" ")
        .filter((name) => !names.includes(name) || typeof window.paceline[name] !== "function");
    });
    assert.deepEqual(missing, []);
    await context.close();
  });
});
