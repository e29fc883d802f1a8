// The live channel below what a WebSocket library shows: how the handshake's bytes arrive, and clients that never say goodbye.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startCollector, until } from "./support.mjs";

const handshake = (http, more = "") =>
  `GET /api/v1/live?site=academy HTTP/1.1\r\nHost: ${new URL(http).host}\r\n${more}` +
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** A socket that answers nothing by itself, and what it has received. */
function openRaw(t, http) {
  const { hostname, port } = new URL(http);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const client = { socket, received: Buffer.alloc(0), closed: false };
  socket.on("data", (data) => (client.received = Buffer.concat([client.received, data])));
  socket.on("error", () => {});
  socket.on("close", () => (client.closed = true));
  t.after(() => socket.destroy());
  return client;
}

/** The answer's header, and the JSON of the first text frame behind it; undefined while they are incomplete. */
function parseFirstMessage(received) {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = received.toString("latin1", 0, end);
  const frame = received.subarray(end + 4);
  if (frame.length < 2) return undefined;
  assert.equal(frame[0], 0x81, `a whole text message, after ${head}`);
  assert.ok(frame[1] < 126, "short enough for a length of one byte");
  if (frame.length < 2 + frame[1]) return undefined;
  return { head, message: JSON.parse(frame.toString("utf8", 2, 2 + frame[1])) };
}

async function firstMessage(client) {
  const answer = await until(() => parseFirstMessage(client.received) ?? client.closed);
  assert.notEqual(answer, true, `closed after "${client.received.toString("latin1")}"`);
  return answer;
}

test("a handshake may come in pieces, and be long", async (t) => {
  const collector = await startCollector({ args: ["--site", "academy"] });
  t.after(() => collector.remove());
  const request = handshake(collector.http);
  const insideKey = request.indexOf("dGhlIHNhbXBs") + 7;
  const long = handshake(collector.http, `Cookie: of-another-port=${"x".repeat(6000)}\r\n`);
  const cases = {
    "in one piece": [request],
    "cut inside a header's value": [request.slice(0, insideKey), request.slice(insideKey)],
    "cut inside the last line's end": [request.slice(0, -1), request.slice(-1)],
    "with a long cookie": [long],
    "with a long cookie, cut inside it": [long.slice(0, 3000), long.slice(3000)],
  };
  for (const [name, pieces] of Object.entries(cases)) {
    await t.test(name, async (t) => {
      const client = openRaw(t, collector.http);
      for (const piece of pieces) {
        client.socket.write(piece);
        await sleep(150);
      }
      const { head, message } = await firstMessage(client);
      assert.match(head, /^HTTP\/1\.1 101 /);
      // The answer that RFC 6455 gives for its sample key.
      assert.match(head, /^Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=$/im);
      assert.equal(message.site, "academy");
    });
  }
});

test("a client that does not answer the close does not hold the stop", async (t) => {
  const collector = await startCollector({
    args: ["--site", "academy", "--limits-stop-timeout-ms", "60000"],
  });
  t.after(() => collector.remove());
  const client = openRaw(t, collector.http);
  client.socket.write(handshake(collector.http));
  await firstMessage(client);
  const before = client.received.length;

  const began = Date.now();
  const tooLate = sleep(20_000, "still there", { ref: false });
  const code = await Promise.race([collector.stop("SIGTERM"), tooLate]);
  if (code === "still there") await collector.stop("SIGKILL");
  const tookMs = Date.now() - began;
  assert.equal(code, 0, collector.log());
  assert.ok(tookMs < 20_000, `took ${tookMs} ms`);
  assert.match(collector.log(), /stopped: all answers given/);
  const goodbye = client.received.subarray(before);
  assert.equal(goodbye[0], 0x88, "a close frame");
  assert.equal(goodbye.readUInt16BE(2), 1001);
});
