// fetch and XMLHttpRequest behave as the originals do, and every call is told.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launchBrowser } from "../../support/browser.mjs";
import { readBody } from "../../support/static-server.mjs";
import { startSite } from "../harness.mjs";
import { isHidden, ofKind, pageOf, visitor } from "./support.mjs";

const FAILURES = ["", "network", "aborted", "timeout"];
const OPEN = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*",
  "timing-allow-origin": "*",
};

let browser, site, cases;
const { open } = visitor(() => ({ browser, site }));
/** The `traceparent` of each request, by path. */
const traceparents = new Map();
const held = new Set();
let goOn;

async function api(request, path) {
  if (!path.startsWith("/api/") || path === "/api/missing") return undefined;
  if (request.method === "OPTIONS") return { status: 204, headers: OPEN };
  traceparents.set(request.url, request.headers.traceparent);
  const json = { "content-type": "application/json", "cache-control": "no-store" };
  switch (path) {
    case "/api/slow":
      // Answered when the tests are over: whoever asks gives up before.
      return new Promise((resolve) => held.add(() => resolve({ status: 204 })));
    case "/api/wait":
      return new Promise((resolve) => (goOn = () => resolve({ status: 204 })));
    case "/api/go-on":
      goOn();
      return { status: 204 };
    case "/api/redirect":
      return { status: 302, headers: { location: "/api/echo?redirected" } };
    case "/api/large":
      return { headers: { "content-type": "text/plain" }, body: "0123456789".repeat(20_000) };
    case "/api/private":
      return { headers: json, body: "{}" };
    case "/api/open":
      return { headers: { ...json, ...OPEN }, body: '{"open":true}' };
    default: {
      const body = (await readBody(request)).toString();
      const { "x-test": test, "content-type": type = "", referer } = request.headers;
      const answer = { url: request.url, method: request.method, test, type, body, referer };
      return { headers: { ...json, ...OPEN }, body: JSON.stringify(answer) };
    }
  }
}

before(async () => {
  browser = await launchBrowser();
  cases = await readFile(new URL("call_cases.js", import.meta.url), "utf8");
  const script = { headers: { "content-type": "text/javascript" }, body: cases };
  const body = '<p>calls</p><script src="/cases.js"></script>';
  const bare = pageOf(body, { engine: true });
  site = await startSite(
    {
      "/calls": pageOf(body, { engine: true }),
      "/traced": pageOf(body, { attributes: 'data-trace-origins="/"' }),
      "/early": pageOf(
        // The load waits for the image, which waits for the agent.
        `<img src="/api/wait"><script>
           const timer = setInterval(() => {
             if (Function.prototype.toString.call(fetch).startsWith("function fetch")) return;
             clearInterval(timer);
             window.calledWhileLoading = document.readyState !== "complete";
             fetch("/api/late").then(() => fetch("/api/go-on"));
           }, 5);
         </script>`,
        { attributes: 'data-api="early"' },
      ),
      // The same page, without the agent.
      "/bare": { ...bare, body: bare.body.replace(/<script async.*?<\/script>/, "") },
      "/cases.js": script,
    },
    [api],
  );
});
after(async () => {
  for (const answer of held) answer();
  await browser?.close();
  await site?.close();
});

/** Everything that differs from page to page for reasons of its own. */
const alike = (text) => String(text).replaceAll(/\/(calls|traced|bare)\b/g, "/page");

async function compare(path, group) {
  const bare = await browser.newPage();
  await bare.goto(`${site.origin}/bare`);
  const { page, errors } = await open(path);
  const names = await page.evaluate((g) => Object.keys(window[g]), group);
  const differing = [];
  for (const name of names) {
    const run = (p) => p.evaluate(([g, n]) => window.runCase(g, n), [group, name]);
    const [expected, actual] = [alike(await run(bare)), alike(await run(page))];
    if (expected !== actual) differing.push({ name, expected, actual });
  }
  assert.ok(names.length > 20, `${names.length} cases`);
  assert.deepEqual(differing, []);
  assert.deepEqual(errors, []);
  await bare.close();
  await page.close();
}

