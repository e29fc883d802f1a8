// What a page goes through: hidden more than once, restored from the back/forward cache, hidden from the start.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser, setVisibility } from "../support/browser.mjs";
import {
  hasEngine,
  lastValues,
  measure,
  newPage,
  pageWithBoth,
  startSite,
  toldHidden,
} from "./harness.mjs";

const BACK_FORWARD_CACHE = 4;
const POOR = 3;
const TEXT = `<main><h1>Lesson</h1><p>${"Paint and paper. ".repeat(40)}</p></main>`;

const skip = (await hasEngine()) ? false : "the WebAssembly engine is not built";

describe("the life of a page", { skip }, () => {
  let browser, site;
  before(async () => {
    browser = await launchBrowser();
    site = await startSite({
      "/lesson": pageWithBoth(TEXT),
      "/unsampled": pageWithBoth(TEXT, { attributes: 'data-sample-rate="0.000001"' }),
    });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open() {
    const context = await browser.newContext();
    const opened = await newPage(context);
    const from = site.capture.posts.length;
    return {
      ...opened,
      context,
      mine: () => site.capture.posts.slice(from),
      until: (accept) => site.capture.until((posts) => accept(posts.slice(from))),
    };
  }

  const shift = (page, height = 90) =>
    page.evaluate(
      (pixels) =>
        new Promise((done) => {
          new PerformanceObserver((_list, observer) => {
            observer.disconnect();
            done();
          }).observe({ type: "layout-shift" });
          const banner = document.createElement("div");
          banner.style.height = `${pixels}px`;
          document.body.prepend(banner);
        }),
      height,
    );

  for (const way of ["from the first hiding", "from the second hiding"]) {
    test(`hidden three times with growing CLS, the engine ${way}`, async () => {
      const { page, errors, engineRuns, context, mine, until } = await open();
      if (way === "from the second hiding") {
        // The first words leave raw.
        await page.route("**/*.wasm", async (route) => {
          await until((posts) => toldHidden(posts));
          await route.continue();
        });
      }
      await page.goto(`${site.origin}/lesson`);
      await page.waitForFunction(
        () => performance.getEntriesByName("first-contentful-paint").length,
      );
      if (way === "from the first hiding") await engineRuns();
      const values = [];
      for (let round = 1; round <= 3; ++round) {
        // Each more than those before together, so that CLS grows also when a slow machine lets a second pass between.
        await shift(page, 10 * 3 ** round);
        await setVisibility(page, "hidden");
        await until((posts) => toldHidden(posts, round));
        await setVisibility(page, "visible");
        const [[pageView]] = await measure(mine());
        values.push(pageView.vitals.CLS);
        if (round === 1 && way === "from the second hiding") await engineRuns();
      }

      assert.ok(values[0] > 0 && values[1] > values[0] && values[2] > values[1], `${values}`);
      await page.waitForFunction(() => window.reference.length > 0);
      const expected = lastValues(await page.evaluate(() => window.reference)).CLS;
      assert.ok(Math.abs(values[2] - expected) <= 1e-9, `${values[2]}, not ${expected}`);
      const sequences = mine().map(({ message }) => message.sequence);
      assert.deepEqual(sequences, [...sequences.keys()]);
      const kinds = mine().map(({ kind }) => kind);
      if (way === "from the first hiding") {
        assert.ok(!kinds.includes("entries"));
      } else {
        assert.deepEqual(kinds.slice(0, 2), ["entries", "beacon"]);
        const covers = mine()
          .slice(1)
          .map(({ message }) => message.coversEntriesBefore);
        assert.deepEqual(covers, [1, ...covers.slice(1).map(() => 0)]);
      }
      assert.deepEqual(errors, []);
      await context.close();
    });
  }

  test("a vital that turns poor is sent at once", async () => {
    const { page, engineRuns, context, mine, until } = await open();
    // The text fills it, so one banner is enough.
    await page.setViewportSize({ width: 300, height: 300 });
    await page.goto(`${site.origin}/lesson`);
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length);
    await engineRuns();
    await shift(page, 160);
    await until((posts) =>
      posts.some(({ message }) =>
        message.events.some(
          ({ event: { case: kind, value } }) => kind === "vital" && value.rating === POOR,
        ),
      ),
    );
    assert.ok(!toldHidden(mine()));
    await context.close();
  });

  test("a session outside the sample is kept from the page on that turned poor", async () => {
    const { page, engineRuns, context, mine, until } = await open();
    await page.setViewportSize({ width: 300, height: 300 });
    await page.goto(`${site.origin}/unsampled`);
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length);
    await engineRuns();
    await setVisibility(page, "hidden");
    await setVisibility(page, "visible");
    await shift(page, 160);
    await until((posts) => posts.length > 0);
    // Everything from the start, the quiet hiding included.
    const [{ kind, message }] = mine();
    assert.equal(kind, "beacon");
    assert.ok(message.keptUnsampled);
    assert.ok(toldHidden(mine()));

    await page.goto(`${site.origin}/unsampled`);
    await page.goto(`${site.origin}/next`);
    const documents = (posts) => new Set(posts.map((post) => `${post.message.documentId}`)).size;
    await until((posts) => documents(posts) === 2);
    assert.ok(mine().every((post) => post.message.keptUnsampled));
    await context.close();
  });

  test("a restore from the back/forward cache is a page view of its own", async (t) => {
    const { page, errors, engineRuns, context, mine, until } = await open();
    await page.goto(`${site.origin}/lesson`);
    await engineRuns();
    await page.evaluate(() => (window.isSameDocument = true));
    await page.goto(`${site.origin}/next`);
    // Nothing is loaded, so there is no load event to wait for.
    await page.goBack({ waitUntil: "commit" });
    if (!(await page.evaluate(() => window.isSameDocument === true))) {
      t.skip("this browser did not keep the page");
      return;
    }
    // Restored paint, then some more life.
    await page.evaluate(
      () =>
        new Promise((done) =>
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))),
        ),
    );
    await shift(page);
    await page.goto(`${site.origin}/next`);
    await until((posts) => toldHidden(posts, 2));

    const [[load, restore]] = await measure(mine());
    const reports = site.references.at(-1);
    const expected = lastValues(reports, "back-forward-cache");
    assert.equal(restore.navigationType, BACK_FORWARD_CACHE);
    assert.equal(restore.url, "/lesson");
    assert.ok(restore.vitals.CLS > 0);
    assert.ok(Math.abs(restore.vitals.CLS - expected.CLS) <= 1e-9);
    assert.equal(restore.vitals.TTFB, 0);
    // Each takes the time in a callback of its own.
    for (const vital of ["FCP", "LCP"]) {
      assert.ok(
        Math.abs(restore.vitals[vital] - expected[vital]) < 1000,
        `${vital} of the restore`,
      );
    }
    assert.equal(load.vitals.FCP.toFixed(1), lastValues(reports, "navigate").FCP.toFixed(1));
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("a page that is hidden from the start reports no paint", async () => {
    const { page, errors, engineRuns, context, mine, until } = await open();
    await page.addInitScript(() => {
      Object.defineProperty(document, "visibilityState", {
        configurable: true,
        get: () => "hidden",
      });
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
      const entries = performance.getEntriesByType.bind(performance);
      performance.getEntriesByType = (type) => (type === "visibility-state" ? [] : entries(type));
    });
    await page.goto(`${site.origin}/lesson`);
    await engineRuns();
    await setVisibility(page, "visible");
    await setVisibility(page, "hidden");
    await until((posts) => toldHidden(posts));

    const [[pageView]] = await measure(mine());
    const expected = lastValues(await page.evaluate(() => window.reference));
    assert.deepEqual(Object.keys(expected), ["TTFB"]);
    assert.deepEqual(Object.keys(pageView.vitals), ["TTFB"]);
    assert.deepEqual(errors, []);
    await context.close();
  });
});
