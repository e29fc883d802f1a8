// What the page reads of itself, what it times, and what is forwarded to Google Analytics.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser, setVisibility } from "../../support/browser.mjs";
import { hasEngine, measure } from "../harness.mjs";
import { business, callsOf, page as pageOf, sealed, siteWith } from "./support.mjs";

// The engine may run.
const WITH_ENGINE = {
  "content-security-policy": "default-src * 'unsafe-inline' 'wasm-unsafe-eval' data:",
};
const BODY = `<h1>Lesson</h1><button id="slow">Slow</button><a id="route">Route</a>
  <button data-paceline-conversion="purchase_completed" data-paceline-value="49.9" data-paceline-currency="EUR">Buy</button>
  <script>
    document.querySelector("#slow").onclick = () => {
      const end = performance.now() + 60;
      while (performance.now() < end);
    };
    document.querySelector("#route").onclick = () => history.pushState({}, "", "/route");
  </script>`;
// Stands for Google's script, which cannot be had here: keeps what it is called with.
const GTAG = `<script>window.sent = []; window.gtag = (...args) => sent.push(args);</script>`;
const THRESHOLDS = JSON.stringify({ FCP: [0.1, 0.2] });

let browser, site;
const { open } = business(() => ({ browser, site }));
const skip = (await hasEngine()) ? false : "the WebAssembly engine is not built";
before(async () => {
  browser = await launchBrowser();
  const page = (attributes, headers = WITH_ENGINE, head = "") =>
    pageOf(BODY, { attributes, headers, head });
  site = await siteWith({
    "/engine": page(""),
    "/thresholds": page(`data-thresholds='${THRESHOLDS}'`),
    "/gtag": page("data-gtag", WITH_ENGINE, GTAG),
    "/without-gtag": page(`data-gtag="true"`),
    "/unasked": page("", WITH_ENGINE, GTAG),
    "/raw": pageOf(BODY),
  });
});
after(async () => {
  await browser?.close();
  await site?.close();
});

// Until the engine has read what there is.
const hasVitals = (page) =>
  page.waitForFunction(() => paceline.vitals().FCP && paceline.vitals().CLS);

