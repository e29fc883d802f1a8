// Whatever arrives, the sender is told what is wrong, it is counted, and the collector goes on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  encodeBeacon,
  outcomes,
  post,
  query,
  rawExchange,
  sampleBeacon,
  startCollector,
} from "./support.mjs";

const TEN_MEGABYTES = 10_000_000;
const CONFIG = `
sites:
  - key: academy
  - key: strict
    origins: [https://strict.example]
limits:
  header_timeout_ms: 500
  body_timeout_ms: 500
`;

let collector;
let beaconUrl;
before(async () => {
  collector = await startCollector({ config: CONFIG });
  beaconUrl = `${collector.http}/v1/beacon`;
});
after(() => collector.remove());

/** Runs `send` and checks the answer, and that exactly this outcome was counted, once. */
async function expectRefusal(outcome, status, message, send) {
  const earlier = await outcomes(collector.http);
  const response = await send();
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.match(text, message);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.match(response.headers.get("access-control-expose-headers"), /Retry-After/);
  assert.deepEqual(await outcomes(collector.http), { ...earlier, [outcome]: earlier[outcome] + 1 });
}

test("garbage is refused as malformed", async () => {
  for (const path of ["beacon", "entries"]) {
    await expectRefusal("refused_malformed", 400, /not a protobuf message/, () =>
      post(`${collector.http}/v1/${path}`, "\xff\xffnot protobuf at all"),
    );
  }
});

test("an empty body is refused as empty", () =>
  expectRefusal("refused_empty", 400, /empty/, () => post(beaconUrl, "")));

test("an unknown site is named", () =>
  expectRefusal("refused_unknown_site", 404, /nowhere/, () =>
    post(beaconUrl, encodeBeacon(sampleBeacon({ site: "nowhere" }))),
  ));

test("another site's page is refused by its origin", () =>
  expectRefusal("refused_origin", 403, /may not send/, () =>
    post(beaconUrl, encodeBeacon(sampleBeacon({ site: "strict" })), {
      Origin: "https://elsewhere.example",
    }),
  ));

test("a value out of range is named", () =>
  expectRefusal("refused_invalid", 422, /vital\.value/, () =>
    post(beaconUrl, encodeBeacon(sampleBeacon({ lcpMs: 1e9 }))),
  ));

test("other bytes under a used identity are a conflict", async () => {
  const beacon = sampleBeacon();
  assert.equal((await post(beaconUrl, encodeBeacon(beacon))).status, 204);
  await expectRefusal("conflict", 409, /./, () =>
    post(beaconUrl, encodeBeacon({ ...beacon, strings: ["/other", "img"] })),
  );
});

test("10 MB with a length are refused before they are read", async () => {
  await expectRefusal("refused_too_large", 413, /larger than 262144 bytes/, () =>
    post(beaconUrl, new Uint8Array(TEN_MEGABYTES)),
  );
});

test("10 MB in chunks are refused while they are read", async () => {
  async function* chunks() {
    for (let i = 0; i < 100; i++) yield new Uint8Array(TEN_MEGABYTES / 100);
  }
  await expectRefusal("refused_too_large", 413, /larger than 262144 bytes/, () =>
    fetch(beaconUrl, { method: "POST", body: chunks(), duplex: "half" }),
  );
});

test("a sender that does not listen while it writes 10 MB still gets the status", async () => {
  const head = `POST /v1/beacon HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${TEN_MEGABYTES}\r\n\r\n`;
  const text = await rawExchange(collector.http, [head, new Uint8Array(TEN_MEGABYTES)], {
    timeoutMs: 5000,
  });
  assert.match(text, /^HTTP\/1\.1 413 /);
});

test("a length that lies is bounded by the body's deadline", async () => {
  const earlier = await outcomes(collector.http);
  const began = Date.now();
  const text = await rawExchange(collector.http, [
    "POST /v1/beacon HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nshort",
  ]);
  assert.match(text, /^HTTP\/1\.1 408 /);
  assert.ok(Date.now() - began < 1400, "answered at the deadline");
  assert.equal((await outcomes(collector.http)).refused_too_slow, earlier.refused_too_slow + 1);
});

