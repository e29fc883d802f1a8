// Medians, and whether a paired difference is more than noise.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The median of paired differences with a 95 % interval by bootstrap (seeded, so that the same measurements give the same
 * interval).
 * @param {readonly number[]} differences
 */
export function pairedMedian(differences, rounds = 2000) {
  let state = 12345;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const medians = Array.from({ length: rounds }, () =>
    median(differences.map(() => differences[Math.floor(random() * differences.length)])),
  ).sort((a, b) => a - b);
  return {
    median: median(differences),
    low: medians[Math.floor(rounds * 0.025)],
    high: medians[Math.floor(rounds * 0.975)],
  };
}