describe("readings", { skip }, () => {
  test("C24: vitals, score and summary are those that are sent", async () => {
    const from = site.capture.posts.length;
    const { page, errors } = await open("/engine");
    await hasVitals(page);
    await page.click("#slow");
    await page.waitForFunction(() => paceline.vitals().INP?.value >= 56);
    const seen = await page.evaluate(() => ({
      vitals: paceline.vitals(),
      score: paceline.score(),
      summary: paceline.summary(),
    }));
    assert.deepEqual(seen.summary, {
      path: "/engine",
      vitals: seen.vitals,
      score: seen.score,
      errors: 0,
    });
    const { score, performance, interaction, reliability, visualStability } = seen.score;
    assert.equal(reliability, 100);
    const weighted =
      0.3 * performance + 0.3 * interaction + 0.2 * reliability + 0.2 * visualStability;
    assert.ok(Math.abs(score - weighted) <= 1, JSON.stringify(seen.score));

    await setVisibility(page, "hidden");
    const posts = await site.capture.until((all) =>
      all
        .slice(from)
        .some(({ message }) => message.events?.some((e) => e.event.value.metric === 2)),
    );
    const [[{ vitals }]] = await measure(posts.slice(from));
    for (const name of ["FCP", "TTFB", "CLS", "INP"]) {
      assert.equal(seen.vitals[name].value, vitals[name], name);
    }
    assert.equal(seen.vitals.FCP.rating, vitals.FCP <= 1800 ? "good" : "needs-improvement");
    assert.deepEqual(errors, []);
  });

  test("C24: the page's own thresholds, and errors in the score", async () => {
    const { page } = await open("/thresholds");
    await hasVitals(page);
    const before = await page.evaluate(() => [paceline.vitals().FCP.rating, paceline.score()]);
    assert.equal(before[0], "poor");
    const after = await page.evaluate(() => {
      paceline.error(new Error("one"));
      paceline.error(new Error("two"));
      return paceline.score();
    });
    assert.equal(before[1].reliability, 100);
    assert.equal(after.reliability, 60);
    assert.ok(after.score < before[1].score);
  });

  test("C24: Google Analytics gets vitals and events, as it wants them", async () => {
    const { page, errors } = await open("/gtag");
    await hasVitals(page);
    await page.click("#slow");
    await page.waitForFunction(() => paceline.vitals().INP?.value >= 56);
    await page.evaluate(() => {
      const journey = paceline.journey("payment");
      journey.stepFail("card", "declined");
      dispatchEvent(
        new CustomEvent("paceline:alert", {
          detail: {
            id: "a1",
            severity: "critical",
            message: "LCP over 4000 ms",
            metric: "LCP",
            secret: 1,
          },
        }),
      );
    });
    await page.click("[data-paceline-conversion]");
    const vitals = await page.evaluate(() => paceline.vitals());
    await page.click("#route");
    await page.waitForFunction(() => sent.some(([, name]) => name === "paceline_page_transition"));
    const sent = await page.evaluate(() => window.sent);
    const named = (name) => sent.filter((call) => call[1] === name).map((call) => call[2]);

    for (const [name, { value, rating }] of Object.entries(vitals)) {
      const total = named(name).reduce((sum, each) => sum + each.metric_delta, 0);
      const last = named(name).at(-1);
      assert.ok(last, `${name} was sent`);
      assert.ok(Math.abs(total - last.metric_value) < 1e-6, `${name}: deltas add up`);
      assert.ok(last.metric_value >= value);
      assert.equal(last.value, Math.round(last.metric_delta * (name === "CLS" ? 1000 : 1)));
      assert.match(last.metric_id, /^paceline-\d+-\d+$/);
      assert.equal(last.metric_rating, rating);
      assert.equal(last.non_interaction, true);
    }
    assert.deepEqual(named("paceline_journey"), [
      {
        journey: "payment",
        kind: "stepFail",
        step: "card",
        reason: "declined",
        non_interaction: true,
      },
    ]);
    const [conversion] = named("paceline_conversion");
    assert.equal(conversion.conversion_type, "purchase_completed");
    assert.equal(conversion.value, 49.9);
    assert.equal(conversion.currency, "EUR");
    assert.deepEqual(
      named("paceline_alert").filter(({ alert_id }) => alert_id),
      [
        {
          alert_id: "a1",
          severity: "critical",
          message: "LCP over 4000 ms",
          metric: "LCP",
          non_interaction: true,
        },
      ],
    );
    assert.deepEqual(named("paceline_navigation"), [
      { page_path: "/route", navigation_type: "push", non_interaction: true },
    ]);
    const [transition] = named("paceline_page_transition");
    assert.deepEqual(
      [transition.from, transition.to, transition.kind],
      ["/gtag", "/route", "push"],
    );
    assert.ok(Number.isInteger(transition.duration_ms));
    assert.ok(sent.every(([command]) => command === "event"));
    assert.deepEqual(errors, []);
  });

  test("C24: without gtag nothing fails, and without the option nothing is sent", async () => {
    const { page, errors } = await open("/without-gtag");
    await hasVitals(page);
    await setVisibility(page, "hidden");
    await page.evaluate(() => paceline.journey("payment").start());
    assert.deepEqual(errors, []);
    const { page: unasked } = await open("/unasked");
    await hasVitals(unasked);
    await setVisibility(unasked, "hidden");
    assert.deepEqual(await unasked.evaluate(() => window.sent), []);
  });
});

test("C24: where WebAssembly may not run, there are no readings", async () => {
  const { page, errors } = await open("/raw");
  const seen = await page.evaluate(() => [paceline.vitals(), paceline.score() === undefined]);
  assert.deepEqual(seen, [{}, true]);
  assert.deepEqual(errors, []);
});

