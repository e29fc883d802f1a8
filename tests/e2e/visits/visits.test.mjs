// The main job of the whole system: what pages measured is what the collector answers. And the driver that says so is
// itself tested: an answer that was tampered with has to be found out.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";

import { startCollector } from "../support/collector.mjs";
import { VISITORS } from "../../../scripts/visits/visitors.mjs";
import { inRepository } from "../support/paths.mjs";
import { startServer } from "../support/static-server.mjs";

let demo;
before(async () => {
  demo = await startCollector({ command: "demo" });
});
after(() => demo?.remove());

/** Runs scripts/visits.mjs and says how it ended. */
function visits(...args) {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [inRepository("scripts/visits.mjs"), ...args],
      { timeout: 240_000 },
      (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

/** Stands before the query API and lets `tamper(path, answer)` change what comes back. */
function startProxy(tamper) {
  return startServer([
    async (request, path) => {
      const answer = await fetch(new URL(request.url, demo.http));
      const body = await answer.text();
      return {
        status: answer.status,
        headers: { "content-type": "application/json" },
        body: answer.ok ? JSON.stringify(tamper(path, JSON.parse(body))) : body,
      };
    },
  ]);
}

async function visitThroughProxy(tamper) {
  const proxy = await startProxy(tamper);
  try {
    const options = ["--visits", "1", "--wait", "3"];
    return await visits("--site", demo.addresses.site, "--api", proxy.origin, ...options);
  } finally {
    await proxy.close();
  }
}

test("EveryVisitorAgrees", async () => {
  const run = await visits(
    "--site",
    demo.addresses.site,
    "--api",
    demo.http,
    "--visits",
    String(VISITORS.length),
  );
  assert.equal(run.code, 0, run.stdout + run.stderr);
  assert.ok(run.stdout.includes(`all ${VISITORS.length} visits agree`), run.stdout);
  assert.doesNotMatch(run.stdout, /DIFFER/);
});

test("TheJsonSaysTheSame", async () => {
  const args = ["--visitors", "distracted", "--visits", "1", "--json"];
  const run = await visits("--site", demo.addresses.site, "--api", demo.http, ...args);
  assert.equal(run.code, 0, run.stdout + run.stderr);
  const { agrees, visits: made } = JSON.parse(run.stdout);
  assert.equal(agrees, true);
  const [first] = made[0].comparison.rows;
  assert.equal(first.path, "/courses/first-marathon.html");
  const cells = Object.fromEntries(first.cells.map((cell) => [cell.name, cell]));
  assert.equal(cells.rageClicks.page, 1);
  assert.equal(cells.rageClicks.collector, 1);
  assert.equal(cells.clicks.collector, 6);
  assert.ok(cells.LCP.page > 0);
});

test("AnUntouchedProxyAgrees", async () => {
  const run = await visitThroughProxy((_path, answer) => answer);
  assert.equal(run.code, 0, run.stdout + run.stderr);
});

test("AValueThatIsHalfAMillisecondOffIsFound", async () => {
  const run = await visitThroughProxy((path, answer) => {
    if (!path.startsWith("/api/v1/sessions/")) return answer;
    const vital = answer.pageViews?.at(-1)?.vitals?.find(({ metric }) => metric === "METRIC_TTFB");
    if (vital) vital.value += 0.5;
    return answer;
  });
  assert.equal(run.code, 1, run.stdout + run.stderr);
  assert.match(run.stdout, /TTFB is \S+ in the page, \S+ answered/);
});

test("AVitalThatIsMissingIsFound", async () => {
  const run = await visitThroughProxy((path, answer) => {
    if (!path.startsWith("/api/v1/sessions/")) return answer;
    for (const view of answer.pageViews ?? []) {
      view.vitals = view.vitals?.filter(({ metric }) => metric !== "METRIC_INP");
    }
    return answer;
  });
  assert.equal(run.code, 1, run.stdout + run.stderr);
  assert.match(run.stdout, /INP is \S+ in the page, nothing answered/);
});

test("ARollupThatCountsAPageViewTwiceIsFound", async () => {
  let asked = 0;
  const run = await visitThroughProxy((path, answer) => {
    // The first time is before the visits.
    if (path === "/api/v1/vitals" && asked++ > 0) answer.pageViews += 1;
    return answer;
  });
  assert.equal(run.code, 1, run.stdout + run.stderr);
  assert.match(run.stdout, /DIFFER/);
});

test("WrongOptionsAreRefused", async () => {
  for (const args of [
    [],
    ["--site", "http://127.0.0.1:1"],
    ["--site", "http://127.0.0.1:1", "--api", "http://127.0.0.1:1", "--visits", "0"],
    ["--site", "http://127.0.0.1:1", "--api", "http://127.0.0.1:1", "--visitors", "nobody"],
  ]) {
    const run = await visits(...args);
    assert.equal(run.code, 2, args.join(" "));
    assert.match(run.stderr, /^visits: /);
  }
  const help = await visits("--help");
  assert.equal(help.code, 0);
  assert.match(help.stdout, /--visits N/);
});
