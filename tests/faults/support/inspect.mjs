// What a collector has stored, compared with the ledger of what it had acknowledged.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { collectorBinary, run, until } from "../../integration/support.mjs";
import { keyOf, markOf } from "./ledger.mjs";

/** Calls `visit` with each line of an export. */
async function exportJourneys(dataDir, visit) {
  const args = ["export", "--site", "academy", "--what", "journeys", "--data-dir", dataDir];
  const child = spawn(collectorBinary(), args, { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk) => (errors += chunk));
  const exited = new Promise((resolve) => child.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) visit(JSON.parse(line).data);
  if ((await exited) !== 0) throw new Error(`export failed: ${errors}`);
}

/** Recounts, once everything that was stored is in the views. */
function verify(dataDir) {
  const recount = async () => {
    const { code, stdout, stderr } = await run(["verify", "--data-dir", dataDir]);
    if (/newer records/.test(stdout)) return undefined;
    const [, records] = /(\d+) records,/.exec(stdout) ?? [];
    return { code, records: Number(records), text: stdout + stderr };
  };
  return until(recount, { timeoutMs: 60_000 });
}

/**
 * Looks at what a collector, to whom nobody sends at the moment, has stored.
 *
 * @param {import("./ledger.mjs").Ledger} ledger
 * @param {string} dataDir
 * @returns {Promise<{ stored: number, lost: string[], invented: string[], twice: string[], others: string[] }>} identities
 */
export async function inspect(ledger, dataDir) {
  const others = [];
  const verified = await verify(dataDir);
  if (verified.code !== 0) others.push(verified.text);
  const found = new Map();
  const invented = [];
  await exportJourneys(dataDir, (record) => {
    const key = keyOf(record.beacon ?? record.entryBatch);
    found.set(key, (found.get(key) ?? 0) + 1);
    if (ledger.messages.get(key)?.mark !== markOf(record)) invented.push(key);
  });
  const stored = [...found.values()].reduce((sum, count) => sum + count, 0);
  if (stored !== verified.records) {
    others.push(`${verified.records} records are in the journeys, ${stored} of them in sessions`);
  }
  const lost = [...ledger.messages.values()]
    .filter(({ key, acknowledged }) => acknowledged > 0 && !found.has(key))
    .map(({ key }) => key);
  const twice = [...found].filter(([, count]) => count > 1).map(([key]) => key);
  return { stored, lost, invented, twice, others };
}
