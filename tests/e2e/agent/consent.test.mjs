// C22: what leaves the page, and what stays in the browser, follows the visitor's consent.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser, setVisibility } from "../support/browser.mjs";
import {
  hasEngine,
  measure,
  newPage,
  pageWithTag,
  SITE,
  startSite,
  toldHidden,
} from "./harness.mjs";

const CONTENT = `<main id="home"><h1>Academy</h1><button>Go</button></main>`;
const REQUIRED = { attributes: 'data-consent="required"' };
const skip = (await hasEngine()) ? false : "the WebAssembly engine is not built";

describe("C22: consent", { skip }, () => {
  let browser, site;
  const requests = [];
  before(async () => {
    browser = await launchBrowser();
    site = await startSite(
      {
        "/free": pageWithTag(CONTENT),
        "/asks": pageWithTag(CONTENT, REQUIRED),
        "/ignores": pageWithTag(CONTENT, { attributes: 'data-privacy-signals="ignore"' }),
      },
      [
        (request) => {
          requests.push(request.url);
          return undefined;
        },
      ],
    );
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open(path, { prepare, context } = {}) {
    const its = context ?? (await browser.newContext());
    const opened = await newPage(its);
    if (prepare) await opened.page.addInitScript(prepare);
    const from = site.capture.posts.length;
    await opened.page.goto(site.origin + path);
    await opened.page.waitForFunction(
      () => typeof window.paceline?.consent === "function" && document.readyState === "complete",
    );
    return { ...opened, context: its, posts: () => site.capture.posts.slice(from) };
  }

  const consent = (page, state) => page.evaluate((value) => window.paceline.consent(value), state);
  const stored = (page) => page.evaluate(() => Object.keys(localStorage));

  // What an agent without consent would have sent comes before what this page sends.
  async function visitFreely(context) {
    const visit = await open("/free", { context });
    await visit.engineRuns();
    await setVisibility(visit.page, "hidden");
    await site.capture.until(() => toldHidden(visit.posts()));
    return visit;
  }

  async function assertSilent({ page, posts, context, errors }) {
    await page.click("button");
    await page.evaluate(() => window.paceline.track("unheard"));
    await setVisibility(page, "hidden");
    await setVisibility(page, "visible");
    assert.deepEqual(await stored(page), []);
    const last = await visitFreely(context);
    assert.equal(posts().length, last.posts().length);
    assert.deepEqual(errors, []);
  }

  test("C22: where the site asks for it, nothing is stored or sent before, nor fetched", async () => {
    const from = requests.length;
    const visit = await open("/asks");
    // Longer than the agent would wait for the page to be idle: two idle callbacks, and one frame.
    await visit.page.evaluate(
      () =>
        new Promise((resolve) =>
          requestIdleCallback(() => requestIdleCallback(() => requestAnimationFrame(resolve))),
        ),
    );
    const fetched = requests.slice(from).filter((url) => /engine|core|\/v1\//.test(url));
    assert.deepEqual(fetched, []);
    await assertSilent(visit);
    await visit.context.close();
  });

  test("C22: once granted, what has waited is told, from the start of the page", async () => {
    const visit = await open("/asks");
    await visit.page.waitForFunction(
      () => performance.getEntriesByName("first-contentful-paint").length,
    );
    await visit.page.click("button");
    await visit.page.evaluate(() => window.paceline.track("before", { consent: false }));
    await consent(visit.page, "granted");
    await visit.engineRuns();
    assert.ok((await stored(visit.page)).includes(`paceline.${SITE}`));
    await setVisibility(visit.page, "hidden");
    await site.capture.until(() => toldHidden(visit.posts()));
    const [[{ url, vitals, events }]] = await measure(visit.posts());
    assert.equal(url, "/asks");
    assert.ok("FCP" in vitals && "TTFB" in vitals);
    assert.ok(events.some(({ case: kind }) => kind === "click"));
    await visit.context.close();
  });

  test("C22: denied or revoked, it stops and leaves nothing behind", async () => {
    const visit = await open("/free");
    await visit.engineRuns();
    assert.notDeepEqual(await stored(visit.page), []);
    await consent(visit.page, "denied");
    await assertSilent({ ...visit });
    await visit.context.close();
  });

  test("C22: revoked in one tab, it stops in the others", async () => {
    const context = await browser.newContext();
    const first = await open("/free", { context });
    await first.engineRuns();
    const second = await open("/free", { context });
    await second.engineRuns();
    const from = site.capture.posts.length;
    await first.page.evaluate(() => {
      window.heard = new Promise((resolve) => addEventListener("storage", resolve));
    });
    await consent(second.page, "revoked");
    await first.page.evaluate(() => window.heard);
    await first.page.click("button");
    await setVisibility(first.page, "hidden");
    assert.deepEqual(await stored(first.page), []);
    // What the first tab would have sent comes before what another visitor's page sends.
    const other = await visitFreely(await browser.newContext());
    const sessions = new Set(
      site.capture.posts
        .slice(from)
        .map(({ message }) => Buffer.from(message.sessionId).toString("hex")),
    );
    assert.equal(sessions.size, 1);
    await other.context.close();
    await context.close();
  });

  test("C22: granted after it was revoked, it begins anew, as another document", async () => {
    const visit = await open("/free");
    await visit.engineRuns();
    await visit.page.click("button");
    await setVisibility(visit.page, "hidden");
    await site.capture.until(() => toldHidden(visit.posts()));
    await consent(visit.page, "denied");
    await setVisibility(visit.page, "visible");
    await consent(visit.page, "granted");
    await setVisibility(visit.page, "hidden");
    const documents = () =>
      new Set(visit.posts().map(({ message }) => Buffer.from(message.documentId).toString("hex")));
    await site.capture.until(() => documents().size === 2);
    assert.deepEqual(visit.errors, []);
    await visit.context.close();
  });

  for (const [name, value] of [
    ["globalPrivacyControl", true],
    ["doNotTrack", "1"],
  ]) {
    const prepare = `Object.defineProperty(Navigator.prototype, "${name}", {
      configurable: true, get: () => ${JSON.stringify(value)} })`;

    test(`C22: ${name} is a no, unless the visitor grants it on this site`, async () => {
      const visit = await open("/free", { prepare });
      await assertSilent(visit);
      await visit.context.close();
      const other = await open("/free", { prepare });
      await consent(other.page, "granted");
      await setVisibility(other.page, "hidden");
      await site.capture.until(() => toldHidden(other.posts()));
      await other.context.close();
    });

    test(`C22: ${name} is not asked for where the site says so`, async () => {
      const visit = await open("/ignores", { prepare });
      await setVisibility(visit.page, "hidden");
      await site.capture.until(() => toldHidden(visit.posts()));
      await visit.context.close();
    });
  }

  test("C22: without storage, every page is a session of its own", async () => {
    const context = await browser.newContext();
    const prepare = () =>
      Object.defineProperty(window, "localStorage", {
        get: () => {
          throw new window.DOMException("denied", "SecurityError");
        },
      });
    const from = site.capture.posts.length;
    const distinct = (name) =>
      new Set(
        site.capture.posts
          .slice(from)
          .map(({ message }) => Buffer.from(message[name]).toString("hex")),
      ).size;
    for (const count of [1, 2]) {
      const visit = await open("/free", { prepare, context });
      await setVisibility(visit.page, "hidden");
      await site.capture.until(() => distinct("documentId") === count);
    }
    assert.equal(distinct("sessionId"), 2);
    await context.close();
  });
});
