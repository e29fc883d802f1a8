// Conversions that other systems tell of: POST /v1/conversions and signed webhooks, over HTTP, against the real binary.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { tellOfPurchase } from "./conversion_example.mjs";
import { encodeBeacon, post, query, run, sampleBeacon, startCollector, until } from "./support.mjs";

const TOKEN = "token-of-the-shop-server";
const SECRETS = {
  stripe: "whsec_of_academy_1234567",
  calendly: "calendly_of_academy_1234",
  woocommerce: "woo_of_academy_12345678",
};
const CONFIG = `
conversions:
  token: ${TOKEN}
sites:
  - key: academy
    webhooks: {stripe: ${SECRETS.stripe}, calendly: ${SECRETS.calendly}, woocommerce: ${SECRETS.woocommerce}}
  - key: other
    webhooks: {stripe: whsec_of_other_123456789}
  - key: plain
`;

let collector;
before(async () => {
  collector = await startCollector({ config: CONFIG });
});
after(() => collector?.remove());

const tell = (body, headers = {}) =>
  post(`${collector.http}/v1/conversions`, typeof body === "string" ? body : JSON.stringify(body), {
    authorization: `Bearer ${TOKEN}`,
    "content-type": "application/json",
    ...headers,
  });

/** A session with one page view, as the agent would have sent it; its reference. */
async function visit() {
  const sessionId = randomBytes(16);
  const beacon = encodeBeacon(sampleBeacon({ sessionId }));
  assert.equal((await post(`${collector.http}/v1/beacon`, beacon)).status, 204);
  return sessionId.toString("hex");
}

const purchase = (id, reference, more = {}) => ({
  site: "academy",
  id,
  reference,
  type: "purchase_completed",
  value: "120.00",
  currency: "EUR",
  ...more,
});

