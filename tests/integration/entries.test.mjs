// What a page sends raw is held to the same rules as what it has interpreted itself: each rule with the same answer and
// the same outcome at both doors.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { messageSchema } from "../e2e/support/protocol.mjs";
import {
  encodeBeacon,
  encodeEntryBatch,
  outcomes,
  post,
  sampleBeacon,
  sampleEntryBatch,
  startCollector,
  until,
} from "./support.mjs";

const BODY_LIMIT = 262_144;
const MAX_ITEMS = 2_000;
const MAX_STRINGS = 4_096;
const MAX_STRING_BYTES = 2_048;
const MAX_PAGE_VIEWS = 64;
const DAY_MS = 86_400_000;
const CONFIG = `
sites:
  - key: academy
  - key: strict
    origins: [https://strict.example]
`;

// The two doors. `items` of a message are its events or entries.
const DOORS = {
  beacon: {
    make: (overrides) => sampleBeacon(overrides),
    encode: encodeBeacon,
    items: (message, count) => ({ ...message, events: Array(count).fill(message.events[0]) }),
    pageViews: (message, count) => ({
      ...message,
      pageViews: Array.from({ length: count }, (_, index) => ({ ...message.pageViews[0], index })),
    }),
    badReference: () => sampleBeacon({ pageViews: [{ navigationType: 1, urlRef: 9_999 }] }),
    deep: () => deepItem("Beacon", "events"),
  },
  entries: {
    make: (overrides) => sampleEntryBatch(overrides),
    encode: encodeEntryBatch,
    items: (message, count) => ({
      ...message,
      entries: [message.entries[0], ...Array(count - 1).fill(message.entries[1])],
    }),
    pageViews: (message, count) => ({ ...message, entries: Array(count).fill(message.entries[0]) }),
    badReference: () =>
      sampleEntryBatch({
        entries: [
          { entry: { case: "pageViewStart", value: { navigationType: 1, urlRef: 9_999 } } },
        ],
      }),
    deep: () => deepItem("EntryBatch", "entries"),
  },
};

/** An item that is groups (wire types 3 and 4) within groups: proto3 has none, and they need no length. */
function deepItem(name, field) {
  const { number } = messageSchema(name).fields.find(({ localName }) => localName === field);
  const groups = Buffer.concat([Buffer.alloc(20, (15 << 3) | 3), Buffer.alloc(20, (15 << 3) | 4)]);
  return Buffer.concat([Buffer.from([(number << 3) | 2, groups.length]), groups]);
}

let collector;
before(async () => {
  collector = await startCollector({ config: CONFIG });
});
after(() => collector.remove());

/** Posts, and checks the status and that exactly this outcome was counted, once. */
async function expectOutcome(outcome, status, door, body, headers = {}) {
  const earlier = await outcomes(collector.http);
  const response = await post(`${collector.http}/v1/${door}`, body, headers);
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.deepEqual(await outcomes(collector.http), { ...earlier, [outcome]: earlier[outcome] + 1 });
}

