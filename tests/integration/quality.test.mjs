// What became of a site's beacons, as its owner is told, over HTTP and gRPC, and after a restart or a kill.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import grpc from "@grpc/grpc-js";
import { paceline } from "./grpc_example.mjs";
import { encodeBeacon, post, query, run, sampleBeacon, startCollector } from "./support.mjs";

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

const DAY_MS = 86_400_000;
const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const yesterday = midnight - DAY_MS;
const dayOf = (unixMs) => new Date(unixMs).toISOString().slice(0, 10);

/** Page views of a day, in pages that stayed open until now. */
async function view(collector, dayUnixMs, count, navigationType = 1) {
  for (let i = 0; i < count; i++) {
    const beacon = sampleBeacon({
      originUnixMs: BigInt(dayUnixMs + 3_600_000),
      pageViews: [{ index: 0, urlRef: 1, navigationType }],
    });
    const { status } = await post(`${collector.http}/v1/beacon`, encodeBeacon(beacon), ORIGIN);
    assert.equal(status, 204);
  }
}

const ofYesterday = (collector, from = yesterday) =>
  query(collector.http, "quality", {
    site: "academy",
    from_unix_ms: from,
    to_unix_ms: midnight,
  });

/** As a web server writes it. */
function logLine(unixMs, target, { status = 200, agent = "Mozilla/5.0 Firefox/140.0" } = {}) {
  const [, day, month, year, time] = /, (..) (...) (....) (.*) GMT/.exec(
    new Date(unixMs).toUTCString(),
  );
  const at = `${day}/${month}/${year}:${time} +0000`;
  return `203.0.113.7 - - [${at}] "GET ${target} HTTP/1.1" ${status} 5120 "-" "${agent}"\n`;
}

test("K4: coverage is what was measured of what the site's servers saw", async (t) => {
  let collector = await startCollector({ config: CONFIG });
  t.after(() => collector.remove());
  await view(collector, yesterday - DAY_MS, 1);
  await view(collector, yesterday, 20, 1);
  await view(collector, yesterday, 2, 2);
  // The browser does not ask the server for these.
  await view(collector, yesterday, 3, 4);
  await view(collector, yesterday, 3, 7);
  assert.ok(!("coverage" in (await ofYesterday(collector))), "nobody has told");

  const folder = await mkdtemp(join(tmpdir(), "paceline-coverage-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const log = join(folder, "access.log");
  const noon = yesterday + DAY_MS / 2;
  const lines = [
    logLine(yesterday - 60_000, "/"),
    ...Array.from({ length: 24 }, () => logLine(noon, "/courses/chess?from=mail")),
    logLine(noon, "/courses/chess", { status: 304 }),
    logLine(noon, "/courses/chess.css"),
    logLine(noon, "/gone", { status: 404 }),
    logLine(noon, "/api/lessons"),
    logLine(noon, "/courses?_rsc=1ab2c"),
    logLine(0, "/"),
    logLine(noon, "/", { agent: "Mozilla/5.0 (compatible; Googlebot/2.1)" }),
    "something else\n",
    logLine(midnight + 60_000, "/"),
  ];
  await writeFile(log, lines.join(""));

  const args = ["coverage", "--site", "academy", "--access-log", log, "--exclude", "/api/"];
  const dry = await run([...args, "--dry-run"]);
  assert.equal(dry.code, 0, dry.stderr);
  assert.equal(dry.stdout, `${dayOf(yesterday)}\t25 page views\n`);
  assert.match(dry.stderr, /1 of 34 lines are not in the "combined" format/);
  assert.ok(!("coverage" in (await ofYesterday(collector))), "it only said so");

  const told = await run([...args, "--url", collector.http]);
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stdout, /noted 25 page views of servers on 1 day\n$/);
  const answer = await ofYesterday(collector);
  assert.deepEqual([answer.serverPageViews, answer.measuredPageViews], [25, 22]);
  assert.equal(answer.coverage, 22 / 25);
  assert.equal(answer.lowCoverage, true);
  assert.equal(answer.coverageTarget, 0.95);
  assert.deepEqual([answer.dayServerPageViews, answer.dayMeasuredPageViews], [[25], [22]]);

  // What is told later counts, also after a kill.
  const tell = async (request) => {
    const url = `${collector.http}/api/v1/server-page-views`;
    const response = await post(url, JSON.stringify({ site: "academy", ...request }));
    return `${response.status} ${await response.text()}`;
  };
  // Of days before anything was measured, and of the one on which that began, nothing follows.
  const early = [2, 3].map((days) => dayOf(midnight - days * DAY_MS));
  const days = [
    { day: dayOf(yesterday), pageViews: 22 },
    ...early.map((day) => ({ day, pageViews: 1000 })),
  ];
  assert.match(await tell({ days }), /^200 .*noted 2022 page views/s);
  assert.match(await tell({ days, site: "nobody" }), /^404 .*nobody/s);
  assert.match(await tell({ days: [{ day: dayOf(midnight) }] }), /^400 .*not over yet/s);
  assert.match(await tell({ days: [{ day: "yesterday" }] }), /^400 .*is no day; 2026-11-20/s);
  assert.match(await tell({ days: [...days, ...days] }), /^400 .*is there twice/s);
  assert.match(await tell({}), /^400 .*at least one day/s);
  await collector.stop("SIGKILL");
  collector = await startCollector({ config: CONFIG, dataDir: collector.dataDir });
  for (const from of [yesterday, yesterday - 3 * DAY_MS]) {
    const later = await ofYesterday(collector, from);
    assert.deepEqual([later.coverage, later.lowCoverage], [1, false]);
  }
});

test("K4: coverage without a collector, and what is wrong with a log", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "paceline-coverage-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  let collector = await startCollector({ config: CONFIG });
  t.after(() => collector.remove());
  await view(collector, yesterday - DAY_MS, 1);
  await view(collector, yesterday, 1);
  await collector.stop("SIGTERM");
  const log = join(folder, "access.log");
  const coverage = (...more) =>
    run([
      ...["coverage", "--site", "academy", "--access-log", log],
      ...["--data-dir", join(collector.dataDir, "data"), ...more],
    ]);

  assert.match((await coverage()).stderr, /access\.log cannot be read: No such file/);
  await writeFile(log, "");
  assert.match((await coverage()).stderr, /the logs are empty/);
  await writeFile(log, "{}\n");
  assert.match((await coverage()).stderr, /no line is in the "combined" format/);
  const packed = gzipSync(logLine(yesterday, "/").repeat(2) + logLine(midnight, "/"));
  await writeFile(log, packed.subarray(0, -9));
  assert.match((await coverage()).stderr, /access\.log cannot be read to its end: /);
  await writeFile(log, packed);
  const unclear = await coverage();
  assert.equal(unclear.code, 2);
  assert.match(unclear.stderr, /no day that is over, with a day before .* say so: --from/);
  // The day that is not over is none of them.
  const told = await coverage("--from", dayOf(yesterday));
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stdout, /noted 2 page views of servers on 1 day\n$/);

  collector = await startCollector({ config: CONFIG, dataDir: collector.dataDir });
  assert.equal((await ofYesterday(collector)).coverage, 1 / 2);
});