function timedSignature(body, secret, seconds = Math.floor(Date.now() / 1000)) {
  const mac = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${mac}`;
}

function stripe(
  event,
  { site = "academy", secret = SECRETS.stripe, seconds, body, signature } = {},
) {
  const text = body ?? JSON.stringify(event);
  return post(`${collector.http}/v1/webhooks/stripe?site=${site}`, text, {
    "content-type": "application/json; charset=utf-8",
    "stripe-signature": signature ?? timedSignature(text, secret, seconds),
  });
}

function calendly(message, secret = SECRETS.calendly) {
  const text = JSON.stringify(message);
  return post(`${collector.http}/v1/webhooks/calendly?site=academy`, text, {
    "calendly-webhook-signature": timedSignature(text, secret),
  });
}

function woocommerce(order, { topic = "order.updated", secret = SECRETS.woocommerce } = {}) {
  const text = JSON.stringify(order);
  return post(`${collector.http}/v1/webhooks/woocommerce?site=academy`, text, {
    "x-wc-webhook-topic": topic,
    "x-wc-webhook-signature": createHmac("sha256", secret).update(text).digest("base64"),
  });
}

const checkoutEvent = (id, reference, more = {}) => ({
  id: `evt_${id}`,
  type: "checkout.session.completed",
  created: Math.floor(Date.now() / 1000),
  data: {
    object: {
      id: `cs_${id}`,
      mode: "payment",
      payment_status: "paid",
      amount_total: 12000,
      currency: "eur",
      client_reference_id: reference,
      payment_intent: `pi_${id}`,
      customer_details: { name: "Jo Runner", email: "jo@runner.example" },
      ...more,
    },
  },
});

/** What was told of the session, in its journey. */
const rows = async (reference) => {
  const { events = [] } = await query(collector.http, `sessions/${reference}`, { site: "academy" });
  return events.flatMap((event) => event.externalConversion ?? []);
};
const valueOf = (list) => list.reduce((sum, row) => sum + (row.valueMinor ?? 0), 0);

/** paceline_external_conversions_total by "source/result". */
async function counts() {
  const text = await (await fetch(`${collector.http}/metrics`)).text();
  const found = {};
  for (const [, a, b, count] of text.matchAll(
    /^paceline_external_conversions_total\{(\w+="\w+"),(\w+="\w+")\} (\d+)$/gm,
  )) {
    const labels = Object.fromEntries(
      [a, b].map((label) => [label.split("=")[0], label.split('"')[1]]),
    );
    found[`${labels.source}/${labels.result}`] = Number(count);
  }
  return found;
}

test("a conversion joins the session of its reference, once however often it is told", async () => {
  const reference = await visit();
  const before = await counts();
  for (let i = 0; i < 3; i++) {
    assert.equal((await tell(purchase("order-1", reference))).status, 204);
  }
  const told = await rows(reference);
  assert.equal(told.length, 1);
  assert.equal(told[0].type, "purchase_completed");
  assert.equal(told[0].valueMinor, 12000);
  assert.equal(told[0].currency, "EUR");
  assert.equal(told[0].origin, "api");
  const now = await counts();
  assert.equal(now["api/joined"] - before["api/joined"], 1);
  assert.equal(now["api/duplicate"] - before["api/duplicate"], 2);
});

test("the guide's example does what it says", async () => {
  const reference = await visit();
  assert.equal(await tellOfPurchase(collector.http, TOKEN, reference), 204);
  assert.equal(await tellOfPurchase(collector.http, TOKEN, reference), 204);
  const told = await rows(reference);
  assert.deepEqual(
    told.map(({ id, valueMinor }) => [id, valueMinor]),
    [["order-1017", 12000]],
  );
});

test("the Idempotency-Key stands in for an id, and another conversion under it is refused", async () => {
  const reference = await visit();
  const body = purchase(undefined, reference);
  const key = { "idempotency-key": "3f9c-key" };
  assert.equal((await tell(body, key)).status, 204);
  assert.equal((await tell(body, key)).status, 204);
  assert.equal((await rows(reference)).length, 1);
  const conflict = await tell({ ...body, value: "1.00" }, key);
  assert.equal(conflict.status, 409);
  assert.match(await conflict.text(), /id was used before/);
  assert.equal(valueOf(await rows(reference)), 12000);
});

test("refunds subtract, in part and as a whole, and find their session by themselves", async () => {
  const reference = await visit();
  assert.equal((await tell(purchase("order-2", reference))).status, 204);
  const part = { site: "academy", id: "refund-1", type: "refund", refunds: "order-2" };
  assert.equal((await tell({ ...part, value: "40.00", currency: "EUR" })).status, 204);
  assert.equal((await tell({ ...part, value: "40.00", currency: "EUR" })).status, 204);
  assert.equal(valueOf(await rows(reference)), 8000);

  assert.equal((await tell(purchase("order-3", reference, { value: "9.99" }))).status, 204);
  const all = { site: "academy", id: "refund-2", type: "refund", refunds: "order-3" };
  assert.equal((await tell(all)).status, 204);
  assert.equal(valueOf(await rows(reference)), 8000);

  const negative = purchase("refund-3", reference, { value: "-10.00" });
  assert.equal((await tell(negative)).status, 204);
  assert.equal(valueOf(await rows(reference)), 7000);
});

test("a conversion that comes before its session's beacons is joined when they come", async () => {
  const sessionId = randomBytes(16);
  const reference = sessionId.toString("hex");
  const before = await counts();
  assert.equal((await tell(purchase("order-4", reference))).status, 204);
  assert.equal((await counts())["api/unjoined"] - before["api/unjoined"], 1);
  const beacon = encodeBeacon(sampleBeacon({ sessionId }));
  assert.equal((await post(`${collector.http}/v1/beacon`, beacon)).status, 204);
  const journey = await query(collector.http, `sessions/${reference}`, { site: "academy" });
  assert.equal(journey.pageViews.length, 1);
  assert.equal(journey.session.weight, 1);
  assert.equal((await rows(reference)).length, 1);
});

test("without a reference it is kept under the site, unjoined, and counted", async () => {
  const before = await counts();
  for (const reference of [undefined, "not-a-reference"]) {
    assert.equal((await tell(purchase(`order-5-${reference}`, reference))).status, 204);
  }
  assert.equal((await counts())["api/unjoined"] - before["api/unjoined"], 2);
  const { sessions } = await query(collector.http, "sessions", { site: "academy" });
  const kept = sessions.filter((session) => /^0{16}[0-9a-f]{16}$/.test(session.sessionId));
  assert.equal(kept.length, 2);
  for (const { pageViews, conversions, revenue, sessionId } of kept) {
    assert.deepEqual([pageViews ?? 0, conversions], [0, 1]);
    assert.deepEqual(revenue, [{ currency: "EUR", valueMinor: 12000 }]);
    assert.match((await rows(sessionId))[0].id, /^order-5-/);
  }
});

test("who is not allowed, and what is wrong, is refused with what would be right", async () => {
  const reference = await visit();
  const good = purchase("order-6", reference);
  const refused = async (response, status, text) => {
    assert.equal(response.status, status);
    assert.match(await response.text(), text);
  };
  const none = await tell(good, { authorization: "" });
  assert.equal(none.headers.get("www-authenticate"), "Bearer");
  await refused(none, 401, /conversions\.token/);
  await refused(await tell(good, { authorization: "Bearer wrong" }), 401, /Bearer TOKEN/);
  await refused(await tell("{"), 400, /no JSON object/);
  await refused(await tell("[1]"), 400, /no JSON object/);
  await refused(await tell({ ...good, site: "nobody" }), 404, /no site "nobody"/);
  await refused(await tell({ ...good, id: "" }), 422, /Idempotency-Key/);
  await refused(await tell({ ...good, type: "Purchase!" }), 422, /purchase_completed/);
  await refused(await tell({ ...good, value: "12,50" }), 422, /decimal number/);
  await refused(await tell({ ...good, currency: "euro" }), 422, /ISO 4217/);
  await refused(await tell({ ...good, amount: 5 }), 422, /unknown field "amount"/);
  await refused(await tell({ ...good, occurred_unix_ms: -5 }), 422, /occurred_unix_ms/);
  await refused(await tell({ ...good, attributes: [1] }), 422, /attributes/);
  const unknown = { site: "academy", id: "r", type: "refund", refunds: "never-told" };
  await refused(await tell(unknown), 422, /not known here/);
  await refused(await tell("x".repeat(300_000)), 413, /larger than/);
  assert.equal((await fetch(`${collector.http}/v1/conversions`)).status, 405);
  assert.equal((await rows(reference)).length, 0);
});

test("without conversions.token the door is closed", async (t) => {
  const closed = await startCollector({ args: ["--site", "academy"] });
  t.after(() => closed.remove());
  const answer = await post(`${closed.http}/v1/conversions`, JSON.stringify(purchase("a", "")), {
    authorization: "Bearer ",
  });
  assert.equal(answer.status, 403);
  assert.match(await answer.text(), /conversions\.token/);
});

test("a Stripe checkout joins by client_reference_id; replays count once; refunds subtract", async () => {
  const reference = await visit();
  const event = checkoutEvent("a1", reference);
  assert.equal((await stripe(event)).status, 204);
  // Delivered again, and told again by another event about the same checkout.
  assert.equal((await stripe(event)).status, 204);
  assert.equal((await stripe({ ...event, id: "evt_other" })).status, 204);
  let told = await rows(reference);
  assert.equal(told.length, 1);
  assert.equal(told[0].valueMinor, 12000);
  assert.equal(told[0].origin, "stripe");

  const charge = (refunded, before) => ({
    id: `evt_r${refunded}`,
    type: "charge.refunded",
    created: Math.floor(Date.now() / 1000),
    data: {
      object: {
        id: "ch_a1",
        payment_intent: "pi_a1",
        amount: 12000,
        amount_refunded: refunded,
        currency: "eur",
      },
      previous_attributes: { amount_refunded: before },
    },
  });
  assert.equal((await stripe(charge(5000, 0))).status, 204);
  assert.equal((await stripe(charge(5000, 0))).status, 204);
  assert.equal(valueOf(await rows(reference)), 7000);
  assert.equal((await stripe(charge(12000, 5000))).status, 204);
  told = await rows(reference);
  assert.equal(valueOf(told), 0);
});

test("Stripe: subscriptions, payments still on their way, and events about something else", async () => {
  const reference = await visit();
  const started = checkoutEvent("s1", reference, {
    mode: "subscription",
    amount_total: 6900,
    subscription: "sub_s1",
  });
  assert.equal((await stripe(started)).status, 204);
  const late = checkoutEvent("l1", reference, { payment_status: "unpaid", amount_total: 100 });
  assert.equal((await stripe(late)).status, 204);
  assert.equal((await rows(reference)).length, 1, "an unpaid one does not count");
  late.type = "checkout.session.async_payment_succeeded";
  late.data.object.payment_status = "paid";
  assert.equal((await stripe(late)).status, 204);
  const types = (await rows(reference)).map((row) => row.type).sort();
  assert.deepEqual(types, ["purchase_completed", "subscription_started"]);

  const before = await counts();
  const other = { id: "evt_x", type: "customer.created", data: { object: { id: "cus_1" } } };
  assert.equal((await stripe(other)).status, 204);
  assert.equal((await counts())["stripe/ignored"] - before["stripe/ignored"], 1);
});

test("a Stripe webhook needs the site's own signature, of these five minutes", async () => {
  const reference = await visit();
  const event = checkoutEvent("bad", reference);
  const now = Math.floor(Date.now() / 1000);
  const refused = async (response, status, text) => {
    assert.equal(response.status, status);
    assert.match(await response.text(), text);
  };
  await refused(await stripe(event, { secret: "whsec_guessed_1234567" }), 401, /does not fit/);
  await refused(await stripe(event, { seconds: now - 301 }), 401, /five minutes/);
  await refused(await stripe(event, { seconds: now + 400 }), 401, /five minutes/);
  await refused(await stripe(event, { signature: "" }), 401, /not signed/);
  await refused(await stripe(event, { signature: "v1=00" }), 401, /no time/);
  const body = JSON.stringify(event);
  const signature = timedSignature(body, SECRETS.stripe);
  await refused(
    await stripe(event, { body: body.replace("12000", "99000"), signature }),
    401,
    /does not fit/,
  );
  // Signed for academy, posted to another site; and sites that have no such webhook.
  await refused(await stripe(event, { site: "other" }), 401, /does not fit/);
  await refused(await stripe(event, { site: "plain" }), 403, /switched off/);
  await refused(await stripe(event, { site: "nobody" }), 404, /no such site/);
  await refused(await stripe(null, { body: "[]" }), 400, /no Stripe event/);
  assert.equal((await rows(reference)).length, 0);
  // While a secret is changed, Stripe signs with both.
  const two = `${timedSignature(body, "whsec_the_next_one_1")},${signature.split(",")[1]}`;
  assert.equal((await stripe(event, { signature: two })).status, 204);
});

test("Calendly: a booking joins by utm_content, and a cancellation takes it back", async () => {
  const reference = await visit();
  const uri = "https://api.calendly.com/scheduled_events/EV1/invitees/IN1";
  const booked = {
    event: "invitee.created",
    created_at: new Date().toISOString(),
    payload: {
      uri,
      email: "jo@runner.example",
      name: "Jo Runner",
      tracking: { utm_content: reference },
      payment: { amount: 25, currency: "USD" },
    },
  };
  assert.equal((await calendly(booked)).status, 204);
  assert.equal((await calendly(booked)).status, 204);
  const told = await rows(reference);
  assert.equal(told.length, 1);
  assert.equal(told[0].type, "consultation_booked");
  assert.equal(told[0].valueMinor, 2500);
  assert.equal(told[0].currency, "USD");
  const canceled = { event: "invitee.canceled", payload: { uri, tracking: {} } };
  assert.equal((await calendly(canceled)).status, 204);
  assert.equal(valueOf(await rows(reference)), 0);
  assert.equal((await calendly(booked, "calendly_of_nobody_1234")).status, 401);
});

test("WooCommerce: an order counts when it is paid, and its refunds subtract", async () => {
  const reference = await visit();
  const order = {
    id: 1017,
    status: "pending",
    currency: "EUR",
    total: "49.9000",
    date_paid_gmt: null,
    meta_data: [{ id: 1, key: "paceline_ref", value: reference }],
    billing: { email: "jo@runner.example" },
    refunds: [],
  };
  assert.equal((await woocommerce(order, { topic: "order.created" })).status, 204);
  assert.equal((await rows(reference)).length, 0, "nothing is paid yet");
  const paid = { ...order, status: "processing", date_paid_gmt: "2026-11-21T04:00:00" };
  assert.equal((await woocommerce(paid)).status, 204);
  assert.equal((await woocommerce({ ...paid, status: "completed" })).status, 204);
  assert.equal(valueOf(await rows(reference)), 4990);
  const refunded = { ...paid, status: "refunded", refunds: [{ id: 9, total: "-49.90" }] };
  assert.equal((await woocommerce(refunded)).status, 204);
  assert.equal((await woocommerce(refunded)).status, 204);
  assert.equal(valueOf(await rows(reference)), 0);
  assert.equal((await woocommerce(paid, { secret: "wrong_wrong_wrong_1" })).status, 401);
  const ping = await post(`${collector.http}/v1/webhooks/woocommerce?site=academy`, "webhook_id=7");
  assert.equal(ping.status, 200);
});

test("nothing personal is kept, a restart loses nothing, and a recount finds the same", async () => {
  const reference = await visit();
  const attributes = { course: "first-marathon", who: "jo@runner.example" };
  assert.equal((await tell(purchase("order-9", reference, { attributes }))).status, 204);
  const journey = await query(collector.http, `sessions/${reference}`, { site: "academy" });
  const [event] = journey.events.filter((one) => one.externalConversion);
  assert.equal(event.externalConversion.id, "order-9");
  assert.equal(event.externalConversion.origin, "api");
  assert.equal(event.externalConversion.valueMinor, 12000);
  assert.ok(!JSON.stringify(journey).includes("jo@runner.example"));

  const { dataDir } = collector;
  await collector.stop("SIGKILL");
  collector = await startCollector({ config: CONFIG, dataDir });
  assert.equal(valueOf(await rows(reference)), 12000);
  assert.equal((await tell(purchase("order-9", reference, { attributes }))).status, 204);
  assert.equal(valueOf(await rows(reference)), 12000);

  await collector.stop();
  const verified = await run(["verify", "--data-dir", `${dataDir}/data`]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  collector = await startCollector({ config: CONFIG, dataDir });
  await until(() => collector.http);
});
