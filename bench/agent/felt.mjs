// What the visitor feels: LCP, INP and TBT of the academy with and without the agent, in pairs.
import { pairedMedian } from "./statistics.mjs";
import { newVisitor, visitAcademy } from "./visit.mjs";

const CPU_SLOWDOWN = 4;

// Runs in every page before anything else.
function observe() {
  const felt = { lcp: 0, inp: 0, tbt: 0 };
  Object.defineProperty(window, "felt", { value: felt });
  const on = (type, take, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
      ...more,
    });
  on("largest-contentful-paint", (entry) => (felt.lcp = entry.startTime));
  on("longtask", ({ duration }) => (felt.tbt += Math.max(0, duration - 50)));
  on(
    "event",
    ({ interactionId, duration }) => {
      if (interactionId) felt.inp = Math.max(felt.inp, duration);
    },
    { durationThreshold: 16 },
  );
}

/**
 * @returns {Promise<Record<"lcp" | "inp" | "tbt", { median: number, low: number, high: number }>>} median of the paired
 *     differences (with the agent minus without) of a visit's pages together, in ms, with its 95 % interval
 */
export async function measureFelt(browser, academy, pairs, say) {
  const differences = { lcp: [], inp: [], tbt: [] };
  for (let pair = 0; pair < pairs; pair++) {
    if (pair % 5 === 0) say(`felt, pair ${pair + 1} of ${pairs}`);
    const results = {};
    // Who goes first changes, so that a machine that warms up favours nobody.
    for (const name of pair % 2 ? ["paceline", "none"] : ["none", "paceline"]) {
      const context = await newVisitor(browser);
      await context.addInitScript(observe);
      const page = await context.newPage();
      const client = await context.newCDPSession(page);
      await client.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
      const sum = { lcp: 0, inp: 0, tbt: 0 };
      await visitAcademy(page, academy.origin(name), {
        onPage: async () => {
          const felt = await page.evaluate(() => window.felt);
          for (const key of Object.keys(sum)) sum[key] += felt[key];
        },
      });
      await context.close();
      results[name] = sum;
    }
    for (const key of Object.keys(differences)) {
      differences[key].push(results.paceline[key] - results.none[key]);
    }
  }
  return Object.fromEntries(
    Object.entries(differences).map(([key, values]) => [key, pairedMedian(values)]),
  );
}
