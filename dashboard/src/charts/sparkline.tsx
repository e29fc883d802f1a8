import { axisTop, gaps, sparkStrokes } from "./scale";
import type { TimeSeries } from "../api/types";
import type { VitalInfo } from "../format/vitals";

interface Props {
  readonly info: VitalInfo;
  readonly series: TimeSeries | undefined;
}

const width = 120;
const height = 36;
const inset = 3;

/** The p75 over the range, with the good threshold as a hairline. Decoration: the same is said in words beside it. */
export function Sparkline({ info, series }: Props) {
  const values = series === undefined ? [] : gaps(series.p75, series.count);
  const maximum = Math.max(0, ...values.map((value) => value ?? 0));
  const top = axisTop(maximum, info.good, info.poor);
  const y = (share: number): number => height - inset - share * (height - 2 * inset);
  const x = (share: number): number => inset + share * (width - 2 * inset);
  const strokes = sparkStrokes(values, top);
  const path = strokes
    .map((stroke) =>
      stroke
        .map(
          ([sx, sy], index) => `${index === 0 ? "M" : "L"}${x(sx).toFixed(1)} ${y(sy).toFixed(1)}`,
        )
        // A stroke of one point is a dot: a line of no length with round ends.
        .concat(stroke.length === 1 ? ["h0"] : [])
        .join(""),
    )
    .join("");
  const end = strokes.at(-1)?.at(-1);
  const bridge = strokes
    .flat()
    .map(([sx, sy], index) => `${index === 0 ? "M" : "L"}${x(sx).toFixed(1)} ${y(sy).toFixed(1)}`)
    .join("");
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path class="spark-target" d={`M0 ${y(info.good / top).toFixed(1)}H${width}`} />
      {strokes.length > 1 ? <path class="spark-bridge" d={bridge} /> : null}
      <path class="spark-line" d={path} />
      {end === undefined ? null : (
        <path class="spark-end" d={`M${x(end[0]).toFixed(1)} ${y(end[1]).toFixed(1)}h0`} />
      )}
    </svg>
  );
}
