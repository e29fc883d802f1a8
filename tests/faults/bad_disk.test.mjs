// The real binary on a disk that is full, slow, or fails to sync: whoever is refused is told when to come back, whoever
// floods leaves room for others, a stream waits, what is stored can be asked for meanwhile, and when the disk is well again
// everything goes on by itself. What was answered 204 is there once.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import grpc from "@grpc/grpc-js";
import { create, toBinary } from "@bufbuild/protobuf";
import { inRepository } from "../e2e/support/paths.mjs";
import { decode, messageSchema } from "../e2e/support/protocol.mjs";
import { sendAndAsk } from "../integration/grpc_example.mjs";
import {
  encodeBeacon,
  post,
  query,
  run,
  sampleBeacon,
  startCollector,
  until,
} from "../integration/support.mjs";

const QUEUED = 20;
// The collector looks once a second whether there is room.
const PATIENCE = { timeoutMs: 20_000 };

/** A collector with the disk in hand. */
async function start(t, args = [], dataDir = undefined) {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "paceline-test-")));
  const wishes = join(folder, "wishes");
  await mkdir(wishes, { recursive: true });
  const collector = await startCollector({
    args: ["--site", "academy", ...args],
    dataDir: folder,
    env: {
      LD_PRELOAD: inRepository("build/release/bin/bad_disk.so"),
      BAD_DISK_DATA: join(folder, "data"),
      BAD_DISK_WISHES: wishes,
    },
  });
  t.after(() => collector.remove());
  const stored = new Set();
  return {
    collector,
    wish: (what) => writeFile(join(wishes, what), ""),
    end: (what) => rm(join(wishes, what)),
    /** Answers the status, and what a refused one is told. */
    async send(body = encodeBeacon(sampleBeacon())) {
      const response = await post(`${collector.http}/v1/beacon`, body);
      if (response.status === 204) stored.add(body);
      return {
        status: response.status,
        retryAfter: response.headers.get("retry-after"),
        text: await response.text(),
      };
    },
    /** Every acknowledged beacon is known, and everything stored is in the views. */
    async check({ alsoStored = 0 } = {}) {
      for (const body of stored)
        assert.equal((await post(`${collector.http}/v1/beacon`, body)).status, 204);
      await collector.stop();
      const { stdout, stderr, code } = await run(["verify", "--data-dir", join(folder, "data")]);
      assert.equal(code, 0, stdout + stderr);
      const [, records] = /(\d+) records,/.exec(stdout) ?? [];
      assert.ok(Number(records) >= stored.size, stdout);
      assert.ok(Number(records) <= stored.size + alsoStored, stdout);
    },
  };
}

/** How many sessions are found; each has one page view here. */
const sessions = async ({ http }) =>
  (await query(http, "sessions", { site: "academy", limit: 100 })).sessions.length;

/** Sends each in a message of one stream, all at once; answers what was refused when the last is acknowledged. */
function refusalsOfAStream(collector, beacons) {
  return new Promise((resolve, reject) => {
    const client = new grpc.Client(collector.grpc, grpc.credentials.createInsecure());
    const asIs = (bytes) => bytes;
    const call = client.makeBidiStreamRequest("/paceline.v1.IngestService/Stream", asIs, asIs);
    const refusals = [];
    call.on("data", (bytes) => {
      const answer = decode("StreamResponse", bytes);
      refusals.push(...answer.refusals);
      if (Number(answer.acknowledgedPosition) === beacons.length) call.end();
    });
    call.on("error", reject);
    call.on("end", () => {
      client.close();
      resolve(refusals);
    });
    const schema = messageSchema("StreamRequest");
    beacons.forEach((beacon, i) => {
      const request = create(schema, { position: BigInt(i + 1), beacons: [beacon] });
      call.write(Buffer.from(toBinary(schema, request)));
    });
  });
}

function assertRefused({ status, retryAfter, text }) {
  assert.equal(status, 503, text);
  assert.ok(Number(retryAfter) > 0, `Retry-After: ${retryAfter}`);
  assert.notEqual(text, "");
}

