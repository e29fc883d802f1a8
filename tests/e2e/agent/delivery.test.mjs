// Ways to put the agent on a page, and pages that make it hard.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser, setVisibility } from "../support/browser.mjs";
import { routes, startServer } from "../support/static-server.mjs";
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
const page = (head) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>${head}</head><body>${CONTENT}</body></html>`;

const skip = (await hasEngine()) ? false : "the WebAssembly engine is not built";

describe("the agent on a page", { skip }, () => {
  let browser, site, foreign;
  before(async () => {
    browser = await launchBrowser();
    site = await startSite({
      "/tag": pageWithTag(CONTENT),
      "/twice": page(
        `<script async src="/agent/paceline.js" data-site="${SITE}"></script>`.repeat(2) +
          `<script type="module">import { init } from "/agent/paceline.esm.js"; init({ site: "${SITE}" });</script>`,
      ),
      "/esm": page(
        `<script type="module">
          import { init } from "/agent/paceline.esm.js";
          init({ site: "${SITE}", endpoint: location.origin + "/measure/", sampleRate: 0.9999999, storage: false });
        </script>`,
      ),
      "/none": pageWithTag(CONTENT, { attributes: 'data-sample-rate="0"' }),
      "/few": pageWithTag(CONTENT, { attributes: 'data-sample-rate="0.000001"' }),
    });
    foreign = await startServer([routes({ "/": pageWithTag(CONTENT, { origin: site.origin }) })]);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    await foreign?.close();
  });

  // Visits a page, waits for `ready`, hides the page and gives what it sent.
  async function visit(url, { prepare, ready = (opened) => opened.engineRuns() } = {}) {
    const context = await browser.newContext();
    const opened = await newPage(context);
    const from = site.capture.posts.length;
    if (prepare) await opened.page.addInitScript(prepare);
    await opened.page.goto(url);
    await opened.page.waitForFunction(
      () => performance.getEntriesByName("first-contentful-paint").length,
    );
    await ready(opened);
    await opened.page.click("button");
    await setVisibility(opened.page, "hidden");
    const mine = () => site.capture.posts.slice(from);
    await site.capture.until(() => toldHidden(mine()));
    const storage = await opened.page.evaluate(() => {
      try {
        return Object.keys(localStorage);
      } catch {
        return [];
      }
    });
    await context.close();
    return { posts: mine(), errors: opened.errors, storage };
  }

  function assertComplete(pageViews, url) {
    assert.equal(pageViews.length, 1);
    const [{ url: seen, vitals, events }] = pageViews;
    assert.equal(seen, url);
    for (const vital of ["TTFB", "FCP", "LCP", "CLS"]) assert.ok(vital in vitals, vital);
    assert.ok(events.some(({ case: kind }) => kind === "click"));
  }

  test("the script tag alone does everything", async () => {
    const { posts, errors, storage } = await visit(`${site.origin}/tag`);
    assertComplete((await measure(posts))[0], "/tag");
    assert.ok(posts.every(({ kind }) => kind === "beacon"));
    assert.ok(storage.includes(`paceline.${SITE}`));
    assert.ok(storage.every((key) => key.startsWith(`paceline.${SITE}`)));
    assert.deepEqual(errors, []);
  });

  test("as an ES module, with an endpoint, a sample rate and no storage", async () => {
    const { posts, errors, storage } = await visit(`${site.origin}/esm`);
    assertComplete((await measure(posts))[0], "/esm");
    // All sessions: a Beacon leaves that out.
    assert.equal(posts[0].message.sampleRatePpm || 1_000_000, 1_000_000);
    assert.deepEqual(storage, []);
    assert.deepEqual(errors, []);
  });

  test("included three times, it measures once", async () => {
    const { posts } = await visit(`${site.origin}/twice`);
    assertComplete((await measure(posts))[0], "/twice");
    assert.equal((await measure(posts)).length, 1);
  });

  test("on another origin than the collector's, without a preflight", async () => {
    const { posts, errors } = await visit(`${foreign.origin}/`);
    assertComplete((await measure(posts))[0], "/");
    assert.equal(posts[0].headers.origin, foreign.origin);
    assert.deepEqual(site.capture.preflights, []);
    assert.deepEqual(errors, []);
  });

  test("pages of one visit share the session, and differ as documents", async () => {
    const context = await browser.newContext();
    const { page, engineRuns } = await newPage(context);
    const from = site.capture.posts.length;
    await page.goto(`${site.origin}/tag`);
    await engineRuns();
    await page.goto(`${site.origin}/twice`);
    await engineRuns();
    await page.goto(`${site.origin}/next`);
    const posts = await site.capture.until((all) => toldHidden(all.slice(from), 2));
    const messages = posts.slice(from).map(({ message }) => message);
    const ids = (name) => new Set(messages.map((m) => Buffer.from(m[name]).toString("hex"))).size;
    assert.deepEqual([ids("sessionId"), ids("documentId")], [1, 2]);
    await context.close();
  });

  test("what the collector could not take is sent again, byte for byte", async () => {
    const context = await browser.newContext();
    const { page, engineRuns } = await newPage(context);
    const from = site.capture.posts.length;
    await page.goto(`${site.origin}/tag`);
    await engineRuns();
    site.capture.answerNext(503, { "retry-after": "1" });
    // Ten events and more.
    for (let i = 0; i < 12; ++i) await page.click("button");
    const mine = () => site.capture.posts.slice(from);
    const sequences = () => mine().map(({ message }) => message.sequence);
    const again = () => sequences().find((one, index) => sequences().indexOf(one) < index);
    await site.capture.until(() => again() !== undefined);
    const [one, two] = mine().filter(({ message }) => message.sequence === again());
    assert.ok(one.bytes.equals(two.bytes));
    await context.close();
  });

  test("sessions outside the sample send nothing", async () => {
    const context = await browser.newContext();
    const { page, errors, engineRuns } = await newPage(context);
    const from = site.capture.posts.length;
    await page.goto(`${site.origin}/few`);
    await engineRuns();
    await page.goto(`${site.origin}/none`);
    await page.click("button");
    // Whatever these two had to say would have come before this one's.
    await page.evaluate(() => localStorage.clear());
    await page.goto(`${site.origin}/tag`);
    await page.goto(`${site.origin}/next`);
    const posts = await site.capture.until((all) => toldHidden(all.slice(from)));
    const documents = new Set(
      posts.slice(from).map((p) => Buffer.from(p.message.documentId).toString("hex")),
    );
    assert.equal(documents.size, 1);
    assert.deepEqual(errors, []);
    await context.close();
  });

  describe("C20: on a page that makes it hard", () => {
    const cases = [
      {
        name: "localStorage throws",
        prepare: () =>
          Object.defineProperty(window, "localStorage", {
            get() {
              throw new window.DOMException("denied", "SecurityError");
            },
          }),
      },
      {
        name: "sendBeacon is missing",
        prepare: () => delete window.Navigator.prototype.sendBeacon,
      },
      { name: "requestIdleCallback is missing", prepare: () => delete window.requestIdleCallback },
      {
        name: "the streaming compiler refuses",
        prepare: () =>
          (WebAssembly.compileStreaming = () => Promise.reject(new TypeError("MIME type"))),
      },
      {
        name: "WebAssembly is missing",
        prepare: () => delete window.WebAssembly,
        ready: () => undefined,
      },
      {
        name: "navigator tells little",
        prepare: () => {
          for (const name of [
            "connection",
            "deviceMemory",
            "hardwareConcurrency",
            "languages",
            "language",
          ]) {
            Reflect.deleteProperty(window.Navigator.prototype, name);
          }
        },
      },
    ];
    for (const { name, ...options } of cases) {
      test(name, async () => {
        const { posts, errors } = await visit(`${site.origin}/tag`, options);
        assertComplete((await measure(posts))[0], "/tag");
        assert.deepEqual(errors, []);
      });
    }

    const tooOld = [
      { name: "PerformanceObserver is missing", prepare: () => delete window.PerformanceObserver },
      {
        name: "crypto is missing",
        prepare: () => Object.defineProperty(window, "crypto", { value: undefined }),
      },
      {
        name: "fetch throws",
        prepare: () =>
          (window.fetch = () => {
            throw new Error("no");
          }),
      },
    ];
    for (const { name, prepare } of tooOld) {
      test(`${name}: the page goes on without a measurement`, async () => {
        const context = await browser.newContext();
        const { page, errors } = await newPage(context);
        await page.addInitScript(prepare);
        await page.goto(`${site.origin}/tag`);
        await page.click("button");
        await setVisibility(page, "hidden");
        await setVisibility(page, "visible");
        assert.equal(await page.textContent("h1"), "Academy");
        assert.deepEqual(errors, []);
        await context.close();
      });
    }
  });
});
