// C21: who is in the sample is decided once, by the session; who turns out poor, failing or converting is kept.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser, setVisibility } from "../support/browser.mjs";
import { hasCollector, startCollector } from "../support/collector.mjs";
import { hasEngine, newPage, pageWithTag, SITE, startSite, toldHidden } from "./harness.mjs";

const CONTENT = `<main id="home"><h1>Academy</h1><button>Go</button></main>`;
const SHIFT = `<main id="home"><h1>Academy</h1><div style="height: 90vh; background: #ddd"></div></main>
  <script>setTimeout(() => document.querySelector("h1").style.marginTop = "50vh", 1500)</script>`;
// One session in a million.
const FEW = { attributes: 'data-sample-rate="0.000001"' };
const HALF = { attributes: 'data-sample-rate="0.5"' };

const skip = (await hasEngine()) ? false : "the WebAssembly engine is not built";

describe("sampling", { skip }, () => {
  let browser, site;
  before(async () => {
    browser = await launchBrowser();
    site = await startSite({
      "/few": pageWithTag(CONTENT, FEW),
      "/poor": pageWithTag(SHIFT, FEW),
      "/half": pageWithTag(CONTENT, HALF),
      "/half-too": pageWithTag(CONTENT, HALF),
      "/all": pageWithTag(CONTENT),
      // Without 'wasm-unsafe-eval', no page can compile WebAssembly.
      "/strict": {
        headers: { "content-security-policy": "default-src 'self'; script-src 'self'" },
        body: pageWithTag(CONTENT, FEW),
      },
      "/asks": pageWithTag(CONTENT, {
        attributes: `${FEW.attributes} data-consent="required"`,
      }),
    });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  async function inNewSession(visit) {
    const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
    const from = site.capture.posts.length;
    const mine = () => site.capture.posts.slice(from);
    const opened = await newPage(context);
    await visit({
      ...opened,
      mine,
      until: (accept) => site.capture.until(() => accept(mine())),
      async go(path) {
        await opened.page.goto(site.origin + path);
        await opened.engineRuns();
      },
    });
    assert.deepEqual(
      opened.errors.filter(({ message }) => message !== "checkout is broken"),
      [],
    );
    await context.close();
  }

  const assertKept = (posts) => {
    assert.ok(posts.length > 0);
    for (const { message } of posts) {
      assert.equal(message.keptUnsampled, true);
      assert.equal(message.sampleRatePpm, 1);
    }
  };

  test("C21: a session outside the sample says nothing while all is well", () =>
    inNewSession(async ({ page, go, mine, until }) => {
      await go("/few");
      await page.click("button");
      await go("/few");
      // Whatever these had to say would have come before this one's.
      await page.evaluate(() => localStorage.clear());
      await go("/all");
      await page.goto(`${site.origin}/next`);
      await until((posts) => toldHidden(posts));
      assert.ok(mine().every(({ message }) => message.sampleRatePpm !== 1));
    }));

  const cases = {
    // Said at once.
    poor: { path: "/poor", happen: (_page, until) => until((posts) => posts.length > 0) },
    failing: {
      path: "/few",
      happen: (page) =>
        page.evaluate(
          () =>
            new Promise((resolve) => {
              setTimeout(resolve, 1);
              setTimeout(() => {
                throw new Error("checkout is broken");
              });
            }),
        ),
    },
    converting: {
      path: "/few",
      happen: (page) =>
        page.evaluate(() => window.paceline.conversion("purchase_completed", { value: 49 })),
    },
  };
  for (const [name, { path, happen }] of Object.entries(cases)) {
    test(`C21: a session outside the sample is kept once it turns out ${name}, on every page from then on`, () =>
      inNewSession(async ({ page, go, mine, until }) => {
        await go(path);
        await happen(page, until);
        await go("/few");
        await page.goto(`${site.origin}/next`);
        await until((posts) => toldHidden(posts, 2));
        assertKept(mine());
        const urls = mine().flatMap(({ message }) => message.strings);
        assert.ok(urls.includes(path) && urls.includes("/few"));
      }));
  }

  const convert = (page) =>
    page.evaluate(() => window.paceline.conversion("purchase_completed", { value: 49 }));
  const told = (posts, text) => posts.some(({ message }) => message.strings.includes(text));

  test("C21: a conversion outside the sample counts where WebAssembly is forbidden, also after much else", () =>
    inNewSession(async ({ page, mine, until }) => {
      await page.goto(`${site.origin}/strict`);
      await page.waitForFunction(() => window.paceline?.vitals);
      await setVisibility(page, "hidden");
      await setVisibility(page, "visible");
      // More than the agent holds back.
      await page.evaluate(() => {
        for (let i = 0; i < 2000; ++i)
          window.paceline.track("looked_around", { number: i, pad: "x".repeat(100) });
      });
      assert.deepEqual(mine(), []);
      await convert(page);
      await until((posts) => told(posts, "purchase_completed"));
      // The session stays kept.
      await page.goto(`${site.origin}/few`);
      await page.goto(`${site.origin}/next`);
      await until((posts) => told(posts, "/few"));
      for (const { message } of mine()) assert.equal(message.keptUnsampled, true);
    }));

  for (const path of ["/few", "/asks"]) {
    test(`C21: a conversion outside the sample counts when the page is left before the lazy part came: ${path}`, () =>
      inNewSession(async ({ page, mine, until }) => {
        await page.route("**/paceline-engine-*", () => undefined);
        await page.goto(site.origin + path);
        await page.waitForFunction(() => window.paceline?.conversion);
        await convert(page);
        if (path === "/asks") await page.evaluate(() => window.paceline.consent("granted"));
        await page.goto(`${site.origin}/next`);
        await until((posts) => told(posts, "purchase_completed"));
        assertKept(mine());
        await page.goto(`${site.origin}/few`);
        await page.goto(`${site.origin}/next`);
        await until((posts) => told(posts, "/few"));
        assertKept(mine());
      }));
  }

  test("C21: all pages of a session decide alike, and about half of the sessions are in a sample of half", async () => {
    const sessions = 24;
    let sampled = 0;
    for (let i = 0; i < sessions; ++i) {
      await inNewSession(async ({ page, mine, until }) => {
        for (const path of ["/half", "/half-too"]) await page.goto(site.origin + path);
        await page.goto(`${site.origin}/next`);
        await page.evaluate(() => localStorage.clear());
        // Always in the sample: whatever the others had to say has come before it.
        await page.goto(`${site.origin}/all`);
        await page.goto(`${site.origin}/next`);
        const ofHalf = () => mine().filter(({ message }) => message.sampleRatePpm === 500_000);
        const ofAll = (posts) => posts.filter(({ message }) => message.sampleRatePpm !== 500_000);
        await until((posts) => toldHidden(ofAll(posts)));
        const documents = new Set(ofHalf().map(({ message }) => String(message.documentId)));
        assert.ok(documents.size === 0 || documents.size === 2, `${documents.size} of 2 pages`);
        if (documents.size === 2) ++sampled;
      });
    }
    // 24 coins: outside 3 to 21 once in 60,000 times.
    assert.ok(sampled >= 3 && sampled <= 21, `${sampled} of ${sessions}`);
  });
});

describe(
  "sampling, to the collector's answers",
  { skip: skip || (hasCollector() ? false : "the collector is not built") },
  () => {
    test("C21: every conversion counts, and statistics are of the sample alone", async () => {
      const browser = await launchBrowser();
      const collector = await startCollector({ args: ["--site", SITE] });
      const pages = await startSite({
        "/few": pageWithTag(CONTENT, { ...FEW, origin: collector.http }),
        "/all": pageWithTag(CONTENT, { origin: collector.http }),
      });
      const ask = async (path) =>
        (await fetch(`${collector.http}/api/v1/${path}?site=${SITE}`)).json();
      try {
        for (const path of ["/few", "/few", "/all"]) {
          const context = await browser.newContext();
          const { page, engineRuns } = await newPage(context);
          await page.goto(pages.origin + path);
          await engineRuns();
          await page.evaluate(() =>
            window.paceline.conversion("purchase_completed", { value: 49, currency: "EUR" }),
          );
          await page.goto(`${pages.origin}/next`);
          await context.close();
        }
        const deadline = Date.now() + 30_000;
        let conversions, vitals;
        do {
          [conversions, vitals] = await Promise.all([ask("conversions"), ask("vitals")]);
        } while (
          !(conversions.totals?.[0]?.count >= 3 && vitals.pageViews >= 1) &&
          Date.now() < deadline
        );
        assert.equal(conversions.totals.length, 1, JSON.stringify(conversions));
        assert.equal(conversions.totals[0].count, 3);
        assert.equal(conversions.revenue[0].valueMinor, 3 * 4900);
        assert.equal(vitals.pageViews, 1);
      } finally {
        await browser.close();
        await pages.close();
        await collector.remove();
      }
    });
  },
);
