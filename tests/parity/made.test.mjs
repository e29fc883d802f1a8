// What no recording has: documents made by hand give the same bytes natively and as WebAssembly, too.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeBeacon, decodeEntryBatch, messageSchema } from "../e2e/support/protocol.mjs";
import { factOf } from "./fact.mjs";
import { MADE, entryKinds } from "./made.mjs";
import { divide, divideByEntry } from "./recordings.mjs";
import { beaconsIn, runInWasm, runNatively } from "./runtimes.mjs";

const fact = (lines) => factOf(beaconsIn(lines).map(decodeBeacon));
const MADE_BATCHES = Object.entries(MADE).map(([name, make]) => [name, make()]);

describe("made documents", () => {
  it("have entries of every kind, and give events of every kind", () => {
    const told = new Set();
    const said = new Set();
    for (const [, batch] of MADE_BATCHES) {
      for (const { entry } of decodeEntryBatch(batch).entries) told.add(entry.case);
      for (const beacon of beaconsIn(runNatively([batch])).map(decodeBeacon)) {
        for (const { event } of beacon.events) said.add(event.case);
      }
    }
    assert.deepEqual([...told].sort(), entryKinds().sort());
    const kinds = messageSchema("Event").oneofs[0].fields.map((field) => field.localName);
    // What the collector makes of calls.
    const made = ["action", "customMetric", "feedback", "journeyStep", "conversion"];
    assert.deepEqual([...said, ...made].sort(), kinds.sort());
  });
});

for (const [name, batch] of MADE_BATCHES) {
  describe(name, () => {
    const whole = runNatively([batch]);

    it("is taken and gives the same bytes natively and as WebAssembly", async () => {
      assert.match(whole[0], /^consume 0 /);
      assert.ok(beaconsIn(whole).length > 0);
      assert.deepEqual(await runInWasm([batch]), whole);
    });

    for (const [how, divided] of [
      ["in 4 batches", divide([batch], 4)],
      ["entry by entry", divideByEntry([batch])],
    ]) {
      it(`gives the same bytes and the same fact ${how}`, async () => {
        const native = runNatively(divided);
        assert.deepEqual(await runInWasm(divided), native);
        assert.deepEqual(fact(native), fact(whole));
      });
    }
  });
}
