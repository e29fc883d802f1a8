// Every kind of event, sent as the agent sends it, and what the collector then answers: over HTTP and gRPC, against the
// real binary.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { inRepository } from "../e2e/support/paths.mjs";
import { messageSchema } from "../e2e/support/protocol.mjs";
import grpc from "@grpc/grpc-js";
import { paceline } from "./grpc_example.mjs";
import { encodeBeacon, post, query, run, sampleBeacon, startCollector } from "./support.mjs";

const CONFIG = `
geo:
  database: ${inRepository("tests/fixtures/places.mmdb")}
sites:
  - key: academy
    journeys:
      - name: enrolment
        version: 3
        target_ms: 60000
        steps:
          - { name: form, page: /enrol }
          - { name: pay, click: "#pay" }
    stages:
      decision: ["/courses/*"]
    conversions:
      - { type: email_signup, submit: form.newsletter }
    checkout_hosts: [pay.example.com]
  - key: plain
`;

let collector;
let queries;
before(async () => {
  collector = await startCollector({ config: CONFIG });
  queries = new paceline.v1.QueryService(collector.grpc, grpc.credentials.createInsecure());
});
after(async () => {
  queries?.close();
  await collector?.remove();
});

/** Builds a beacon's string table: `text("x")` is the reference of "x". */
function table(strings = ["/courses/chess", "main > img.hero"]) {
  const text = (value) => {
    const at = strings.indexOf(value);
    return at >= 0 ? at + 1 : strings.push(value);
  };
  return { strings, text };
}

async function send(overrides) {
  const beacon = sampleBeacon({ sessionId: randomBytes(16), ...overrides });
  const answer = await post(`${collector.http}/v1/beacon`, encodeBeacon(beacon));
  assert.equal(answer.status, 204, await answer.text());
  return Buffer.from(beacon.sessionId).toString("hex");
}

const event = (name, value, at100us = 1000) => ({ at100us, event: { case: name, value } });

/** The methods that gRPC and HTTP answer alike. */
async function both(method, path, parameters) {
  const http = await query(collector.http, path, parameters);
  const overGrpc = await promisify(queries[method].bind(queries))(parameters);
  return { http, overGrpc };
}

/** A value for each scalar of a message, so that nothing can be missed: numbers count up, references lead to texts. */
function fill(schema, text, next = { number: 1 }) {
  const message = {};
  for (const field of schema.fields) {
    if (field.localName === "at100us") continue;
    if (field.fieldKind === "message") message[field.localName] = fill(field.message, text, next);
    else if (field.fieldKind === "list")
      message[field.localName] = [fill(field.message, text, next)];
    else if (field.fieldKind === "enum") message[field.localName] = 1;
    else if (field.name === "currency_ref") message[field.localName] = text("EUR");
    else if (field.name.endsWith("_ref"))
      message[field.localName] = text(`text ${(next.number += 1)}`);
    else if (field.name === "trace_id") message[field.localName] = randomBytes(16);
    else message[field.localName] = scalarOf(field, (next.number += 1));
  }
  return message;
}

function scalarOf(field, number) {
  const zero = field.getDefaultValue();
  if (typeof zero === "boolean") return true;
  return typeof zero === "bigint" ? BigInt(number) : number;
}

// Which the collector adds.
const FLAGS = new Set(["veryLong", "slow"]);

test("C4 to C19: no event is accepted that the journey does not show", async () => {
  const { strings, text } = table();
  const kinds = messageSchema("Event").oneofs[0].fields.filter(
    // Calls are shown as what they mean.
    ({ name }) => name !== "vital" && name !== "call",
  );
  assert.ok(kinds.length >= 26, `${kinds.length} kinds`);
  const events = kinds.map((kind, index) =>
    event(kind.localName, fill(kind.message, text), 1000 + index),
  );
  const id = await send({ strings, events });
  const { events: all } = await query(collector.http, `sessions/${id}`, { site: "academy" });
  // What the resource weighs is added.
  const shown = all.filter(({ bundle }) => !bundle);
  assert.equal(shown.length, kinds.length);
  assert.equal(all.length, kinds.length + 1);
  for (const [index, kind] of kinds.entries()) {
    const value = shown[index][kind.localName];
    assert.ok(value, `${kind.localName} is shown`);
    const fields = Object.entries(value).filter(([name]) => !FLAGS.has(name));
    const empty = fields.filter(
      ([, one]) => one === "" || one === 0 || one === false || one?.length === 0,
    );
    assert.deepEqual(empty, [], `${kind.localName}: ${JSON.stringify(value)}`);
    // As many fields as were sent.
    const sent = kind.message.fields.filter(({ localName }) => localName !== "at100us");
    assert.equal(fields.length, sent.length, JSON.stringify(value));
  }
});

