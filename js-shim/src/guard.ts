// The page comes first: nothing of ours may throw into it.

const MAX_FAILURES = 5;

/** Wraps entry points so that they never throw. */
export interface Guard {
  <Args extends unknown[]>(work: (...args: Args) => void): (...args: Args) => void;
}

/** After five failures, calls `giveUp` once, and wrapped functions do nothing from then on. */
export function createGuard(giveUp: () => void): Guard {
  let failures = 0;
  return (work) =>
    (...args) => {
      if (failures >= MAX_FAILURES) return;
      try {
        work(...args);
      } catch {
        if (++failures === MAX_FAILURES) giveUp();
      }
    };
}