test("C10: a wrapped fetch behaves as the original", () => compare("/calls", "fetchCases"));
test("C10: a fetch with traceparent behaves as the original", () =>
  compare("/traced", "fetchCases"));
test("C10: a wrapped XMLHttpRequest behaves as the original", () => compare("/calls", "xhrCases"));
test("C10: an XMLHttpRequest with traceparent behaves as the original", () =>
  compare("/traced", "xhrCases"));

const callsOf = (told) => ofKind(told, "apiCall").map(({ value, at }) => ({ ...value, at }));

test("C10: every fetch and XHR with endpoint, method, status, duration, sizes and failure", async () => {
  const { page, told } = await open("/calls");
  const begun = await page.evaluate(async () => {
    const at = performance.now();
    const quiet = () => undefined;
    await (await fetch("/api/courses/42/lessons/7?user=jane")).text();
    await (await fetch("/api/echo", { method: "post", body: "12345" })).text();
    await (await fetch("/api/large")).text();
    await fetch("/api/missing").then((r) => r.text());
    await fetch("http://127.0.0.1:1/down").catch(quiet);
    await fetch("/api/slow", { signal: AbortSignal.timeout(30) }).catch(quiet);
    const control = new AbortController();
    const aborted = fetch("/api/slow?b", { signal: control.signal }).catch(quiet);
    control.abort();
    await aborted;
    await fetch(`${location.origin.replace("127.0.0.1", "localhost")}/api/open`).then((r) =>
      r.text(),
    );
    const xhr = (method, url, body, set = quiet) =>
      new Promise((resolve) => {
        const request = new window.XMLHttpRequest();
        request.open(method, url);
        set(request);
        request.onloadend = resolve;
        request.send(body);
      });
    await xhr("PUT", "/api/students/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "abc");
    await xhr("GET", "/api/slow?c", null, (request) => (request.timeout = 30));
    await xhr("GET", "http://127.0.0.1:1/down");
    return at;
  });
  await page.waitForFunction(() =>
    performance.getEntriesByType("resource").some(({ name }) => name.includes("/api/students")),
  );
  const calls = callsOf(await told((items) => callsOf(items).length >= 11 && isHidden(items)));
  const port = new URL(site.origin).port;
  const short = calls.map((call) => [
    call.xmlHttpRequest ? "xhr" : "fetch",
    call.method,
    call.endpoint.replace(`:${port}`, ""),
    call.status,
    FAILURES[call.failure],
  ]);
  assert.deepEqual(
    short.sort(),
    [
      ["fetch", "GET", "/api/courses/:id/lessons/:id", 200, ""],
      ["fetch", "POST", "/api/echo", 200, ""],
      ["fetch", "GET", "/api/large", 200, ""],
      ["fetch", "GET", "/api/missing", 404, ""],
      ["fetch", "GET", "http://127.0.0.1:1/down", 0, "network"],
      ["fetch", "GET", "/api/slow", 0, "timeout"],
      ["fetch", "GET", "/api/slow", 0, "aborted"],
      ["fetch", "GET", "http://localhost/api/open", 200, ""],
      ["xhr", "PUT", "/api/students/:id", 200, ""],
      ["xhr", "GET", "/api/slow", 0, "timeout"],
      ["xhr", "GET", "http://127.0.0.1:1/down", 0, "network"],
    ].sort(),
  );
  const post = calls.find(({ method }) => method === "POST");
  assert.equal(post.requestBytes, 5);
  assert.equal(calls.find(({ endpoint }) => endpoint === "/api/large").responseBytes, 200_000);
  assert.equal(calls.find(({ method }) => method === "PUT").requestBytes, 3);
  for (const call of calls) {
    assert.ok(call.at >= Math.floor(begun * 10), "begins when it was made");
    assert.equal(call.traceId.length, 0);
  }
  const timedOut = calls.filter(({ failure }) => FAILURES[failure] === "timeout");
  for (const { duration100us } of timedOut) assert.ok(duration100us >= 290, `${duration100us}`);
  await page.close();
});

test("C10: a call that was answered by the cache is told as such", async () => {
  const { page, told } = await open("/calls");
  await page.evaluate(async () => {
    for (let i = 0; i < 2; i++) await (await fetch("/cases.js", { cache: "force-cache" })).text();
  });
  const calls = callsOf(await told((items) => callsOf(items).length >= 2 && isHidden(items)));
  assert.ok(calls.at(-1).cached);
  assert.equal(calls.at(-1).responseBytes, Buffer.byteLength(cases));
  await page.close();
});

test("C10: traceparent goes to the origins that the site names, and to no other", async () => {
  traceparents.clear();
  const { page, told } = await open("/traced");
  const own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  await page.evaluate(async (given) => {
    await fetch("/api/echo?plain");
    await fetch(new Request("/api/echo?request", { headers: { "x-test": "kept" } }));
    await fetch("/api/echo?own", { headers: { traceparent: given } });
    await fetch(`${location.origin.replace("127.0.0.1", "localhost")}/api/echo?other`);
    const send = (url) =>
      new Promise((resolve) => {
        const xhr = new window.XMLHttpRequest();
        xhr.open("GET", url);
        xhr.onloadend = resolve;
        xhr.send();
      });
    await send("/api/echo?xhr");
  }, own);
  const calls = callsOf(await told((items) => callsOf(items).length >= 5 && isHidden(items)));
  const pattern = /^00-([\da-f]{32})-[\da-f]{16}-01$/;
  const sent = ["plain", "request", "xhr"].map((name) => traceparents.get(`/api/echo?${name}`));
  for (const traceparent of sent) assert.match(traceparent, pattern);
  assert.equal(new Set(sent).size, 3);
  assert.equal(traceparents.get("/api/echo?own"), own);
  assert.equal(traceparents.get("/api/echo?other"), undefined);
  const told16 = calls.map(({ traceId }) => Buffer.from(traceId).toString("hex"));
  const expected = [...sent, own].map((traceparent) => pattern.exec(traceparent)[1]);
  assert.deepEqual(told16.filter(Boolean).sort(), expected.sort());
  await page.close();
});

test("C10: at most 200 calls of a page view, and the rest is counted", async () => {
  const { page, told } = await open("/calls");
  await page.evaluate(async () => {
    for (let i = 0; i < 230; i++) await fetch(`/api/missing?${i}`).then((r) => r.text());
  });
  const all = await told((items) =>
    items.some(({ kind, value }) => kind === "droppedEntries" && value.type === "api-call"),
  );
  assert.equal(callsOf(all).length, 200);
  const dropped = ofKind(all, "droppedEntries").filter(({ value }) => value.type === "api-call");
  assert.equal(
    dropped.reduce((sum, { value }) => sum + value.count, 0),
    30,
  );
  await page.close();
});

test("C10: with data-api=early, calls during the load are told, too", async () => {
  const { page, told } = await open("/early");
  // It is told although the page was still loading then.
  await told((items) => callsOf(items).some(({ endpoint }) => endpoint === "/api/late"));
  assert.ok(await page.evaluate(() => window.calledWhileLoading));
  await page.close();
});

test("C10: the originals come back when consent is revoked", async () => {
  const { page, errors } = await open("/calls");
  const looks = () =>
    page.evaluate(() => {
      const { open: xhrOpen, send } = window.XMLHttpRequest.prototype;
      const text = Function.prototype.toString;
      return [window.fetch, xhrOpen, send].map((method) => text.call(method));
    });
  const native = ["fetch", "open", "send"].map((name) => `function ${name}() { [native code] }`);
  assert.notDeepEqual(await looks(), native);
  await page.evaluate(() => window.paceline.consent("denied"));
  assert.deepEqual(await looks(), native);
  assert.deepEqual(errors, []);
  await page.close();
});
