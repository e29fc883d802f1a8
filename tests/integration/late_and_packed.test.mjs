// Bodies that come compressed, and bodies that a page has kept for a while.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deflateSync, gzipSync } from "node:zlib";
import {
  encodeBeacon,
  encodeEntryBatch,
  outcomes,
  post,
  query,
  sampleBeacon,
  sampleEntryBatch,
  startCollector,
} from "./support.mjs";

const LIMIT = 262_144;
const HOUR_MS = 3_600_000;

let collector;
before(async () => {
  collector = await startCollector({ args: ["--site", "academy"] });
});
after(() => collector.remove());

const url = (path, ageMs) =>
  `${collector.http}/v1/${path}${ageMs === undefined ? "" : `?age_ms=${ageMs}`}`;
const hex = (bytes) => Buffer.from(bytes).toString("hex");

/** Posts, and checks the status and that exactly this outcome was counted, once. */
async function expectOutcome(outcome, status, target, body) {
  const earlier = await outcomes(collector.http);
  const response = await post(target, body);
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.deepEqual(await outcomes(collector.http), { ...earlier, [outcome]: earlier[outcome] + 1 });
  return text;
}

const journeyOf = ({ sessionId }) =>
  query(collector.http, `sessions/${hex(sessionId)}`, { site: "academy" });

test("a compressed body is the same beacon as the plain one", async () => {
  const beacon = sampleBeacon();
  const plain = encodeBeacon(beacon);
  await expectOutcome("accepted", 204, url("beacon"), gzipSync(plain));
  await expectOutcome("duplicate", 204, url("beacon"), plain);
  await expectOutcome("duplicate", 204, url("beacon"), gzipSync(plain, { level: 1 }));
  const other = encodeBeacon({ ...beacon, strings: ["/other", "img"] });
  await expectOutcome("conflict", 409, url("beacon"), gzipSync(other));
  const { pageViews } = await journeyOf(beacon);
  assert.equal(pageViews.length, 1);
  assert.equal(pageViews[0].url, "/courses/chess");
});

test("entries may come compressed, too", async () => {
  const batch = sampleEntryBatch();
  await expectOutcome("accepted", 204, url("entries"), gzipSync(encodeEntryBatch(batch)));
  assert.equal((await journeyOf(batch)).pageViews.length, 1);
});

test("what is no whole gzip is refused", async () => {
  const gzip = gzipSync(encodeBeacon(sampleBeacon()));
  for (const body of [
    gzip.subarray(0, gzip.length - 1),
    gzip.subarray(0, 2),
    Buffer.concat([gzip, Buffer.from("more")]),
    Buffer.concat([gzip, gzip]),
  ]) {
    const text = await expectOutcome("refused_malformed", 400, url("beacon"), body);
    assert.match(text, /gzip/);
  }
  await expectOutcome("refused_malformed", 400, url("beacon"), deflateSync(gzip));
  await expectOutcome("refused_malformed", 400, url("beacon"), gzipSync("no protobuf"));
  await expectOutcome("refused_empty", 400, url("beacon"), gzipSync(""));
});

test("a bomb is refused, and the collector goes on", async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 });
  assert.ok(bomb.length < LIMIT, `${bomb.length} bytes`);
  const text = await expectOutcome("refused_too_large", 413, url("beacon"), bomb);
  assert.match(text, /262144 bytes when decompressed/);
  await expectOutcome("refused_too_large", 413, url("entries"), gzipSync(Buffer.alloc(LIMIT + 1)));
  await expectOutcome("accepted", 204, url("beacon"), encodeBeacon(sampleBeacon()));
});

test("what a page has kept for a day happened a day ago, and its clock is right", async () => {
  const sent = Date.now() - 24 * HOUR_MS;
  const beacon = sampleBeacon({ sentUnixMs: BigInt(sent), originUnixMs: BigInt(sent - 5000) });
  const body = encodeBeacon(beacon);
  await expectOutcome("accepted", 204, url("beacon", 24 * HOUR_MS), body);
  const { pageViews } = await journeyOf(beacon);
  assert.equal(pageViews[0].clockOffsetMs ?? 0, 0);
  assert.equal(pageViews[0].beganUnixMs, sent - 5000);
  // The age is no part of what the beacon is.
  await expectOutcome("duplicate", 204, url("beacon", 25 * HOUR_MS), body);
  await expectOutcome("duplicate", 204, url("beacon"), body);
});

test("a clock that is two days behind is told from a beacon that was kept", async () => {
  const kept = 3 * HOUR_MS;
  const began = Date.now() - kept - 5000;
  const sent = Date.now() - 48 * HOUR_MS - kept;
  const beacon = sampleBeacon({ sentUnixMs: BigInt(sent), originUnixMs: BigInt(sent - 5000) });
  await expectOutcome("accepted", 204, url("beacon", kept), encodeBeacon(beacon));
  const [pageView] = (await journeyOf(beacon)).pageViews;
  assert.ok(Math.abs(pageView.clockOffsetMs - 48 * HOUR_MS) < 60_000, `${pageView.clockOffsetMs}`);
  assert.ok(Math.abs(pageView.beganUnixMs - began) < 60_000);
});

test("an age that cannot be is refused", async () => {
  for (const ageMs of [-1, 7 * 24 * HOUR_MS + 1, "yesterday", ""]) {
    const body = encodeBeacon(sampleBeacon());
    const text = await expectOutcome("refused_invalid", 422, url("beacon", ageMs), body);
    assert.match(text, /age_ms/);
  }
});
