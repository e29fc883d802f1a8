// Attacks on the HTTP door. Each is run for some seconds, and checks that it got what it deserves.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { encodeBeacon, post, query, sampleBeacon } from "../support.mjs";
import { closeAll, open, openMany, pour, statusesOf } from "./connections.mjs";

const isLong = Boolean(process.env.PACELINE_TEST_LONG);
const HEAD = "POST /v1/beacon HTTP/1.1\r\nHost: localhost\r\n";
const DEADLINES = "limits:\n  header_timeout_ms: 2000\n  body_timeout_ms: 2000\n";

function count(sockets, status) {
  return sockets.filter(({ heard }) => statusesOf(heard).includes(status)).length;
}

/** Each connection says a little, for longer than the deadline allows. */
async function drip(sockets, begin, piece) {
  for (const socket of sockets) socket.write(begin);
  for (let i = 0; i < 20; i++) {
    await sleep(200);
    for (const socket of sockets) if (socket.writable) socket.write(piece);
  }
}

async function slowHeaders({ http }) {
  const sockets = await openMany(http, 1000);
  await drip(sockets, "POST /v1/beacon HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "x");
  assert.equal(count(sockets, 408), sockets.length);
  closeAll(sockets);
}

async function slowBodies({ http }) {
  const sockets = await openMany(http, 1000);
  const half = Buffer.alloc(128 * 1024, "x");
  await drip(
    sockets,
    Buffer.concat([Buffer.from(`${HEAD}Content-Length: 262144\r\n\r\n`), half]),
    "x",
  );
  // Those for whom there is no room are told at once, the others at the deadline.
  assert.equal(count(sockets, 408) + count(sockets, 503), sockets.length);
  assert.ok(count(sockets, 503) > 0, "125 MB did not fit");
  closeAll(sockets);
}

async function idleConnections({ http }) {
  const sockets = await openMany(http, isLong ? 10_000 : 1000);
  await sleep(3000);
  assert.ok(
    sockets.every((socket) => socket.readyState === "open"),
    "idling is allowed",
  );
  closeAll(sockets);
}

async function endlessChunks({ http }) {
  const sockets = await openMany(http, 50);
  const chunk = Buffer.concat([
    Buffer.from("4000\r\n"),
    Buffer.alloc(0x4000, "x"),
    Buffer.from("\r\n"),
  ]);
  const tiny = "1\r\nx\r\n".repeat(2000);
  await Promise.all(
    sockets.map((socket, i) => {
      socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
      return pour(socket, i % 2 ? chunk : tiny, 4000);
    }),
  );
  assert.equal(count(sockets, 413) + count(sockets, 400), sockets.length);
  closeAll(sockets);
}

async function compressionBombs({ http }) {
  const bomb = gzipSync(Buffer.alloc(100_000_000), { level: 9 });
  const nested = gzipSync(bomb, { level: 9 });
  for (let i = 0; i < 100; i++) {
    const answers = await Promise.all(
      [bomb, nested, bomb, nested].map((body) => post(`${http}/v1/beacon`, body)),
    );
    for (const { status } of answers) assert.ok(status === 413 || status === 400, String(status));
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  }
}

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    bytes.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) return bytes;
  }
}

/** A message in a message in a message …, as field `field`. */
function nest(field, depth) {
  let bytes = Buffer.alloc(0);
  for (let i = 0; i < depth; i++) {
    bytes = Buffer.concat([
      Buffer.from([...varint((field << 3) | 2), ...varint(bytes.length)]),
      bytes,
    ]);
  }
  return bytes;
}

async function hostileProtobuf({ http }) {
  const own = () => encodeBeacon(sampleBeacon());
  const hostile = [
    nest(15, 5000),
    nest(9, 60_000),
    // Groups within groups.
    Buffer.alloc(262_144, 0x7b),
    // As many strings as fit.
    Buffer.concat([own(), Buffer.from("4a00".repeat(120_000), "hex")]),
    // A length beyond everything.
    Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    Buffer.alloc(262_144, 0xff),
  ];
  // What a newer agent may say is passed over, however deep or often it says it.
  const odd = [
    Buffer.concat([own(), nest(1000, 5000)]),
    Buffer.concat([own(), Buffer.from("c23e00".repeat(80_000), "hex")]),
  ];
  for (let i = 0; i < 50; i++) {
    for (const path of ["beacon", "entries"]) {
      const all = [...hostile, ...odd];
      const answers = await Promise.all(all.map((body) => post(`${http}/v1/${path}`, body)));
      for (const [j, answer] of answers.entries()) {
        const isRefused = [400, 413, 422].includes(answer.status);
        assert.ok(
          isRefused || (j >= hostile.length && answer.status === 204),
          `${j}: ${answer.status}`,
        );
        await answer.arrayBuffer();
      }
    }
  }
}

