// One core, two builds: recordings of real pages give the same bytes natively and as WebAssembly, and however a
// recording is divided, it gives the same fact.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeBeacon } from "../e2e/support/protocol.mjs";
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
    assert.deepEqual([...metrics].sort(), [1, 2, 3, 4, 5, 6]);
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

    it("gives the same bytes natively and as WebAssembly, batch by batch", () => {
      const native = runNatively(recording);
      assertConsumed(native);
      assert.ok(beaconsIn(native).length > 0);
      assert.deepEqual(runInWasm(recording), native);
    });

    const whole = fact(runNatively(divide(recording, 1)));
    for (const parts of [1, 3, 20]) {
      it(`gives the same fact in ${parts} batches`, () => {
        const divided = divide(recording, parts);
        const native = runNatively(divided);
        assertConsumed(native);
        assert.deepEqual(runInWasm(divided), native);
        assert.deepEqual(fact(native), whole);
      });
    }

    it("gives the same fact as recorded, as divided", () => {
      assert.deepEqual(fact(runNatively(recording)), whole);
    });

    it("gives the same fact when the WASM comes after half of it has left raw", () => {
      const divided = divide(recording, 6);
      const half = 3;
      // What the collector had derived from the raw half, until the page's own beacons cover it.
      const derived = beaconsIn(runNatively(divided.slice(0, half))).map(decodeBeacon);
      const beacons = beaconsIn(runInWasm(divided, half)).map(decodeBeacon);
      assert.ok(derived.length > 0);
      for (const { coversEntriesBefore } of beacons) assert.equal(coversEntriesBefore, half);
      assert.deepEqual(factOf(beacons), whole);
      // A beacon that never arrives leaves the derived facts; both halves raw are the whole again.
      assert.deepEqual(fact(runNatively(divided)), whole);
    });
  });
}

describe("size", () => {
  it(`stays under ${BYTES_PER_EVENT} bytes an event on a real visit, everything counted`, () => {
    let bytes = 0;
    let events = 0;
    for (const [visitor, recordings] of visits()) {
      const beacons = recordings.flatMap((recording) =>
        sendAsTheAgentDoes(divideByEntry(recording)),
      );
      const size = beacons.reduce((sum, beacon) => sum + beacon.length, 0);
      const count = beacons.reduce((sum, beacon) => sum + decodeBeacon(beacon).events.length, 0);
      console.log(
        `${visitor}: ${recordings.length} pages, ${beacons.length} beacons, ${count} events, ` +
          `${size} bytes: ${(size / count).toFixed(1)} bytes an event`,
      );
      bytes += size;
      events += count;
    }
    console.log(
      `all: ${events} events, ${bytes} bytes: ${(bytes / events).toFixed(1)} bytes an event`,
    );
    assert.ok(bytes / events < BYTES_PER_EVENT);
  });
});

/** The recordings of each visit: those of one visitor. */
function visits() {
  const found = new Map();
  for (const name of recordingNames()) {
    const visitor = name.replace(/-\d+\.entries$/, "");
    found.set(visitor, [...(found.get(visitor) ?? []), readRecording(name)]);
  }
  return found;
}
