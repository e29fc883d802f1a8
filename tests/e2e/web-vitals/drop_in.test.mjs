// C24: @paceline/agent/web-vitals by itself: what a page's own code may rely on. That its values are the reference
// library's is shown in ../exactness.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { launchBrowser, setVisibility } from "../support/browser.mjs";
import { inRepository } from "../support/paths.mjs";
import { serveAgent } from "../exactness/agent_files.mjs";
import { routes, startServer } from "../support/static-server.mjs";

const FILES = {
  plain: "/paceline-web-vitals.esm.js",
  attribution: "/paceline-web-vitals-attribution.esm.js",
};
const STRICT = "script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'";
const TRUSTED_TYPES = `${STRICT}; require-trusted-types-for 'script'; trusted-types 'none'`;

/** A page whose module registers everything with these options, and writes down every report. */
const pageOf = ({ file = FILES.plain, options = {}, before = "" }) => `<!doctype html>
  <html lang="en"><head><meta charset="utf-8"><title>Drop-in</title>
  <script>window.reports = []; ${before}</script>
  <script type="module">
    import * as vitals from "${file}";
    window.vitals = vitals;
    const options = ${JSON.stringify(options)};
    for (const name of ["CLS", "FCP", "INP", "LCP", "TTFB"]) {
      vitals["on" + name]((metric) => window.reports.push({ metric, value: metric.value, delta: metric.delta, entries: [...metric.entries] }), options);
    }
    window.isRegistered = true;
  </script></head><body><main><h1>Lesson</h1><p>${"Charcoal. ".repeat(60)}</p><button>Book</button></main>
  <script>document.querySelector("button").addEventListener("click", () => {
    const end = performance.now() + 60; while (performance.now() < end);
  });</script></body></html>`;

const PAGES = {
  "/plain": { page: {} },
  "/attribution": { page: { file: FILES.attribution } },
  "/all": { page: { options: { reportAllChanges: true } } },
  "/strict": { page: { file: FILES.attribution }, policy: STRICT },
  "/trusted-types": { page: {}, policy: TRUSTED_TYPES },
  "/no-wasm": { page: { file: FILES.attribution, before: "delete window.WebAssembly;" } },
};

const skip = existsSync(inRepository("build/agent/paceline-web-vitals.esm.js"))
  ? false
  : "the agent is not built";

