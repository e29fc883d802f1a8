// What an attack costs the collector and those who mean well.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { startCollector } from "../support.mjs";

const SITES = "sites:\n  - key: academy\n  - key: flooded\n";

async function memoryMb(pid, field) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)[1]) / 1024;
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/**
 * @typedef {object} Figures
 * @property {number} idleMb memory before the attack
 * @property {number} peakMb the most it ever had
 * @property {number} honest beacons that others sent meanwhile
 * @property {string[]} failures of those: status or error of each that was not stored
 * @property {number} p50Ms
 * @property {number} p99Ms
 */

/**
 * Runs `attack` against a collector of its own, while honest clients send.
 *
 * @param {{ run: (collector: import("../../e2e/support/collector.mjs").Collector) => Promise<void>, config?: string }} attack
 * @returns {Promise<Figures>}
 */
export async function measure(attack) {
  const collector = await startCollector({ config: SITES + (attack.config ?? "") });
  let honest;
  try {
    const idleMb = await memoryMb(collector.pid, "VmRSS");
    honest = new Worker(new URL("honest_client.mjs", import.meta.url), {
      workerData: { url: `${collector.http}/v1/beacon`, site: "academy" },
    });
    await once(honest, "message");
    await attack.run(collector);
    honest.postMessage("stop");
    const [{ latenciesMs, failures }] = await once(honest, "message");
    const sorted = latenciesMs.sort((a, b) => a - b);
    return {
      idleMb,
      peakMb: await memoryMb(collector.pid, "VmHWM"),
      honest: sorted.length,
      failures,
      p50Ms: quantile(sorted, 0.5),
      p99Ms: quantile(sorted, 0.99),
    };
  } finally {
    await honest?.terminate();
    await collector.remove();
  }
}
