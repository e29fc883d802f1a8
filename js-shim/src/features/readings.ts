// C24: what the page may read of itself: vitals with their ratings, a score, a summary. The values are the engine's; where
// it cannot run, there are none.
import { scrubUrl } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";
import type { Readings, Score, Thresholds, VitalReading, Vitals } from "../reading.ts";
import { parsed } from "./rules.ts";

/** Row C2, in the order of paceline.v1.Metric; TBT and TTI as Lighthouse has them on a desktop's slow side. */
const THRESHOLDS: Thresholds = {
  LCP: [2500, 4000],
  INP: [200, 500],
  CLS: [0.1, 0.25],
  FCP: [1800, 3000],
  TTFB: [800, 1800],
  FID: [100, 300],
  TBT: [200, 600],
  TTI: [3800, 7300],
};

/** Parts of the score: their weights, and the vitals whose mean they are. The first of an interaction's counts. */
const PARTS = [
  ["performance", 0.3, ["LCP", "FCP", "TTFB"]],
  ["interaction", 0.3, ["INP"]],
  ["visualStability", 0.2, ["CLS"]],
] as const;
const RELIABILITY_WEIGHT = 0.2;
const POINTS_PER_ERROR = 20;

export function createReadings(host: FeatureHost): Readings {
  const thresholds: Thresholds = { ...THRESHOLDS, ...parsed(host.options.thresholds) };
  const limitsOf = (name: string): readonly [number, number] =>
    thresholds[name] ?? [Infinity, Infinity];

  const vitals = (): Vitals => {
    const found: Record<string, VitalReading> = {};
    Object.keys(THRESHOLDS).forEach((name, index) => {
      const value = host.reading(index + 1);
      if (value === undefined) return;
      const [good, poor] = limitsOf(name);
      const rating = value <= good ? "good" : value <= poor ? "needs-improvement" : "poor";
      found[name] = { value, rating };
    });
    return found;
  };

  // 100 for nothing, 90 on the threshold of good, 50 on that of poor, and from there towards 0 as the value grows.
  const pointsOf = (name: string, value: number): number => {
    const [good, poor] = limitsOf(name);
    if (value <= good) return 100 - (10 * value) / good;
    if (value <= poor) return 90 - (40 * (value - good)) / (poor - good);
    return (50 * poor) / value;
  };

  const score = (): Score | undefined => {
    const current = vitals();
    if (!Object.keys(current).length) return undefined;
    const reliability = Math.max(0, 100 - POINTS_PER_ERROR * host.errorCount());
    const parts: Record<string, number> = { reliability };
    let weights = RELIABILITY_WEIGHT;
    let sum = RELIABILITY_WEIGHT * reliability;
    for (const [part, weight, names] of PARTS) {
      const points = names.flatMap((name) => {
        const reading = current[name];
        return reading ? pointsOf(name, reading.value) : [];
      });
      if (!points.length) continue;
      const mean = points.reduce((total, one) => total + one) / points.length;
      parts[part] = Math.round(mean);
      weights += weight;
      sum += weight * mean;
    }
    return { ...parts, score: Math.round(sum / weights) };
  };

  return {
    vitals,
    score,
    summary: () => ({
      path: scrubUrl(location.pathname),
      vitals: vitals(),
      score: score(),
      errors: host.errorCount(),
    }),
  };
}