test("C4 to C19: what took too long is flagged", async () => {
  const { strings, text } = table();
  const component = { componentRef: text("Lesson"), base100us: 900 };
  const id = await send({
    strings,
    events: [
      event("longTask", { duration100us: 5000 }),
      event("longTask", { duration100us: 5001 }),
      event("transition", { duration100us: 10_000, kind: 1 }),
      event("transition", { duration100us: 10_001, kind: 1 }),
      event("render", { ...component, actual100us: 160 }),
      event("render", { ...component, actual100us: 161 }),
    ],
  });
  const { events } = await query(collector.http, `sessions/${id}`, { site: "academy" });
  assert.deepEqual(
    events.map(
      ({ longTask, transition, render }) =>
        (longTask ?? { veryLong: (transition ?? render).slow }).veryLong,
    ),
    [false, true, false, true, false, true],
  );
});

test("C15 to C18: calls are shown as what they mean", async () => {
  const { strings, text } = table();
  const call = ([name, ...args], felt) =>
    event("call", { nameRef: text(name), argumentRefs: args.map(text), ...felt });
  const events = [
    call(["track", "video_played", "lesson", "even-splits"]),
    call(["metric", "cache_hit_rate", "0.83", "unit", "rate", "source", "CDN", "region", "eu"]),
    call(["feedback", "5", "lesson"]),
    call(["feedback", "9"]),
    call(["journey", "payment", "stepFail", "card", "reason", "declined"]),
    call(["conversion", "purchase", "value", "49.90", "currency", "eur", "pagesVisited", "2"], {
      lcp100us: 26_000,
    }),
  ];
  const id = await send({ strings, events });
  const { events: shown } = await query(collector.http, `sessions/${id}`, { site: "academy" });
  assert.deepEqual(
    shown.map((one) => Object.keys(one).filter((key) => typeof one[key] === "object")[0]),
    ["action", "customMetric", "feedback", "journeyStep", "conversion"],
  );
  const [, metric, , step, conversion] = shown;
  assert.equal(metric.customMetric.value, 0.83);
  assert.equal(step.journeyStep.reason, "declined");
  assert.equal(conversion.conversion.valueMinor, 4990);
  assert.equal(conversion.conversion.currency, "EUR");
  // Everybody 50, LCP 110, a mid-range device 10, second page 75.
  assert.equal(conversion.conversion.bounceRiskPermille, 245);
});

test("C3: a vital is shown with all that it comes from", async () => {
  const { strings, text } = table();
  const vital = (metric, name, schema) =>
    event("vital", {
      metric,
      value: 12_000n,
      entryCount: 2,
      attribution: { case: name, value: fill(messageSchema(schema), text) },
    });
  const events = [
    vital(1, "lcp", "Vital.LcpAttribution"),
    vital(2, "interaction", "Vital.InteractionAttribution"),
    vital(3, "cls", "Vital.ClsAttribution"),
    vital(4, "fcp", "Vital.FcpAttribution"),
    vital(5, "ttfb", "Vital.TtfbAttribution"),
  ];
  const id = await send({ strings, events });
  const journey = await query(collector.http, `sessions/${id}`, { site: "academy" });
  const finals = journey.pageViews[0].vitals;
  for (const [index, name] of ["lcp", "interaction", "cls", "fcp", "ttfb"].entries()) {
    const shown = journey.events[index].vital[name];
    assert.ok(shown, name);
    for (const [field, value] of Object.entries(shown)) {
      assert.ok(value !== "" && value !== 0 && value !== false, `${name}.${field} is ${value}`);
    }
    assert.deepEqual(finals[index][name], shown, "the final value has it too");
  }
});

test("C1: TBT and TTI are in the vitals of the site", async () => {
  const vital = (metric, value) => event("vital", { metric, value: BigInt(value) });
  await send({ site: "plain", events: [vital(7, 3000), vital(8, 80_000)] });
  const { vitals } = await query(collector.http, "vitals", { site: "plain" });
  const of = (metric) => vitals.find((one) => one.metric === metric);
  assert.equal(of("METRIC_TBT").count, 1);
  assert.equal(of("METRIC_TBT").rating, "RATING_NEEDS_IMPROVEMENT");
  assert.equal(of("METRIC_TBT").goodThreshold, 200);
  assert.equal(of("METRIC_TTI").rating, "RATING_POOR");
  assert.equal(of("METRIC_TTI").poorThreshold, 7300);
});