test("broken HTTP gets a 4xx that says so", async () => {
  const cases = [
    [["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"], /^$|^HTTP\/1\.1 4\d\d /],
    [["NONSENSE\r\n\r\n"], /^HTTP\/1\.1 400 /],
    [["GET / HTTP/1.1\r\n\r\n"], /^HTTP\/1\.1 400 [^]*Host/],
    [["GET / HTTP/3.7\r\nHost: localhost\r\n\r\n"], /^HTTP\/1\.1 (400|505) /],
    [["GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"], /^HTTP\/1\.1 400 /],
    [
      [`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`],
      /^HTTP\/1\.1 431 /,
    ],
    [["GET / HTTP/1.1\r\nHost: loc"], /^HTTP\/1\.1 408 /],
    [
      [
        "POST /v1/beacon HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nnot-hex\r\n",
      ],
      /^HTTP\/1\.1 400 /,
    ],
    [
      ["POST /v1/beacon HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"],
      /^HTTP\/1\.1 400 /,
    ],
  ];
  for (const [pieces, expected] of cases) {
    assert.match(await rawExchange(collector.http, pieces), expected, String(pieces));
  }
});

test("what two servers could read in two ways is refused, and nothing behind it is read", async () => {
  const hidden = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (const headers of [
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: identity",
    "Content-Length: 0\r\nTransfer-Encoding: gzip",
    "Host: evil.example",
  ]) {
    const text = await rawExchange(collector.http, [
      `POST /v1/beacon HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n${hidden}`,
    ]);
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    assert.deepEqual(statuses, ["400"], headers);
  }
});

test("pipelined requests are answered in order", async () => {
  const bad =
    "POST /v1/beacon HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n\xff\xff\xff";
  const good = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const last = "GET /nowhere.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const text = await rawExchange(collector.http, [
    Buffer.from(bad + good + bad + good + last, "latin1"),
  ]);
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  assert.deepEqual(statuses, ["400", "200", "400", "200", "404"]);
});

test("questions that make no sense are answered with what would", async () => {
  const cases = [
    ["vitals?site=academy&from_unix_ms=2000&to_unix_ms=1000", 400, /before/],
    ["vitals?site=academy&from_unix_ms=yesterday", 400, /from_unix_ms.*number/],
    ["vitals?site=academy&from_unix_ms=1&to_unix_ms=99999999999999", 400, /400 days/],
    ["vitals?site=academy&metrik=LCP", 400, /metrik.*page_group/],
    ["vitals?site=academy&site=academy", 400, /twice/],
    ["vitals", 400, /site/],
    ["vitals?site=nowhere", 404, /nowhere/],
    ["timeseries?site=academy", 400, /metric/],
    ["timeseries?site=academy&metric=SPEED", 400, /LCP, INP, CLS/],
    ["pages?site=academy&limit=-1", 400, /limit/],
    ["pages?site=academy&limit=100000", 400, /1000/],
    ["sessions/zz?site=academy", 400, /32/],
    ["sessions/00000000000000000000000000000001?site=academy", 404, /session/],
    ["vitals?site=%F", 400, /escape/],
  ];
  for (const [path, status, message] of cases) {
    const response = await fetch(`${collector.http}/api/v1/${path}`);
    const answer = await response.json();
    assert.equal(response.status, status, `${path}: ${JSON.stringify(answer)}`);
    assert.match(answer.error.message, message, path);
    assert.equal(answer.error.code, status === 404 ? "NOT_FOUND" : "INVALID_ARGUMENT");
  }
});

test("unknown paths and methods are named", async () => {
  const missing = await fetch(`${collector.http}/v1/nothing`, { method: "POST", body: "x" });
  assert.equal(missing.status, 404);
  assert.equal(missing.headers.get("access-control-allow-origin"), "*");
  const wrong = await fetch(beaconUrl);
  assert.equal(wrong.status, 405);
  assert.equal(wrong.headers.get("allow"), "POST, OPTIONS");
  assert.match(await wrong.text(), /takes POST/);
});

test("after all this the collector still stores and answers", async () => {
  const beacon = sampleBeacon();
  assert.equal((await post(beaconUrl, encodeBeacon(beacon))).status, 204);
  const { sessions } = await query(collector.http, "sessions", { site: "academy" });
  const id = Buffer.from(beacon.sessionId).toString("hex");
  assert.ok(sessions.some((session) => session.sessionId === id));
});
