// What the visitor feels: LCP, INP and TBT of the academy with the agent, with the reference library, and with neither.
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

// What is compared with a page without any agent, in the same round.
const VARIANTS = ["paceline", "web-vitals"];

/** One visit's pages together: the largest paints, the slowest interactions and the blocking time, each in ms. */
async function visit(browser, academy, name) {
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
  return sum;
}

/**
 * @returns {Promise<Record<string, Record<"lcp" | "inp" | "tbt", { median: number, low: number, high: number }>>>} by
 *     variant, the median of the paired differences (with it minus without anything) in ms, with its 95 % interval
 */
export async function measureFelt(browser, academy, rounds, say) {
  const names = ["none", ...VARIANTS];
  const differences = Object.fromEntries(
    VARIANTS.map((name) => [name, { lcp: [], inp: [], tbt: [] }]),
  );
  for (let round = 0; round < rounds; round++) {
    if (round % 5 === 0) say(`felt, round ${round + 1} of ${rounds}`);
    const results = {};
    // Who goes first changes, so that a machine that warms up favours nobody.
    for (let i = 0; i < names.length; i++) {
      const name = names[(round + i) % names.length];
      results[name] = await visit(browser, academy, name);
    }
    for (const [name, ofVariant] of Object.entries(differences)) {
      for (const key of Object.keys(ofVariant))
        ofVariant[key].push(results[name][key] - results.none[key]);
    }
  }
  const summarize = (ofVariant) =>
    Object.fromEntries(
      Object.entries(ofVariant).map(([key, values]) => [key, pairedMedian(values)]),
    );
  return Object.fromEntries(
    Object.entries(differences).map(([name, ofVariant]) => [name, summarize(ofVariant)]),
  );
}