test("C5: the site's words become dimensions and tags, and users pseudonyms", async () => {
  const { strings, text } = table();
  const tags = {
    userType: "student",
    userId: "jane@example.com",
    utm_source: "letter",
    variant: "b",
  };
  const tagRefs = Object.entries(tags).flat().map(text);
  const context = { tagRefs, releaseRef: text("2026.4"), languageRef: text("de"), orientation: 1 };
  const id = await send({ strings, context });
  const journey = await query(collector.http, `sessions/${id}`, { site: "academy" });
  const shown = Object.fromEntries(journey.session.tags.map(({ key, value }) => [key, value]));
  assert.equal(shown.userType, "student");
  assert.match(shown.userId, /^u-[0-9a-f]{15}$/);
  assert.ok(!JSON.stringify(journey).includes("jane"));
  assert.deepEqual(journey.pageViews[0].tags.length, 4);
  assert.equal(journey.pageViews[0].context.language, "de");
  assert.equal(journey.pageViews[0].context.orientation, "ORIENTATION_PORTRAIT");
  for (const [dimension, value] of [
    ["user_type", "student"],
    ["release", "2026.4"],
    ["variant", "b"],
    ["source", "letter"],
    ["stage", "decision"],
  ]) {
    const parameters = { site: "academy", dimension, dimension_value: value };
    const { pageViews } = await query(collector.http, "vitals", parameters);
    assert.ok(pageViews >= 1, `${dimension} ${value}: ${pageViews}`);
  }
});

test("C4: a session says whether an application showed the page", async () => {
  const visit = async (browser) => {
    const beacon = sampleBeacon({ sessionId: randomBytes(16) });
    const headers = { "user-agent": `Mozilla/5.0 (Linux; Android 13; SM-A515F${browser}` };
    await post(`${collector.http}/v1/beacon`, encodeBeacon(beacon), headers);
    const id = Buffer.from(beacon.sessionId).toString("hex");
    return (await query(collector.http, `sessions/${id}`, { site: "academy" })).session;
  };
  const inApp = await visit("; wv) Version/4.0 Chrome/125.0 Mobile Safari/537.36");
  assert.deepEqual([inApp.inAppBrowser, inApp.browser], [true, "Chrome"]);
  const own = await visit(") Chrome/125.0 Mobile Safari/537.36");
  assert.deepEqual([own.inAppBrowser, own.browser], [false, "Chrome"]);
});

test("C4: country and region come from the address, which is not kept", async () => {
  const id = await send({});
  const { session } = await query(collector.http, `sessions/${id}`, { site: "academy" });
  assert.equal(session.country, "FR");
  assert.equal(session.region, "FR-IDF");
  assert.ok(!JSON.stringify(session).includes("127.0.0"));
  for (const [dimension, value] of [
    ["country", "FR"],
    ["region", "FR-IDF"],
  ]) {
    const parameters = { site: "academy", dimension, dimension_value: value };
    const { pageViews } = await query(collector.http, "vitals", parameters);
    assert.ok(pageViews >= 1, `${dimension} ${value}: ${pageViews}`);
  }
});

test("a geography database that is none is named", async () => {
  const started = await run(["serve", "--geo-database", "/none.mmdb", "--site", "x"]);
  assert.notEqual(started.code, 0);
  assert.match(started.stderr, /\/none\.mmdb is no geography database.*geo\.database/);
});

test("C6, C9, C10: resources, errors and API calls by what they are about", async () => {
  const { strings, text } = table();
  const address = "https://cdn.example/app.js?user=jane";
  const events = [
    event("resource", { urlRef: text(address), type: 1, duration100us: 900, thirdParty: true }),
    event("error", { kind: 1, messageRef: text("broken"), fingerprint: 77 }),
    event("apiCall", { endpointRef: text("/api/x"), methodRef: text("PUT"), status: 500 }),
  ];
  const id = await send({ site: "plain", strings, events });
  const range = { site: "plain" };
  const errors = await both("GetErrors", "errors", range);
  assert.equal(errors.http.errors[0].fingerprint, 77);
  assert.equal(errors.http.errors[0].exampleSessionId, id);
  assert.equal(errors.overGrpc.errors[0].message, "broken");
  const resources = await both("GetResources", "resources", range);
  assert.equal(resources.http.resources[0].url, "https://cdn.example/app.js");
  assert.equal(resources.http.resources[0].thirdParty, true);
  assert.equal(resources.overGrpc.resources[0].count, 1);
  const calls = await both("GetApiCalls", "api-calls", range);
  assert.equal(calls.http.apiCalls[0].serverErrors, 1);
  assert.equal(calls.overGrpc.apiCalls[0].method, "PUT");
  const { sessions } = await query(collector.http, "sessions", { site: "plain", errors: true });
  assert.deepEqual(
    sessions.map(({ sessionId, errors: count }) => [sessionId, count]),
    [[id, 1]],
  );
});

