// What every engine has to show, each as far as it can measure. The reference library runs in the same pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  lastValues,
  measure,
  pageWithBoth,
  pageWithTag,
  startSite,
  toldHidden,
} from "../agent/harness.mjs";
import { eventually } from "../support/eventually.mjs";
import { routes, startServer } from "../support/static-server.mjs";

const BODY = `
  <h1>Even splits</h1>
  <p>Run the first half as fast as the second.</p>
  <button id="slow">Check</button> <button id="fast">Next</button>
  <script>
    document.querySelector("#slow").addEventListener("click", () => {
      const end = performance.now() + 120;
      while (performance.now() < end);
      document.querySelector("h1").textContent = "Checked";
    });
  </script>`;

const FAILING = `<h1>Broken</h1>
  <button id="break">Break</button>
  <script>
    document.querySelector("#break").addEventListener("click", () => {
      throw new TypeError("no such lesson");
    });
  </script>`;

const COURSE = `<h1>Course</h1>
  <button id="lesson">Lesson</button>
  <button id="sign-up" data-paceline-conversion="email_signup">Sign up</button>
  <script>
    document.querySelector("#lesson").addEventListener("click", () => {
      history.pushState({}, "", "/course/lesson");
      document.querySelector("h1").textContent = "Lesson";
    });
  </script>`;

// NavigationType and Transition.Kind of paceline.v1.
const [NAVIGATE, ROUTE] = [1, 8];
const [PUSH, PAGE] = [1, 4];

const KEYS = { LCP: 1, INP: 2, CLS: 3, FCP: 4, TTFB: 5 };

/**
 * @param {object} engine
 * @param {string} engine.name
 * @param {() => Promise<import("../support/engines.mjs").EnginePage>} engine.open
 * @param {readonly string[]} engine.measures the vitals that it can measure
 * @param {boolean} engine.isSkipped the browser is not installed
 */
