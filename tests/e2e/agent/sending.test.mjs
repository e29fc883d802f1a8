// C20: what the agent has to say arrives, without ever making the browser ask first, and whatever the sequence number
// stands for never changes. The page is of another origin than the collector, as far from easy as it gets.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { routes, startServer } from "../support/static-server.mjs";
import { hasEngine, newPage, pageWithTag, startSite, toldHidden } from "./harness.mjs";

const CONTENT = `<main id="home"><h1>Academy</h1><button>Go</button></main>`;
// Half of the window moves down by half of its height, out of nothing.
const SHIFT = `<main id="home"><h1>Academy</h1><div id="lesson" style="height: 90vh; background: #ddd"></div></main>
  <script>setTimeout(() => document.querySelector("h1").style.marginTop = "50vh", 1500)</script>`;

const eventsOf = ({ kind, message }) =>
  kind === "beacon"
    ? message.events.map(({ event }) => event)
    : message.entries.map((e) => e.entry);
const clicksIn = (posts) =>
  posts.flatMap(eventsOf).filter(({ case: kind }) => kind === "click").length;
const unique = (posts) => [
  ...new Map(posts.map((p) => [`${p.message.documentId} ${p.message.sequence}`, p])).values(),
];

// Runs in the page: keeps the signal of all that is given to fetchLater.
const countArmed = () => {
  const { fetchLater } = window;
  window.armed = [];
  if (!fetchLater) return;
  window.fetchLater = (url, init) => {
    const result = fetchLater(url, init);
    window.armed.push(init.signal);
    return result;
  };
};

const skip = (await hasEngine()) ? false : "the WebAssembly engine is not built";

