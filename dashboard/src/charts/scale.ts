// Scales shared by the charts. Pure.

/** The top of a vital's axis: everything measured fits, and the good threshold is always in sight. */
export function axisTop(maximum: number, good: number, poor: number): number {
  const top = Math.max(maximum * 1.15, good * 1.25);
  // Just below the poor threshold the line would be cut off the picture's edge, so it is taken in.
  return top > poor * 0.8 && top < poor * 1.1 ? poor * 1.1 : top;
}

/** Ticks at round numbers (1, 2, 2.5, 5 × 10^n), about `count` of them, from 0 up to `top`. */
export function roundTicks(top: number, count: number): readonly number[] {
  if (!(top > 0) || count < 1) return [0];
  const rough = top / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10]
    .map((factor) => factor * magnitude)
    .find((candidate) => candidate >= rough);
  const used = step ?? magnitude * 10;
  const ticks: number[] = [];
  // Multiplied, not added up: sums of 0.1 drift.
  for (let index = 0; index * used <= top * 1.0001; index++)
    ticks.push(Number((index * used).toPrecision(12)));
  return ticks;
}

/** One stroke of a sparkline: consecutive points that have data, as [x, y] in 0..1, y upwards. */
export type Stroke = readonly (readonly [number, number])[];

/** Cuts a series into strokes at the points without data. The value axis starts at 0 and ends at `top`. */
export function sparkStrokes(values: readonly (number | null)[], top: number): readonly Stroke[] {
  const strokes: [number, number][][] = [];
  let isOpen = false;
  const last = Math.max(1, values.length - 1);
  values.forEach((value, index) => {
    if (value === null) {
      isOpen = false;
      return;
    }
    if (!isOpen) strokes.push([]);
    isOpen = true;
    strokes.at(-1)?.push([index / last, top > 0 ? Math.min(1, value / top) : 0]);
  });
  return strokes;
}

/** p75 per point, null where nothing was measured. */
export function gaps(p75: readonly number[], count: readonly number[]): (number | null)[] {
  return p75.map((value, index) => ((count[index] ?? 0) > 0 ? value : null));
}

export interface Bin {
  /** Upper bound, in the vital's unit. */
  readonly upper: number;
  readonly lower: number;
  readonly count: number;
}

/**
 * The histogram's columns as bins. Empty ones at the end are left out, but never those up to `atLeast`: a few fast values
 * alone would fill the whole picture.
 */
export function toBins(
  upper: readonly number[],
  count: readonly number[],
  atLeast: number,
): readonly Bin[] {
  const lastFilled = count.findLastIndex((value) => value > 0);
  const lastNeeded = upper.findIndex((bound) => bound >= atLeast);
  return upper.slice(0, Math.max(lastFilled, lastNeeded) + 1).map((bound, index) => ({
    upper: bound,
    lower: upper[index - 1] ?? 0,
    count: count[index] ?? 0,
  }));
}

/** Where a value lies on an axis of equally wide bins, in bins from the left; linear inside a bin. */
export function binPosition(bins: readonly Bin[], value: number): number {
  const index = bins.findIndex((bin) => value <= bin.upper);
  const bin = bins[index];
  if (bin === undefined) return bins.length;
  const width = bin.upper - bin.lower;
  return index + (width > 0 ? Math.max(0, value - bin.lower) / width : 0);
}