async function distinctUrls({ http }) {
  const total = isLong ? 1_000_000 : 100_000;
  const perBeacon = 50;
  const senders = 8;
  let sent = 0;
  await Promise.all(
    Array.from({ length: senders }, async () => {
      while (sent < total) {
        const first = sent;
        sent += perBeacon;
        const urls = Array.from({ length: perBeacon }, (_, i) => {
          const word = (first + i).toString(36).replace(/\d/g, (digit) => "ghijklmnop"[digit]);
          return `/x${word}y/z`;
        });
        const beacon = sampleBeacon({
          strings: urls,
          pageViews: urls.map((_, i) => ({ index: i, urlRef: i + 1, navigationType: 1 })),
          events: [],
        });
        const { status } = await post(`${http}/v1/beacon`, encodeBeacon(beacon));
        assert.equal(status, 204);
      }
    }),
  );
  const { pageGroup } = await query(http, "pages", {
    site: "academy",
    from_unix_ms: Date.now() - 3_600_000,
    to_unix_ms: Date.now() + 60_000,
    limit: 1000,
  });
  // Fewer than the answer has room for: all that there are.
  assert.ok(pageGroup.length > 1 && pageGroup.length < 1000, `${pageGroup.length} page groups`);
}

async function smuggling({ http }) {
  const hidden = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const shapes = [
    `${HEAD}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
    `${HEAD}Content-Length: 0\r\nContent-Length: 44\r\n\r\n`,
    `${HEAD}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`,
    `${HEAD}Content-Length: 0, 0\r\n\r\n`,
    `${HEAD}Content-Length: +0\r\n\r\n`,
    `${HEAD}Content-Length: 00\r\n\r\n`,
    `${HEAD}Content-Length : 0\r\n\r\n`,
    `${HEAD}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
    `${HEAD}Transfer-Encoding: xchunked\r\n\r\n`,
    `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    `${HEAD}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`,
    `${HEAD}X: a\r\n Content-Length: 44\r\n\r\n`,
    `${HEAD}X: a\nContent-Length: 44\r\n\r\n`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`,
    `${HEAD}Host: other.example\r\nContent-Length: 0\r\n\r\n`,
    `POST http://localhost/v1/beacon HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`,
    `POST /v1/beacon HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ];
  for (let round = 0; round < 20; round++) {
    const sockets = await openMany(http, shapes.length);
    sockets.forEach((socket, i) => socket.end(Buffer.from(shapes[i] + hidden, "latin1")));
    await Promise.all(sockets.map(({ ended }) => ended));
    // Refused, and what it hid was not read as a request.
    sockets.forEach(({ heard }, i) => assert.deepEqual(statusesOf(heard), [400], shapes[i]));
  }
}

async function oneSiteFloods({ http }) {
  const end = Date.now() + 5000;
  const body = () => encodeBeacon(sampleBeacon({ site: "flooded" }));
  const senders = Array.from({ length: 200 }, async () => {
    while (Date.now() < end) {
      const answer = await post(`${http}/v1/beacon`, body());
      await answer.arrayBuffer();
      assert.ok(answer.status === 204 || answer.status === 503, String(answer.status));
    }
  });
  await Promise.all(senders);
}

async function moreThanAllowed({ http }) {
  const sockets = await openMany(http, 2500);
  await sleep(1000);
  assert.ok(count(sockets, 503) >= 400, "one address has its share and no more");
  const late = open(http);
  await late.ended;
  assert.deepEqual(statusesOf(late.heard), [503]);
  closeAll(sockets);
}

export const HTTP_ATTACKS = {
  "1,000 slow headers": { run: slowHeaders, config: DEADLINES },
  "1,000 slow bodies of 256 KiB": { run: slowBodies, config: DEADLINES },
  [`${isLong ? "10,000" : "1,000"} idle connections`]: {
    run: idleConnections,
    config: "limits:\n  connections: 12000\n  connections_per_address: 12000\n",
  },
  "2,500 connections of one address": { run: moreThanAllowed },
  "50 chunked bodies without end": { run: endlessChunks },
  "compression bombs, 100 MB each": { run: compressionBombs },
  "deep and huge protobuf": { run: hostileProtobuf },
  [`${isLong ? "1,000,000" : "100,000"} distinct URLs`]: { run: distinctUrls },
  "request smuggling, 20 shapes": { run: smuggling },
  "one site floods, another is honest": { run: oneSiteFloods },
};