test("C15: journeys by the site's own definition", async () => {
  const { strings, text } = table();
  const step = (kind, name, at100us) =>
    event("journeyStep", { journeyRef: text("enrolment"), kind, stepRef: text(name) }, at100us);
  await send({ strings, events: [step(3, "form", 10_000), step(3, "pay", 30_000)] });
  const { http, overGrpc } = await both("GetJourneys", "journeys", { site: "academy" });
  const enrolment = http.journeys.find(({ journey }) => journey === "enrolment");
  assert.equal(enrolment.completed, 1);
  assert.equal(enrolment.version, 3);
  assert.equal(enrolment.targetMs, 60_000);
  assert.deepEqual(
    enrolment.steps.map(({ step: name, reached }) => [name, reached]),
    [
      ["form", 1],
      ["pay", 1],
    ],
  );
  assert.equal(overGrpc.journeys.find(({ journey }) => journey === "enrolment").completed, 1);
});

test("C17: conversions and revenue, each once", async () => {
  const { strings, text } = table();
  const conversion = event("conversion", {
    typeRef: text("purchase_completed"),
    idRef: text("cs_test_a1b2c3d4e5f6a7b8c9"),
    valueMinor: 4900n,
    currencyRef: text("EUR"),
    lcp100us: 18_000,
  });
  const id = await send({ site: "plain", strings, events: [conversion] });
  await send({ site: "plain", strings, events: [conversion] });
  const { http, overGrpc } = await both("GetConversions", "conversions", { site: "plain" });
  assert.deepEqual(http.totals, [
    { type: "purchase_completed", currency: "EUR", count: 1, valueMinor: 4900 },
  ]);
  assert.equal(http.revenue[0].valueMinor, 4900);
  assert.equal(http.conversions.length, 1);
  assert.equal(http.conversions[0].lcpMs, 1800);
  assert.equal(overGrpc.conversions[0].origin, "page");
  const { sessions } = await query(collector.http, "sessions", {
    site: "plain",
    conversions: true,
  });
  assert.ok(sessions.some(({ sessionId }) => sessionId === id));
});

test("what is stored is what a recount finds", async () => {
  await collector.stop();
  const { code, stdout, stderr } = await run([
    "verify",
    "--data-dir",
    join(collector.dataDir, "data"),
  ]);
  assert.equal(code, 0, `${stdout}${stderr}`);
  collector = await startCollector({ config: CONFIG, dataDir: collector.dataDir });
});

test("C15: the agent reads its site's settings, cached", async () => {
  const address = `${collector.http}/v1/config?site=academy`;
  const answer = await fetch(address, { headers: { origin: "https://academy.example" } });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("access-control-allow-origin"), "*");
  assert.equal(answer.headers.get("cache-control"), "public, max-age=300");
  assert.deepEqual(await answer.json(), {
    journeys: [
      {
        name: "enrolment",
        version: 3,
        steps: [
          { name: "form", page: "/enrol" },
          { name: "pay", click: "#pay" },
        ],
      },
    ],
    stages: [{ stage: "decision", pages: ["/courses/*"] }],
    conversions: [{ type: "email_signup", submit: "form.newsletter" }],
    checkoutHosts: ["pay.example.com"],
  });
  const etag = answer.headers.get("etag");
  const again = await fetch(address, { headers: { "if-none-match": etag } });
  assert.equal(again.status, 304);
  const plain = await (await fetch(`${collector.http}/v1/config?site=plain`)).json();
  assert.equal(plain.journeys, undefined);
  assert.equal(plain.stages.length, 4, "the defaults");
  assert.equal((await fetch(`${collector.http}/v1/config?site=nowhere`)).status, 404);
  assert.equal((await fetch(`${collector.http}/v1/config`)).status, 400);
});
