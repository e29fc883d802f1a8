// Runs the attacks one after the other and prints the table of docs/reliability.md:
//
//   node tests/integration/attacks/table.mjs [WORD]
//
// PACELINE_TEST_LONG=1 makes it 10,000 idle connections and a million URLs. WORD: only attacks whose name has it.
import { HTTP_ATTACKS } from "./http_attacks.mjs";
import { HTTP2_ATTACKS } from "./http2_attacks.mjs";
import { measure } from "./measure.mjs";

const word = process.argv[2] ?? "";
console.log(
  "| attack | memory before, MB | most, MB | honest beacons | lost | p50, ms | p99, ms |",
);
console.log("|---|--:|--:|--:|--:|--:|--:|");
for (const [name, attack] of Object.entries({ ...HTTP_ATTACKS, ...HTTP2_ATTACKS })) {
  if (!name.includes(word)) continue;
  const figures = await measure(attack);
  const cells = [
    name,
    figures.idleMb.toFixed(0),
    figures.peakMb.toFixed(0),
    figures.honest,
    figures.failures.length,
    figures.p50Ms.toFixed(1),
    figures.p99Ms.toFixed(1),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