export function testEngine({ name, open, measures, isSkipped }) {
  const options = { skip: isSkipped && `${name} is not installed` };
  let site;
  // Another origin than the collector's.
  let other;
  let page;

  before(async () => {
    if (isSkipped) return;
    site = await startSite({
      "/both": pageWithBoth(BODY),
      "/tag": pageWithTag(BODY),
      "/course": pageWithTag(COURSE),
      "/failing": pageWithTag(FAILING),
      "/asks": pageWithTag(BODY, { attributes: `data-consent="required"` }),
    });
    other = await startServer([
      routes({
        "/tag": pageWithTag(BODY, { origin: site.origin }),
        "/next": "<!doctype html><title>next</title><p>next",
        "/favicon.ico": { status: 204 },
      }),
    ]);
    page = await open();
  });
  after(async () => {
    await page?.close();
    await other?.close();
    await site?.close();
  });

  /** Opens a page, and waits until its agent has said the first thing, or has had every chance to. */
  const visit = async (path, { origin } = site) => {
    site.capture.posts.length = 0;
    site.references.length = 0;
    await page.open(`${origin}${path}`);
    await loaded();
  };
  const loaded = async () => {
    const deadline = Date.now() + 30_000;
    while (
      !(await page.evaluate("performance.getEntriesByName('first-contentful-paint').length > 0"))
    ) {
      assert.ok(Date.now() < deadline, "nothing was painted");
    }
  };
  const featuresRun = () =>
    eventually(async () => {
      const isReady = "typeof paceline === 'object' && typeof paceline.render === 'function'";
      assert.ok(await page.evaluate(isReady));
    });
  const pageViews = async () => (await measure(site.capture.posts)).flat();

  test(`C1: ${name} measures what it can, as the reference library does`, options, async () => {
    await visit("/both");
    await page.click("#slow");
    // The browser tells of an interaction after its frame.
    await page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))",
    );
    await page.open(`${site.origin}/next`);
    await site.capture.until((posts) => posts.length > 0 && site.references.length > 0);
    const reference = lastValues(site.references.flat());
    let view;
    const deadline = Date.now() + 10_000;
    do {
      view = (await pageViews()).find(({ url }) => url === "/both");
    } while (
      !(view && measures.every((metric) => view.vitals[metric] !== undefined)) &&
      Date.now() < deadline
    );
    for (const metric of measures) {
      assert.ok(reference[metric] !== undefined, `the reference has no ${metric}`);
      const ours = view?.vitals[metric];
      assert.ok(
        Math.abs(ours - Math.round(reference[metric] * 10) / 10) <= 0.1 + 1e-9,
        `${metric}: ${ours}, the reference ${reference[metric]}`,
      );
    }
    // What the engine cannot measure is not claimed to be 0.
    for (const metric of Object.keys(KEYS).filter((key) => !measures.includes(key))) {
      assert.equal(view.vitals[metric], undefined, metric);
    }
  });

  test(`C8: ${name} tells clicks and a rage click, with where they went`, options, async () => {
    await visit("/tag");
    for (let click = 0; click < 4; click++) await page.click("#fast");
    await page.evaluate("new Promise((done) => setTimeout(done, 1200))");
    await page.open(`${site.origin}/next`);
    const events = async () => (await pageViews()).flatMap((view) => view.events);
    await eventually(async () => {
      const told = await events();
      assert.equal(told.filter((event) => event.case === "click").length, 4);
      const rage = told.filter((event) => event.case === "rageClick");
      assert.deepEqual(
        rage.map(({ value }) => value.count),
        [4],
      );
    });
  });

  test(`C9: ${name} tells an error of the page`, options, async () => {
    await visit("/failing");
    await page.click("#break");
    await page.open(`${site.origin}/next`);
    await eventually(async () => {
      const told = (await pageViews()).flatMap((view) => view.events);
      const errors = told.filter((event) => event.case === "error");
      assert.equal(errors.length, 1);
    });
  });

  test(`C11: ${name} tells routes, the way between pages, and a conversion`, options, async () => {
    // The second time it may come from the browser's cache, with a navigation entry that has no response in WebKit.
    await visit("/course");
    await page.open(`${site.origin}/next`);
    await site.capture.until((posts) => toldHidden(posts));
    await visit("/tag");
    await featuresRun();
    await page.open(`${site.origin}/course`);
    await featuresRun();
    await page.click("#lesson");
    await page.click("#sign-up");
    await page.open(`${site.origin}/next`);
    await eventually(async () => {
      // Last words of the documents before may still come.
      const views = (await pageViews()).filter(({ url }) => url?.startsWith("/course"));
      assert.deepEqual(
        views.map(({ url, navigationType }) => [url, navigationType]),
        [
          ["/course", NAVIGATE],
          ["/course/lesson", ROUTE],
        ],
      );
      const told = views.flatMap(({ events }) => events);
      const kinds = told
        .filter((event) => event.case === "transition")
        .map(({ value }) => value.kind);
      assert.deepEqual(kinds.sort(), [PUSH, PAGE]);
      assert.equal(told.filter((event) => event.case === "call").length, 1);
    });
  });

  test(`C22: ${name} sends and stores nothing before consent`, options, async () => {
    await visit("/next");
    await page.evaluate("(localStorage.clear(), sessionStorage.clear(), 1)");
    await visit("/asks");
    await page.click("#fast");
    assert.equal(await page.evaluate("localStorage.length"), 0);
    await page.evaluate("(paceline.consent('granted'), 1)");
    await page.open(`${site.origin}/next`);
    await site.capture.until((posts) => posts.length > 0);
    assert.ok((await pageViews()).some(({ url }) => url === "/asks"));
  });

  test(`C20: ${name} never asks for leave to send (no preflight)`, options, async () => {
    const { capture } = site;
    await visit("/tag", other);
    await featuresRun();
    // The first refusal is answered by the same once more.
    capture.answerNext(503, { "retry-after": "1" });
    for (let click = 0; click < 12; click++) await page.click("#fast");
    await capture.until((posts) =>
      posts.some(({ bytes }, at) => posts.slice(at + 1).some((post) => post.bytes.equals(bytes))),
    );
    await page.open(`${other.origin}/next`);
    await capture.until((posts) => toldHidden(posts));
    for (const { headers } of capture.posts) assert.equal(headers.origin, other.origin);
    assert.deepEqual(capture.preflights, []);
  });
}