describe("the drop-in", { skip, concurrency: 3 }, () => {
  let browser, server;
  before(async () => {
    browser = await launchBrowser();
    const pages = Object.entries(PAGES).map(([path, { page, policy }]) => [
      path,
      { headers: policy ? { "content-security-policy": policy } : {}, body: pageOf(page) },
    ]);
    server = await startServer([
      serveAgent,
      routes({ ...Object.fromEntries(pages), "/next": "<!doctype html><p>next" }),
    ]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  async function open(path) {
    const page = await browser.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(`${server.origin}${path}`);
    await page.waitForFunction(
      () => window.isRegistered && performance.getEntriesByName("first-contentful-paint").length,
    );
    // Reported in the task after the load.
    await page.waitForFunction(() => window.reports.some(({ metric }) => metric.name === "TTFB"));
    return { page, errors };
  }

  const click = async (page) => {
    await page.click("button");
    await page.waitForFunction(() => performance.interactionCount > 0);
    await page.evaluate(async () => {
      const idle = () => new Promise((done) => requestIdleCallback(done, { timeout: 2000 }));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      for (let i = 0; i < 3; ++i) await idle();
    });
  };

  const names = (page) => page.evaluate(() => window.reports.map(({ metric }) => metric.name));

  test("C24: FCP and TTFB come at once, the others when the page is hidden", async () => {
    const { page, errors } = await open("/plain");
    await page.waitForFunction(() => window.reports.length === 2);
    assert.deepEqual((await names(page)).sort(), ["FCP", "TTFB"]);
    await click(page);
    // A trusted click ends the largest paint.
    await page.waitForFunction(() => window.reports.length === 3);
    await setVisibility(page, "hidden");
    assert.deepEqual((await names(page)).sort(), ["CLS", "FCP", "INP", "LCP", "TTFB"]);
    assert.deepEqual(errors, []);
    await page.close();
  });

  test("C24: hiding twice says nothing twice", async () => {
    const { page } = await open("/plain");
    await click(page);
    for (const state of ["hidden", "visible", "hidden"]) await setVisibility(page, state);
    const said = await names(page);
    assert.equal(new Set(said).size, said.length, said.join());
    await page.close();
  });

  test("C24: a change is told with the same object, and its delta", async () => {
    const { page } = await open("/all");
    const push = (height) =>
      page.evaluate(
        (pixels) =>
          new Promise((done) => {
            new PerformanceObserver((_list, observer) => {
              observer.disconnect();
              setTimeout(done, 50);
            }).observe({ type: "layout-shift" });
            const banner = document.createElement("div");
            banner.style.height = `${pixels}px`;
            document.body.prepend(banner);
          }),
        height,
      );
    await push(50);
    await push(90);
    const cls = await page.evaluate(() => {
      const all = window.reports.filter(({ metric }) => metric.name === "CLS");
      return {
        sameObject: all.every(({ metric }) => metric === all[0].metric),
        values: all.map(({ value }) => value),
        deltas: all.map(({ delta }) => delta),
        counts: all.map(({ entries }) => entries.length),
        native: all.at(-1).entries.every((entry) => entry instanceof window.PerformanceEntry),
      };
    });
    assert.ok(cls.sameObject);
    assert.ok(cls.native);
    assert.deepEqual(cls.counts, [0, 1, 2]);
    assert.equal(cls.values[0], 0);
    assert.deepEqual(
      cls.deltas,
      cls.values.map((value, index) => value - (cls.values[index - 1] ?? 0)),
    );
    await page.close();
  });

  test("C24: every metric has its own id and the documented properties", async () => {
    const { page } = await open("/attribution");
    await click(page);
    await setVisibility(page, "hidden");
    const metrics = await page.evaluate(() =>
      window.reports.map(({ metric }) => ({
        ...metric,
        entries: metric.entries.length,
        attribution: Object.keys(metric.attribution),
      })),
    );
    assert.equal(new Set(metrics.map(({ id }) => id)).size, 5);
    for (const { id, rating, navigationType, navigationStartTime, navigationURL } of metrics) {
      assert.match(id, /^v\d+-\d{13}-\d{13}$/);
      assert.match(rating, /^(good|needs-improvement|poor)$/);
      assert.equal(navigationType, "navigate");
      assert.equal(navigationStartTime, 0);
      assert.equal(navigationURL, `${server.origin}/attribution`);
    }
    const parts = Object.fromEntries(metrics.map(({ name, attribution }) => [name, attribution]));
    assert.ok(parts.LCP.includes("elementRenderDelay") && parts.LCP.includes("lcpEntry"));
    assert.ok(parts.INP.includes("interactionTarget") && parts.INP.includes("longestScript"));
    assert.ok(parts.TTFB.includes("connectionDuration"));
    assert.ok(parts.FCP.includes("firstByteToFCP"));
    await page.close();
  });

  test("C24: thresholds are exported, and importing does nothing else", async () => {
    for (const path of ["/plain", "/attribution"]) {
      const { page } = await open(path);
      const exported = await page.evaluate(() =>
        Object.fromEntries(
          Object.entries(window.vitals).filter(([, value]) => typeof value !== "function"),
        ),
      );
      assert.deepEqual(exported, {
        CLSThresholds: [0.1, 0.25],
        FCPThresholds: [1800, 3000],
        INPThresholds: [200, 500],
        LCPThresholds: [2500, 4000],
        TTFBThresholds: [800, 1800],
      });
      await page.close();
    }
  });

  for (const path of ["/strict", "/trusted-types", "/no-wasm"]) {
    test(`C24: works without WebAssembly: ${path}`, async () => {
      const { page, errors } = await open(path);
      const compiles = await page.evaluate(() => {
        try {
          return !!new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
        } catch {
          return false;
        }
      });
      assert.equal(compiles, false, "the page has WebAssembly after all");
      await click(page);
      await setVisibility(page, "hidden");
      assert.deepEqual((await names(page)).sort(), ["CLS", "FCP", "INP", "LCP", "TTFB"]);
      const fcp = await page.evaluate(() => {
        const { value } = window.reports.find(({ metric }) => metric.name === "FCP");
        return [value, performance.getEntriesByName("first-contentful-paint")[0].startTime];
      });
      assert.equal(fcp[0], fcp[1]);
      assert.deepEqual(errors, []);
      await page.close();
    });
  }

  test("C24: a page that is hidden at once still gets its report", async () => {
    const { page } = await open("/plain");
    // The module's first call and the hiding are in one task.
    const said = await page.evaluate(
      (file) =>
        import(`${file}?again`).then(({ onCLS, onLCP, onTTFB }) => {
          const late = [];
          return new Promise((done) => {
            onLCP(({ name }) => late.push(name));
            onCLS(({ name }) => late.push(name), { reportAllChanges: true });
            onTTFB(({ name }) => late.push(name));
            setTimeout(() => done(late), 300);
          });
        }),
      FILES.plain,
    );
    assert.ok(said.includes("TTFB") && said.includes("CLS"), said.join());
    await page.goto(`${server.origin}/next`);
    await page.close();
  });
});