for (const [door, { make, encode, items, pageViews, badReference, deep }] of Object.entries(
  DOORS,
)) {
  const refused = (status, outcome, body, headers) =>
    expectOutcome(`refused_${outcome}`, status, door, body, headers);
  const sent = (offsetMs) => BigInt(Date.now() + offsetMs);

  test(`${door}: as many as are allowed are taken`, async () => {
    const accepted = (message) => expectOutcome("accepted", 204, door, encode(message));
    await accepted(items(make(), MAX_ITEMS));
    await accepted(pageViews(make(), MAX_PAGE_VIEWS));
    const strings = make().strings.concat(Array(MAX_STRINGS).fill("x")).slice(0, MAX_STRINGS);
    await accepted(make({ strings }));
    await accepted(make({ strings: ["/" + "x".repeat(MAX_STRING_BYTES - 1), "x"] }));
  });

  test(`${door}: more is refused`, async () => {
    await refused(422, "invalid", encode(items(make(), MAX_ITEMS + 1)));
    await refused(422, "invalid", encode(pageViews(make(), MAX_PAGE_VIEWS + 1)));
    await refused(422, "invalid", encode(make({ strings: Array(MAX_STRINGS + 1).fill("x") })));
    const long = "x".repeat(MAX_STRING_BYTES + 1);
    await refused(422, "invalid", encode(make({ strings: [long, "x"] })));
    await refused(413, "too_large", new Uint8Array(BODY_LIMIT + 1));
    await refused(413, "too_large", gzipSync(new Uint8Array(BODY_LIMIT + 1)));
  });

  test(`${door}: what is no message, or nests too deep, is refused`, async () => {
    await refused(400, "empty", "");
    await refused(400, "malformed", "\xff\xff");
    await refused(400, "malformed", gzipSync("no protobuf"));
    await refused(400, "malformed", Buffer.concat([encode(make()), deep()]));
    await refused(400, "malformed", Buffer.concat([encode(make()), Buffer.alloc(1_000, 0x7b)]));
  });

  test(`${door}: identity, clocks and references have to be possible`, async () => {
    for (const overrides of [
      { sessionId: new Uint8Array(16) },
      { sessionId: randomBytes(15) },
      { documentId: randomBytes(9) },
      { sequence: 100_001 },
      { sampleRatePpm: 1_000_001 },
      { originUnixMs: 0n },
      { sentUnixMs: sent(200 * 365 * DAY_MS) },
      { originUnixMs: sent(-40 * DAY_MS), sentUnixMs: sent(0) },
    ]) {
      await refused(422, "invalid", encode(make(overrides)));
    }
    await refused(422, "invalid", encode(badReference()));
  });

  test(`${door}: the site has to be known, and its origin allowed`, async () => {
    await refused(404, "unknown_site", encode(make({ site: "nowhere" })));
    const strict = () => encode(make({ site: "strict" }));
    await refused(403, "origin", strict(), { Origin: "https://elsewhere.example" });
    const own = { Origin: "https://strict.example" };
    await expectOutcome("accepted", 204, door, strict(), own);
  });

  test(`${door}: the same bytes again are a duplicate, others a conflict`, async () => {
    const message = make();
    await expectOutcome("accepted", 204, door, encode(message));
    await expectOutcome("duplicate", 204, door, encode(message));
    const other = encode({ ...message, strings: ["/other", "x"] });
    await expectOutcome("conflict", 409, door, other);
  });

  test(`${door}: a session that is not sampled is counted and not stored`, async () => {
    const sessionId = Uint8Array.from({ length: 16 }, () => 0xff);
    await expectOutcome("sampled_out", 204, door, encode(make({ sampleRatePpm: 1, sessionId })));
  });
}

/** Posts to both doors in turn until one of them refuses. */
async function floodBothDoors({ http }, limit) {
  for (let i = 0; i < limit; i++) {
    for (const [door, { make, encode }] of Object.entries(DOORS)) {
      const { status } = await post(`${http}/v1/${door}`, encode(make()));
      if (status === 429) return { door, sent: 2 * i };
      assert.equal(status, 204);
    }
  }
  return undefined;
}

for (const setting of ["site_per_second", "address_per_second"]) {
  test(`both doors share what limits.${setting} allows`, async (t) => {
    const limited = await startCollector({
      config: `sites:\n  - key: academy\nlimits:\n  ${setting}: 2\n`,
    });
    t.after(() => limited.remove());
    const flooded = await floodBothDoors(limited, 500);
    assert.ok(flooded, "one door says that it is too much");
    // A token comes every half second, so in between neither door is open.
    const closed = await until(async () => {
      const answers = await Promise.all(
        Object.entries(DOORS).map(([door, { make, encode }]) =>
          post(`${limited.http}/v1/${door}`, encode(make())),
        ),
      );
      return answers.every(({ status }) => status === 429) && answers;
    });
    for (const answer of closed) assert.ok(Number(answer.headers.get("retry-after")) > 0);
    assert.ok((await outcomes(limited.http)).rate_limited >= closed.length);
  });
}
