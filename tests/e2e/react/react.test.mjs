// @paceline/agent/react in a real React page, with React Router.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import { launchBrowser, setVisibility } from "../support/browser.mjs";
import { inRepository } from "../support/paths.mjs";
import { AGENT_FOLDER, hasEngine, startSite } from "../agent/harness.mjs";
import { callsOf, ofKind, pageOf, tagsOnHiding, toldBy } from "../agent/business/support.mjs";

const RENDER_ERROR = 5;
const [NAVIGATE, ROUTE] = [1, 8];
const TOKEN = "Bearer a-token-of-the-site";
const ALERTS = [
  { id: "a1", severity: "critical", message: "LCP over 4000 ms" },
  { id: "a2", severity: "warning", message: "slow" },
];

// React's production build has no profiler but in this form.
async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [inRepository("tests/e2e/react/app.jsx")],
    bundle: true,
    write: false,
    minify: true,
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    alias: {
      "paceline-react": `${AGENT_FOLDER}/paceline-react.esm.js`,
      "react-dom/client": inRepository("node_modules/react-dom/profiling.js"),
      // Of which the bundle of the agent has none of its own.
      react: inRepository("node_modules/react"),
    },
  });
  return outputFiles[0].text;
}

let browser, site;
const answers = { insights: 404, asked: [] };
const skip = (await hasEngine()) ? false : "the WebAssembly engine is not built";

// The read endpoint as it will be, for those who have a token.
async function readEndpoint(request, path) {
  const [, name] = /^\/api\/v1\/(alerts|insights)$/.exec(path) ?? [];
  if (!name) return undefined;
  answers.asked.push(request.url);
  if (request.headers.authorization !== TOKEN) return { status: 401 };
  if (name === "insights") return { status: answers.insights };
  const severity = new URL(request.url, "http://x").searchParams.get("severity");
  const alerts = ALERTS.filter((alert) => !severity || alert.severity === severity);
  return { headers: { "content-type": "application/json" }, body: JSON.stringify({ alerts }) };
}

