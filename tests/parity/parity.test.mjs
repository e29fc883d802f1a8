// One core, two builds: recordings of real pages give the same bytes natively and as WebAssembly, and however a
// recording is divided, it gives the same fact.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create } from "@bufbuild/protobuf";
import { decodeBeacon, encode, messageSchema } from "../e2e/support/protocol.mjs";
import { factOf } from "./fact.mjs";
import { divide, divideByEntry, readRecording, recordingNames } from "./recordings.mjs";
import { beaconsIn, runInWasm, runNatively, sendAsTheAgentDoes } from "./runtimes.mjs";

const BYTES_PER_EVENT = 40;

const fact = (lines) => factOf(beaconsIn(lines).map(decodeBeacon));

function assertConsumed(lines) {
  const refused = lines.filter((line) => /^consume [^0]/.test(line));
  assert.deepEqual(refused, []);
}

describe("recordings", () => {
  it("are there, and tell of everything that the core knows", () => {
    const cases = new Set();
    const metrics = new Set();
    for (const name of recordingNames()) {
      for (const beacon of beaconsIn(runNatively(readRecording(name))).map(decodeBeacon)) {
        for (const { event } of beacon.events) {
          cases.add(event.case);
          if (event.case === "vital") metrics.add(event.value.metric);
        }
      }
    }
    assert.deepEqual([...metrics].sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual([...cases].sort(), [
      "click",
      "interaction",
      "layoutShift",
      "rageClick",
      "visibilityChange",
      "vital",
    ]);
  });
});

for (const name of recordingNames()) {
  describe(name, () => {
    const recording = readRecording(name);

    it("gives the same bytes natively and as WebAssembly, batch by batch", async () => {
      const native = runNatively(recording);
      assertConsumed(native);
      assert.ok(beaconsIn(native).length > 0);
      assert.deepEqual(await runInWasm(recording), native);
    });

    const whole = fact(runNatively(divide(recording, 1)));
    for (const parts of [1, 3, 20]) {
      it(`gives the same fact in ${parts} batches`, async () => {
        const divided = divide(recording, parts);
        const native = runNatively(divided);
        assertConsumed(native);
        assert.deepEqual(await runInWasm(divided), native);
        assert.deepEqual(fact(native), whole);
      });
    }

    it("gives the same fact as recorded, as divided", () => {
      assert.deepEqual(fact(runNatively(recording)), whole);
    });

    it("gives the same fact when the WASM comes after half of it has left raw", async () => {
      const divided = divide(recording, 6);
      const half = 3;
      // What the collector had derived from the raw half, until the page's own beacons cover it.
      const derived = beaconsIn(runNatively(divided.slice(0, half))).map(decodeBeacon);
      const beacons = beaconsIn(await runInWasm(divided, half)).map(decodeBeacon);
      assert.ok(derived.length > 0);
      for (const { coversEntriesBefore } of beacons) assert.equal(coversEntriesBefore, half);
      assert.deepEqual(factOf(beacons), whole);
      // A beacon that never arrives leaves the derived facts; both halves raw are the whole again.
      assert.deepEqual(fact(runNatively(divided)), whole);
    });
  });
}

describe("size", () => {
  // What a beacon says, without what every beacon has to carry whatever it says: identity, clocks and device.
  const bytesSaid = (beacon) => {
    const { events, pageViews, strings } = beacon;
    return encode("Beacon", create(messageSchema("Beacon"), { events, pageViews, strings })).length;
  };

  const row = async ([visitor, recordings]) => {
    const perPage = await Promise.all(
      recordings.map((recording) => sendAsTheAgentDoes(divideByEntry(recording))),
    );
    const sent = perPage.flat();
    const beacons = sent.map(decodeBeacon);
    const events = sum(beacons.map((beacon) => beacon.events.length));
    const said = sum(beacons.map(bytesSaid));
    const bytes = sum(sent.map((beacon) => beacon.length));
    return { visitor, pages: recordings.length, beacons: beacons.length, events, said, bytes };
  };

  it(`takes under ${BYTES_PER_EVENT} bytes for an event and its strings on every visit`, async () => {
    const table = await Promise.all([...visits()].map(row));
    const total = (key) => sum(table.map((row) => row[key]));
    const all = {
      visitor: "all",
      ...mapKeys(["pages", "beacons", "events", "said", "bytes"], total),
    };
    for (const { visitor, pages, beacons, events, said, bytes } of [...table, all]) {
      console.log(
        `${visitor}: ${pages} pages, ${beacons} beacons, ${events} events; ` +
          `an event and its strings ${(said / events).toFixed(1)} bytes, ` +
          `with its share of identity, clocks and device ${(bytes / events).toFixed(1)}`,
      );
      assert.ok(said / events < BYTES_PER_EVENT, visitor);
    }
  });
});

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const mapKeys = (keys, value) => Object.fromEntries(keys.map((key) => [key, value(key)]));

/** The recordings of each visit: those of one visitor. */
function visits() {
  const found = new Map();
  for (const name of recordingNames()) {
    const visitor = name.replace(/-\d+\.entries$/, "");
    found.set(visitor, [...(found.get(visitor) ?? []), readRecording(name)]);
  }
  return found;
}
