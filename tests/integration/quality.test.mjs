// What became of a site's beacons, as its owner is told, over HTTP and gRPC, and after a restart or a kill.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { promisify } from "node:util";
import grpc from "@grpc/grpc-js";
import { paceline } from "./grpc_example.mjs";
import { encodeBeacon, post, query, sampleBeacon, startCollector } from "./support.mjs";

const CONFIG = "sites:\n  - key: academy\n    origins: [https://academy.example]\n  - key: shop\n";
const ORIGIN = { Origin: "https://academy.example" };

const quality = (collector, site = "academy") => query(collector.http, "quality", { site });

/** The counts of a list of outcomes, by their names in lower case. */
const countsOf = (outcomes) =>
  Object.fromEntries(
    outcomes.map(({ outcome, count }) => [outcome.replace("OUTCOME_", "").toLowerCase(), count]),
  );

/** One page's beacons of these sequence numbers. */
async function visit(collector, sequences) {
  const [sessionId, documentId] = [randomBytes(16), randomBytes(8)];
  for (const sequence of sequences) {
    const body = encodeBeacon(sampleBeacon({ sessionId, documentId, sequence }));
    const { status } = await post(`${collector.http}/v1/beacon`, body, ORIGIN);
    assert.equal(status, 204);
  }
}

async function start(t) {
  const collector = await startCollector({ config: CONFIG });
  t.after(() => collector.remove());
  return collector;
}

test("outcomes, completeness and what named no site, per site", async (t) => {
  const collector = await start(t);
  const none = await quality(collector);
  assert.deepEqual([none.outcomes, none.nobodys, none.gaps], [[], [], []]);
  assert.ok(!("completeness" in none), "nothing was sent");

  for (let page = 0; page < 10; page++) await visit(collector, [0, 1, 3]);
  const url = `${collector.http}/v1/beacon`;
  const beacon = encodeBeacon(sampleBeacon());
  assert.equal((await post(url, beacon, { Origin: "https://elsewhere.example" })).status, 403);
  assert.equal((await post(url, beacon)).status, 204);
  assert.equal((await post(url, beacon)).status, 204);
  assert.equal((await post(url, encodeBeacon(sampleBeacon({ site: "nobody" })))).status, 404);
  assert.equal((await post(url, "no protobuf")).status, 400);

  const answer = await quality(collector);
  assert.deepEqual(countsOf(answer.outcomes), { accepted: 31, duplicate: 1, refused_origin: 1 });
  assert.deepEqual(countsOf(answer.nobodys), { refused_unknown_site: 1, refused_malformed: 1 });
  assert.equal(answer.stored, 31);
  assert.equal(answer.missing, 10);
  assert.equal(answer.completeness, 31 / 41);
  assert.equal(answer.incomplete, true);
  assert.equal(answer.completenessTarget, 0.95);
  assert.ok(Math.abs(answer.lastUnixMs - Date.now()) < 60_000);
  assert.equal(answer.dayRefused.at(-1), 1);
  assert.deepEqual((await quality(collector, "shop")).outcomes, []);

  const queries = new paceline.v1.QueryService(collector.grpc, grpc.credentials.createInsecure());
  t.after(() => queries.close());
  const same = await promisify(queries.GetQuality.bind(queries))({ site: "academy" });
  assert.equal(same.stored, 31);
  assert.equal(same.completeness, answer.completeness);
  assert.deepEqual(countsOf(same.outcomes), countsOf(answer.outcomes));
  await assert.rejects(quality(collector, "nobody"), /nobody/);
});

test("a restart keeps all of it, a kill what was saved", async (t) => {
  let collector = await startCollector({ config: CONFIG });
  // Only when the last of them has stopped.
  t.after(() => collector.remove());
  const startAgain = async (signal) => {
    await collector.stop(signal);
    collector = await startCollector({ config: CONFIG, dataDir: collector.dataDir });
  };
  await visit(collector, [0, 2]);
  await startAgain("SIGTERM");
  assert.equal((await quality(collector)).stored, 2);
  await visit(collector, [0]);
  const before = await quality(collector);
  assert.deepEqual([before.stored, before.missing], [3, 1]);
  assert.deepEqual(countsOf(before.outcomes), { accepted: 3 });
  await startAgain("SIGKILL");
  const after = await quality(collector);
  // Every ten seconds it is saved: perhaps just then.
  assert.ok([2, 3].includes(after.stored), `${after.stored} of 3`);
  assert.deepEqual(countsOf(after.outcomes), { accepted: after.stored });
  assert.equal(after.missing, 1);
});