for (const [name, what] of [
  ["nearly full", "nearly_full"],
  ["full", "full"],
  ["one that cannot sync", "failing_sync"],
]) {
  test(`a disk that is ${name}: 503 and Retry-After, queries go on, and it recovers by itself`, async (t) => {
    const disk = await start(t);
    for (let i = 0; i < 20; i++) assert.equal((await disk.send()).status, 204);
    const before = await sessions(disk.collector);
    assert.equal(before, 20);

    await disk.wish(what);
    // Whoever sends the same again has to be told the same thing, or that it is stored.
    const body = encodeBeacon(sampleBeacon());
    const refused = await until(async () => {
      const answer = await disk.send(body);
      return answer.status !== 204 && answer;
    }, PATIENCE);
    assertRefused(refused);
    for (const answer of await Promise.all(Array.from({ length: 50 }, () => disk.send())))
      assertRefused(answer);
    const { outcome } = await sendAndAsk(disk.collector.grpc, "academy").catch((error) => ({
      outcome: error.message,
    }));
    assert.doesNotMatch(outcome, /ACCEPTED|DUPLICATE/);
    const meanwhile = await sessions(disk.collector);
    assert.ok(meanwhile >= 20 && meanwhile <= 21, `${meanwhile} sessions`);
    const ready = await fetch(`${disk.collector.http}/readyz`);
    assert.equal(ready.status, 503, await ready.text());

    await disk.end(what);
    await until(async () => (await disk.send(body)).status === 204, PATIENCE);
    assert.equal((await disk.send()).status, 204);
    assert.equal((await fetch(`${disk.collector.http}/readyz`)).status, 200);
    // What was refused when the sync failed may be there all the same; nobody was told so.
    await disk.check({ alsoStored: 60 });
  });
}

test("a start on a full disk: what is stored is served, and the rest comes by itself", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "paceline-test-"));
  const earlier = await start(t, [], folder);
  for (let i = 0; i < 20; i++) assert.equal((await earlier.send()).status, 204);
  // Killed: opening for writing would have to put the log's records into tables.
  await earlier.collector.stop("SIGKILL");
  await earlier.wish("full");
  const disk = await start(t, [], folder);
  assertRefused(await disk.send());
  assert.equal(await sessions(disk.collector), 20);
  const ready = await fetch(`${disk.collector.http}/readyz`);
  assert.equal(ready.status, 503, await ready.text());
  await disk.end("full");
  await until(async () => (await disk.send()).status === 204, PATIENCE);
  assert.equal(await sessions(disk.collector), 21);
  await disk.check({ alsoStored: 20 });
});

test("a slow disk: what there is no room for waits outside, the rest is stored", async (t) => {
  const disk = await start(t, ["--store-max-queued-records", String(QUEUED)]);
  assert.equal((await disk.send()).status, 204);
  await disk.wish("slow_sync");
  const answers = await Promise.all(Array.from({ length: 10 * QUEUED }, () => disk.send()));
  const refused = answers.filter(({ status }) => status !== 204);
  assert.ok(refused.length > 0, "none was refused");
  assert.ok(refused.length < answers.length, "all were refused");
  for (const answer of refused) assertRefused(answer);
  // Slow is not ill.
  assert.equal((await fetch(`${disk.collector.http}/readyz`)).status, 200);
  assert.ok((await sessions(disk.collector)) > 0);
  await disk.end("slow_sync");
  await until(async () => (await disk.send()).status === 204, PATIENCE);
  await disk.check();
});

test("a slow disk and a site that floods: there is room for another", async (t) => {
  const disk = await start(t, ["--site", "studio", "--store-max-queued-records", String(QUEUED)]);
  const ofStudio = () => encodeBeacon(sampleBeacon({ site: "studio" }));
  assert.equal((await disk.send(ofStudio())).status, 204);
  await disk.wish("slow_sync");
  let isOver = false;
  let refused = 0;
  const flood = async () => {
    while (!isOver) {
      if ((await disk.send()).status !== 503) continue;
      refused++;
      await sleep(50);
    }
  };
  const floods = Array.from({ length: 10 * QUEUED }, flood);
  await until(() => refused > 0);
  for (let i = 0; i < 10; i++) assert.equal((await disk.send(ofStudio())).status, 204);
  // Nor does its stream wait for the flood to end.
  const beacons = Array.from({ length: 5 }, () => sampleBeacon({ site: "studio" }));
  assert.deepEqual(await refusalsOfAStream(disk.collector, beacons), []);
  isOver = true;
  await Promise.all(floods);
  await disk.end("slow_sync");
  await disk.check({ alsoStored: beacons.length });
});

test("a slow disk: a stream waits and nothing of it is refused", async (t) => {
  const disk = await start(t, ["--store-max-queued-records", String(QUEUED)]);
  await disk.wish("slow_sync");
  // All at once: more than there is room for.
  const beacons = Array.from({ length: 3 * QUEUED }, () => sampleBeacon());
  assert.deepEqual(await refusalsOfAStream(disk.collector, beacons), []);
  // Sent again, it is known.
  for (const beacon of beacons.slice(0, 5)) await disk.send(encodeBeacon(beacon));
  await disk.end("slow_sync");
  await disk.check({ alsoStored: beacons.length });
});
