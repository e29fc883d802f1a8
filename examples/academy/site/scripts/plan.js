// Work that should not be on the main thread and is.

/**
 * Builds a season's training plan again and again until `budgetMs` have passed, and says how many it built.
 *
 * The planning is honest work (every week's load against the weeks before it); the time is fixed, so that the page is
 * as slow on a fast machine as on a slow one and a test can rely on it.
 */
export function planUntil(budgetMs, weeks = 18) {
  const end = performance.now() + budgetMs;
  let plans = 0;
  let best = Infinity;
  while (performance.now() < end) {
    let strain = 0;
    let fitness = 30;
    let fatigue = 30;
    for (let day = 0; day < weeks * 7; day++) {
      const load = [0, 8, 11, 0, 7, 0, 18 + ((day + plans) % 15)][day % 7];
      fitness += (load * 4 - fitness) / 42;
      fatigue += (load * 4 - fatigue) / 7;
      strain += Math.max(0, fatigue - fitness) ** 2;
    }
    best = Math.min(best, strain);
    plans++;
  }
  return { plans, best };
}