describe("timing", () => {
  test("C24: functions and promises are timed, and stay what they are", async () => {
    const from = site.capture.posts.length;
    const { page, errors } = await open("/raw");
    const seen = await page.evaluate(async () => {
      const wait = (ms) => new Promise((done) => setTimeout(done, ms));
      const own = wait(1);
      const query = { then: (done) => done("rows"), cancel: () => "cancelled" };
      const results = {
        value: paceline.time("plain", () => 42),
        promise: await paceline.time("promise", async () => (await wait(50), "late"), {
          kind: "query",
        }),
        same: paceline.time("own", own) === own,
        thenable: paceline.time("thenable", () => query) === query,
        notCalled: paceline.time("value", 7),
      };
      const thrown = new TypeError("no");
      try {
        paceline.time("throws", () => {
          throw thrown;
        });
      } catch (error) {
        results.thrown = error === thrown;
      }
      results.rejected = await paceline
        .time("rejects", () => Promise.reject(thrown), { kind: "call" })
        .catch((error) => error === thrown);
      await own;
      return results;
    });
    assert.deepEqual(seen, {
      value: 42,
      promise: "late",
      same: true,
      thenable: true,
      notCalled: 7,
      thrown: true,
      rejected: true,
    });
    await setVisibility(page, "hidden");
    const posts = await site.capture.until((all) => callsOf(all.slice(from), "metric").length >= 7);
    const metrics = callsOf(posts.slice(from), "metric").map(([name, value, ...rest]) => {
      assert.ok(Number(value) >= 0);
      return [name, ...rest.slice(4)];
    });
    assert.deepEqual(metrics.sort(), [
      ["own"],
      ["plain"],
      ["promise", "kind", "query"],
      ["rejects", "kind", "call", "failed", "true"],
      ["thenable"],
      ["throws", "failed", "true"],
      ["value"],
    ]);
    const slow = callsOf(posts.slice(from), "metric").find(([name]) => name === "promise");
    assert.ok(Number(slow[1]) >= 49, slow[1]);
    assert.deepEqual(slow.slice(2, 6), ["unit", "ms", "source", "browser"]);
    assert.deepEqual(errors, []);
  });

  test("C24: a rejection that nobody handles is still told once", async () => {
    const { page } = await open("/raw");
    const told = await page.evaluate(async () => {
      const reasons = [];
      addEventListener("unhandledrejection", (event) => {
        event.preventDefault();
        reasons.push(event.reason.message);
      });
      void paceline.time("lost", () => Promise.reject(new Error("lost")));
      const handled = Promise.reject(new Error("handled"));
      handled.catch(() => undefined);
      paceline.time("handled", handled);
      await new Promise((done) => setTimeout(done, 100));
      return reasons;
    });
    assert.deepEqual(told, ["lost"]);
  });
});

test("C18: metrics, actions and feedback with units, sources and tags", { skip }, async () => {
  const from = site.capture.posts.length;
  const { page } = await open("/engine");
  await hasVitals(page);
  await page.evaluate(() => {
    paceline.metric("cache_hit_rate", 0.83, { unit: "rate", source: "CDN", region: "eu" });
    paceline.metric("seats", 12, { unit: "count" });
    paceline.track("video_played", { lesson: "even-splits", second: 12 });
    paceline.feedback(5, "lesson");
    paceline.feedback(9);
  });
  await setVisibility(page, "hidden");
  const callsIn = (posts) =>
    sealed(posts).flatMap(({ message: { events = [], strings } }) =>
      events
        .filter(({ event }) => event.case === "call")
        .map(({ event: { value } }) =>
          [value.nameRef, ...value.argumentRefs].map((ref) => strings[ref - 1] ?? ""),
        ),
    );
  const posts = await site.capture.until((all) => callsIn(all.slice(from)).length >= 5);
  // What they mean is for the collector to say.
  assert.deepEqual(callsIn(posts.slice(from)), [
    ["metric", "cache_hit_rate", "0.83", "unit", "rate", "source", "CDN", "region", "eu"],
    ["metric", "seats", "12", "unit", "count"],
    ["track", "video_played", "lesson", "even-splits", "second", "12"],
    ["feedback", "5", "lesson"],
    ["feedback", "9"],
  ]);
});
