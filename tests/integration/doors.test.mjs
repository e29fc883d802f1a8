// Public and private routes, who may pass which door, and what pages of other origins may read.
import assert from "node:assert/strict";
import { test } from "node:test";
import WebSocket from "ws";
import {
  encodeBeacon,
  post,
  rawExchange,
  run,
  sampleBeacon,
  startCollector,
  until,
} from "./support.mjs";

const TOKEN = "a-token-for-tests-only";
const PRIVATE_PATHS = ["/", "/metrics", "/healthz", "/api/v1/sites", "/api/v1/live"];

const get = (http, path, host) =>
  rawExchange(http, [`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`]);

test("the public address has the public routes and no others", async (t) => {
  const collector = await startCollector({
    args: ["--site", "academy", "--public-http", "127.0.0.1:0"],
  });
  t.after(() => collector.remove());
  const open = await until(() => collector.addresses.public);

  assert.equal((await post(`${open}/v1/beacon`, encodeBeacon(sampleBeacon()))).status, 204);
  assert.match(await (await fetch(`${open}/agent/none.js`)).text(), /no file/);
  for (const path of PRIVATE_PATHS) {
    assert.match(await get(open, path, "localhost"), /^HTTP\/1\.1 404 /, path);
    // Any name may ask there: it is a proxy's.
    assert.match(await get(open, path, "academy.example"), /^HTTP\/1\.1 404 /, path);
  }
});

test("private routes on loopback answer to loopback names only", async (t) => {
  const collector = await startCollector({
    args: ["--site", "academy", "--allowed-hosts", "rum.example"],
  });
  t.after(() => collector.remove());
  for (const host of ["localhost", "127.0.0.1:8080", "[::1]:1", "RUM.example"]) {
    assert.match(await get(collector.http, "/api/v1/sites", host), /^HTTP\/1\.1 200 /, host);
  }
  for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example"]) {
    const text = await get(collector.http, "/api/v1/sites", host);
    assert.match(text, /^HTTP\/1\.1 403 [^]*allowed_hosts/, host);
  }
});

test("a token guards data, not health or the dashboard's files", async (t) => {
  const collector = await startCollector({
    args: ["--site", "academy", "--auth-token", TOKEN],
  });
  t.after(() => collector.remove());
  const status = async (path, authorization) =>
    (await fetch(collector.http + path, { headers: authorization ? { authorization } : {} }))
      .status;
  for (const path of ["/api/v1/sites", "/metrics"]) {
    assert.equal(await status(path), 401, path);
    assert.equal(await status(path, "Bearer wrong-token-for-tests"), 401, path);
    assert.equal(await status(path, `Basic ${TOKEN}`), 401, path);
    assert.equal(await status(path, `Bearer ${TOKEN}`), 200, path);
  }
  for (const path of ["/healthz", "/readyz"]) assert.equal(await status(path), 200, path);
  assert.notEqual(await status("/"), 401);
  assert.equal(
    (await post(`${collector.http}/v1/beacon`, encodeBeacon(sampleBeacon()))).status,
    204,
  );
});

test("a private address that others can reach needs a token", async () => {
  const refused = await run(["serve", "--http", "0.0.0.0:0"]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /auth\.token/);
});

test("preflights of public routes pass, and every status can be read by other origins", async (t) => {
  const collector = await startCollector({ args: ["--site", "academy"] });
  t.after(() => collector.remove());
  const url = `${collector.http}/v1/beacon`;
  const preflight = await fetch(url, {
    method: "OPTIONS",
    headers: { Origin: "https://academy.example", "Access-Control-Request-Method": "POST" },
  });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get("access-control-allow-methods"), /POST/);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*");

  const stored = await post(url, encodeBeacon(sampleBeacon()));
  assert.equal(stored.status, 204);
  assert.equal(stored.headers.get("access-control-allow-origin"), "*");

  const agent = await fetch(`${collector.http}/agent/none.js`);
  assert.equal(agent.headers.get("access-control-allow-origin"), "*");
  assert.equal(agent.headers.get("cross-origin-resource-policy"), "cross-origin");
  const own = await fetch(`${collector.http}/api/v1/sites`);
  assert.equal(own.headers.get("access-control-allow-origin"), null);
});

/** Opens a WebSocket; answers it, or the HTTP status that refused it. */
function openLive(http, path, protocols, headers = {}) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${http.replace("http", "ws")}${path}`, protocols, { headers });
    const messages = [];
    socket.on("message", (data) => messages.push(JSON.parse(data.toString())));
    socket.on("open", () => resolve({ socket, messages }));
    socket.on("unexpected-response", (_, response) => {
      response.resume();
      resolve({ status: response.statusCode });
    });
    socket.on("error", () => {});
  });
}

test("the live channel tells what has been stored", async (t) => {
  const collector = await startCollector({ args: ["--site", "academy", "--site", "quiet"] });
  t.after(() => collector.remove());
  const live = await openLive(collector.http, "/api/v1/live?site=academy", ["paceline.live.v1"], {
    Origin: collector.http,
  });
  assert.equal(live.socket.protocol, "paceline.live.v1");
  const quiet = await openLive(collector.http, "/api/v1/live?site=quiet", []);
  await until(() => live.messages.length === 1 && quiet.messages.length === 1);

  const beacon = sampleBeacon({ lcpMs: 4321.5 });
  await post(`${collector.http}/v1/beacon`, encodeBeacon(beacon));
  const update = await until(() => live.messages.find(({ beacons }) => beacons > 0));
  assert.equal(update.site, "academy");
  assert.equal(update.beacons, 1);
  assert.equal(update.pageViews.length, 1);
  assert.equal(update.pageViews[0].sessionId, Buffer.from(beacon.sessionId).toString("hex"));
  const lcp = update.pageViews[0].vitals.find(({ metric }) => metric === "METRIC_LCP");
  assert.equal(lcp.value, 4321.5);
  assert.equal(lcp.rating, "RATING_POOR");
  assert.equal(quiet.messages.length, 1, "another site's listeners hear nothing");
  const metrics = await (await fetch(`${collector.http}/metrics`)).text();
  assert.match(metrics, /^paceline_live_connections 2$/m);

  const closed = new Promise((resolve) => live.socket.on("close", resolve));
  const code = await collector.stop();
  assert.equal(code, 0);
  assert.equal(await closed, 1001, "told that the server goes away");
});

test("the live channel checks origin, site, host and token", async (t) => {
  const collector = await startCollector({
    args: ["--site", "academy", "--auth-token", TOKEN],
  });
  t.after(() => collector.remove());
  const path = "/api/v1/live?site=academy";
  const protocols = ["paceline.live.v1", `bearer.${TOKEN}`];
  const status = async (...args) => (await openLive(collector.http, ...args)).status;

  assert.equal(await status(path, ["paceline.live.v1"]), 401);
  assert.equal(await status(path, ["paceline.live.v1", "bearer.wrong"]), 401);
  assert.equal(await status(path, protocols, { Origin: "https://evil.example" }), 403);
  assert.equal(await status(path, protocols, { Host: "evil.example" }), 403);
  assert.equal(await status("/api/v1/live?site=nowhere", protocols), 404);
  const plain = await fetch(collector.http + path);
  assert.equal(plain.status, 426);

  const byProtocol = await openLive(collector.http, path, protocols);
  assert.equal(byProtocol.socket.protocol, "paceline.live.v1");
  byProtocol.socket.close();
  const byHeader = await openLive(collector.http, path, [], { Authorization: `Bearer ${TOKEN}` });
  byHeader.socket.close();
});
