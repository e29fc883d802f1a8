// Routes of single-page applications, and the way from one whole page to the next.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser, setVisibility } from "../../support/browser.mjs";
import { business, ofKind, page as pageOf, pageViewsOf, siteWith, toldBy } from "./support.mjs";

const [NAVIGATE, SOFT_NAVIGATION, ROUTE] = [1, 7, 8];
const [PUSH, REPLACE, TRAVERSE, PAGE] = [1, 2, 3, 4];

// A route that comes in two parts, some time after the address has changed.
const APPLICATION = `<nav>
    <a href="/app/courses" id="courses">Courses</a>
    <a href="/app/coaches" id="coaches">Coaches</a>
  </nav><main>home</main>
  <script>
    const show = (text) => (document.querySelector("main").textContent = text);
    const wait = (ms) => new Promise((done) => setTimeout(done, ms));
    addEventListener("popstate", () => show(location.pathname));
    document.querySelector("#courses").onclick = async (event) => {
      event.preventDefault();
      history.pushState({ a: 1 }, "", "/app/courses?sort=new");
      await wait(60);
      show("loading");
      await wait(60);
      show("courses");
      window.shown = performance.now();
    };
    // Loads before it changes the address.
    document.querySelector("#coaches").onclick = async (event) => {
      event.preventDefault();
      await wait(300);
      history.pushState({}, "", "/app/coaches");
      show("coaches");
    };
  </script>`;

