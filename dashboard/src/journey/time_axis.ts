// A time axis on which quiet stretches are shortened, so that a visit of an hour with a minute of events still shows
// its events. Pure.

/** A stretch without events that is drawn shorter than it was. */
export interface Break {
  readonly fromUnixMs: number;
  readonly toUnixMs: number;
}

export interface TimeAxis {
  /** Of the whole axis, in milliseconds as drawn. */
  readonly span: number;
  /** A time's place in 0..1. Times outside are put at the ends. */
  readonly place: (unixMs: number) => number;
  readonly breaks: readonly Break[];
}

/** A quiet stretch up to this long is drawn as it was; a longer one as if it had been this long. */
export const longestQuietMs = 2000;

/**
 * Builds the axis.
 * @param moments when something happened, Unix ms, in any order; the first and last are the axis' ends.
 */
export function timeAxis(moments: readonly number[], quietMs = longestQuietMs): TimeAxis {
  const sorted = [...new Set(moments)].sort((a, b) => a - b);
  const drawn: number[] = [0];
  const breaks: Break[] = [];
  for (let index = 1; index < sorted.length; index++) {
    const from = sorted[index - 1] ?? 0;
    const to = sorted[index] ?? 0;
    const isQuiet = to - from > quietMs;
    if (isQuiet) breaks.push({ fromUnixMs: from, toUnixMs: to });
    drawn.push((drawn[index - 1] ?? 0) + Math.min(quietMs, to - from));
  }
  const span = drawn.at(-1) ?? 0;
  const place = (unixMs: number): number => {
    if (span <= 0) return 0;
    const after = sorted.findIndex((moment) => moment >= unixMs);
    if (after === -1) return 1;
    if (after === 0) return 0;
    const from = sorted[after - 1] ?? 0;
    const to = sorted[after] ?? 0;
    const start = drawn[after - 1] ?? 0;
    const end = drawn[after] ?? 0;
    return (start + ((unixMs - from) / (to - from)) * (end - start)) / span;
  };
  return { span, place, breaks };
}

/** One label of a row: where it is wanted and how wide it is. Pixels. */
export interface Label {
  readonly x: number;
  readonly width: number;
}

/**
 * Decides in which of `rows` rows each label is set, so that none covers another; -1: there is no room. Labels are given
 * in the order of their right to a place; each takes the first row that is free where it is wanted.
 */
export function placeLabels(labels: readonly Label[], rows: number, gap = 8): readonly number[] {
  const taken: Label[][] = Array.from({ length: rows }, () => []);
  return labels.map((label) => {
    const row = taken.findIndex((others) =>
      others.every(
        (other) => label.x >= other.x + other.width + gap || other.x >= label.x + label.width + gap,
      ),
    );
    taken[row]?.push(label);
    return row;
  });
}

/** Time ticks at round distances from the start, none inside a break, at least `minimum` (0..1) apart. */
export function axisTicks(
  axis: TimeAxis,
  startUnixMs: number,
  endUnixMs: number,
  minimum: number,
): readonly number[] {
  const steps = [250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000];
  const step =
    steps.find((candidate) => axis.span > 0 && candidate / axis.span >= minimum) ?? 3_600_000;
  const ticks: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let at = startUnixMs; at <= endUnixMs && ticks.length < 500; at += step) {
    const isQuiet = axis.breaks.find((gap) => at > gap.fromUnixMs && at < gap.toUnixMs);
    if (isQuiet !== undefined) {
      // Nothing to mark inside: go on at the last step before its end.
      at += Math.max(0, Math.floor((isQuiet.toUnixMs - at) / step)) * step;
      continue;
    }
    if (axis.place(at) - last < minimum) continue;
    last = axis.place(at);
    ticks.push(at);
  }
  return ticks;
}
