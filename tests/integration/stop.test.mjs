// How the collector starts and ends: SIGTERM answers what is in flight, kill -9 loses nothing that was acknowledged.
import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { test } from "node:test";
import {
  encodeBeacon,
  encodeEntryBatch,
  outcomes,
  post,
  query,
  run,
  sampleBeacon,
  sampleEntryBatch,
  startCollector,
} from "./support.mjs";

const ROUNDS = process.env.PACELINE_TEST_LONG ? 12 : 3;
const SENDERS = 24;

/** Posts over a kept-alive connection; answers the status. Rejects when the connection is lost before the answer. */
function postKeptAlive(agent, url, body) {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", agent }, (response) => {
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode));
      response.resume();
    });
    call.on("error", reject);
    call.end(body);
  });
}

/**
 * Posts until the collector is gone or `ended()` says so; calls `onGoal` once `goal` are acknowledged. Answers what was acknowledged, and what may or may not have
 * been stored because its answer never came.
 */
async function sendUntil(http, ended, goal, onGoal) {
  const acknowledged = [];
  const unknown = [];
  const refused = [];
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  await Promise.all(
    Array.from({ length: SENDERS }, async (_, sender) => {
      for (let i = 0; !ended(); i++) {
        const isRaw = (sender + i) % 3 === 0;
        const message = isRaw ? sampleEntryBatch() : sampleBeacon({ lcpMs: 500 + 10 * i });
        const id = Buffer.from(message.sessionId).toString("hex");
        const body = isRaw ? encodeEntryBatch(message) : encodeBeacon(message);
        try {
          const status = await postKeptAlive(
            agent,
            `${http}/v1/${isRaw ? "entries" : "beacon"}`,
            body,
          );
          if (status === 204 && acknowledged.push({ id, isRaw, body }) === goal) onGoal();
          if (status !== 204 && status !== 503) refused.push(status);
        } catch {
          unknown.push({ id, isRaw, body });
          return;
        }
      }
    }),
  );
  agent.destroy();
  assert.deepEqual(refused, []);
  return { acknowledged, unknown };
}

async function storedSessions(http) {
  const ids = [];
  // Windows of a second or less would be needed past 1000 sessions each; all began within the last hour.
  const now = Date.now();
  for (let from = now - 180_000; from < now + 60_000; from += 250) {
    const answer = await query(http, "sessions", {
      site: "academy",
      from_unix_ms: from,
      to_unix_ms: from + 250,
      limit: 1000,
    });
    assert.equal(answer.truncated, false);
    ids.push(...answer.sessions.map(({ sessionId }) => sessionId));
  }
  return ids;
}

test(`kill -9 under load, ${ROUNDS} rounds: what was acknowledged is there once`, async (t) => {
  let collector = await startCollector({ args: ["--site", "academy"] });
  const { dataDir } = collector;
  t.after(() => collector.remove());
  const acknowledged = [];
  const unknown = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    const current = collector;
    let dead = false;
    const kill = () => void current.stop("SIGKILL").then(() => (dead = true));
    const sent = await sendUntil(current.http, () => dead, 200 * (round + 1), kill);
    acknowledged.push(...sent.acknowledged);
    for (const item of sent.unknown) unknown.set(item.id, item);
    collector = await startCollector({ args: ["--site", "academy"], dataDir });
  }

  const stored = await storedSessions(collector.http);
  const distinct = new Set(stored);
  assert.equal(distinct.size, stored.length, "each session is listed once");
  for (const { id } of acknowledged) assert.ok(distinct.has(id), `${id} was acknowledged`);
  const known = new Set([...acknowledged.map(({ id }) => id), ...unknown.keys()]);
  for (const id of stored) assert.ok(known.has(id), `${id} was never sent`);

  const vitals = await query(collector.http, "vitals", {
    site: "academy",
    from_unix_ms: Date.now() - 3_600_000,
    to_unix_ms: Date.now() + 60_000,
  });
  assert.equal(vitals.pageViews, stored.length, "rollups count each page view once");

  // A retry of what was acknowledged is a duplicate, and success.
  const again = acknowledged.slice(-50);
  for (const { isRaw, body } of again) {
    const answer = await post(`${collector.http}/v1/${isRaw ? "entries" : "beacon"}`, body);
    assert.equal(answer.status, 204);
  }
  assert.equal((await outcomes(collector.http)).duplicate, again.length);

  assert.equal(await collector.stop("SIGKILL"), null);
  const verified = await run(["verify", "--data-dir", `${dataDir}/data`]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  assert.match(verified.stdout, new RegExp(`\\b${stored.length} page views`));
});

test("SIGTERM under load answers what is in flight and exits with 0", async (t) => {
  const collector = await startCollector({ args: ["--site", "academy"] });
  t.after(() => collector.remove());
  let stopped = false;
  let stopping;
  const { acknowledged } = await sendUntil(
    collector.http,
    () => stopped,
    300,
    () => (stopping = collector.stop("SIGTERM").finally(() => (stopped = true))),
  );
  // A second signal would end it at once, so the first one's result is awaited.
  assert.equal(await stopping, 0, collector.log());
  assert.match(collector.log(), /SIGTERM: stopping/);
  assert.match(collector.log(), /stopped: all answers given/);

  const verified = await run(["verify", "--data-dir", `${collector.dataDir}/data`]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  const [, records] = /(\d+) records,/.exec(verified.stdout);
  assert.ok(Number(records) >= acknowledged.length);

  // After a clean stop nothing has to be folded again.
  const next = await startCollector({ args: ["--site", "academy"], dataDir: collector.dataDir });
  assert.match(next.log(), /, 0 folded again/);
  await next.stop();
});

test("a request that is half sent when SIGTERM comes still gets its answer", async (t) => {
  const collector = await startCollector({ args: ["--site", "academy"] });
  t.after(() => collector.remove());
  const body = encodeBeacon(sampleBeacon());
  let stopping;
  async function* slowly() {
    yield body.subarray(0, 20);
    await new Promise((resolve) => setTimeout(resolve, 300));
    stopping = collector.stop("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 300));
    yield body.subarray(20);
  }
  const response = await fetch(`${collector.http}/v1/beacon`, {
    method: "POST",
    body: slowly(),
    duplex: "half",
  });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get("connection"), "close");
  assert.equal(await stopping, 0);
});

test("a taken port and a locked data folder are said, with what to do", async (t) => {
  const collector = await startCollector({ args: ["--site", "academy"] });
  t.after(() => collector.remove());
  const other = await startCollector({ args: ["--site", "academy"] });
  t.after(() => other.remove());
  await other.stop();
  const taken = collector.http.replace("http://", "");

  const port = await run(["serve", "--http", taken, "--grpc", "", "--data-dir", other.dataDir]);
  assert.equal(port.code, 1);
  assert.match(port.stderr, new RegExp(`Cannot listen on ${taken}: .*another address`));

  const grpcPort = await run([
    "serve",
    "--http",
    "127.0.0.1:0",
    "--grpc",
    collector.grpc,
    "--data-dir",
    other.dataDir,
  ]);
  assert.equal(grpcPort.code, 1);
  assert.match(
    grpcPort.stderr,
    new RegExp(`Cannot listen on ${collector.grpc}: .*another address`),
  );

  const data = `${collector.dataDir}/data`;
  const lock = await run(["serve", "--http", "127.0.0.1:0", "--grpc", "", "--data-dir", data]);
  assert.equal(lock.code, 1);
  assert.match(lock.stderr, /lock|in use|another/i);
});