before(async () => {
  browser = await launchBrowser();
  const body = `<div id="root"></div><script src="/app.js"></script>`;
  const page = pageOf(body);
  const pages = {
    "/": page,
    "/courses/first-marathon": page,
    "/strict": pageOf(`<script>window.strict = true</script>${body}`),
    "/engine": pageOf(body, {
      headers: {
        "content-security-policy": "default-src * 'unsafe-inline' 'wasm-unsafe-eval' data:",
      },
    }),
    "/alone": {
      body: `<!doctype html><title>Alone</title>${body}`,
    },
    "/app.js": await bundle(),
  };
  site = await startSite(pages, [readEndpoint]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

async function open(path) {
  const page = await (await browser.newContext()).newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  const from = site.capture.posts.length;
  await page.goto(site.origin + path);
  await page.waitForSelector("h1");
  return {
    page,
    errors,
    ready: () => page.waitForFunction(() => window.paceline?.render),
    /** What the page has told, once `enough` accepts it. */
    async told(enough) {
      await setVisibility(page, "hidden");
      const posts = await site.capture.until((all) => enough(all.slice(from)));
      return posts.slice(from);
    },
  };
}

const rendersOf = (posts, component) =>
  ofKind(toldBy(posts), "render")
    .map(({ value }) => value)
    .filter((value) => value.component === component);

describe("React", () => {
  test("C13: mounts and updates with their durations, from before the agent was there, too", async () => {
    const { page, errors, ready, told } = await open("/");
    // The first renders are over by now.
    await ready();
    await page.click("#again");
    await page.click("#add");
    await page.waitForFunction(() => document.querySelector("#add").textContent === "1");
    const posts = await told(
      (all) => rendersOf(all, "Lesson").length >= 2 && rendersOf(all, "Counter").length >= 2,
    );
    const [mount, update] = rendersOf(posts, "Lesson");
    assert.deepEqual([mount.update, update.update], [false, true]);
    assert.ok(mount.actual100us >= 300, "slow: over 16 ms");
    assert.ok(update.actual100us < mount.actual100us);
    // What it would take without what memoising saves.
    assert.ok(mount.base100us >= 300);
    const slow = await page.evaluate(() => window.slow);
    assert.equal(slow.length, 1);
    assert.equal(slow[0][0], "Lesson");
    assert.ok(slow[0][1] > 16);

    const counter = rendersOf(posts, "Counter");
    assert.deepEqual(
      counter.slice(0, 2).map(({ update: isUpdate }) => isUpdate),
      [false, true],
    );
    assert.deepEqual(errors, []);
  });

  test("C23: an error boundary tells, shows its fallback, and can try again", async () => {
    const { page, ready, told } = await open("/");
    await ready();
    await page.click("#fail");
    assert.equal(await page.textContent("#retry"), "TypeError");
    await page.click("#retry");
    await page.waitForSelector("#fail");
    assert.ok((await page.evaluate(() => window.handled)).includes("TypeError"));
    const posts = await told((all) => ofKind(toldBy(all), "error").length > 0);
    const errors = ofKind(toldBy(posts), "error").map(({ value }) => value);
    assert.equal(errors.length, 1);
    assert.equal(errors[0].kind, RENDER_ERROR);
    assert.equal(errors[0].name, "TypeError");
    assert.equal(errors[0].message, "no lesson 48 for :email");
    assert.equal(errors[0].attributes[0].key, "component");
  });

  test("C23: journeys and interactions by hooks", async () => {
    const { page, errors, told } = await open("/");
    // Whether the agent is there or not.
    await page.click("#pay");
    await page.waitForFunction(() => window.paceline?.render);
    await page.click("#add");
    await page.waitForFunction(() => document.querySelector("#add").textContent === "1");
    assert.deepEqual(await page.evaluate(() => window.handled), ["click"]);
    assert.equal(await page.evaluate(() => window.journeys.size), 1, "the same on every render");
    const posts = await told(
      (all) => callsOf(all, "journey").length >= 2 && callsOf(all, "metric").length >= 1,
    );
    assert.deepEqual(
      callsOf(posts, "journey").map((call) => call.filter(Boolean)),
      [
        ["payment", "start"],
        ["payment", "stepFail", "card", "reason", "declined"],
      ],
    );
    const [[name, value, ...rest]] = callsOf(posts, "metric");
    assert.equal(name, "add");
    assert.ok(Number(value) > 0);
    assert.deepEqual(rest, ["unit", "ms", "source", "browser", "kind", "interaction"]);
    assert.deepEqual(errors, []);
  });

  test("C11: React Router's routes are page views, without any code for them", async () => {
    const { page, ready, told } = await open("/");
    await ready();
    await page.click("nav a");
    await page.waitForSelector("h2:text('The course')");
    await page.waitForFunction(() => window.state.route.path === "/courses/first-marathon");
    assert.equal(await page.evaluate(() => window.state.route.from), "/");
    const posts = await told((all) => ofKind(toldBy(all), "transition").length > 0);
    assert.deepEqual(
      ofKind(toldBy(posts), "pageViewStart").map(({ value }) => [value.navigationType, value.url]),
      [
        [NAVIGATE, "/"],
        [ROUTE, "/courses/first-marathon"],
      ],
    );
    const [{ value }] = ofKind(toldBy(posts), "transition");
    assert.deepEqual([value.from, value.to], ["/", "/courses/first-marathon"]);
  });

  test("C11: a route's pattern is the page's group while it is shown", async () => {
    const { page, errors, ready } = await open("/courses/first-marathon");
    await ready();
    const group = async () => (await tagsOnHiding(site, page)).pageGroup;
    assert.equal(await group(), "/courses/:id");
    await page.click("nav a:text('home')");
    await page.waitForSelector("h2:text('Home')");
    assert.equal(await group(), undefined);
    await page.click("nav a:text('course')");
    await page.waitForSelector("h2:text('The course')");
    assert.equal(await group(), "/courses/:id");
    assert.deepEqual(errors, []);
  });

  test("C23: alerts by severity and insights by category come from the read endpoint alone", async () => {
    answers.asked = [];
    const { page, errors } = await open("/");
    const seen = () =>
      page.evaluate(() => {
        const { alerts, critical, insights, refused, own } = window;
        return { alerts, critical, insights, refused, own };
      });
    await page.waitForFunction(() =>
      [alerts, critical, insights, refused, own].every(({ status }) => status !== "loading"),
    );
    const { alerts, critical, insights, refused, own } = await seen();
    assert.equal(alerts.status, "ready");
    assert.deepEqual(alerts.items, ALERTS);
    assert.deepEqual(alerts.bySeverity, { critical: [ALERTS[0]], warning: [ALERTS[1]] });
    assert.deepEqual(critical.items, [ALERTS[0]]);
    // A collector that does not have it says so, and so does the hook.
    assert.deepEqual(insights, { status: "unavailable", items: [], byCategory: {} });
    // Without a token.
    assert.equal(refused.status, "forbidden");
    assert.deepEqual(own.items, [{ id: "own", severity: "info", path: "/api/v1/alerts" }]);
    assert.equal(await page.evaluate(() => window.asked), 1);
    assert.deepEqual(answers.asked.sort(), [
      "/api/v1/alerts",
      "/api/v1/alerts?severity=critical",
      "/api/v1/insights",
      "/api/v1/insights?category=waste",
    ]);
    assert.deepEqual(errors, []);
  });

  test("C23: without an agent everything renders, and nothing is told", async () => {
    const { page, errors } = await open("/alone");
    await page.click("#add");
    await page.click("#pay");
    await page.click("#fail");
    await page.waitForSelector("#retry");
    const { all, vitals, score } = await page.evaluate(() => window.state);
    assert.equal(all.ready, false);
    assert.deepEqual(vitals, {});
    assert.equal(score, undefined);
    assert.deepEqual(errors, []);
  });

  test("C13: strict mode, which renders twice, tells of what is shown", async () => {
    const { page, errors, ready, told } = await open("/strict");
    await ready();
    await page.click("#again");
    const posts = await told((all) => rendersOf(all, "Lesson").length >= 2);
    assert.deepEqual(
      rendersOf(posts, "Lesson").map(({ update }) => update),
      [false, true],
    );
    assert.deepEqual(errors, []);
  });
});

test("C23: vitals, score, route, memory, bundle, and the whole state", { skip }, async () => {
  const { page, errors } = await open("/engine");
  await page.waitForFunction(() => window.state.vitals.FCP && window.state.score);
  const { all, vitals, score, route, memory, bundle, agent } = await page.evaluate(() => ({
    ...window.state,
    agent: { vitals: paceline.vitals(), score: paceline.score() },
  }));
  assert.equal(all.ready, true);
  assert.deepEqual(vitals.FCP, agent.vitals.FCP);
  assert.ok(score.score > 0 && score.score <= 100);
  assert.deepEqual(Object.keys(all).sort(), [
    "bundle",
    "memory",
    "ready",
    "route",
    "score",
    "summary",
    "vitals",
  ]);
  assert.equal(all.summary.path, "/engine");
  assert.equal(route.path, "/engine");
  assert.ok(memory.usedBytes > 0 && memory.usedShare > 0 && memory.usedShare < 1);
  assert.ok(bundle.scripts >= 2);
  const { length } = (await bundled()).body;
  assert.ok(bundle.scriptBytes >= length, `${bundle.scriptBytes} of at least ${length}`);
  // Once nobody asks any more, nobody looks.
  assert.deepEqual(errors, []);
});

async function bundled() {
  const response = await fetch(`${site.origin}/app.js`);
  return { body: Buffer.from(await response.arrayBuffer()) };
}
