// C20: the agent does no harm: under strict policies, on pages that have bent the language's built-ins, in frames.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser, setVisibility } from "../support/browser.mjs";
import { hasEngine, measure, newPage, SITE, startSite, toldHidden } from "./harness.mjs";

const NONCE = "c0ffee";
const TAG = `<script nonce="${NONCE}" async src="/agent/paceline.js" data-site="${SITE}"></script>`;
const content = (head = TAG) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>
    <script nonce="${NONCE}">
      window.violations = [];
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        violations.push(violatedDirective + " " + blockedURI));
    </script>${head}</head><body><main id="home"><h1>Academy</h1><button>Go</button></main></body></html>`;

// What a strict site sends: https://web.dev/articles/strict-csp
const strict = (more) => ({
  headers: {
    "content-security-policy": `script-src 'nonce-${NONCE}' 'wasm-unsafe-eval' ${more}; object-src 'none'; base-uri 'none'`,
  },
  body: content(),
});

// Each of these has been seen on real pages, or is worse.
const HOSTILE = {
  "Array.prototype.toJSON": () => {
    Array.prototype.toJSON = () => "broken";
    Object.prototype.toJSON = () => "broken";
  },
  "enumerable additions to Object and Array": () => {
    Object.prototype.extend = () => "mine";
    Array.prototype.last = () => "mine";
    String.prototype.trimAll = () => "mine";
  },
  "a Map and a Set that throw": () => {
    window.Map =
      window.Set =
      window.WeakMap =
        function () {
          throw new Error("no collections here");
        };
  },
  "a Promise of the page's own": () => {
    window.Promise = class Promise {
      then() {
        return this;
      }
    };
  },
  "Array.from, Object.assign and JSON of another library": () => {
    Array.from = () => [];
    Object.assign = () => ({});
    JSON.parse = JSON.stringify = () => {
      throw new SyntaxError("no");
    };
  },
  "listeners of the page that stop every event": () => {
    for (const type of ["click", "visibilitychange", "error", "pagehide"]) {
      addEventListener(type, (event) => event.stopImmediatePropagation(), false);
    }
  },
};

const skip = (await hasEngine()) ? false : "the WebAssembly engine is not built";

describe("C20: harmless", { skip }, () => {
  let browser, site;
  before(async () => {
    browser = await launchBrowser();
    site = await startSite({
      "/plain": content(),
      "/nonce": strict(""),
      "/strict-dynamic": strict("'strict-dynamic'"),
      "/trusted": strict(
        "'strict-dynamic'; require-trusted-types-for 'script'; trusted-types 'none'",
      ),
      "/frame": content('<iframe src="/plain"></iframe>'),
      "/sandbox": content('<iframe src="/plain" sandbox="allow-scripts"></iframe>'),
    });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  // Opens a page in a browser of its own; gives the page, and what comes from it from now on.
  async function open(path, prepare) {
    const context = await browser.newContext();
    const opened = await newPage(context);
    if (prepare) await opened.page.addInitScript(prepare);
    const from = site.capture.posts.length;
    await opened.page.goto(site.origin + path);
    return { ...opened, context, posts: () => site.capture.posts.slice(from) };
  }

  async function leave({ page, posts }) {
    await page.click("button");
    await setVisibility(page, "hidden");
    await site.capture.until(() => toldHidden(posts()));
    return measure(posts());
  }

  for (const [path, what] of [
    ["/nonce", "a policy of nonces"],
    ["/strict-dynamic", "a policy of nonces and strict-dynamic"],
    ["/trusted", "Trusted Types, with no policy allowed"],
  ]) {
    test(`C20: measures under ${what}, and violates nothing`, async () => {
      const visit = await open(path);
      await visit.engineRuns();
      const [[pageView]] = await leave(visit);
      assert.equal(pageView.url, path);
      assert.ok("FCP" in pageView.vitals);
      assert.deepEqual(await visit.page.evaluate(() => window.violations), []);
      assert.deepEqual(visit.errors, []);
      await visit.context.close();
    });
  }

  for (const [what, prepare] of Object.entries(HOSTILE)) {
    test(`C20: survives ${what}`, async () => {
      const visit = await open("/plain", prepare);
      // By the mouse and by leaving: nothing may have to be evaluated in such a page.
      await visit.page.mouse.click(50, 60);
      await visit.page.goto(`${site.origin}/next`);
      await site.capture.until(() => toldHidden(visit.posts()));
      const [[pageView]] = await measure(visit.posts());
      assert.equal(pageView.url, "/plain");
      assert.ok("TTFB" in pageView.vitals);
      assert.ok(pageView.events.some(({ case: kind }) => kind === "click"));
      assert.deepEqual(visit.errors, []);
      await visit.context.close();
    });
  }

  test("C20: leaves nothing in the page but window.paceline", async () => {
    const visit = await open("/plain");
    await visit.engineRuns();
    const added = await visit.page.evaluate(() => {
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const own = new Set(Object.getOwnPropertyNames(frame.contentWindow));
      frame.remove();
      const ours = ["violations", "isEngineRunning"];
      return Object.getOwnPropertyNames(window).filter(
        (name) => !own.has(name) && !ours.includes(name) && !/^\d+$/.test(name),
      );
    });
    assert.ok(added.includes("paceline"));
    assert.deepEqual(
      added.filter((name) => /paceline|agent|^_|^.$/i.test(name)),
      ["paceline"],
    );
    await visit.context.close();
  });

  test("C20: measures a frame as a document of its own, of the same session", async () => {
    const visit = await open("/frame");
    const [, frame] = visit.page.frames();
    await frame.click("button");
    await visit.page.goto(`${site.origin}/next`);
    await site.capture.until(() => visit.posts().length > 0);
    const [{ message }] = visit.posts();
    const start = message.pageViews?.[0] ?? message.entries[0].entry.value;
    assert.equal(message.strings[start.urlRef - 1], "/plain");
    assert.deepEqual(visit.errors, []);
    await visit.context.close();
  });

  test("C20: does no harm in a sandboxed frame, where there is no storage", async () => {
    const visit = await open("/sandbox");
    const [, frame] = visit.page.frames();
    await frame.click("button");
    assert.equal(await frame.textContent("h1"), "Academy");
    await visit.page.goto(`${site.origin}/next`);
    await site.capture.until(() => visit.posts().length > 0);
    assert.equal(visit.posts()[0].message.sessionId.length, 16);
    assert.deepEqual(visit.errors, []);
    await visit.context.close();
  });
});
