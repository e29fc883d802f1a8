// `paceline doctor` says what a page's owner has to do: against the demo, and against pages with one fault each.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { run, startCollector } from "../../integration/support.mjs";
import { chromiumPath } from "../support/browser.mjs";
import { routes, startServer } from "../support/static-server.mjs";

let collector;
let demo;
let pages;
const answers = {};
before(async () => {
  demo = await startCollector({ command: "demo" });
  collector = await startCollector({
    config: "sites:\n  - key: open\n  - key: elsewhere\n    origins: [https://academy.example]\n",
  });
  pages = await startServer([routes(answers)]);
});
after(async () => {
  await pages?.close();
  await collector?.remove();
  await demo?.remove();
});

/** Runs the doctor on a page; its status, and its lines by name as [state, text]. */
async function doctor(url, ...args) {
  const { code, stdout, stderr } = await run(["doctor", url, ...args], {
    env: { PACELINE_CHROMIUM: chromiumPath() },
  });
  const checks = {};
  for (const [, state, name, text] of stdout.matchAll(/^\[(\S+)\] +(\S+) +(.*)$/gm)) {
    checks[name] = [state, text];
  }
  return { code, checks, stdout, stderr };
}

function page(path, { site = "open", src, policy, body = "" } = {}) {
  const agent = src ?? `${collector.http}/agent/paceline.js`;
  const tag = site ? `<script async src="${agent}" data-site="${site}"></script>` : "";
  answers[path] = {
    headers: policy ? { "content-security-policy": policy } : {},
    body: `<!doctype html><title>A course</title>${tag}<h1>A course</h1>${body}`,
  };
  return pages.origin + path;
}

const state = (result, name, expected, text) => {
  assert.ok(result.checks[name], `no check "${name}":\n${result.stdout}${result.stderr}`);
  assert.equal(result.checks[name][0], expected, result.stdout);
  if (text) assert.match(result.checks[name][1], text);
};

test("D9: the doctor finds nothing wrong with the demo, and the collector knows the visit", async () => {
  const found = await doctor(`${demo.addresses.site}/pricing.html`, "--collector", demo.http);
  for (const name of ["page", "script", "policy", "agent", "webassembly", "engine", "vitals"]) {
    state(found, name, "ok");
  }
  state(found, "beacon", "ok", /204/);
  state(found, "vitals", "ok", /FCP/);
  state(found, "collector", "ok", /knows session [0-9a-f]{32} with .*FCP/);
  assert.equal(found.code, 0, found.stdout);
});

test("D9: a conversion is told when there is one, and missed only when it is expected", async () => {
  const lesson = `${demo.addresses.site}/lessons/even-splits.html`;
  const unasked = await doctor(lesson);
  state(unasked, "conversion", "-", /none was seen.*--expect-conversion/);
  assert.equal(unasked.code, 0, unasked.stdout);
  const unaskedClick = await doctor(lesson, "--click", "a[download]");
  state(unaskedClick, "conversion", "ok");
  const without = await doctor(lesson, "--expect-conversion");
  state(without, "conversion", "missing", /--click/);
  assert.equal(without.code, 1);
  const with_ = await doctor(lesson, "--expect-conversion", "--click", "a[download]");
  state(with_, "conversion", "ok");
  assert.equal(with_.code, 0, with_.stdout);
  const nothing = await doctor(lesson, "--expect-conversion", "--click", "#no-such-thing");
  state(nothing, "conversion", "missing", /#no-such-thing/);
  const unexpected = await doctor(lesson, "--click", "#no-such-thing");
  state(unexpected, "conversion", "missing", /#no-such-thing/);
});

test("D9: a policy that blocks the script, the connection or WebAssembly is named, with its cure", async () => {
  const origin = collector.http;
  const script = await doctor(page("/script", { policy: "script-src 'self'" }));
  state(script, "policy", "blocked", /script-src\S* blocks .*add http:\S+ to script-src/);
  assert.equal(script.code, 1);

  const connect = await doctor(
    page("/connect", { policy: `script-src ${origin} 'wasm-unsafe-eval'; connect-src 'self'` }),
  );
  state(connect, "policy", "blocked", /connect-src blocks .*add http:\S+ to connect-src/);
  assert.equal(connect.code, 1);

  const wasm = await doctor(
    page("/wasm", { policy: `script-src ${origin}; connect-src ${origin}` }),
  );
  state(wasm, "webassembly", "blocked", /'wasm-unsafe-eval'/);
  state(wasm, "beacon", "ok", /v1\/entries 204/);
  assert.equal(wasm.code, 1);

  const cured = page("/cured", {
    policy: `script-src ${origin} 'wasm-unsafe-eval'; connect-src ${origin}`,
  });
  assert.equal((await doctor(cured, "--collector", origin)).code, 0);
});

test("D9: a page without the tag, a wrong key, a wrong origin and a missing agent are told apart", async () => {
  const none = await doctor(page("/none", { site: "" }));
  state(none, "script", "missing", /paceline install/);
  assert.equal(none.code, 1);

  const key = await doctor(page("/key", { site: "opne" }));
  state(key, "beacon", "missing", /answers 404: the collector has no such site/);
  assert.equal(key.code, 1);

  const origin = await doctor(page("/origin", { site: "elsewhere" }));
  state(origin, "beacon", "missing", /answers 403: .*origins/);
  assert.equal(origin.code, 1);

  const proxy = await doctor(page("/proxy", { src: `${pages.origin}/agent/paceline.js` }));
  state(proxy, "agent", "missing", /answers 404; the proxy/);
  assert.equal(proxy.code, 1);
});

test("D9: what a page says of itself does nothing to the terminal", async () => {
  const found = await doctor(page("/escape", { site: "open\u001b[2J", src: "/none.js" }));
  state(found, "script", "ok", /data-site="open\?\[2J"/);
  assert.ok(!(found.stdout + found.stderr).includes("\u001b"));
});

test("D9: what cannot be opened, or run, is said", async () => {
  const closed = await doctor("http://127.0.0.1:9/");
  state(closed, "page", "missing", /cannot be opened/);
  assert.equal(closed.code, 1);
  const gone = await doctor(`${pages.origin}/gone`);
  state(gone, "page", "missing", /answers 404/);
  const address = await doctor("academy.example");
  assert.equal(address.code, 2);
  assert.match(address.stderr, /not a web address/);
  const browser = await run(["doctor", pages.origin], {
    env: { PACELINE_CHROMIUM: "/no/such/browser" },
  });
  assert.equal(browser.code, 2);
  assert.match(browser.stderr, /PACELINE_CHROMIUM/);
});
