// Rounds of measurements side by side, and what they give.
import { median } from "../agent/statistics.mjs";

/**
 * Starts one server after the other, measures it and stops it, in turn: A B C A B C.
 * @template Result
 * @param {object} plan
 * @param {number} plan.rounds
 * @param {Record<string, () => Promise<import("./servers.mjs").Server>>} plan.servers by name
 * @param {(server: import("./servers.mjs").Server, name: string) => Promise<Result>} plan.measure
 * @param {ReturnType<import("./report.mjs").createReport>} plan.report
 * @param {string} plan.title for the lines of progress
 * @returns {Promise<Record<string, Result[]>>} by name, in the order of the rounds
 */
export async function inTurn({ rounds, servers, measure, report, title }) {
  const results = Object.fromEntries(Object.keys(servers).map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [name, start] of Object.entries(servers)) {
      report.say(`${title}: ${name}, round ${round} of ${rounds}`);
      const server = await start();
      try {
        if (name === "paceline") report.noteIdle(server.rssMb());
        results[name].push(await measure(server, name));
        if (name === "paceline") report.notePeak(server.peakMb());
      } finally {
        await server.stop();
      }
    }
  }
  return results;
}

/** The median of a field. */
export function medianOf(results, field) {
  return median(results.map((result) => result[field]));
}

/** The median of the ratios that a field has in the same round. */
export function ratioOf(results, others, field = "rate") {
  return median(results.map((result, round) => result[field] / others[round][field]));
}

export function sumOf(results, field) {
  return results.reduce((sum, result) => sum + result[field], 0);
}
