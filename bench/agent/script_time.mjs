// Total script time on the main thread in an academy visit, CPU slowed down four times.
import { median } from "./statistics.mjs";
import { scriptTime, traced } from "./trace.mjs";
import { newVisitor, visitAcademy } from "./visit.mjs";

const CPU_SLOWDOWN = 4;

/**
 * @param {import("playwright-core").Browser} browser
 * @param {import("./academy.mjs").AcademyServer} academy
 * @param {readonly import("./variants.mjs").Variant[]} variants
 * @param {number} rounds the variants take turns in each
 * @param {(line: string) => void} say
 * @returns {Promise<Record<string, import("./trace.mjs").ScriptTime>>} medians of the rounds, by variant
 */
export async function measureScriptTime(browser, academy, variants, rounds, say) {
  const measured = variants.filter(({ name }) => name !== "none");
  const runs = Object.fromEntries(measured.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    say(`script time, round ${round + 1} of ${rounds}`);
    for (const variant of measured) {
      const context = await newVisitor(browser);
      const page = await context.newPage();
      const client = await context.newCDPSession(page);
      await client.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
      const events = await traced(browser, () => visitAcademy(page, academy.origin(variant.name)));
      await context.close();
      const time = scriptTime(events, variant.isScript);
      // A visit without a single sample of the script would be a broken measurement, not a fast script.
      if (time.totalMs === 0) throw new Error(`${variant.name} did not run`);
      runs[variant.name].push(time);
    }
  }
  return Object.fromEntries(
    Object.entries(runs).map(([name, times]) => [
      name,
      {
        totalMs: median(times.map(({ totalMs }) => totalMs)),
        longestTaskMs: median(times.map(({ longestTaskMs }) => longestTaskMs)),
        longestTaskBeforeLcpMs: median(times.map((time) => time.longestTaskBeforeLcpMs)),
      },
    ]),
  );
}
