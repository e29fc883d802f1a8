// gRPC from another language: ingest, streams, queries, health, reflection, tokens.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";
import { paceline, sendAndAsk } from "./grpc_example.mjs";
import { outcomes, startCollector } from "./support.mjs";

const TOKEN = "a-token-for-tests-only";

let collector;
let ingest;
before(async () => {
  collector = await startCollector({ args: ["--site", "academy"] });
  ingest = new paceline.v1.IngestService(collector.grpc, grpc.credentials.createInsecure());
});
after(async () => {
  ingest.close();
  await collector.remove();
});

function beacon(overrides = {}) {
  const now = Date.now();
  return {
    site: "academy",
    sessionId: randomBytes(16),
    documentId: randomBytes(8),
    originUnixMs: now - 3000,
    sentUnixMs: now,
    sampleRatePpm: 1_000_000,
    strings: ["/booking"],
    pageViews: [{ urlRef: 1, navigationType: "NAVIGATION_TYPE_NAVIGATE" }],
    ...overrides,
  };
}

test("the README's example sends a beacon and reads the vitals", async () => {
  const { outcome, lcp } = await sendAndAsk(collector.grpc, "academy");
  assert.equal(outcome, "OUTCOME_ACCEPTED");
  assert.equal(lcp.count, 1);
  assert.equal(lcp.rating, "RATING_GOOD");
  assert.ok(Math.abs(lcp.p75 - 1800) <= 18, `p75 ${lcp.p75} is within 1 % of 1800`);
});

test("Send answers each item in the request's order", async () => {
  const good = beacon();
  const answer = await promisify(ingest.Send.bind(ingest))({
    beacons: [good, good, beacon({ site: "nowhere" }), { ...good, strings: ["/other"] }],
    entryBatches: [
      {
        ...beacon(),
        entries: [{ pageViewStart: { urlRef: 1, navigationType: "NAVIGATION_TYPE_NAVIGATE" } }],
      },
    ],
  });
  assert.deepEqual(
    answer.results.map(({ outcome }) => outcome),
    [
      "OUTCOME_ACCEPTED",
      "OUTCOME_DUPLICATE",
      "OUTCOME_REFUSED_UNKNOWN_SITE",
      "OUTCOME_CONFLICT",
      "OUTCOME_ACCEPTED",
    ],
  );
  assert.match(answer.results[2].message, /nowhere/);
});

test("Send refuses an empty request", async () => {
  await assert.rejects(promisify(ingest.Send.bind(ingest))({}), {
    code: grpc.status.INVALID_ARGUMENT,
  });
});

/** Sends bytes as they are; answers the call's status code. */
function sendRaw(method, bytes) {
  const raw = new grpc.Client(collector.grpc, grpc.credentials.createInsecure());
  const same = (value) => value;
  return new Promise((resolve) => {
    raw.makeUnaryRequest(`/paceline.v1.${method}`, same, same, bytes, (error) => {
      raw.close();
      resolve(error?.code ?? grpc.status.OK);
    });
  });
}

test("what is no message of ours is an invalid argument, and counted", async () => {
  const earlier = await outcomes(collector.http);
  for (const bytes of [Buffer.from([0xff, 0xff, 0x20]), Buffer.from([0x0a, 0x7f])]) {
    assert.equal(await sendRaw("IngestService/Send", bytes), grpc.status.INVALID_ARGUMENT);
    assert.equal(await sendRaw("IngestService/Stream", bytes), grpc.status.INVALID_ARGUMENT);
  }
  const later = await outcomes(collector.http);
  assert.equal(later.refused_malformed, earlier.refused_malformed + 4);
});

/** Runs a stream: writes all, ends, answers the responses. */
function stream(messages, metadata = new grpc.Metadata()) {
  return new Promise((resolve, reject) => {
    const call = ingest.Stream(metadata);
    const responses = [];
    call.on("data", (response) => responses.push(response));
    call.on("error", reject);
    call.on("end", () => resolve(responses));
    for (const message of messages) call.write(message);
    call.end();
  });
}