let browser, site;
const { open } = business(() => ({ browser, site }));
before(async () => {
  browser = await launchBrowser();
  site = await siteWith({
    "/app": pageOf(APPLICATION),
    "/soft": pageOf(APPLICATION, { attributes: 'data-soft-navigations="true"' }),
    "/early": pageOf(`<script>history.replaceState({}, "", "/early/route")</script>`),
    "/first": pageOf(`<a href="/second?secret=1">on</a>`),
    "/second": pageOf(`<a href="/first">back</a><img src="/slow.png">`),
    "/slow.png": { headers: { "content-type": "image/png" }, body: "" },
  });
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const transitionsIn = (told) => ofKind(told, "transition").map(({ value }) => value);

function pathsOf(posts, page) {
  return pageViewsOf(posts).filter(([, url]) => url.startsWith(page));
}

for (const api of ["Navigation API", "History API"]) {
  describe(`with the ${api}`, () => {
    const init =
      api === "Navigation API"
        ? undefined
        : () => {
            delete window.navigation;
          };

    test(`C11: routes by the ${api} are page views with transitions`, async () => {
      const from = site.capture.posts.length;
      const { page, told, errors } = await open("/app", { init });
      await page.click("#courses");
      await page.waitForFunction(() => window.shown);
      const shown = await page.evaluate(() => window.shown);
      await settled(page);
      await page.evaluate(() => history.replaceState({}, "", "/app/replaced"));
      await settled(page);
      await page.evaluate(() => history.go(-1));
      await settled(page);

      const all = await told((items) => ofKind(items, "transition").length >= 3);
      const transitions = transitionsIn(all);
      assert.deepEqual(
        transitions.map(({ kind, from, to }) => [kind, from, to]),
        [
          [PUSH, "/app", "/app/courses"],
          [REPLACE, "/app/courses", "/app/replaced"],
          [TRAVERSE, "/app/replaced", "/app"],
        ],
      );
      assert.deepEqual(pathsOf(site.capture.posts.slice(from), "/app"), [
        [NAVIGATE, "/app"],
        [ROUTE, "/app/courses"],
        [ROUTE, "/app/replaced"],
        [ROUTE, "/app"],
      ]);
      const [first] = transitions;
      // From the click until what came last was painted, and not the quiet after it.
      assert.ok(first.duration100us >= 1200, `${first.duration100us / 10} ms`);
      assert.ok(first.at100us + first.duration100us >= Math.floor(shown * 10) - 1);
      assert.deepEqual(errors, []);
    });

    test(`C11: routes between ids, which are scrubbed alike, are page views, by the ${api}`, async () => {
      const from = site.capture.posts.length;
      const { page, told } = await open("/app", { init });
      for (const id of ["6f1c1a0e9d4b4c55", "0b7e2f3a8c6d4e11"]) {
        await page.evaluate((to) => history.pushState({}, "", to), `/app/${id}`);
        await settled(page);
        // The query alone is no route.
        await page.evaluate(() => history.replaceState({}, "", "?page=2"));
        await settled(page);
      }
      const transitions = transitionsIn(
        await told((items) => ofKind(items, "transition").length >= 2),
      );
      assert.deepEqual(
        transitions.map((transition) => [transition.from, transition.to]),
        [
          ["/app", "/app/:token"],
          ["/app/:token", "/app/:token"],
        ],
      );
      assert.deepEqual(pathsOf(site.capture.posts.slice(from), "/app"), [
        [NAVIGATE, "/app"],
        [ROUTE, "/app/:token"],
        [ROUTE, "/app/:token"],
      ]);
    });

    test(`C11: loading before the address changes is a part of it, by the ${api}`, async () => {
      const { page, told } = await open("/app", { init });
      await page.click("#coaches");
      await page.waitForFunction(() => location.pathname === "/app/coaches");
      await settled(page);
      const [transition] = transitionsIn(await told((items) => ofKind(items, "transition").length));
      assert.equal(transition.to, "/app/coaches");
      assert.ok(transition.duration100us >= 3000, `${transition.duration100us / 10} ms`);
    });

    test(`C11: query, fragment and state alone begin nothing, by the ${api}`, async () => {
      const from = site.capture.posts.length;
      const { page, told } = await open("/app", { init });
      await page.evaluate(() => {
        history.pushState({}, "", "?page=2");
        history.replaceState({ b: 2 }, "");
        location.hash = "top";
      });
      await told((items) => items.some(({ kind }) => kind === "visibilityChange"));
      assert.deepEqual(pathsOf(site.capture.posts.slice(from), "/app"), [[NAVIGATE, "/app"]]);
    });

    test(`C11: a route that is left before it stands has no duration, by the ${api}`, async () => {
      const { page, told } = await open("/app", { init });
      await page.evaluate(() => {
        history.pushState({}, "", "/app/one");
        history.pushState({}, "", "/app/two");
      });
      await settled(page);
      const all = await told((items) => ofKind(items, "transition").length);
      assert.deepEqual(
        transitionsIn(all).map(({ from, to }) => [from, to]),
        [["/app/one", "/app/two"]],
      );
      assert.equal(ofKind(all, "pageViewStart").length, 3);
    });

    test(`C11: a page that is hidden says how far it had come, by the ${api}`, async () => {
      const { page, told } = await open("/app", { init });
      await page.evaluate(() => {
        // Never quiet.
        setInterval(() => document.body.append("."), 20);
        history.pushState({}, "", "/app/restless");
      });
      await setVisibility(page, "hidden");
      const all = await told((items) => ofKind(items, "transition").length, { hide: false });
      assert.equal(transitionsIn(all)[0].to, "/app/restless");
    });
  });
}

test("C11: an intercepted navigation lasts as long as its handler", async () => {
  const { page, told } = await open("/app");
  await page.evaluate(async () => {
    navigation.addEventListener("navigate", (event) => {
      event.intercept({
        handler: async () => {
          // The document looks quiet for longer than a settled one has to.
          await new Promise((done) => setTimeout(done, 400));
          document.querySelector("main").textContent = "intercepted";
        },
      });
    });
    await navigation.navigate("/app/intercepted").finished;
  });
  await settled(page);
  const [transition] = transitionsIn(await told((items) => ofKind(items, "transition").length));
  assert.deepEqual([transition.kind, transition.to], [PUSH, "/app/intercepted"]);
  assert.ok(transition.duration100us >= 4000, `${transition.duration100us / 10} ms`);
});

test("C11: a route of before the agent's lazy part is a page view, without a duration", async () => {
  const from = site.capture.posts.length;
  const { told } = await open("/early");
  const all = await told((items) => items.some(({ kind }) => kind === "visibilityChange"));
  // The shim may come before or after the page's own script.
  const paths = pathsOf(site.capture.posts.slice(from), "/early").map(([, url]) => url);
  assert.equal(paths.at(-1), "/early/route");
  assert.deepEqual(transitionsIn(all), []);
});

test("C11: a function that somebody else has put before pushState is followed", async () => {
  const { page, told } = await open("/app", {
    init: () => {
      delete window.navigation;
      const { pushState } = history;
      history.pushState = (...args) => pushState.apply(history, args);
      window.theirs = history.pushState;
    },
  });
  await page.evaluate(() => history.pushState({}, "", "/app/theirs"));
  await settled(page);
  const [transition] = transitionsIn(await told((items) => ofKind(items, "transition").length));
  assert.equal(transition.to, "/app/theirs");
  const isBack = () => history.pushState === window.theirs;
  assert.equal(await page.evaluate(isBack), false);
  await page.evaluate(() => paceline.consent("denied"));
  assert.equal(await page.evaluate(isBack), true);
});

test("C11: a browser's soft navigation and its route are one page view", async (t) => {
  const { page, told } = await open("/soft");
  if (!(await page.evaluate(() => "PerformanceSoftNavigation" in window)))
    return t.skip("this browser has no soft navigations");
  await page.click("#courses");
  await page.waitForFunction(() => window.shown);
  await page.waitForFunction(
    () =>
      new Promise((done) => {
        new PerformanceObserver((list) => done(list.getEntries().length)).observe({
          type: "soft-navigation",
          buffered: true,
        });
      }),
  );
  await settled(page);
  const all = await told((items) => ofKind(items, "transition").length);
  const pageViews = ofKind(all, "pageViewStart").map(({ value }) => [
    value.navigationType,
    value.url,
  ]);
  assert.deepEqual(pageViews, [
    [NAVIGATE, "/soft"],
    [SOFT_NAVIGATION, "/app/courses"],
  ]);
  assert.deepEqual(
    transitionsIn(all).map(({ kind, from, to }) => [kind, from, to]),
    [[PUSH, "/soft", "/app/courses"]],
  );
});

test("C11: wrapped functions behave as the originals, and are given back", async () => {
  const { page } = await open("/app", {
    init: () => {
      delete window.navigation;
      window.original = History.prototype.pushState;
    },
  });
  const seen = await page.evaluate(() => {
    const { pushState } = History.prototype;
    const errors = [];
    for (const call of [
      () => pushState.call({}, {}, ""),
      () => history.pushState(),
      () => history.pushState({}, "", "https://elsewhere.example/"),
      () => history.pushState(() => {}, ""),
    ]) {
      try {
        call();
      } catch (error) {
        errors.push(error.name);
      }
    }
    history.pushState({ kept: true }, "", "/app/kept");
    const before = {
      wrapped: pushState !== window.original,
      name: pushState.name,
      length: pushState.length,
      text: String(pushState) === String(window.original),
      own: Object.hasOwn(history, "pushState"),
      state: history.state.kept,
      errors,
    };
    paceline.consent("denied");
    return { ...before, back: History.prototype.pushState === window.original };
  });
  assert.deepEqual(seen, {
    wrapped: true,
    name: "pushState",
    length: 2,
    text: true,
    own: false,
    state: true,
    errors: ["TypeError", "TypeError", "SecurityError", "DataCloneError"],
    back: true,
  });
});

describe("whole pages", () => {
  async function visitTwo(storage = "") {
    const { page, context } = await open(`/first${storage}`);
    const from = site.capture.posts.length;
    await page.click("a");
    await page.waitForURL("**/second**");
    await page.waitForFunction(() => window.isConfigured === true);
    await setVisibility(page, "hidden");
    return { page, context, from };
  }

  test("C11: from leaving one page to the next one's load", async () => {
    const { page, from } = await visitTwo();
    const posts = await site.capture.until((all) =>
      toldBy(all.slice(from)).some(({ kind }) => kind === "transition"),
    );
    const [{ value, at }] = ofKind(toldBy(posts.slice(from)), "transition");
    const load = await page.evaluate(
      () => performance.getEntriesByType("navigation")[0].loadEventEnd,
    );
    assert.deepEqual([value.kind, value.from, value.to], [PAGE, "/first", "/second"]);
    assert.ok(
      Math.abs(value.duration100us - load * 10) <= 20_000,
      `${value.duration100us}, ${load}`,
    );
    assert.ok(value.duration100us >= Math.floor(load * 10) - 1);
    assert.equal(at, 0);
    assert.equal(await page.evaluate(() => sessionStorage.length), 0, "the note is taken");
  });

  test("C11: back to a page that was kept in the back/forward cache", async (t) => {
    const { page } = await visitTwo();
    const from = site.capture.posts.length;
    await page.evaluate(() => history.back());
    await page.waitForFunction(() => location.pathname === "/first");
    const kept = await page.evaluate(
      () => performance.getEntriesByType("navigation")[0].type !== "back_forward",
    );
    if (!kept) return t.skip("the browser did not keep the page");
    // The note of the page before takes a moment to come.
    let transition;
    for (let i = 0; !transition && i < 100; i++) {
      await setVisibility(page, i % 2 ? "hidden" : "visible");
      await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
      const told = ofKind(toldBy(site.capture.posts.slice(from)), "transition");
      transition = told.find(({ value }) => value.to === "/first")?.value;
    }
    assert.deepEqual(
      [transition.kind, transition.from, transition.to],
      [PAGE, "/second", "/first"],
    );
    return undefined;
  });

  test("C11: whoever was elsewhere in between did not come from there", async () => {
    const { page } = await open("/first");
    const from = site.capture.posts.length;
    await page.addInitScript(() => {
      const note = sessionStorage["paceline.academy.left"];
      if (!note) return;
      const [path, at] = note.split(" ");
      sessionStorage["paceline.academy.left"] = `${path} ${at - 60_000}`;
    });
    await page.goto(`${site.origin}/second`);
    await page.waitForFunction(() => window.isConfigured === true);
    await setVisibility(page, "hidden");
    const posts = await site.capture.until((all) =>
      toldBy(all.slice(from)).some(
        ({ kind, value }) => kind === "pageViewStart" && value.url === "/second",
      ),
    );
    assert.deepEqual(ofKind(toldBy(posts.slice(from)), "transition"), []);
  });
});

// Until the agent waits for nothing more: quiet for 100 ms, and painted.
function settled(page) {
  return page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const wait = (ms) => new Promise((done) => setTimeout(done, ms));
    for (let i = 0; i < 4; i++) {
      await wait(100);
      await frame();
      await frame();
    }
  });
}