describe("sending", { skip, concurrency: false }, () => {
  let browser, collector, pages, context, from;
  before(async () => {
    browser = await launchBrowser();
    collector = await startSite({
      "/strict": {
        headers: { "content-security-policy": "default-src 'self'; script-src 'self'" },
        body: pageWithTag(CONTENT),
      },
    });
    const { origin } = collector;
    pages = await startServer([
      // A page with it never has loaded, so that nothing of the agent comes but the first part.
      (_request, path) => (path === "/never.png" ? new Promise(() => undefined) : undefined),
      routes({
        "/": pageWithTag(CONTENT, { origin }),
        "/second": pageWithTag(CONTENT, { origin }),
        "/poor": pageWithTag(SHIFT, { origin }),
        "/loading": pageWithTag(`${CONTENT}<img src="/never.png" alt="">`, { origin }),
        "/plain": "<!doctype html><title>plain</title><p>plain",
        "/favicon.ico": { status: 204 },
      }),
    ]);
  });
  afterEach(async () => {
    await context?.close();
    collector.capture.answerAll();
    // Whatever was sent twice were the same bytes, and nothing made the browser ask first.
    assert.deepEqual(collector.capture.conflicts, []);
    assert.deepEqual(collector.capture.preflights, []);
  });
  after(async () => {
    await browser?.close();
    await collector?.close();
    await pages?.close();
  });

  const mine = () => collector.capture.posts.slice(from);
  const until = (accept, timeoutMs) => collector.capture.until(() => accept(mine()), timeoutMs);

  /** A new visitor, whose pages count what they have armed. */
  async function newVisitor() {
    context = await browser.newContext({ viewport: { width: 800, height: 600 } });
    const opened = await newPage(context);
    from = collector.capture.posts.length;
    await opened.page.addInitScript(countArmed);
    return opened;
  }
  /** Opens a page whose engine runs. */
  async function open(path = "/", { prepare } = {}) {
    const opened = await newVisitor();
    if (prepare) await opened.page.addInitScript(prepare);
    await opened.page.goto(pages.origin + path);
    await opened.engineRuns();
    return opened;
  }
  /** Opens a page that goes on loading, and has armed its page view. */
  async function openLoading() {
    const { page } = await newVisitor();
    await page.goto(`${pages.origin}/loading`, { waitUntil: "commit" });
    await page.waitForFunction(() => window.armed.length > 0);
    return page;
  }
  async function crash(page) {
    const session = await context.newCDPSession(page);
    session.send("Page.crash").catch(() => undefined);
  }
  const clickTimes = async (page, times) => {
    for (let i = 0; i < times; ++i) await page.click("button");
  };

  test("C20: ten events leave while the page is visible", async () => {
    const { page, errors } = await open();
    await clickTimes(page, 12);
    await until((posts) => posts.length > 0);
    const [first] = mine();
    assert.equal(first.kind, "beacon");
    assert.ok(first.message.events.length >= 10);
    assert.ok(!toldHidden(mine()));
    assert.deepEqual(errors, []);
  });

  test("C20: fewer leave after 30 s", async () => {
    const { page } = await open();
    let message;
    // A click may still find company in what the load has left.
    for (let clicks = 1; clicks <= 5 && !(message?.events.length < 10); ++clicks) {
      await page.click("button");
      await until((posts) => clicksIn(posts) >= clicks, 60_000);
      message = mine().findLast((post) => clicksIn([post]) > 0).message;
    }
    assert.ok(message.events.length < 10);
    assert.ok(message.sentUnixMs - message.originUnixMs >= 29_000n);
    assert.ok(!toldHidden(mine()));
  });

  test("C20: a poor vital leaves at once", async () => {
    await open("/poor");
    const isPoor = ({ case: kind, value }) => kind === "vital" && value.rating === 3;
    await until((posts) => posts.flatMap(eventsOf).some(isPoor));
    assert.ok(!toldHidden(mine()));
    const { message } = mine().find((post) => eventsOf(post).some(isPoor));
    assert.ok(message.events.length < 10);
    assert.ok(message.sentUnixMs - message.originUnixMs < 29_000n);
  });

  test("C20: whatever waits leaves when the page is hidden", async () => {
    const { page } = await open();
    await page.click("button");
    await page.goto(`${pages.origin}/plain`);
    await until((posts) => toldHidden(posts) && clicksIn(unique(posts)) === 1);
  });

  test("C20: a collector that cannot just now gets the same bytes when it has asked for them", async () => {
    const { page } = await open();
    // What the load had to say may have left already.
    const accepted = mine().length;
    collector.capture.answerNext(503, { "retry-after": "2" });
    await clickTimes(page, 12);
    const refused = () =>
      mine().filter(({ message }) => message.sequence === mine()[accepted]?.message.sequence);
    await until(() => refused().length > 1);
    const [one, two] = refused();
    assert.ok(one.bytes.equals(two.bytes));
    const ageMs = Number(new URLSearchParams(two.url.split("?")[1]).get("age_ms"));
    assert.ok(ageMs >= 2000 && ageMs < 60_000, two.url);
  });

  test("C20: what could not be delivered is delivered by the next page", async () => {
    const { page, engineRuns } = await open();
    const accepted = mine().length;
    collector.capture.answerAll({ status: 503, headers: { "retry-after": "30" } });
    const isRefused = page.waitForResponse((response) => response.status() === 503);
    await clickTimes(page, 12);
    await isRefused;
    const [refused] = mine().slice(accepted);
    await page.goto(`${pages.origin}/plain`);
    const kept = await page.evaluate(() =>
      Object.keys(localStorage).filter((key) => key.includes(".unsent.")),
    );
    assert.ok(kept.length > 0);
    collector.capture.answerAll();
    const before = mine().length;
    await page.goto(`${pages.origin}/second`);
    await engineRuns();
    const again = () =>
      mine()
        .slice(before)
        .find(({ bytes }) => bytes.equals(refused.bytes));
    await until(() => again());
    assert.match(again().url, /\?age_ms=\d+$/);
    await page.waitForFunction(
      () => !Object.keys(localStorage).some((key) => key.includes(".unsent.")),
    );
  });

  test("C20: without a network it waits, and goes on when there is one", async () => {
    const { page, errors } = await open();
    await context.setOffline(true);
    await clickTimes(page, 12);
    await page.waitForFunction(() => navigator.onLine === false);
    await context.setOffline(false);
    await until((posts) => clicksIn(unique(posts)) >= 10);
    assert.deepEqual(errors, []);
  });

  test("C20: more than the browser takes at once arrives all the same, packed", async () => {
    const { page } = await open();
    // 300 texts of 400 characters that repeat themselves little.
    await page.evaluate(() => {
      const words = () =>
        Array.from({ length: 50 }, () => Math.random().toString(36).slice(2, 9)).join(" ");
      for (let i = 0; i < 300; ++i) window.paceline.track(`step ${i}`, { note: words() });
    });
    const names = () =>
      new Set(
        unique(mine())
          .flatMap(({ message }) => message.strings)
          .filter((text) => text.startsWith("step ")),
      );
    await until(() => names().size === 300);
    const bytes = mine().reduce((sum, post) => sum + post.bytes.length, 0);
    assert.ok(bytes > 100 * 1024, `${bytes} bytes`);
    assert.ok(mine().every((post) => post.bytes.length < 64 * 1024));
    const packed = mine().filter(({ wire, bytes: plain }) => !wire.equals(plain));
    assert.ok(packed.length > 0);
    for (const { wire, bytes: plain, headers } of packed) {
      assert.ok(wire.length < plain.length);
      assert.equal(headers["content-encoding"], undefined);
    }
  });

  test("C20: it switches itself off after repeated failures", async () => {
    const { page, errors } = await open();
    const accepted = mine().length;
    collector.capture.answerAll({ status: 404 });
    for (let i = 1; i <= 3; ++i) {
      await clickTimes(page, 12);
      await until((posts) => posts.length >= accepted + i);
    }
    // The answer to the third is read, and the agent takes back what it had armed.
    await page.waitForFunction(() => window.armed.every((signal) => signal.aborted));
    const before = mine().length;
    await clickTimes(page, 24);
    await page.goto(`${pages.origin}/plain`);
    // Whatever it had to say would have come before this.
    await page.evaluate((url) => fetch(url, { mode: "no-cors" }), `${collector.origin}/next`);
    assert.ok(before <= accepted + 4, "three refusals, and perhaps what was on its way");
    assert.equal(mine().length, before);
    assert.deepEqual(errors, []);
  });

  test("C20: what waited arrives though the tab crashes", async () => {
    const { page } = await open();
    const hasArrived = (name) => mine().some(({ message }) => message.strings.includes(name));
    const track = async (name) => {
      const before = await page.evaluate((text) => {
        window.paceline.track(text);
        return window.armed.length;
      }, name);
      const deadline = Date.now() + 30_000;
      for (;;) {
        assert.ok(Date.now() < deadline, "neither armed nor sent");
        if (hasArrived(name)) return false;
        const isHeld = (count) => window.armed.length > count && !window.armed.at(-1).aborted;
        if (await page.evaluate(isHeld, before)) return true;
      }
    };
    // What the load has left may be on its way; then the tenth event takes this one with it, and not the next.
    let name = "lesson 1";
    if (!(await track(name))) assert.ok(await track((name = "lesson 2")));
    assert.ok(!hasArrived(name));
    await crash(page);
    await until(() => hasArrived(name));
  });

  test("C20: so it does where WebAssembly is blocked", async () => {
    const { page } = await newVisitor();
    await page.goto(`${collector.origin}/strict`);
    // With it comes the programming interface.
    await page.waitForLoadState("networkidle");
    await page.waitForFunction(() => window.paceline);
    const armedBefore = await page.evaluate(() => {
      window.paceline.track("lesson opened");
      return window.armed.length;
    });
    const isHeld = (before) => window.armed.length > before && !window.armed.at(-1).aborted;
    const hasArrived = () =>
      mine().some(({ message }) => message.strings.includes("lesson opened"));
    while (!hasArrived() && !(await page.evaluate(isHeld, armedBefore)));
    await crash(page);
    await until(hasArrived);
    assert.ok(mine().every(({ kind }) => kind === "entries"));
  });

  test("C20: a page that crashes while it loads has been viewed", async () => {
    const page = await openLoading();
    assert.equal(mine().length, 0);
    await crash(page);
    await until((posts) => posts.length > 0);
    const [{ kind, message }] = mine();
    assert.equal(kind, "entries");
    const view = message.entries.find(({ entry }) => entry.case === "pageViewStart");
    assert.equal(message.strings[view.entry.value.urlRef - 1], "/loading");
  });

  test("C20: what a page armed while it loaded is not told again when it is left", async () => {
    const page = await openLoading();
    await page.goto(`${pages.origin}/plain`);
    await until((posts) => toldHidden(posts));
    // What was armed would have come with the page's end, as that did.
    await page.goto(`${pages.origin}/second`);
    await page.goto(`${pages.origin}/plain`);
    await until((posts) => posts.some(({ message }) => message.strings.includes("/second")));
    const views = mine().filter(({ message }) => message.strings.includes("/loading"));
    assert.deepEqual(
      views.map(({ message }) => message.sequence),
      [0],
    );
  });

  test("C20: what was armed and taken back leaves no gap and no second meaning", async () => {
    const { page } = await open();
    for (let i = 0; i < 6; ++i) {
      const armed = await page.evaluate(() => window.armed.length);
      await page.click("button");
      await page.waitForFunction((count) => window.armed.length > count, armed);
    }
    await page.goto(`${pages.origin}/plain`);
    await until((posts) => toldHidden(posts) && clicksIn(unique(posts)) === 6);
    const sequences = unique(mine()).map(({ message }) => message.sequence);
    assert.deepEqual(
      sequences.sort((a, b) => a - b),
      sequences.map((_, i) => i),
    );
  });
});