test("Stream acknowledges positions in order, and says what was refused", async () => {
  const earlier = await outcomes(collector.http);
  const count = 500;
  const messages = [];
  for (let i = 0; i < count; i++) {
    messages.push({
      position: 10 * (i + 1),
      beacons: i === 123 ? [beacon(), beacon({ site: "nowhere" })] : [beacon()],
    });
  }
  const responses = await stream(messages);
  const acknowledged = responses.map((response) => response.acknowledgedPosition);
  assert.deepEqual(
    acknowledged,
    [...acknowledged].sort((a, b) => a - b),
  );
  assert.equal(acknowledged.at(-1), 10 * count);
  const refusals = responses.flatMap((response) => response.refusals);
  assert.equal(refusals.length, 1);
  assert.equal(refusals[0].position, 1240);
  assert.equal(refusals[0].index, 1);
  assert.equal(refusals[0].result.outcome, "OUTCOME_REFUSED_UNKNOWN_SITE");
  const later = await outcomes(collector.http);
  assert.equal(later.accepted, earlier.accepted + count);
});

test("Stream refuses positions that do not increase", async () => {
  await assert.rejects(
    stream([
      { position: 2, beacons: [beacon()] },
      { position: 2, beacons: [beacon()] },
    ]),
    { code: grpc.status.INVALID_ARGUMENT, details: /Position 2 came after 2/ },
  );
});

test("a stream that is cut off harms nobody", async () => {
  const call = ingest.Stream();
  call.on("error", () => {});
  for (let i = 1; i <= 200; i++) call.write({ position: i, beacons: [beacon()] });
  call.cancel();
  const { outcome } = await sendAndAsk(collector.grpc, "academy");
  assert.equal(outcome, "OUTCOME_ACCEPTED");
});

test("queries say what is wrong with them", async () => {
  const queries = new paceline.v1.QueryService(collector.grpc, grpc.credentials.createInsecure());
  const ask = promisify(queries.GetVitals.bind(queries));
  await assert.rejects(ask({ site: "nowhere" }), { code: grpc.status.NOT_FOUND });
  await assert.rejects(ask({ site: "academy", fromUnixMs: 2, toUnixMs: 1 }), {
    code: grpc.status.INVALID_ARGUMENT,
    details: /before/,
  });
  queries.close();
});

test("the standard health and reflection services answer", async () => {
  const health = grpc.loadPackageDefinition(
    protoLoader.fromJSON({
      nested: {
        grpc: {
          nested: {
            health: {
              nested: {
                v1: {
                  nested: {
                    HealthCheckRequest: { fields: { service: { type: "string", id: 1 } } },
                    HealthCheckResponse: { fields: { status: { type: "int32", id: 1 } } },
                    Health: {
                      methods: {
                        Check: {
                          requestType: "HealthCheckRequest",
                          responseType: "HealthCheckResponse",
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    }),
  );
  const client = new health.grpc.health.v1.Health(
    collector.grpc,
    grpc.credentials.createInsecure(),
  );
  const answer = await promisify(client.Check.bind(client))({});
  assert.equal(answer.status, 1, "SERVING");
  client.close();

  // One reflection request, by hand: list_services (field 7) of "*".
  const raw = new grpc.Client(collector.grpc, grpc.credentials.createInsecure());
  const listed = await new Promise((resolve, reject) => {
    const same = (bytes) => bytes;
    const call = raw.makeBidiStreamRequest(
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      same,
      same,
    );
    call.on("data", (bytes) => resolve(bytes.toString("latin1")));
    call.on("error", reject);
    call.write(Buffer.from([0x3a, 0x01, 0x2a]));
    call.end();
  });
  assert.match(listed, /paceline\.v1\.IngestService/);
  assert.match(listed, /paceline\.v1\.QueryService/);
  raw.close();
});

test("queries need the token where one is set; ingest does not", async (t) => {
  const guarded = await startCollector({ args: ["--site", "academy", "--auth-token", TOKEN] });
  t.after(() => guarded.remove());
  const credentials = grpc.credentials.createInsecure();
  const queries = new paceline.v1.QueryService(guarded.grpc, credentials);
  const open = new paceline.v1.IngestService(guarded.grpc, credentials);
  const getSites = promisify(queries.GetSites.bind(queries));

  const sent = await promisify(open.Send.bind(open))({ beacons: [beacon()] });
  assert.equal(sent.results[0].outcome, "OUTCOME_ACCEPTED");
  await assert.rejects(getSites({}), { code: grpc.status.UNAUTHENTICATED });
  const wrong = new grpc.Metadata();
  wrong.set("authorization", "Bearer wrong");
  await assert.rejects(getSites({}, wrong), { code: grpc.status.UNAUTHENTICATED });
  const right = new grpc.Metadata();
  right.set("authorization", `Bearer ${TOKEN}`);
  assert.deepEqual((await getSites({}, right)).sites, ["academy"]);
  queries.close();
  open.close();
});
