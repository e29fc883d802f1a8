// Whoever attacks, honest visitors are served and memory stays within its bound. tests/integration/attacks/table.mjs
// prints the figures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HTTP_ATTACKS } from "./attacks/http_attacks.mjs";
import { HTTP2_ATTACKS } from "./attacks/http2_attacks.mjs";
import { measure } from "./attacks/measure.mjs";

const MAX_MB = 512;

for (const [name, attack] of Object.entries({ ...HTTP_ATTACKS, ...HTTP2_ATTACKS })) {
  test(name, async () => {
    const { peakMb, honest, failures } = await measure(attack);
    assert.deepEqual(failures, [], "every honest beacon is stored");
    assert.ok(honest > 0);
    assert.ok(peakMb < MAX_MB, `${peakMb.toFixed(0)} MB`);
  });
}
